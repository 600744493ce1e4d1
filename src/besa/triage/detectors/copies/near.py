"""Texts that are nearly the same: exact Jaccard similarity of the sets of their word triples, without comparing all.

Two sets of which at least the share `threshold` is common must have one of their rarest elements in common
(prefix filter). So elements that stand in one text only are set aside at once, texts that are left with too few
can have no partner, and the others meet where they share a rare element; each such pair is then counted exactly.
Nothing is estimated: what is found is all there is. Triples are compared by 64-bit hashes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np
import polars as pl

#: Words in a row that make one element.
TOGETHER = 3
THRESHOLD = 0.8
_TEXTS_AT_ONCE = 50_000
_PAIRS_AT_ONCE = 200_000
_VALUES_AT_ONCE = 4_000_000
_ODD = [np.uint64(number) for number in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)]
_NEARLY = 1e-9


def pairs(texts: Iterable[str], threshold: float = THRESHOLD) -> pl.DataFrame:
    """All pairs of texts at least so similar: `first` < `second` (places in the input) and `similarity`, in this order.

    Words are what stands between single spaces; a text without any is like no other.
    """
    sets = _Sets(texts)
    kinds = {"first": pl.Int64, "second": pl.Int64, "similarity": pl.Float64}
    some = [pl.DataFrame(dict(zip(kinds, found, strict=True)), kinds) for found in _similar(sets, threshold)]
    return _spread(sets, pl.concat([pl.DataFrame(schema=kinds), *some]))


def families(texts: Iterable[str], threshold: float = THRESHOLD) -> np.ndarray:
    """For each text the place of the first text of its family: those that near-copies link, directly or in a chain.

    A text that is like no other is a family of its own.
    """
    sets = _Sets(texts)
    family = np.arange(sets.count)
    for first, second, _ in _similar(sets, threshold, family):
        _join(family, first, second)
    _join(family, np.flatnonzero(sets.like >= 0), sets.like[sets.like >= 0])
    return family


def _join(family: np.ndarray, first: np.ndarray, second: np.ndarray) -> None:
    """Make one family of the families of each pair; the number of a family is its first text's place."""
    while True:
        one, other = family[first], family[second]
        apart = one != other
        if not apart.any():
            return
        first, second = first[apart], second[apart]
        low, high = np.minimum(one[apart], other[apart]), np.maximum(one[apart], other[apart])
        np.minimum.at(family, high, low)
        while ((up := family[family]) != family).any():
            family[:] = up


