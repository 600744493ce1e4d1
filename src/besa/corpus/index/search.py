"""What fits a query, newest first, and counts of it. Each segment answers for itself; answers are added up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from besa.corpus.index.reading import GONE, Segment, Watch
from besa.corpus.index.words import Sought

#: Of a thread or family the newest is shown; so many groups can be leafed through.
DEEPEST = 2_000


@dataclass(frozen=True)
class Query:
    """All of these must fit. `spans`: seconds since 1970, [first, last); `accounts`: numbers of a `Watch`."""

    sought: tuple[Sought, ...] = ()
    equal: tuple[tuple[str, str], ...] = ()
    spans: tuple[tuple[int, int], ...] | None = None
    accounts: frozenset[int] | None = None
    marks: int = 0
    group: int | None = None


@dataclass(frozen=True)
class Card:
    """A post, and how many that fit (it included) its thread or family holds."""

    segment: Segment
    row: int
    posts: int = 1

    @property
    def group(self) -> int:
        return int(self.segment.groups[self.row])


@dataclass
class Found:
    """Rows of each segment, in order; None where all fit."""

    parts: list[tuple[Segment, np.ndarray | None]] = field(default_factory=list)
    _by_account: tuple[int, np.ndarray] | None = None

    @property
    def count(self) -> int:
        return sum(segment.rows if rows is None else len(rows) for segment, rows in self.parts)

    # posts

    def newest(self, number: int) -> list[tuple[Segment, int]]:
        """The newest posts, newest first."""
        ats, ids, parts, rows = [], [], [], []
        for at, (segment, held) in enumerate(self.parts):
            last = np.arange(max(0, segment.rows - number), segment.rows) if held is None else held[-number:]
            ats.append(segment.at[last])
            ids.append(segment.numbers("id")[last])
            rows.append(last)
            parts.append(np.full(len(last), at))
        if not ats:
            return []
        order = np.lexsort((np.concatenate(ids), ~np.concatenate(ats)))[:number]
        row, part = np.concatenate(rows)[order].tolist(), np.concatenate(parts)[order].tolist()
        return [(self.parts[at][0], one) for at, one in zip(part, row, strict=True)]

    def page(self, first: int, size: int, *, together: bool = True) -> tuple[list[Card], bool]:
        """(cards first..first+size of those that fit, newest first; whether more follow).

        `together`: of each thread or family only the newest post is there.
        """
        wanted = min(first + size, DEEPEST) + 1
        if not together:
            cards = [Card(*place) for place in self.newest(wanted)]
            return cards[first : first + size], len(cards) > first + size
        look, all_posts = 4 * wanted, self.count
        while True:
            groups: dict[int, Card] = {}
            for segment, row in self.newest(look):
                groups.setdefault(int(segment.groups[row]), Card(segment, row))
            if len(groups) >= wanted or look >= all_posts:
                break
            look *= 8
        shown = dict(list(groups.items())[first : min(first + size, DEEPEST)])
        sizes = self._sizes(list(shown))
        cards = [Card(card.segment, card.row, sizes[group]) for group, card in shown.items()]
        return cards, len(groups) > first + size and first + size < DEEPEST

    def _sizes(self, groups: list[int]) -> dict[int, int]:
        """How many posts that fit are in each of these groups."""
        wanted = np.sort(np.array(groups, np.uint64))
        counts = np.zeros(len(wanted), np.int64)
        # the lowest bits of a group tell nearly all others apart
        maybe = np.zeros(1 << 16, bool)
        maybe[(wanted & np.uint64(0xFFFF)).astype(np.uint16)] = True
        for segment, rows in self.parts:
            low = segment.low_groups if rows is None else segment.low_groups[rows]
            near = np.flatnonzero(maybe[low])
            held = segment.groups[near if rows is None else rows[near]]
            at = np.minimum(np.searchsorted(wanted, held), max(len(wanted) - 1, 0))
            counts += np.bincount(at[wanted[at] == held], minlength=len(wanted)) if len(wanted) else 0
        return dict(zip(wanted.tolist(), counts.tolist(), strict=True))

    # counts

    def by(self, column: str) -> dict[str, int]:
        """How many have each value of a column in which few values return."""
        counts: dict[str, int] = {}
        for segment, rows in self.parts:
            codes = segment.codes(column)
            held = np.bincount((codes if rows is None else codes[rows]) + 1).tolist()
            for value, n in zip([None, *segment.values(column).to_pylist()], held, strict=False):
                if n:
                    counts[value or ""] = counts.get(value or "", 0) + n
        return counts

    def by_span(self, edges: Sequence[int]) -> np.ndarray:
        """How many were posted between each two of these moments."""
        counts = np.zeros(max(len(edges) - 1, 0), np.int64)
        for segment, rows in self.parts:
            counts += np.diff(_places(segment, rows, edges))
        return counts

    def by_account(self, watch: Watch) -> np.ndarray:
        """How many each number of the watch-list said; counted once."""
        if self._by_account is None or self._by_account[0] != watch.digest:
            counts = np.zeros(watch.size, np.int64)
            for segment, rows in self.parts:
                held = segment.watched(watch)
                counts += np.bincount(held if rows is None else held[rows], minlength=watch.size)
            self._by_account = watch.digest, counts
        return self._by_account[1]

    def by_mark(self, bits: int) -> list[int]:
        """How many bear each of the first `bits` marks."""
        counts = np.zeros(1 << bits, np.int64)
        for segment, rows in self.parts:
            held = (segment.marks if rows is None else segment.marks[rows]) & np.uint32((1 << bits) - 1)
            counts += np.bincount(held, minlength=1 << bits)
        both = np.arange(1 << bits)
        return [int(counts[(both >> bit & 1).astype(bool)].sum()) for bit in range(bits)]

    def cross(self, edges: Sequence[int], column: str, watch: Watch, of: np.ndarray) -> dict[tuple[int, str, int], int]:
        """How many by (span, value of the column, `of` their account's number): what is nothing is left out."""
        kinds, spans, counts = int(of.max()) + 1, len(edges) - 1, {}
        for segment, rows in self.parts:
            codes, values = segment.codes(column), ["", *segment.values(column).to_pylist()]
            kind = of[segment.watched(watch)]
            if rows is not None:
                codes, kind = codes[rows], kind[rows]
            places = _places(segment, rows, edges)
            inside = slice(places[0], places[-1])
            cell = (codes[inside] + 1) * kinds + kind[inside]
            cell += np.repeat(np.arange(spans, dtype=cell.dtype) * (len(values) * kinds), np.diff(places))
            held = np.bincount(cell)
            for at in np.flatnonzero(held).tolist():
                key = (at // (len(values) * kinds), values[at // kinds % len(values)], at % kinds)
                counts[key] = counts.get(key, 0) + int(held[at])
        return counts


def _places(segment: Segment, rows: np.ndarray | None, edges: Sequence[int]) -> np.ndarray:
    """Where among the rows that fit each moment falls."""
    places = np.searchsorted(segment.at, np.array(edges, np.uint32))
    return places if rows is None else np.searchsorted(rows, places.astype(np.uint32))


def fitting(segments: Sequence[Segment], query: Query, watch: Watch | None = None) -> Found:
    return Found([(segment, _rows(segment, query, watch)) for segment in segments])


def _rows(segment: Segment, query: Query, watch: Watch | None) -> np.ndarray | None:
    rows: np.ndarray | None = None
    for sought in query.sought:
        if not sought.absent:
            held = segment.rows_with(sought)
            rows = held if rows is None else _both(rows, held, segment.rows)
            if not len(rows):
                return rows
    if query.spans is not None:
        places = [tuple(np.searchsorted(segment.at, np.array(span, np.uint32)).tolist()) for span in query.spans]
        if places != [(0, segment.rows)]:
            rows = _within(rows, places)
    for fits in _tests(segment, query, watch):
        rows = (np.flatnonzero(fits) if rows is None else rows[fits[rows]]).astype(np.uint32, copy=False)
    for sought in query.sought:
        if sought.absent:
            rows = _without(rows, segment.rows_with(sought), segment.rows)
    return rows


def _tests(segment: Segment, query: Query, watch: Watch | None):
    """Masks over all rows."""
    if segment.gone:
        yield segment.marks < GONE
    for column, value in query.equal:
        at = segment.values(column).index(value).as_py()
        if at < 0 or segment.posts[column].null_count or len(segment.values(column)) > 1:
            yield segment.codes(column) == (at if at >= 0 else -2)
    if query.accounts is not None:
        wanted = np.zeros(watch.size, bool)
        wanted[list(query.accounts)] = True
        yield wanted[segment.watched(watch)]
    if query.marks:
        yield (segment.marks & np.uint32(query.marks)) != 0
    if query.group is not None:
        yield segment.groups == np.uint64(query.group)


def _both(one: np.ndarray, other: np.ndarray, rows: int) -> np.ndarray:
    few, many = sorted((one, other), key=len)
    mask = np.zeros(rows, bool)
    mask[many] = True
    return few[mask[few]]


def _without(rows: np.ndarray | None, held: np.ndarray, all_rows: int) -> np.ndarray:
    mask = np.ones(all_rows, bool)
    mask[held] = False
    return (np.flatnonzero(mask) if rows is None else rows[mask[rows]]).astype(np.uint32, copy=False)


def _within(rows: np.ndarray | None, places: list[tuple[int, int]]) -> np.ndarray:
    if rows is None:
        runs = [np.arange(first, last, dtype=np.uint32) for first, last in places]
        return np.concatenate([np.empty(0, np.uint32), *runs])
    cut = [np.searchsorted(rows, np.array(place, np.uint32)) for place in places]
    return np.concatenate([rows[:0], *(rows[first:last] for first, last in cut)])
