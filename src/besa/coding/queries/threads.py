"""Which posts stand around a docketed one: out of the index beside the corpus; what that does not know, out of the
corpus itself, which must be walked through for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from besa.base.home import Home
from besa.corpus import Corpus
from besa.corpus.index.keeping import Index
from besa.corpus.index.reading import GONE, Segment
from besa.corpus.index.segment import id_of
from besa.triage.models import DocketItem

#: So many answers under the same parent are shown, those nearest in time.
_SIBLINGS = 4
_COLUMNS = (
    "post_key", "platform", "kind", "account_key", "account_handle", "account_name", "host_account_key", "parent_key",
    "url", "text", "language", "gone_cause",
)  # fmt: skip
#: First the keys alone, then the few posts that are shown: the view `posts` would put all observations in order.
_KEYS = """
SELECT post_key, parent_key, any_value(posted_at) AS posted_at
FROM observations WHERE election = $slug AND parent_key IN (SELECT unnest($parents)) GROUP BY ALL
"""
_NEAR = f"""
SELECT {", ".join(_COLUMNS)}, posted_at
FROM observations WHERE election = $slug AND post_key IN (SELECT unnest($keys))
QUALIFY row_number() OVER (PARTITION BY post_key ORDER BY observed_at DESC NULLS LAST, observation_id DESC) = 1
"""  # noqa: S608 - our own names


@dataclass(frozen=True)
class Thread:
    """Rows of the corpus: the parent (one or none), answers to the same parent; `gone`: why the post is."""

    parent: tuple[Mapping[str, Any], ...] = ()
    beside: tuple[Mapping[str, Any], ...] = ()
    gone: str = ""


def threads(items: list[DocketItem]) -> dict[int, Thread]:
    """The thread around each of these posts of one election."""
    found = _indexed(items)
    if missing := [item for item in items if item.pk not in found]:
        found |= _walked(missing)
    return found


def _indexed(items: list[DocketItem]) -> dict[int, Thread]:
    """Of those posts that the index knows."""
    home = Home.here()
    index = Index(home.index, Corpus(home.corpus))
    places = {item.pk: index.place_of(id_of(item.post_key)) for item in items}
    known = [item for item in items if places[item.pk]]
    if not known:
        return {}
    slug, segments = known[0].election.slug, index.segments()[1]
    begins = {item.pk: _thread(*places[item.pk]) for item in known if item.parent_key}
    rows = [_rows_of(segment, set(begins.values())) for segment in segments]
    found = {}
    for item in known:
        parent, beside = (), ()
        if item.parent_key:
            place = index.place_of(id_of(item.parent_key))
            parent = tuple(row for row in [_row(*place)] if row["election"] == slug) if place else ()
            near = [
                (abs(int(segment.at[row]) - item.posted_at.timestamp()), segment, row)
                for segment, held in zip(segments, rows, strict=True)
                for row in _answers(segment, held.get(begins[item.pk]), item)
            ]
            nearest = sorted(near, key=lambda one: (one[0], one[2]))[:_SIBLINGS]
            beside = tuple(_row(segment, row) for _, segment, row in nearest)
        segment, row = places[item.pk]
        found[item.pk] = Thread(parent, beside, segment.posts["gone_cause"][row].as_py() or "")
    return found


def _thread(segment: Segment, row: int) -> int:
    return int(segment.numbers("thread")[row])


def _rows_of(segment: Segment, wanted: set[int]) -> dict[int, np.ndarray]:
    """The rows of each of these threads."""
    held, sought = segment.numbers("thread"), np.sort(np.array(list(wanted), np.uint64))
    if not len(sought) or not len(held):
        return {}
    # the lowest bits tell nearly all others apart
    maybe = np.zeros(1 << 16, bool)
    maybe[(sought & np.uint64(0xFFFF)).astype(np.uint16)] = True
    near = np.flatnonzero(maybe[held.view(np.uint16)[::4]])
    near = near[segment.marks[near] < GONE]
    return {int(one): near[held[near] == one] for one in sought}


def _answers(segment: Segment, rows: np.ndarray | None, item: DocketItem) -> list[int]:
    """Of the rows of its thread those that answer the same post, itself left out."""
    if rows is None or not len(rows):
        return []
    some = segment.posts.select(["post_key", "parent_key", "election"]).take(pa.array(rows))
    fits = pc.and_(pc.equal(some["parent_key"], item.parent_key), pc.not_equal(some["post_key"], item.post_key))
    fits = pc.and_(fits, pc.equal(some["election"].cast(pa.string()), item.election.slug)).fill_null(False)
    return rows[fits.to_numpy()].tolist()


def _row(segment: Segment, row: int) -> dict[str, Any]:
    found = segment.post(row)
    return {**found, "posted_at": datetime.fromtimestamp(found["at"], UTC) if found["at"] else None}


def _walked(items: list[DocketItem]) -> dict[int, Thread]:
    """The same by a walk through the corpus; one for all of them."""
    slug = items[0].election.slug
    parents = {item.parent_key for item in items if item.parent_key}
    answers: dict[str, list[dict]] = {}
    con = Corpus(Home.here().corpus).connect()
    try:
        if parents:
            found = con.sql(_KEYS, params={"slug": slug, "parents": sorted(parents)}).to_arrow_table()
            for row in found.to_pylist():
                answers.setdefault(row["parent_key"], []).append(row)
        beside = {item.pk: _nearest(item, answers.get(item.parent_key, ())) for item in items}
        keys = parents.union((item.post_key for item in items), *beside.values())
        rows = con.sql(_NEAR, params={"slug": slug, "keys": sorted(keys)}).to_arrow_table().to_pylist()
    finally:
        con.close()
    by_key = {row["post_key"]: row for row in rows}
    return {
        item.pk: Thread(
            tuple(by_key[key] for key in (item.parent_key,) if key in by_key),
            tuple(by_key[key] for key in beside[item.pk]),
            (by_key.get(item.post_key) or {}).get("gone_cause") or "",
        )
        for item in items
    }


def _nearest(item: DocketItem, answers: Iterable[Mapping[str, Any]]) -> list[str]:
    spans = {
        row["post_key"]: abs(((row["posted_at"] or item.posted_at) - item.posted_at).total_seconds())
        for row in answers
        if row["post_key"] != item.post_key
    }
    return sorted(spans, key=lambda key: (spans[key], key))[:_SIBLINGS]