class _Sets:
    """Each text's set of elements: how many it has, and those of them that other texts have too.

    `size[text]`; `text[i]`, `element[i]` of each shared element, by text, elements numbered from the rarest on.
    `like[text]` is an earlier text with an equal set (and these sets are left out), or -1.
    """

    def __init__(self, texts: Iterable[str]):
        hashes, counts = [], []
        texts = iter(texts)
        while some := list(islice(texts, _TEXTS_AT_ONCE)):
            found, lengths = _elements(some)
            hashes.append(found)
            counts.append(lengths)
        lengths = np.concatenate(counts) if counts else np.zeros(0, np.int64)
        self.count = len(lengths)
        self.like = np.full(self.count, -1, np.int64)
        values = np.concatenate(hashes) if hashes else np.zeros(0, np.uint64)
        del hashes
        text_of = np.repeat(np.arange(self.count, dtype=np.uint32), lengths)
        shared = _twice(values)
        # what only one text has counts for its size and for nothing else
        self._single = np.bincount(text_of[~shared], minlength=self.count)
        values, text_of = values[shared], text_of[shared]
        del shared
        order = np.argsort(values)
        values, text_of = values[order], text_of[order]
        del order
        element = np.cumsum(np.concatenate([[False], values[1:] != values[:-1]])[: len(values)], dtype=np.uint64)
        key = np.sort((text_of.astype(np.uint64) << np.uint64(32)) | element)
        key = key[np.concatenate([[True], key[1:] != key[:-1]])[: len(key)]]
        self.text, self.element = (
            (key >> np.uint64(32)).astype(np.int64),
            (key & np.uint64(0xFFFFFFFF)).astype(np.int64),
        )
        self.size = self._single + np.bincount(self.text, minlength=self.count)
        self._set_equal_ones_aside()

    def _set_equal_ones_aside(self) -> None:
        mixed = (self.element + 1).astype(np.uint64) * _ODD[0]
        mixed = (mixed ^ (mixed >> np.uint64(29))) * _ODD[1]
        mark = np.zeros(self.count, np.uint64)
        np.add.at(mark, self.text, mixed ^ (mixed >> np.uint64(32)))
        whole = np.flatnonzero((self._single == 0) & (self.size > 0))
        _, first, group = np.unique(mark[whole], return_index=True, return_inverse=True)
        earlier = whole[first[group]]
        self.like[whole[earlier != whole]] = earlier[earlier != whole]
        self._keep(self.like < 0)

    def _keep(self, kept: np.ndarray) -> None:
        mine = kept[self.text]
        self.text, self.element = self.text[mine], self.element[mine]

    def narrow(self, threshold: float) -> None:
        """Leave out, as often as it helps, elements that one text is left with and texts that have too few others."""
        needed = np.ceil(threshold * self.size - _NEARLY)
        while len(self.text):
            often = np.bincount(self.element)
            shared = often[self.element] > 1
            text = self.text[shared]
            enough = np.bincount(text, minlength=self.count) >= needed
            mine = enough[text]
            if mine.all() and shared.all():
                return
            self.text, self.element = text[mine], self.element[shared][mine]

    def sort_by_rarity(self) -> None:
        often = np.bincount(self.element)
        rank = np.empty(len(often), np.int64)
        rank[np.argsort(often, kind="stable")] = np.arange(len(often))
        key = np.sort((self.text << 32) | rank[self.element])
        self.text, self.element = key >> 32, key & 0xFFFFFFFF


def _twice(values: np.ndarray) -> np.ndarray:
    """Whether each value stands there more than once; some of the values at a time, to be sparing with memory."""
    parts = len(values) // _VALUES_AT_ONCE + 1
    if parts == 1:
        return pl.Series(values).is_duplicated().to_numpy()
    shared = np.zeros(len(values), bool)
    part_of = ((values >> np.uint64(40)) % np.uint64(parts)).astype(np.uint16)
    for part in range(parts):
        mine = np.flatnonzero(part_of == part)
        shared[mine] = pl.Series(values[mine]).is_duplicated().to_numpy()
    return shared


