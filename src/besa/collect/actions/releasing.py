"""What becomes of an import that was held, and reading rows again with a newer connector."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
from django.db import transaction
from filelock import FileLock, Timeout

from besa.base import clock
from besa.base.errors import BadInput, BesaError, Conflict, NotFound
from besa.base.home import Home
from besa.base.ids import new_id
from besa.base.language import USUAL
from besa.collect.actions import holding, importing
from besa.collect.connectors import connector, mapped_connector
from besa.collect.models import Import
from besa.collect.rules.columns import BATCH, Columns, loads
from besa.collect.types import Connector, Counts, Row
from besa.corpus import Corpus
from besa.corpus.schema import OBSERVATIONS
from besa.ledger import chain
from besa.people import policy
from besa.pledge.models import Election

#: What tells one reading of a row from another, and says nothing about the post.
_OF_THE_READING = frozenset({"observation_id", "import_id", "connector_version"})


def release(*, by, election, import_id: str, reason: str) -> dict[str, Any]:
    """Somebody has looked: the rows go into the corpus as they are. Raises NotFound, Conflict, BadInput."""
    row = _held(by, election, import_id)
    return _let_in(by, row, _said(reason), check=False)


def refuse(*, by, election, import_id: str, reason: str) -> Import:
    """The rows never go in and are deleted; what was noticed, and the reason, stay."""
    row, reason = _held(by, election, import_id), _said(reason)
    with _alone(row):
        row.state, row.finished_at = "refused", clock.now()
        with transaction.atomic():
            row.save()
            chain.record(by=by, act="import.refuse", rows=[row], election=row.election, reason=reason)
        holding.drop(row.import_id)
    return row


def read_again(*, by, election, import_id: str) -> dict[str, Any]:
    """Read the raw rows of an import once more, with the connector as it is now.

    A held import goes in if its shape is whole now, and stays held if not. Of an import that went in, the
    observations that come out differently are added and from then on stand for the old ones.
    """
    policy.check(by, "import.release", _slug(election))
    row = _of(election, import_id)
    if row.state == "held":
        return _let_in(by, row, "", check=True)
    if row.state != "done":
        raise Conflict("No rows of this import are left to read.", where=import_id, remedy="Import the file again.")
    row, chosen = row.again or row, _connector(row)
    if any(reading.connector_version == chosen.manifest.version for reading in _readings(row)):
        raise Conflict(
            f"It was read with this very version ({chosen.manifest.version}) of the connector.",
            where=import_id,
            remedy="Read it again once a newer version of Besa brings a newer connector.",
        )
    return _corrected(by, row, chosen)


def _let_in(by, row: Import, reason: str, *, check: bool) -> dict[str, Any]:
    chosen = _connector(row)
    with _alone(row):
        row.connector_version = chosen.manifest.version
        row.state, row.started_at = "intent", clock.now()
        with transaction.atomic():
            row.save()
            act = "import.read_again" if check else "import.release"
            chain.record(by=by, act=act, rows=[row], election=row.election, reason=reason)
        source, languages = holding.source_of(row.import_id), _languages(row)
        importing.bring_in(by, row, source, chosen, languages, check=check, fail=_back)
        if row.state == "done":
            holding.drop(row.import_id)
    return importing.contract_row(row)


def _corrected(by, old: Import, chosen: Connector) -> dict[str, Any]:
    """A new import row for the second reading; its observations are named after those that they correct."""
    row = Import(
        import_id=new_id("i"), election=old.election, file_name=old.file_name, file_sha256=old.file_sha256,
        size=old.size, connector=old.connector, connector_version=chosen.manifest.version, mapping=old.mapping,
        route=old.route, again=old, started_at=clock.now(), by=by.username,
    )  # fmt: skip
    with _alone(row):
        with transaction.atomic():
            row.save()
            chain.record(by=by, act="import.read_again", rows=[row], election=row.election, reason=old.import_id)
        facts = {"route": row.route, "election": row.election, "import_id": row.import_id}
        columns = Columns(chosen, facts, languages=_languages(row))
        importing.settled(by, row, lambda: _correct(old, row, columns))
    return importing.contract_row(row)


def _correct(old: Import, row: Import, columns: Columns) -> tuple[Counts, float]:
    corpus, started, unchanged = Corpus(Home.here().corpus), time.perf_counter(), [0]
    counts = columns.counts
    appended = corpus.append(
        _differing(corpus, old, columns, unchanged), import_id=row.import_id, corrects=True,
        notes=lambda: {"read": counts.read, "skipped": counts.skipped},
    )  # fmt: skip
    columns.finish()
    counts.mapped, counts.duplicate = appended.new, appended.duplicate + unchanged[0]
    row.corpus_version = appended.version
    return counts, time.perf_counter() - started


def _differing(corpus: Corpus, old: Import, columns: Columns, unchanged: list[int]) -> Iterator[pa.RecordBatch]:
    """Observations of an import that its connector reads differently now."""
    version = columns.connector.manifest.version
    compared = [name for name in OBSERVATIONS.names if name not in _OF_THE_READING]
    con = corpus.connect()
    try:
        ids = [reading.import_id for reading in _readings(old)]
        reader = con.sql("SELECT * FROM observations WHERE list_contains($ids, import_id)", params={"ids": ids})
        for batch in reader.to_arrow_reader(BATCH):
            before, posts, names, raws = [], [], [], []
            for number, seen in enumerate(batch.to_pylist(), columns.counts.read + 1):
                read = columns.take(Row(number, loads(seen["raw"])))
                if read:
                    before.append(seen)
                    # a time of looking that the row does not tell stays as it was
                    posts.append(read[0]._replace(observed_at=read[0].observed_at or seen["observed_at"]))
                    names.append(f"{seen['observation_id'].partition('.')[0]}.{version}")
                    raws.append(read[2])
            if not posts:
                continue
            now = columns.batch(posts, names, raws)
            differ = [
                at
                for at, (one, other) in enumerate(zip(before, now.to_pylist(), strict=True))
                if any(one[name] != other[name] for name in compared)
            ]
            unchanged[0] += len(posts) - len(differ)
            if differ:
                yield now.take(pa.array(differ))
    finally:
        con.close()


def _held(by, election, import_id: str) -> Import:
    policy.check(by, "import.release", _slug(election))
    row = _of(election, import_id)
    if row.state != "held":
        raise Conflict("This import is not held.", where=import_id, remedy="Look at the list of imports.")
    return row


def _of(election, import_id: str) -> Import:
    row = (
        Import.objects.select_related("mapping", "again__mapping")
        .filter(election=_slug(election), import_id=import_id)
        .first()
    )
    if row is None:
        raise NotFound(f"There is no import “{import_id}”.", remedy="The page Imports shows the number of each.")
    return row


def _slug(election) -> str:
    return election.slug if election else ""


def _said(reason: str) -> str:
    if not reason.strip():
        raise BadInput("A reason is needed: it stands in the ledger.", remedy="Say in a few words what you saw.")
    return reason.strip()


def _connector(row: Import) -> Connector:
    return mapped_connector(row.mapping.body) if row.mapping else connector(row.connector)


def _readings(row: Import) -> list[Import]:
    """The import and those that read its rows again."""
    return [row, *Import.objects.filter(again=row, state="done")]


def _languages(row: Import) -> tuple[str, ...]:
    election = Election.objects.filter(slug=row.election).first()
    return tuple(election.post_languages if election else ()) or USUAL


@contextmanager
def _alone(row: Import) -> Iterator[None]:
    place = importing.lock_of(row.import_id)
    try:
        with FileLock(place, timeout=0):
            yield
            place.unlink(missing_ok=True)
    except Timeout:
        raise Conflict(
            "Somebody is working on this import already.", where=row.import_id, remedy="Look again in a minute."
        ) from None


def _back(by, row: Import, error: BaseException) -> None:
    """A release that failed leaves the import held, as it was."""
    said = str(error) if isinstance(error, BesaError) else type(error).__name__
    row.state = "held"
    with transaction.atomic():
        row.save()
        chain.record(by=by, act="import.hold", rows=[row], election=row.election, reason=said)
