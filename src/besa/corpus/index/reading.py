"""A segment as it is read: nothing is held but what the system keeps of its files."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from besa.corpus.index.words import Piece, Sought

#: In `marks`: the post has a later observation in another segment.
GONE = np.uint32(1 << 31)
_LAST = b"\xff"


class Segment:
    """`marks` (bits of concerns, and GONE) and `groups` (thread or family) of its rows may change; all else stays."""

    def __init__(self, folder: Path, marks: str, groups: str | None):
        self.folder = folder
        self.name = folder.name
        self._marks, self._groups = marks, groups
        self._watched: tuple[object, np.ndarray] | None = None

    # what lies on the disk

    @cached_property
    def posts(self) -> pa.Table:
        return pa.ipc.open_file(pa.memory_map(str(self.folder / "posts.arrow"))).read_all()

    def _array(self, name: str) -> np.ndarray:
        return np.load(self.folder / f"{name}.npy", mmap_mode="r").view(np.ndarray)

    ids = cached_property(lambda self: self._array("ids"))
    id_rows = cached_property(lambda self: self._array("id_rows"))
    postings = cached_property(lambda self: self._array("postings"))
    posting_starts = cached_property(lambda self: self._array("posting_starts"))
    tokens = cached_property(lambda self: self._array("tokens"))
    token_starts = cached_property(lambda self: self._array("token_starts"))
    word_starts = cached_property(lambda self: self._array("words"))
    marks = cached_property(lambda self: self._array(self._marks))

    @cached_property
    def vocabulary(self) -> np.ndarray:
        return np.memmap(self.folder / "words.txt", np.uint8, "r") if len(self.word_starts) > 1 else np.empty(0, "u1")

    @cached_property
    def groups(self) -> np.ndarray:
        return self._array(self._groups) if self._groups else self.numbers("thread")

    @cached_property
    def low_groups(self) -> np.ndarray:
        """The lowest bits of each group, next to each other: all of them are looked at for every page."""
        return self.groups.view(np.uint16)[::4].copy()

    @cached_property
    def gone(self) -> bool:
        return bool((self.marks & GONE).any())

    @cached_property
    def at(self) -> np.ndarray:
        return self.numbers("at")

    @property
    def rows(self) -> int:
        return len(self.ids)

    def numbers(self, column: str) -> np.ndarray:
        return self.posts[column].chunk(0).to_numpy()

    def codes(self, column: str) -> np.ndarray:
        """For each row the place of its value in `values`, -1 where it has none."""
        held = self.posts[column].chunk(0).indices
        return held.fill_null(-1).to_numpy() if held.null_count else held.to_numpy()

    def values(self, column: str) -> pa.Array:
        return self.posts[column].chunk(0).dictionary

    # posts

    def row_of(self, number: int) -> int | None:
        at = int(np.searchsorted(self.ids, np.uint64(number)))
        return int(self.id_rows[at]) if at < self.rows and int(self.ids[at]) == number else None

    def rows_of(self, numbers: np.ndarray) -> np.ndarray:
        """The row of each of these ids, -1 where it is not here."""
        if not self.rows:
            return np.full(len(numbers), -1)
        at = np.minimum(np.searchsorted(self.ids, numbers), self.rows - 1)
        return np.where(self.ids[at] == numbers, self.id_rows[at].astype(np.int64), -1)

    def post(self, row: int) -> dict[str, Any]:
        return {name: self.posts[name][row].as_py() for name in self.posts.column_names}

    # words

    def word(self, at: int) -> bytes:
        return self.vocabulary[self.word_starts[at] : self.word_starts[at + 1] - 1].tobytes()

    def numbers_of(self, piece: Piece) -> np.ndarray:
        """The numbers of the words that fit."""
        sought = piece.text.encode()
        if piece.before:
            return self._holding(sought, piece)
        words = range(len(self.word_starts) - 1)
        first = bisect_left(words, sought, key=self.word)
        if piece.after:
            return np.arange(first, bisect_left(words, sought + _LAST, key=self.word))
        return np.arange(first, first + (first < len(words) and self.word(first) == sought))

    def _holding(self, sought: bytes, piece: Piece) -> np.ndarray:
        """One walk over the vocabulary, whose words end in a line end."""
        pattern = re.escape(sought) + (b"" if piece.after else b"\n")
        starts = np.fromiter((hit.start() for hit in re.finditer(pattern, self.vocabulary)), np.int64)
        return np.unique(np.searchsorted(self.word_starts, starts, side="right") - 1)

    def rows_with(self, sought: Sought) -> np.ndarray:
        """Rows in which these words stand one after another, in order."""
        numbers = [self.numbers_of(piece) for piece in sought.pieces]
        if not all(len(held) for held in numbers):
            return np.empty(0, np.uint32)
        if len(numbers) == 1:
            return self._union(numbers[0])
        numbers_first = sorted(numbers, key=lambda held: int(self._lengths(held).sum()))
        rows = self._union(numbers_first[0])
        for held in numbers_first[1:]:
            rows = rows[self._mask(held)[rows]]
        return self._adjacent(rows, numbers)

    def _lengths(self, numbers: np.ndarray) -> np.ndarray:
        return self.posting_starts[numbers + 1].astype(np.int64) - self.posting_starts[numbers]

    def _union(self, numbers: np.ndarray) -> np.ndarray:
        if len(numbers) == 1:
            return self.postings[self.posting_starts[numbers[0]] : self.posting_starts[numbers[0] + 1]]
        return np.flatnonzero(self._mask(numbers)).astype(np.uint32)

    def _mask(self, numbers: np.ndarray) -> np.ndarray:
        mask = np.zeros(self.rows, bool)
        # neighbours in the vocabulary have their rows next to each other
        breaks = np.flatnonzero(np.diff(numbers) > 1) + 1
        starts = self.posting_starts[numbers[np.concatenate([[0], breaks])]].tolist()
        ends = self.posting_starts[numbers[np.concatenate([breaks - 1, [len(numbers) - 1]])] + 1].tolist()
        for start, end in zip(starts, ends, strict=True):
            mask[self.postings[start:end]] = True
        return mask

    def _adjacent(self, rows: np.ndarray, numbers: list[np.ndarray]) -> np.ndarray:
        """Those of the rows in which the words follow one another."""
        starts = self.token_starts[rows].astype(np.int64)
        lengths = self.token_starts[rows + 1] - starts
        whole = np.cumsum(lengths)
        if not len(rows) or not whole[-1]:
            return rows[:0]
        at = np.arange(whole[-1]) + np.repeat(starts - whole + lengths, lengths)
        told, fits = self.tokens[at], None
        for step, held in enumerate(numbers):
            if len(held) == 1:
                here = told == held[0]
            else:
                wanted = np.zeros(len(self.word_starts), bool)
                wanted[held] = True
                here = wanted[told]
            shifted = np.zeros(len(told), bool)
            shifted[: len(told) - step] = here[step:] if step else here
            fits = shifted if fits is None else fits & shifted
        hits = np.flatnonzero(fits)
        row = np.searchsorted(whole, hits, side="right")
        inside = hits + len(numbers) <= whole[row]
        return rows[np.unique(row[inside])]

    # accounts of the watch-list

    def watched(self, watch: Watch) -> np.ndarray:
        """For each row the number of its account in `watch`, 0 where it is not on the list."""
        if self._watched is None or self._watched[0] != watch.digest:
            by_key, by_handle = (watch.numbers(self.values(name)) for name in ("account_key", "account_at"))
            found = by_key[self.codes("account_key")]
            self._watched = (watch.digest, np.where(found > 0, found, by_handle[self.codes("account_at")]))
        return self._watched[1]


class Watch:
    """Accounts by their key, and by `platform:@handle`, with their numbers (from 1 on)."""

    def __init__(self, numbers: Mapping[str, int]):
        self._words = pa.array(numbers.keys(), pa.string())
        self._numbers = np.array([*numbers.values(), 0], np.uint32)
        self.size = int(self._numbers.max()) + 1
        self.digest = hash(frozenset(numbers.items()))

    def numbers(self, words: pa.Array) -> np.ndarray:
        """The number of each word, and 0 at the end, for -1."""
        at = pc.index_in(words.cast(pa.string()), self._words).fill_null(len(self._numbers) - 1)
        return np.append(self._numbers[at.to_numpy()], np.uint32(0))