def _elements(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Hashes of the word triples of all these texts in a row, and how many each has.

    A text of one or two words is one element; an empty one has none.
    """
    words = pl.Series(texts, dtype=pl.String).str.split(" ")
    lengths = words.list.len().to_numpy().astype(np.int64)
    empty = np.array([not text for text in texts], bool)
    hashed = words.list.explode().hash(1).to_numpy()
    ends = np.cumsum(lengths)
    counts = np.maximum(lengths - TOGETHER + 1, 1)
    counts[empty] = 0
    at = np.arange(counts.sum()) + np.repeat(ends - lengths - (np.cumsum(counts) - counts), counts)
    end = np.repeat(ends, counts)
    found = hashed[at]
    for step in range(1, TOGETHER):
        here = np.minimum(at + step, len(hashed) - 1)
        found = found * _ODD[step] + np.where(at + step < end, hashed[here], np.uint64(step))
    found ^= found >> np.uint64(31)
    return found * _ODD[0], counts


def _similar(
    sets: _Sets, threshold: float, family: np.ndarray | None = None
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Pairs of different sets with their similarity, some at a time. Texts that `family` links are not looked at."""
    from scipy.sparse import csr_array

    sets.narrow(threshold)
    if not len(sets.text):
        return
    sets.sort_by_rarity()
    owned = np.bincount(sets.text, minlength=sets.count)
    starts = np.concatenate([[0], np.cumsum(owned)])
    matrix = csr_array(
        (np.ones(len(sets.element), np.int32), sets.element, starts), shape=(sets.count, int(sets.element.max()) + 1)
    )
    for first, second in _candidates(sets, starts, owned, threshold, family):
        common = np.asarray(matrix[first].multiply(matrix[second]).sum(axis=1)).ravel()
        alike = common / (sets.size[first] + sets.size[second] - common)
        found = alike >= threshold - _NEARLY
        yield first[found], second[found], alike[found]


def _candidates(sets: _Sets, starts: np.ndarray, owned: np.ndarray, threshold: float, family: np.ndarray | None):
    """Pairs of texts that share an element of their prefixes, and may be similar by their sizes; each pair once,
    or where families are made, those that no family links yet."""
    size, text = sets.size, sets.text
    # elements that stood in one text only come first in the order of rarity, so the place counts them
    place = np.arange(len(text)) - starts[text] + (size - owned)[text]
    prefix = size - np.ceil(threshold * size - _NEARLY) + 1
    inside = place < prefix[text]
    text, element, place = text[inside], sets.element[inside], place[inside]
    order = np.lexsort((place, size[text], element))
    text, element, place = text[order], element[order], place[order]
    mine = size[text]
    # the partner is as large or larger, and what is left of this text must suffice for both
    most = np.minimum(
        np.floor(mine / threshold + _NEARLY), np.floor((mine - place) * (1 + threshold) / threshold + _NEARLY) - mine
    )
    key = element * (int(size.max()) + 2) + mine
    until = np.searchsorted(key, element * (int(size.max()) + 2) + np.minimum(most, size.max()), side="right")
    partners = np.maximum(until - np.arange(len(text)) - 1, 0)
    seen = np.zeros(0, np.int64)
    for begin, end in _stretches(partners):
        some = partners[begin:end]
        one = np.repeat(np.arange(begin, end), some)
        other = one + 1 + np.arange(len(one)) - np.repeat(np.cumsum(some) - some, some)
        left = np.minimum(mine[one] - place[one], mine[other] - place[other])
        enough = left >= np.ceil(threshold / (1 + threshold) * (mine[one] + mine[other]) - _NEARLY)
        low, high = np.minimum(text[one], text[other])[enough], np.maximum(text[one], text[other])[enough]
        pair = np.sort(low * sets.count + high)
        pair = pair[np.concatenate([[True], pair[1:] != pair[:-1]])[: len(pair)]]
        if family is not None:
            pair = pair[family[pair // sets.count] != family[pair % sets.count]]
        elif end < len(partners) or len(seen):
            pair = pair[~np.isin(pair, seen, assume_unique=True)]
            seen = np.concatenate([seen, pair])
        if len(pair):
            yield pair // sets.count, pair % sets.count


def _stretches(partners: np.ndarray) -> Iterator[tuple[int, int]]:
    """Stretches of entries that have some _PAIRS_AT_ONCE partners together."""
    total = np.cumsum(partners)
    begin = 0
    while begin < len(partners):
        done = total[begin - 1] if begin else 0
        end = max(begin + 1, int(np.searchsorted(total, done + _PAIRS_AT_ONCE, side="right")))
        yield begin, end
        begin = end


def _spread(sets: _Sets, found: pl.DataFrame) -> pl.DataFrame:
    """The pairs between different sets, handed on to all texts with equal sets, and the pairs among these."""
    place = np.arange(sets.count)
    members = pl.DataFrame({"set": np.where(sets.like < 0, place, sets.like), "text": place})
    copied = members.filter(pl.col("set").is_in(sets.like[sets.like >= 0]))
    among = copied.join(copied, on="set", suffix="_other").filter(pl.col("text") < pl.col("text_other"))
    between = found.join(members, left_on="first", right_on="set")
    between = between.join(members, left_on="second", right_on="set", suffix="_other")
    return pl.concat(
        [
            between.select(
                first=pl.min_horizontal("text", "text_other"), second=pl.max_horizontal("text", "text_other"),
                similarity="similarity",
            ),
            among.select(first="text", second="text_other", similarity=pl.lit(1.0)),
        ]
    ).sort("first", "second")  # fmt: skip
