"""Texts that are nearly the same: exact Jaccard similarity of the sets of their word triples, without comparing all.

Two sets of which at least the share `threshold` is common must have one of their rarest elements in common
(prefix filter). So elements that stand in one text only are set aside at once, texts that are left with too few
can have no partner, and the others meet where they share a rare element; each such pair is then counted exactly.
Nothing is estimated: what is found is all there is. Triples are compared by 64-bit hashes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import polars as pl

from besa.triage.detectors.copies.parts import Parts

#: Words in a row that make one element.
TOGETHER = 3
THRESHOLD = 0.8
_TEXTS_AT_ONCE = 50_000
_PAIRS_AT_ONCE = 200_000
#: So few texts are compared with each other without looking how often they meet.
_FEW = 32
#: Elements wait on disk in so many parts, told by the first bits of their hashes.
_PART_BITS = 5
_PARTS = 1 << _PART_BITS
_ODD = [np.uint64(number) for number in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)]
_NEARLY = 1e-9


def pairs(texts: Iterable[str], threshold: float = THRESHOLD) -> pl.DataFrame:
    """All pairs of texts at least so similar: `first` < `second` (places in the input) and `similarity`, in this order.

    Words are what stands between single spaces; a text without any is like no other.
    """
    sets = _Sets(texts, threshold=threshold)
    kinds = {"first": pl.Int64, "second": pl.Int64, "similarity": pl.Float64}
    some = [pl.DataFrame(dict(zip(kinds, found, strict=True)), kinds) for found in _similar(sets, threshold)]
    return _spread(sets, pl.concat([pl.DataFrame(schema=kinds), *some]))


def families(
    texts: Iterable[str], threshold: float = THRESHOLD, form: Callable[[str], str] | None = None
) -> np.ndarray:
    """For each text the place of the first text of its family: the earliest first text that it is itself like.

    A text that is like none of the first texts before it begins a family; so nothing is in a family by way of
    others, and texts that are added at the end change no family. `form`: what a word is compared as.
    """
    sets = _Sets(texts, form, threshold)
    family = np.arange(sets.count)
    if sets.prepare(threshold):
        _Firsts(sets, threshold, family).settle(_Met.of(sets, threshold))
    copied = sets.like >= 0
    family[copied] = family[sets.like[copied]]
    return family


class _Firsts:
    """Which texts begin a family, found by halves: the later half is held against the first texts of the earlier."""

    def __init__(self, sets: _Sets, threshold: float, family: np.ndarray):
        self.sets, self.threshold, self.family, self.count_common = sets, threshold, family, _counter(sets)

    def settle(self, held: _Met) -> None:
        """Set the family of all texts in `held`, none of which is like a first text before them."""
        texts = np.unique(held.text)
        if held.pairs() <= _PAIRS_AT_ONCE or len(texts) < _FEW:
            self._settle_few(held)
            return
        middle = texts[len(texts) // 2]
        self.settle(held.only(held.text < middle))
        later = held.only(held.text >= middle)
        firsts = held.only((held.text < middle) & (self.family[held.text] == held.text))
        for first, second, _ in self._alike(firsts, later):
            np.minimum.at(self.family, second, first)
        self.settle(later.only(self.family[later.text] == later.text))

    def _settle_few(self, held: _Met) -> None:
        found = [(first, second) for first, second, _ in self._alike(held, held)]
        if not found:
            return
        first, second = (np.concatenate(places) for places in zip(*found, strict=True))
        family = self.family
        for earlier, later in zip(*(places[np.lexsort((first, second))].tolist() for places in (first, second)),
                                  strict=True):  # fmt: skip
            if family[later] == later and family[earlier] == earlier:
                family[later] = earlier

    def _alike(self, index: _Met, asked: _Met):
        return _verified(self.sets, self.threshold, _candidates(self.sets, index, asked, self.threshold),
                         self.count_common)  # fmt: skip


class _Sets:
    """Each text's set of elements: how many it has, and those of them that other texts have too.

    `size[text]`; `text[i]`, `element[i]` of each shared element, by text, elements numbered from the rarest on.
    `like[text]` is an earlier text with an equal set (and these sets are left out), or -1.

    Elements wait on disk: in parts by their hash, until it is known which are shared, and again by text. Held in
    memory are only those of texts that have enough shared elements for a partner.
    """

    def __init__(self, texts: Iterable[str], form: Callable[[str], str] | None = None, threshold: float = THRESHOLD):
        texts, owned = iter(texts), []
        with Parts(_PARTS, 2) as by_hash:
            while some := list(islice(texts, _TEXTS_AT_ONCE)):
                found, lengths = _elements(some, form)
                text_of = np.repeat(np.arange(len(lengths)) + sum(map(len, owned)), lengths)
                owned.append(lengths.astype(np.int32))
                by_hash.write(found >> np.uint64(64 - _PART_BITS), np.stack([found, text_of.astype(np.uint64)], axis=1))
            self.count = sum(map(len, owned))
            self._single = np.zeros(self.count, np.int32)
            with Parts(self.count // _TEXTS_AT_ONCE + 1) as by_text:
                self._number(by_hash, by_text)
                self._gather(by_text, threshold)
        self.like = np.full(self.count, -1, np.int32)
        self._set_equal_ones_aside()

    def _number(self, by_hash: Parts, by_text: Parts) -> None:
        """Number the elements that more than one text has. What one text alone has counts for its size only."""
        known = 0
        for rows in by_hash:
            rows = rows[np.argsort(rows[:, 0], kind="stable")]
            new = np.concatenate([[True], (rows[1:] != rows[:-1]).any(axis=1)])[: len(rows)]
            element, text = rows[new, 0], rows[new, 1].astype(np.int64)
            first = np.concatenate([[True], element[1:] != element[:-1]])[: len(element)]
            number = np.cumsum(first) - 1
            shared = np.bincount(number)[number] > 1
            np.add.at(self._single, text[~shared], 1)
            key = (text[shared] << 32) | (number[shared] + known)
            by_text.write(text[shared] // _TEXTS_AT_ONCE, key)
            known += len(first) and int(number[-1]) + 1

    def _gather(self, by_text: Parts, threshold: float) -> None:
        self.size = self._single.copy()
        text, element = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)]
        for key in by_text:
            key = np.sort(key[:, 0].astype(np.int64))
            mine = (key >> 32).astype(np.int32)
            np.add.at(self.size, mine, 1)
            owned = np.bincount(mine, minlength=self.count) if len(mine) else 0
            enough = owned >= np.ceil(threshold * self.size - _NEARLY)
            text.append(mine[enough[mine]])
            element.append((key & 0xFFFFFFFF).astype(np.int32)[enough[mine]])
        self.text, self.element = np.concatenate(text), np.concatenate(element)

    def _set_equal_ones_aside(self) -> None:
        mark = np.zeros(self.count, np.uint64)
        for some in self.stretches():
            np.add.at(mark, self.text[some], _mixed(self.element[some]))
        whole = np.flatnonzero((self._single == 0) & (self.size > 0))
        _, first, group = np.unique(mark[whole], return_index=True, return_inverse=True)
        earlier = whole[first[group]]
        self.like[whole[earlier != whole]] = earlier[earlier != whole]
        mine = self.like[self.text] < 0
        self.text, self.element = self.text[mine], self.element[mine]

    def prepare(self, threshold: float) -> bool:
        """Leave out what cannot meet and number the elements from the rarest on; is anything left?

        `alone[text]`: how many of its elements no other text that is left has. `sketch[text]`: 64 bits, in which
        two texts differ at most as often as in the elements that are left.
        """
        self._narrow(threshold)
        if not len(self.text):
            return False
        often = np.bincount(self.element)
        rank = np.empty(len(often), np.int32)
        rank[np.argsort(often, kind="stable")] = np.arange(len(often), dtype=np.int32)
        self.sketch = np.zeros(self.count, np.uint64)
        for some in self.stretches():
            key = np.sort((self.text[some].astype(np.int64) << 32) | rank[self.element[some]])
            self.element[some] = key & 0xFFFFFFFF
            bit = np.uint64(1) << (_mixed(self.element[some]) >> np.uint64(58))
            np.bitwise_xor.at(self.sketch, self.text[some], bit)
        self.alone = self.size - np.bincount(self.text, minlength=self.count)
        return True

    def stretches(self) -> Iterator[slice]:
        """Where in `text` and `element` the next thousands of whole texts stand."""
        ends = np.searchsorted(self.text, np.arange(0, self.count + _TEXTS_AT_ONCE, _TEXTS_AT_ONCE)).tolist()
        yield from map(slice, ends, ends[1:])

    def _narrow(self, threshold: float) -> None:
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


def _mixed(element: np.ndarray) -> np.ndarray:
    """A number that looks like chance for each element."""
    mixed = (element + 1).astype(np.uint64) * _ODD[0]
    mixed = (mixed ^ (mixed >> np.uint64(29))) * _ODD[1]
    return mixed ^ (mixed >> np.uint64(32))


def _elements(texts: Sequence[str], form: Callable[[str], str] | None) -> tuple[np.ndarray, np.ndarray]:
    """Hashes of the word triples of all these texts in a row, and how many each has.

    A text of one or two words is one element; an empty one has none.
    """
    words = pl.Series(texts, dtype=pl.String).str.split(" ")
    lengths = words.list.len().to_numpy().astype(np.int64)
    empty = np.array([not text for text in texts], bool)
    hashed = _hashed(words.list.explode(), form)
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


def _hashed(words: pl.Series, form: Callable[[str], str] | None) -> np.ndarray:
    if form is None:
        return words.hash(1).to_numpy()
    told = words.to_arrow().dictionary_encode()
    forms = pl.Series([form(word) for word in told.dictionary.to_pylist()], dtype=pl.String)
    return forms.hash(1).to_numpy()[told.indices.to_numpy()]


@dataclass(frozen=True)
class _Met:
    """Where texts may meet: the rarest elements of each, sorted by element and size of the text.

    `place`: how many of the text's elements are rarer; two similar texts have one of these in common.
    """

    size: np.ndarray
    text: np.ndarray
    element: np.ndarray
    place: np.ndarray

    @classmethod
    def of(cls, sets: _Sets, threshold: float) -> _Met:
        owned = np.bincount(sets.text, minlength=sets.count)
        starts = np.cumsum(owned) - owned
        most, found = sets.size - np.ceil(threshold * sets.size - _NEARLY) + 1, []
        for some in sets.stretches():
            text = sets.text[some]
            # elements that stood in one text only come first in the order of rarity, so the place counts them
            place = np.arange(some.start, some.stop) - starts[text] + (sets.size - owned)[text]
            inside = place < most[text]
            found.append((text[inside], sets.element[some][inside], place[inside].astype(np.int32)))
        text, element, place = (np.concatenate(parts) for parts in zip(*found, strict=True))
        order = np.lexsort((place, sets.size[text], element))
        return cls(sets.size, text[order], element[order], place[order])

    def only(self, kept: np.ndarray) -> _Met:
        return _Met(self.size, self.text[kept], self.element[kept], self.place[kept])

    def pairs(self) -> int:
        """How many pairs of texts have an element in common, each counted as often as they have."""
        often = np.diff(np.flatnonzero(np.diff(self.element, prepend=-1, append=-1)))
        return int((often * (often - 1) // 2).sum())

    def keys(self, text_sizes: np.ndarray, element: np.ndarray) -> np.ndarray:
        return element.astype(np.int64) * (int(self.size.max()) + 2) + text_sizes


def _counter(sets: _Sets) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """How many elements each two texts have in common, counted."""
    from scipy.sparse import csr_array

    starts = np.concatenate([[0], np.cumsum(np.bincount(sets.text, minlength=sets.count))])
    matrix = csr_array(
        (np.ones(len(sets.element), np.int16), sets.element, starts), shape=(sets.count, int(sets.element.max()) + 1)
    )
    return lambda first, second: np.asarray(matrix[first].multiply(matrix[second]).sum(axis=1)).ravel()


def _verified(sets: _Sets, threshold: float, candidates, count_common):
    """Those pairs of `candidates` that are similar, with their similarity, some at a time."""
    for first, second in candidates:
        common = count_common(first, second)
        alike = common / (sets.size[first] + sets.size[second] - common)
        found = alike >= threshold - _NEARLY
        yield first[found], second[found], alike[found]


def _similar(sets: _Sets, threshold: float) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Pairs of different sets with their similarity, some at a time."""
    if not sets.prepare(threshold):
        return
    met = _Met.of(sets, threshold)
    seen = np.zeros(0, np.int64)

    def new() -> Iterator[tuple[np.ndarray, np.ndarray]]:
        nonlocal seen
        for first, second in _candidates(sets, met, met, threshold):
            pair = first * sets.count + second
            pair = pair[~np.isin(pair, seen, assume_unique=True)]
            seen = np.concatenate([seen, pair])
            yield pair // sets.count, pair % sets.count

    yield from _verified(sets, threshold, new(), _counter(sets))


