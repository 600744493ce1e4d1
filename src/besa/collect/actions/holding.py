"""Imports whose shape has changed wait outside the corpus: raw rows kept, nothing of them to be seen downstream."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterable
from pathlib import Path

import orjson
from django.db import transaction

from besa.base import clock
from besa.base.home import Home
from besa.collect.actions.opening import Source
from besa.collect.models import Import
from besa.collect.rules.change import Change, changes, with_all
from besa.collect.rules.columns import Columns
from besa.collect.types import Connector, Counts, Row
from besa.ledger import chain

#: So many earlier imports of a connector are its history.
_HISTORY = 20


class Changed(Exception):
    """Not one row of this import goes into the corpus: `found` says what is different about it."""

    def __init__(self, found: list[Change], counts: Counts):
        super().__init__()
        self.found, self.counts = found, counts


def check(row: Import, counts: Counts) -> None:
    """To be asked when all rows are read and none is in the corpus yet. Raises Changed where they must wait."""
    # A mapping names what it reads; further columns of somebody's table are no change of a platform.
    keys = {} if row.mapping_id else counts.unmapped_keys
    earlier = [(with_all(old.filled, old.read), old.unmapped_keys) for old in history(row)]
    if found := changes(with_all(counts.filled, counts.read), keys, earlier):
        raise Changed(found, counts)


def history(row: Import) -> list[Import]:
    """Earlier imports that went in, by the same connector (and mapping), newest first."""
    alike = Import.objects.filter(connector=row.connector, state="done", again=None).exclude(filled={})
    alike = alike.filter(mapping__name=row.mapping.name) if row.mapping else alike.filter(mapping=None)
    return list(alike.exclude(pk=row.pk).order_by("-id")[:_HISTORY])


def hold(by, row: Import, rows: Iterable[Row], chosen: Connector, changed: Changed) -> None:
    """Keep the rows as they may be stored, and mark the import. The file comes first, the mark after it."""
    _keep(row.import_id, rows, Columns(chosen, {}))
    counts = changed.counts
    row.state, row.finished_at = "held", clock.now()
    row.changes = [change.plain() for change in changed.found]
    row.connector_version = chosen.manifest.version
    row.read, row.mapped, row.duplicate = counts.read, 0, 0
    waiting = counts.read - sum(counts.skipped.values())
    row.skipped = {**counts.skipped, **({"held": waiting} if waiting else {})}
    for name in ("unmapped_keys", "problems", "redacted", "filled"):
        setattr(row, name, getattr(counts, name))
    names = ", ".join(sorted({change.name for change in changed.found}))
    with transaction.atomic():
        row.save()
        chain.record(by=by, act="import.hold", rows=[row], election=row.election, reason=names)


def place(import_id: str) -> Path:
    """Where the rows of a held import wait."""
    return Home.here().held / f"{import_id}.jsonl.gz"


def source_of(import_id: str) -> Source:
    """The rows of a held import, to be read as those of a file are."""
    waiting = place(import_id)
    return Source(waiting.name, "held", b"", lambda: gzip.open(waiting, "rb"))


def drop(import_id: str) -> None:
    place(import_id).unlink(missing_ok=True)


def _keep(import_id: str, rows: Iterable[Row], columns: Columns) -> None:
    target = place(import_id)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".draft")
    with gzip.open(draft, "wb", compresslevel=3) as out:
        for row in rows:
            if row.reason or not isinstance(row.raw, dict):
                reason = row.reason or "not_a_record"
                problem = row.problem if row.reason else "A row must be a JSON object."
                out.write(orjson.dumps({"line": row.line, "reason": reason, "problem": problem}) + b"\n")
            else:
                out.write(b'{"line":%d,"raw":%b}\n' % (row.line, columns.redacted(row.raw)[1]))
    os.replace(draft, target)
