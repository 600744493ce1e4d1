"""Texts as counted pieces: letters in a row within words, words, pairs of words; hashed, by the batch, in numpy.

What scikit-learn's vectoriser does in Python for each text is done here for all texts of a batch at once, which is
five times faster; the pieces are those of its `char_wb` (1 to 5 letters, a space at either end of a word).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
from scipy.sparse import csr_matrix

from besa.base.text import fold_all

#: Letters in a row, words in a row, and the size of the table into which each kind is hashed (bits).
LETTERS, WORDS = 5, 2
BITS = {"letters": 22, "words": 20}
_BATCH = 2_000
_A, _B = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93)
_SPACE, _END = 32, 10


def counts(texts: Sequence[str | None]) -> dict[str, csr_matrix]:
    """How often each piece stands in each folded text: kind -> texts x 2**BITS."""
    folded = [" ".join(apart(text).split()) for text in fold_all(texts)]
    rows = np.repeat(np.arange(len(folded), dtype=np.int64), np.array([len(text) + 3 for text in folded], dtype=int))
    joined = "".join(f" {text} \n" for text in folded)
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return {
        "letters": _summed(_letters(points, rows), len(folded), BITS["letters"]),
        "words": _summed(_words(points, rows), len(folded), BITS["words"]),
    }


#: What is denied or quoted is not what the author says. Denials are sought in English alone: only there are there
#: labelled texts on which the gain (counter-speech, negation) could be held against the cost (a little elsewhere).
_DENIED = re.compile(
    r"(?<![^\W_])(?:not?|never|none|nobody|nothing|without|cannot"
    r"|(?:do|does|did|is|are|was|were|wo|would|should|could|ca|have|has|had)n't)\s+((?:\S+\s*){1,3})"
)
_QUOTED = re.compile(r'["“”«„]([^"“”»«„]{3,200})["“”»]')
_MARK = re.compile(r'["“”«„]')


def apart(text: str) -> str:
    """Folded text with what is denied or quoted in letters of its own, so that it is learned apart from plain words."""
    if _MARK.search(text):
        text = _QUOTED.sub(_in_own_letters, text)
    if "n" in text:
        text = _DENIED.sub(_in_own_letters, text)
    return text


def _in_own_letters(found: re.Match) -> str:
    start, end = found.start(1) - found.start(), found.end(1) - found.start()
    own = "".join(sign if sign.isspace() else chr(0xE000 + ord(sign) % 0x1000) for sign in found[1])
    return f"{found[0][:start]} {own} {found[0][end:]}"


def batches(texts: Sequence[str | None]) -> Iterator[Sequence[str | None]]:
    for start in range(0, len(texts), _BATCH):
        yield texts[start : start + _BATCH]


def _letters(points: np.ndarray, rows: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """(row, hash) of each run of 1..LETTERS characters that holds a letter and no space but at its ends."""
    space, end = points == _SPACE, points == _END
    values = points.astype(np.uint64) + np.uint64(1)
    rolled, whole = np.zeros(len(points), np.uint64), np.ones(len(points), bool)
    for length in range(1, LETTERS + 1):
        many = len(points) - length + 1
        if many <= 0:
            return
        rolled = rolled[:many] * _A + values[length - 1 :]
        whole = whole[:many] & ~end[length - 1 :]
        if length > 2:
            whole &= ~space[length - 2 : length - 2 + many]
        kept = whole & ~(space[:many] & space[length - 1 :]) if length < 3 else whole
        yield rows[:many][kept], _mixed(rolled[kept])


def _words(points: np.ndarray, rows: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """(row, hash) of each word and of each two that follow one another."""
    inside = (points != _SPACE) & (points != _END)
    starts = np.flatnonzero(inside[1:] & ~inside[:-1]) + 1
    if not len(starts):
        return
    lengths = np.flatnonzero(inside[:-1] & ~inside[1:]) + 1 - starts
    firsts = np.cumsum(lengths) - lengths
    places = np.arange(lengths.sum()) - np.repeat(firsts, lengths)
    letters = points[np.repeat(starts, lengths) + places].astype(np.uint64) + np.uint64(1)
    words = np.add.reduceat(_mixed((letters * _A) ^ ((places.astype(np.uint64) + np.uint64(7)) * _B)), firsts)
    of_row, chained = rows[starts], words
    yield of_row, _mixed(words)
    for length in range(2, WORDS + 1):
        chained = chained[:-1] * _A + words[length - 1 :]
        same = of_row[: len(chained)] == of_row[length - 1 :]
        yield of_row[: len(chained)][same], _mixed(chained[same] + np.uint64(length))


def _mixed(values: np.ndarray) -> np.ndarray:
    values = (values ^ (values >> np.uint64(29))) * _B
    return (values ^ (values >> np.uint64(32))) * _A


def _summed(pieces: Iterator[tuple[np.ndarray, np.ndarray]], texts: int, bits: int) -> csr_matrix:
    """The same piece of the same text counted together, by sorting (row, bucket) as one number each."""
    shift = np.uint64(64 - bits)
    keys = [(rows << bits) | (hashes >> shift).astype(np.int64) for rows, hashes in pieces]
    together = np.concatenate(keys) if keys else np.zeros(0, np.int64)
    together.sort()
    first = np.ones(len(together), bool)
    np.not_equal(together[1:], together[:-1], out=first[1:])
    places = np.flatnonzero(first)
    unique = together[places]
    often = np.diff(np.append(places, len(together))).astype(np.float32)
    starts = np.searchsorted(unique, np.arange(texts + 1, dtype=np.int64) << bits)
    return csr_matrix((often, unique & ((1 << bits) - 1), starts), shape=(texts, 1 << bits))
