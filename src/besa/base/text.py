"""Normal forms of texts: `normal` says whether two posts say the same, `fold` is what terms are sought in.

Both are called on posts by the hundred thousand, hence tables, ASCII short cuts and no offsets unless asked for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

#: Addresses and mentions: they differ between copies of one text. (It begins with a set of characters, and looks
#: back at which it was, because such a pattern is sought three times faster.)
ADDRESS = re.compile(r"[hHwW@](?:(?<=[hH])[tT][tT][pP][sS]?://\S+|(?<=[wW])[wW][wW]\.\S+|(?<=@)(?<![\w@./]@)[\w.]*\w)")
#: Characters that are not seen: soft hyphen, zero-width and direction marks, variation selectors.
_UNSEEN = dict.fromkeys(
    [0xAD, 0x34F, 0x61C, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070),
     *range(0xFE00, 0xFE10)]
)  # fmt: skip
_SOME_UNSEEN = re.compile(f"[{''.join(map(chr, _UNSEEN))}]")


def normal(text: str | None) -> str:
    """The text as it counts for “the same text”: NFKC, casefolded, one space between words, without
    addresses, mentions and unseen characters. Empty where nothing else was there."""
    if not text:
        return ""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _SOME_UNSEEN.sub("", text))
    text = text.casefold()
    if "@" in text or "://" in text or "www." in text:
        text = ADDRESS.sub(" ", text)
    return " ".join(text.split())


@dataclass(frozen=True)
class Folded:
    """`text` for matching; `offsets[i]` = (start, end) in the original of the folded character i."""

    text: str
    offsets: tuple[tuple[int, int], ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where folded characters start..end-1 stand in the original (end exclusive)."""
        return self.offsets[start][0], self.offsets[end - 1][1]


def fold(text: str) -> Folded:
    """Casefolded, Cyrillic in Latin, no diacritics (ë->e, š->s, đ->dj), letters that were spaced out or
    dotted closed up ("i d i o t"), digits and signs inside words read as letters ("1d10t" apart from its
    first sign), runs of one letter as one ("shuuum", and also rr->r). Nothing is lost of where it stood."""
    characters: list[str] = []
    offsets: list[tuple[int, int]] = []
    for at, character in enumerate(text):
        for piece in _PLAIN[ord(character)]:
            characters.append(piece)
            offsets.append((at, at + 1))
    plain = "".join(characters)
    gone = {at for found in _SPACED.finditer(plain) for at in _separators(found)}
    if gone:
        plain = "".join(piece for at, piece in enumerate(plain) if at not in gone)
        offsets = [offset for at, offset in enumerate(offsets) if at not in gone]
    plain = _LEET.sub(_as_letters, plain)
    kept: list[str] = []
    places: list[tuple[int, int]] = []
    for piece, (start, end) in zip(plain, offsets, strict=True):
        if kept and piece == kept[-1] and piece.isalpha():
            places[-1] = (places[-1][0], end)
        else:
            kept.append(piece)
            places.append((start, end))
    return Folded("".join(kept), tuple(places))


def folded(text: str) -> str:
    """`fold(text).text`, several times faster."""
    text = unrepeated(text)
    text = _TWICE.sub("", text)
    return text if text.isascii() else _LONG.sub(_once, text)


def unrepeated(text: str) -> str:
    """Folded but for the runs of one letter, which stay as long as they were written."""
    text = text.lower() if text.isascii() else text.translate(_PLAIN)
    if _SPACED_HINT.search(text):
        text = _SPACED.sub(_closed_up, text)
    if _SIGN.search(text):
        text = _LEET.sub(_as_letters, text)
    return text


def fold_all(texts: Iterable[str | None]) -> list[str]:
    """The folded text of each, without offsets."""
    return [folded(text) if text else "" for text in texts]


_CYRILLIC = dict(
    zip("абвгдезијклмнопрстћуфхцчшжйыэ", "abvgdezijklmnoprstcufhccszjye", strict=True),
    ђ="dj", љ="lj", њ="nj", џ="dz", ѓ="gj", ќ="kj", ѕ="dz", ь="", ъ="", ю="ju", я="ja", щ="sc", ё="e",
    і="i", ї="i", є="e", ґ="g",
)  # fmt: skip
_OTHERS = {"đ": "dj", "ð": "dj", "ł": "l", "ø": "o", "ı": "i", "æ": "ae", "œ": "oe", "’": "'", "‘": "'", "ʼ": "'"}
#: Letters of other kinds that are put in for ours because they look alike: Greek, and white on a square or disc.
_OTHERS |= dict(zip("αβεηικμνορτυχ", "abenikmvoptux", strict=True))
_OTHERS |= {chr(first + at): chr(97 + at) for first in (0x1F150, 0x1F170) for at in range(26)}


class _Plain(dict):
    """Code point -> its folded characters, worked out once each."""

    def __missing__(self, point: int) -> str:
        if point in _UNSEEN:
            self[point] = ""
            return ""
        out = []
        folded_first = chr(point).casefold()
        whole = _CYRILLIC.get(folded_first, _OTHERS.get(folded_first))
        if whole is not None:
            self[point] = whole
            return whole
        for piece in unicodedata.normalize("NFKD", folded_first).casefold():
            if unicodedata.combining(piece) or ord(piece) in _UNSEEN:
                continue
            out.append(_CYRILLIC.get(piece, _OTHERS.get(piece, piece)))
        self[point] = "".join(out)
        return self[point]


_PLAIN = _Plain()
_SIGNS = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i", "€": "e"}
_TO_LETTERS = str.maketrans(_SIGNS)
_SIGN = re.compile(r"[013457@$!€](?<=[a-z][013457@$!€])[013457@$!€]*[a-z]")
_LEET = re.compile(r"(?<=[a-z])[013457@$!€]{1,3}(?=[a-z])")
#: Four or more single letters with the same separator between them.
_SPACED = re.compile(
    r"(?<![^\W_])[a-z]([ .\-_*·]{1,3})(?:[a-z013457@$!€]\1){2,40}[a-z](?![^\W_])"
)  # fmt: skip
_SPACED_HINT = re.compile(r"[ .\-_*·][a-z013457@$!€][ .\-_*·]{1,3}[a-z013457@$!€][ .\-_*·]")
_TWICE = re.compile(r"([a-z])(?=\1)")
_LONG = re.compile(r"([^\x00-\x7f])\1+")


def _once(found: re.Match) -> str:
    return found[1] if found[1].isalpha() else found[0]


def _as_letters(found: re.Match) -> str:
    return found[0].translate(_TO_LETTERS)


def _closed_up(found: re.Match) -> str:
    return found[0].replace(found[1], "")


def _separators(found: re.Match) -> Iterable[int]:
    at, step = found.start() + 1, len(found[1])
    while at < found.end():
        yield from range(at, at + step)
        at += step + 1
