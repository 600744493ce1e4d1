"""The index beside the corpus: made from it, never a source of anything, and taken into use all at once."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Callable, Collection
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from filelock import FileLock, Timeout

from besa.base import clock
from besa.base.errors import Conflict
from besa.corpus.index.building import LARGE, Latest, Writing, public
from besa.corpus.index.reading import GONE, Segment
from besa.corpus.index.search import Found, Query, fitting
from besa.corpus.index.segment import COLUMNS, id_of
from besa.corpus.store import Corpus

_FORMAT = 1
_WAIT_SECONDS = 600
#: From so many small segments on they are laid together.
_MANY = 8
_NEVER = -(2**63)


@dataclass(frozen=True)
class State:
    """What stands in the index: the corpus as it was at `corpus`, signals at `signals`, families as `families` says.

    `segments`: {name, rows, marks, groups} each. `concerns`: the meaning of the bits of the marks.
    """

    corpus: int = -1
    signals: int = -1
    families: str = ""
    concerns: tuple[str, ...] = ()
    segments: tuple[dict[str, Any], ...] = field(default=())
    made_at: str = field(default="", compare=False)

    @property
    def posts(self) -> int:
        return sum(one["live"] for one in self.segments)


@dataclass(frozen=True)
class Families:
    """Near-copies: a name that changes when they do, and `read()` -> (post_key, family) in two columns."""

    name: str
    read: Callable[[], pa.Table]


def _new(what: str) -> str:
    return f"{what}-{secrets.token_hex(6)}"


_open: dict[Path, tuple[State, dict[tuple, Segment]]] = {}


class Index:
    def __init__(self, root: Path, corpus: Corpus):
        self.root, self.corpus = Path(root), corpus

    # reading

    def state(self) -> State:
        try:
            held = json.loads((self.root / "state.json").read_text())
        except FileNotFoundError:
            return State()
        if held.pop("format") != _FORMAT:
            return State()
        return State(**held | {"concerns": tuple(held["concerns"]), "segments": tuple(held["segments"])})

    def segments(self) -> tuple[State, list[Segment]]:
        """The segments as they stand now; files that did not change stay open."""
        for _ in range(5):
            state, known = self.state(), _open.get(self.root, (None, {}))[1]
            try:
                held = {}
                for one in state.segments:
                    key = (one["name"], one["marks"], one["groups"])
                    held[key] = known.get(key) or Segment(self.root / one["name"], one["marks"], one["groups"])
            except FileNotFoundError:  # a writer was quicker
                continue
            _open[self.root] = (state, held)
            return state, list(held.values())
        raise Conflict("The index is being changed again and again.", remedy="Try again in a minute.")

    def find(self, query: Query, watch=None) -> Found:
        return fitting(self.segments()[1], query, watch)

    def place_of(self, number: int) -> tuple[Segment, int] | None:
        """Where the post of this id stands."""
        for segment in reversed(self.segments()[1]):
            row = segment.row_of(number)
            if row is not None and not segment.marks[row] & GONE:
                return segment, row
        return None

    def post(self, number: int) -> dict[str, Any] | None:
        """The post of this id, in the columns of COLUMNS."""
        found = self.place_of(number)
        return found[0].post(found[1]) if found else None

    # writing

    def refresh(self, *, families: Families | None = None, advance: Callable[[int], None] | None = None) -> State:
        """Take in what came since. What is cut off has no effect."""
        with self._writer():
            return self._refreshed(self.state(), families, advance)

    def rebuild(self, *, families: Families | None = None, advance: Callable[[int], None] | None = None) -> State:
        """Make it anew from the corpus; the old one serves until then."""
        with self._writer():
            return self._refreshed(State(), families, advance)

    def waiting(self) -> bool:
        """Whether the corpus has something that the index has not."""
        state = self.state()
        return (state.signals, state.corpus) != (self.corpus.version_of("signals"), self.corpus.version())

    def forget(self, post_keys: Collection[str]) -> int:
        """Take these posts out, with every word that only they said; how many were there. The corpus is not touched."""
        numbers = np.unique(np.array([id_of(key) for key in post_keys], np.uint64))
        with self._writer():
            state = self.state()
            hit = [one for one in self._opened(state) if (one.rows_of(numbers) >= 0).any()]
            if not hit:
                return 0
            kept = self._relaid(state, hit, numbers)
            self._take_into_use(kept)
            return state.posts - kept.posts

    def drop(self) -> None:
        """Throw all of it away; the next refresh makes it anew."""
        with self._writer():
            if self.state().segments:
                self._take_into_use(State())

    def _refreshed(self, state: State, families: Families | None, advance) -> State:
        # signals first: a signal is never about a post that is not read
        signals, version = self.corpus.version_of("signals"), self.corpus.version()
        fresh = self._with_posts(state, version, advance)
        if fresh is None:  # an earlier reading was corrected
            state = State()
            fresh = self._with_posts(state, version, advance)
        fresh = self._with_signals(fresh, signals)
        fresh = self._with_families(state, fresh, families)
        fresh = self._tidy(fresh)
        if fresh != self.state() or not (self.root / "state.json").exists():
            self._take_into_use(fresh)
        return fresh

    def _with_posts(self, state: State, version: int, advance) -> State | None:
        files = self.corpus.added("observations", state.corpus, version)
        if not files:
            return replace(state, corpus=version)
        latest = Latest(files, self.corpus.staging, corrected=state.corpus < 0 and self.corpus.corrected)
        try:
            if state.corpus >= 0 and latest.corrects:
                return None
            old = self._opened(state)
            gone = {one.name: np.array(one.marks) for one in old}
            carried: list[tuple[np.ndarray, np.ndarray]] = []
            with Writing(self.root, latest.rows) as writing:
                for table in latest.tables(LARGE, advance):
                    if old:
                        table = _newer(table, old, gone, carried)
                    posts = public(table)
                    if posts.num_rows:
                        writing.add(posts, _new("segment"))
                names = writing.finish()
        finally:
            latest.close()
        held = [
            one if np.array_equal(gone[one["name"]], segment.marks) else self._marked(one, gone[one["name"]])
            for one, segment in zip(state.segments, old, strict=True)
        ]
        for name in names:
            rows = len(np.load(self.root / name / "ids.npy", mmap_mode="r"))
            marks = np.zeros(rows, np.uint32)
            one = self._marked({"name": name, "rows": rows, "groups": None}, marks)
            if carried:
                segment = Segment(self.root / name, one["marks"], None)
                for numbers, bits in carried:
                    row = segment.rows_of(numbers)
                    marks[row[row >= 0]] |= bits[row >= 0]
                one = self._marked(one, marks)
            held.append(one)
        return replace(state, corpus=version, segments=tuple(held))

    def _with_signals(self, state: State, version: int) -> State:
        files = self.corpus.added("signals", state.signals, version)
        if not files:
            return replace(state, signals=version)
        with duckdb.connect() as con:
            told = con.sql(
                """SELECT concern, md5_number_lower(post_key) AS id FROM read_parquet($files)
                WHERE concern IS NOT NULL GROUP BY ALL""",
                params={"files": files},
            ).to_arrow_table()
        named = list(dict.fromkeys([*state.concerns, *sorted(set(told["concern"].to_pylist()))]))
        concern = np.array([named.index(one) for one in told["concern"].to_pylist()], np.uint32)
        bit, numbers, held = np.uint32(1) << concern, told["id"].to_numpy(), []
        for one, segment in zip(state.segments, self._opened(state), strict=True):
            row, marks = segment.rows_of(numbers), np.array(segment.marks)
            np.bitwise_or.at(marks, row[row >= 0], bit[row >= 0])
            held.append(one if np.array_equal(marks, segment.marks) else self._marked(one, marks))
        return replace(state, signals=version, concerns=tuple(named), segments=tuple(held))

    def _with_families(self, before: State, state: State, families: Families | None) -> State:
        if families is None:
            return state
        known = {one["name"] for one in before.segments} if families.name == before.families else set()
        if all(one["name"] in known for one in state.segments):
            return replace(state, families=families.name)
        told = families.read()
        numbers = np.array([id_of(key) for key in told["post_key"].to_pylist()], np.uint64)
        group = np.array([id_of(f"family:{key}") for key in told["family"].to_pylist()], np.uint64)
        held = []
        for one, segment in zip(state.segments, self._opened(state), strict=True):
            row = segment.rows_of(numbers)
            if one["name"] not in known and (one["groups"] or (row >= 0).any()):
                groups = np.array(segment.numbers("thread"))
                groups[row[row >= 0]] = group[row >= 0]
                one = one | {"groups": self._saved(one["name"], "groups", groups)}
            held.append(one)
        return replace(state, families=families.name, segments=tuple(held))

    def _tidy(self, state: State) -> State:
        """Small segments laid together where there are many, and those left in which a quarter is outdated."""
        held = list(zip(state.segments, self._opened(state), strict=True))
        small = [segment for one, segment in held if one["live"] < LARGE // 2]
        stale = [segment for one, segment in held if one["live"] < one["rows"] * 3 // 4]
        if len(small) < _MANY and not stale:
            return state
        return self._relaid(state, [*(small if len(small) >= _MANY else ()), *(s for s in stale if s not in small)])

    def _relaid(self, state: State, chosen: list[Segment], without: np.ndarray | None = None) -> State:
        """The posts of the chosen segments in new ones, but for those that are outdated, or named by their ids."""
        names, held = {one.name for one in chosen}, [one for one in state.segments]
        batches: list[list[Segment]] = [[]]
        for segment in chosen:
            if batches[-1] and sum(one.rows for one in [*batches[-1], segment]) > LARGE:
                batches.append([])
            batches[-1].append(segment)
        held = [one for one in held if one["name"] not in names]
        for batch in batches:
            keep = [segment.marks < GONE for segment in batch]
            if without is not None:
                keep = [
                    mask & ~np.isin(segment.numbers("id"), without) for mask, segment in zip(keep, batch, strict=True)
                ]
            posts = pa.concat_tables(
                [segment.posts.filter(pa.array(mask)) for mask, segment in zip(keep, batch, strict=True)]
            ).select(COLUMNS.names)
            if not posts.num_rows:
                continue
            name = _new("segment")
            with Writing(self.root, 0) as writing:
                writing.add(posts, name)
            marks, groups = np.zeros(posts.num_rows, np.uint32), None
            laid = Segment(self.root / name, self._saved(name, "marks", marks), None)
            grouped = np.array(laid.numbers("thread"))
            for mask, segment in zip(keep, batch, strict=True):
                row = laid.rows_of(segment.numbers("id")[mask])
                marks[row], grouped[row] = segment.marks[mask], segment.groups[mask]
            if not np.array_equal(grouped, laid.numbers("thread")):
                groups = self._saved(name, "groups", grouped)
            held.append(self._marked({"name": name, "rows": posts.num_rows, "groups": groups}, marks))
        return replace(state, segments=tuple(held))

    def _opened(self, state: State) -> list[Segment]:
        return [Segment(self.root / one["name"], one["marks"], one["groups"]) for one in state.segments]

    def _marked(self, one: dict, marks: np.ndarray) -> dict:
        return one | {"marks": self._saved(one["name"], "marks", marks), "live": int((marks < GONE).sum())}

    def _saved(self, segment: str, what: str, array: np.ndarray) -> str:
        name = _new(what)
        np.save(self.root / segment / f"{name}.npy", array)
        return name

    def _take_into_use(self, state: State) -> None:
        """One rename; whatever the state does not name goes."""
        state = replace(state, made_at=clock.now().isoformat())
        draft = self.root / "state.json.draft"
        document = {"format": _FORMAT} | {name: getattr(state, name) for name in State.__dataclass_fields__}
        draft.write_text(json.dumps(document))
        draft.replace(self.root / "state.json")
        self._sweep(state)

    def _sweep(self, state: State) -> None:
        held = {one["name"]: {f"{one['marks']}.npy", f"{one['groups']}.npy"} for one in state.segments}
        for path in self.root.glob("segment*"):
            if path.name not in held:
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
                continue
            for left in [*path.glob("marks-*.npy"), *path.glob("groups-*.npy")]:
                if left.name not in held[path.name]:
                    left.unlink(missing_ok=True)

    @contextmanager
    def _writer(self):
        self.root.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.root / "writer.lock", timeout=_WAIT_SECONDS):
                self._sweep(self.state())
                yield
        except Timeout:
            raise Conflict(
                "Another process has been making the index for ten minutes.",
                remedy="Wait for it to end, then run this again; the index that stands serves until then.",
            ) from None


def _newer(
    table: pa.Table, old: list[Segment], gone: dict[str, np.ndarray], carried: list[tuple[np.ndarray, np.ndarray]]
) -> pa.Table:
    """The rows that are no older than what the index has of the same posts; what they replace is noted in `gone`,
    and the marks that go over to them in `carried`."""
    numbers, keep = table["id"].to_numpy(), np.ones(table.num_rows, bool)
    for segment in old:
        row = segment.rows_of(numbers)
        at = np.flatnonzero((row >= 0) & (segment.marks[row] < GONE))
        if not len(at):
            continue
        ours, theirs = table.take(pa.array(at)), segment.posts.take(pa.array(row[at]))
        seen, had = (side["observed_at"].fill_null(_NEVER).to_numpy() for side in (ours, theirs))
        later = pc.greater(ours["observation_id"].cast(pa.large_string()), theirs["observation_id"]).to_numpy()
        newer = (seen > had) | ((seen == had) & later)
        replaced = row[at[newer]]
        gone[segment.name][replaced] |= GONE
        carried.append((numbers[at[newer]], segment.marks[replaced]))
        keep[at[~newer]] = False
    return table.filter(pa.array(keep))
