"""Checking the chain, and the rows that it speaks of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.apps import apps
from django.db import models
from django.db.models import Max

from besa.ledger.chain import GENESIS, entry_hash, row_hash, rows_digest
from besa.ledger.models import Entry, Salt, Trace

#: Tables whose rows come and go without an entry; a test holds this list against all models.
EXEMPT = frozenset(
    {
        "ledger_entry", "ledger_trace", "ledger_salt",
        "django_session", "django_migrations", "django_content_type",
        "auth_permission", "auth_group", "auth_group_permissions",
        "account_emailaddress", "account_emailconfirmation", "mfa_authenticator",
        "coding_lease", "coding_draft",
        "outbox_message", "reply_doorsession", "collect_upload", "people_knock", "people_doorsalt",
    }
)  # fmt: skip


def problems(*, known_head: tuple[int, str] | None = None) -> Iterator[dict[str, str]]:
    """Yield `{where, problem}` for each fault; nothing where all is whole.

    `known_head`: a (number, hash) published elsewhere, for example in an edition; a chain that was
    cut or recomputed no longer holds it.
    """
    yield from _chain_problems()
    yield from _row_problems()
    if known_head and known_head[0]:
        seq, digest = known_head
        if not Entry.objects.filter(seq=seq, hash=digest).exists():
            yield {"where": f"ledger entry {seq}", "problem": "the published head is not in this ledger"}


def _chain_problems() -> Iterator[dict[str, str]]:
    digests: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for entry_id, table, pk, digest in (
        Trace.objects.order_by("entry_id", "id").values_list("entry_id", "table", "pk_text", "row_hash").iterator()
    ):
        digests[entry_id].append((table, pk, digest))
    previous, expected = GENESIS, 1
    for entry in Entry.objects.order_by("seq").iterator():
        where = f"ledger entry {entry.seq}"
        if entry.seq != expected:
            yield {"where": f"ledger entry {expected}", "problem": "missing"}
        if entry.previous != previous:
            yield {"where": where, "problem": "does not follow from the entry before it"}
        if entry.hash != entry_hash(entry):
            yield {"where": where, "problem": "was changed after it was written"}
        if entry.rows_digest != rows_digest(digests.pop(entry.seq, [])):
            yield {"where": where, "problem": "its list of rows was changed"}
        previous, expected = entry.hash, entry.seq + 1


def _row_problems() -> Iterator[dict[str, str]]:
    """The newest trace of each row must match the row; a row without a trace was slipped in."""
    newest: dict[str, dict[str, tuple[int, str]]] = defaultdict(dict)
    latest = Trace.objects.values("table", "pk_text").annotate(last=Max("id")).values("last")
    for trace in Trace.objects.filter(pk__in=latest).iterator():
        newest[trace.table][trace.pk_text] = (trace.pk, trace.row_hash)
    salts = dict(Salt.objects.values_list("trace_id", "salt"))
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        if table in EXEMPT:
            continue
        traced = newest.pop(table, {})
        for row in model._default_manager.order_by("pk").iterator():
            trace_id, digest = traced.pop(str(row.pk), (0, None))
            if problem := _row_problem(row, digest, salts.get(trace_id)):
                yield {"where": f"{table} row {row.pk}", "problem": problem}
        for pk, (_, digest) in traced.items():
            if digest:
                yield {"where": f"{table} row {pk}", "problem": "is missing"}
    for table, traced in newest.items():
        yield {"where": table, "problem": f"the table is gone ({len(traced)} rows in the ledger)"}


def row_problems(rows: Sequence[models.Model]) -> Iterator[dict[str, str]]:
    """The same of these rows alone, and not of the chain."""
    for row in rows:
        table = row._meta.db_table
        trace = Trace.objects.filter(table=table, pk_text=str(row.pk)).order_by("-entry", "-id").first()
        salt = Salt.objects.filter(trace=trace).values_list("salt", flat=True).first() if trace else None
        if problem := _row_problem(row, trace.row_hash if trace else None, salt):
            yield {"where": f"{table} row {row.pk}", "problem": problem}


def _row_problem(row: models.Model, digest: str | None, salt: str | None) -> str:
    if digest is None:
        return "is not in the ledger"
    if not digest:
        return "stands although the ledger says it was erased"
    if salt is not None and row_hash(row, salt) != digest:
        return "differs from what the ledger vouches for"
    return ""


def checked() -> int:
    """How many entries and rows a run of `problems` looks at."""
    return Entry.objects.count() + Trace.objects.values("table", "pk_text").distinct().count()
