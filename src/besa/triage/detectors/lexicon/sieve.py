"""Which words of very many texts begin as one of very many terms does: all texts at once, one byte for each letter.

It lets through more than it must and never less: what passes is looked at again, letter by letter. A text that
hides its letters (signs for letters, spaced out, two scripts in a word) is folded by itself first.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from besa.base.text import SEPARATORS, SIGNS, folded, plain

_CODES = 0x110000
# Bytes that stand for what is not ASCII; from _LETTERS on, letters and figures of other scripts, many to a byte.
_OTHER, _SIGN, _SEPARATOR, _ALONE, _NOTHING, _LETTERS = 128, 129, 130, 131, 132, 160
_BETWEEN = re.compile(f"[{SEPARATORS}]")
#: Nothing in plain ASCII but capitals and control characters changes; texts are divided by byte 0.
_LOWER = bytes(0 if at == 0 else 32 if at < 32 else at for at in range(128)).translate(
    bytes.maketrans(string.ascii_uppercase.encode(), string.ascii_lowercase.encode())
) + bytes(range(128, 256))
#: What kind of character a byte is, for the hints.
_IS_LETTER, _IS_SIGN, _IS_SEPARATOR = 1, 2, 3
_KINDS = bytes(
    _IS_LETTER if 97 <= at <= 122
    else _IS_SIGN if at == _SIGN or (at < 128 and chr(at) in SIGNS)
    else _IS_SEPARATOR if at == _SEPARATOR or (0 < at < 128 and _BETWEEN.match(chr(at)))
    else 0
    for at in range(256)
)  # fmt: skip
#: In the end letters and figures stay, everything else is a space; other scripts go where ASCII has no letters.
_FINAL = bytes(
    1 + (at - _LETTERS) % 31 if at >= _LETTERS else at if at < 128 and chr(at).isalnum() else 32 for at in range(256)
)
_AT_EDGE = np.isin(np.arange(256), [*b"013457$", _SIGN])
_WRITES = np.array([False, True, True, False])
_TWICE = (b"djdj", b"ljlj", b"njnj", b"dzdz")
_first = np.zeros(_CODES, np.uint8)
_second = np.zeros(_CODES, np.uint8)
_known = np.zeros(_CODES, bool)


@dataclass(frozen=True)
class Sieved:
    """Many texts as one: `whole` in plain letters, where each part of it ends, and which text the part is of."""

    whole: str
    ends: np.ndarray
    places: np.ndarray


def sieved(texts: Sequence[str | None]) -> Sieved:
    seen, alone = _bytes(texts)
    places = np.arange(len(texts))
    if alone.size:
        again, _ = _bytes([folded(texts[at]) for at in alone.tolist()])
        seen, places = np.concatenate([seen, again]), np.concatenate([places, alone])
    seen = _closed_up(seen)
    whole = " " + seen.tobytes().translate(_FINAL).decode("ascii")
    return Sieved(whole, np.flatnonzero(seen == 0), places)


def words(seen: Sieved, anchors: Sequence[str]) -> Iterator[tuple[int, str]]:
    """(place of the text, word) for each word that begins with one of the anchors."""
    hits = np.unique(pl.Series([seen.whole]).str.find_many(list(anchors), overlapping=True)[0].to_numpy())
    places = seen.places[np.searchsorted(seen.ends, hits)]
    for hit, place in zip(hits.tolist(), places.tolist(), strict=True):
        yield place, seen.whole[hit + 1 : seen.whole.index(" ", hit + 1)]


def anchor(word: str) -> str:
    """A folded word as it is sought: at the beginning of a word."""
    seen = _closed_up(_bytes([word])[0])
    return " " + seen[:-1].tobytes().translate(_FINAL).decode("ascii")


def _closed_up(seen: np.ndarray) -> np.ndarray:
    """One letter for each run of it."""
    twice = np.flatnonzero(seen[1:] == seen[:-1])
    return np.delete(seen, twice[(seen[twice] >= _LETTERS) | ((seen[twice] >= 97) & (seen[twice] <= 122))])


def _bytes(texts: Sequence[str | None]) -> tuple[np.ndarray, np.ndarray]:
    """One byte for each plain letter of the texts, a 0 after each text; and the places of those to be folded alone."""
    joined = "\0".join([(text.replace("\0", " ") if "\0" in text else text) if text else "" for text in texts]) + "\0"
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    low = codes.astype(np.uint8)
    far = np.flatnonzero(codes > 127)
    far_codes = codes[far]
    _learn(far_codes)
    low[far] = _first[far_codes]
    low = np.frombuffer(low.tobytes().translate(_LOWER), np.uint8)
    hidden = [_rows(_in_two_scripts(codes, far, far_codes), codes)] if far.size else []
    second = _second[far_codes]
    if (more := np.flatnonzero(second)).size:
        low = np.insert(low, far[more] + 1, second[more])
    if (gone := np.flatnonzero(low == _NOTHING)).size:
        low = np.delete(low, gone)
    hidden.append(_rows(_hidden(low), low))
    return low, np.unique(np.concatenate(hidden))


def _rows(at: np.ndarray, data: np.ndarray) -> np.ndarray:
    """In which texts these places lie."""
    return np.searchsorted(np.flatnonzero(data == 0), at) if at.size else at


def _learn(codes: np.ndarray) -> None:
    """Fill the tables for characters that were not met before."""
    for code in set(codes[~_known[codes]].tolist()):
        out = [_byte(piece) for piece in plain(chr(code))] or [_NOTHING]
        _first[code], _second[code] = (*out, 0)[:2] if len(out) < 3 else (_ALONE, 0)
        _known[code] = True


def _byte(piece: str) -> int:
    if piece.isascii():
        return _LOWER[ord(piece)] or 32
    if 0x1F1E6 <= ord(piece) <= 0x1F1FF:
        return _ALONE
    if piece in SIGNS:
        return _SIGN
    if _BETWEEN.match(piece):
        return _SEPARATOR
    return _LETTERS + ord(piece) % (256 - _LETTERS) if piece.isalnum() else _OTHER


def _in_two_scripts(codes: np.ndarray, far: np.ndarray, far_codes: np.ndarray) -> np.ndarray:
    """Cyrillic letters beside a Latin one."""
    at = far[(far_codes >= 0x400) & (far_codes < 0x500)]
    if not at.size:
        return at
    beside = (codes[np.maximum(at - 1, 0)] | 32, codes[at + 1] | 32)
    return at[np.logical_or(*((code >= 97) & (code <= 122) for code in beside))]


def _hidden(low: np.ndarray) -> np.ndarray:
    """Where letters may be hidden: signs inside words or at their edges, single letters, what is to be read alone."""
    data = low.tobytes()
    kinds = np.frombuffer(data.translate(_KINDS) + bytes(4), np.uint8)
    found = [np.flatnonzero(low == _ALONE)]
    signs = np.flatnonzero(kinds == _IS_SIGN)
    signs = signs[signs > 0]
    after_letter = signs[kinds[signs - 1] == _IS_LETTER]
    for further in (1, 2, 3):
        inside = kinds[after_letter + further]
        found.append(after_letter[inside == _IS_LETTER])
        after_letter = after_letter[inside == _IS_SIGN]
    edge = np.flatnonzero(_AT_EDGE[low])
    inside = np.frombuffer(data.translate(_FINAL) + b" ", np.uint8) != 32
    for step in (1, -1):
        beside = edge[~inside[edge - step] & ((edge >= 4) | (step > 0))]
        for further in (1, 2, 3, 4):
            beside = beside[kinds[beside + step * further] == _IS_LETTER]
        found.append(beside)
    single = np.flatnonzero(kinds == _IS_SEPARATOR) + 1
    single = single[_WRITES[kinds[single]] & ~_WRITES[kinds[single + 1]]]
    near = np.diff(single) <= 4
    found.append(single[2:][near[1:] & near[:-1]])
    for pair in _TWICE:
        at = data.find(pair)
        while at >= 0:
            found.append(np.array([at]))
            at = data.find(pair, at + 1)
    return np.concatenate(found)