def _candidates(sets: _Sets, index: _Met, asked: _Met, threshold: float) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Pairs (earlier text, later text) of one text in `asked` and one in `index` that may be similar, by the elements
    in which they meet, by their sizes and by their sketches; some at a time, each once at a time.

    `index is asked`: each two texts among them are one pair."""
    size, sketch = sets.size, sets.sketch
    mine = size[asked.text]
    # what is left of this text must suffice for both
    most = np.minimum(
        np.floor(mine / threshold + _NEARLY),
        np.floor((mine - asked.place) * (1 + threshold) / threshold + _NEARLY) - mine,
    ).clip(0, size.max()).astype(np.int64)  # fmt: skip
    key = index.keys(size[index.text], index.element)
    until = np.searchsorted(key, index.keys(most, asked.element), side="right")
    if index is asked:  # sorted by size: those that come after are as large or larger
        begins = np.arange(1, len(key) + 1)
    else:
        begins = np.searchsorted(key, index.keys(np.ceil(threshold * mine - _NEARLY).astype(np.int64), asked.element))
    partners = np.maximum(until - begins, 0)
    for begin, end in _stretches(partners):
        some = partners[begin:end]
        one = asked.text[np.repeat(np.arange(begin, end), some)]
        other = index.text[np.arange(len(one)) + np.repeat(begins[begin:end] - (np.cumsum(some) - some), some)]
        apart = np.bitwise_count(sketch[one] ^ sketch[other]) + sets.alone[one] + sets.alone[other]
        near = apart * (1 + threshold) <= (1 - threshold) * (size[one] + size[other]) + _NEARLY
        one, other = one[near].astype(np.int64), other[near].astype(np.int64)
        low, high = np.minimum(one, other), np.maximum(one, other)
        pair = np.sort(low * sets.count + high)
        pair = pair[np.concatenate([[True], pair[1:] != pair[:-1]])[: len(pair)]]
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
