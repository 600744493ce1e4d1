"""Writing the chain. `record` is the last line of every action, inside its transaction."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Protocol

from django.db import connection, models, transaction

from besa.base import clock
from besa.base.ids import canonical_json, sha256_hex
from besa.ledger.models import Entry, Salt, Trace

GENESIS = "0" * 64


class By(Protocol):
    """Whoever acts: a user, the belt, a visitor at the Door."""

    username: str


def record(
    *,
    by: By,
    act: str,
    rows: Iterable[models.Model] = (),
    erased: Sequence[tuple[str, str]] = (),
    reason: str = "",
    election: str = "",
    at: datetime | None = None,
) -> Entry:
    """Append one entry that vouches for `rows` as they now stand.

    `erased`: (table, pk) pairs of rows that the act removed. Must run inside a transaction, after
    all its other writes, so that entry and rows are kept or lost together.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("ledger.record outside a transaction")
    _one_writer()
    last = Entry.objects.order_by("-seq").only("seq", "hash").first()
    traces = [(row._meta.db_table, str(row.pk), salt := secrets.token_hex(16), row_hash(row, salt)) for row in rows]
    traces += [(table, pk, "", "") for table, pk in erased]
    entry = Entry(
        seq=last.seq + 1 if last else 1,
        at=(at or clock.now()).astimezone(UTC),
        by=by.username,
        act=act,
        election=election,
        reason=reason,
        demo_time=clock.is_demo(),
        rows_digest=rows_digest([(table, pk, digest) for table, pk, _, digest in traces]),
        previous=last.hash if last else GENESIS,
    )
    entry.hash = entry_hash(entry)
    entry.save(force_insert=True)
    kept = Trace.objects.bulk_create(
        [Trace(entry=entry, table=table, pk_text=pk, row_hash=digest) for table, pk, _, digest in traces],
        batch_size=500,
    )
    Salt.objects.bulk_create(
        [Salt(trace=trace, salt=salt) for trace, (_, _, salt, _) in zip(kept, traces, strict=True) if salt],
        batch_size=500,
    )
    return entry


def head() -> tuple[int, str]:
    """Number and hash of the newest entry (0 and the genesis hash for an empty chain)."""
    last = Entry.objects.order_by("-seq").only("seq", "hash").first()
    return (last.seq, last.hash) if last else (0, GENESIS)


def entry_hash(entry: Entry) -> str:
    """SHA-256 over the canonical JSON of all fields but the hash itself; chained by `previous`."""
    return sha256_hex(
        canonical_json(
            {
                field.attname: getattr(entry, field.attname)
                for field in Entry._meta.concrete_fields
                if field.attname != "hash"
            }
        )
    )


def rows_digest(traces: Sequence[tuple[str, str, str]]) -> str:
    return sha256_hex(canonical_json([list(trace) for trace in traces]))


def row_hash(row: models.Model, salt: str) -> str:
    """Salted hash of a row as the database holds it, leaving out the fields in `LEDGER_EXEMPT`.

    Fields in `LEDGER_LATER` came after rows had been vouched for; they count where they say something.
    """
    exempt, later = getattr(row, "LEDGER_EXEMPT", ()), getattr(row, "LEDGER_LATER", ())
    values = {
        field.attname: _as_stored(field.to_python(getattr(row, field.attname)))
        for field in row._meta.concrete_fields
        if field.attname not in exempt and not (field.attname in later and not getattr(row, field.attname))
    }
    return sha256_hex(salt + canonical_json(values))


def _as_stored(value):
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _one_writer() -> None:
    """SQLite's IMMEDIATE transaction already excludes others; PostgreSQL needs to be asked."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [0x6265736A])
