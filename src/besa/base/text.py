"""Normal forms of texts: `normal` says whether two posts say the same, `fold` is what terms are sought in.

Both are called on posts by the hundred thousand, hence tables, ASCII short cuts and no offsets unless asked for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
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
    """`text` for matching; character i of it stands for characters `firsts[i]` to `lasts[i]` of the original."""

    text: str
    firsts: Sequence[int]
    lasts: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where folded characters start..end-1 stand in the original (end exclusive)."""
        return self.firsts[start], self.lasts[end - 1] + 1


def fold(text: str) -> Folded:
    """Casefolded, Cyrillic in Latin, no diacritics (ë->e, š->s, đ->dj), look-alikes and emoji that stand for letters
    as those, letters that were spaced out or dotted closed up ("i d i o t"), digits and signs inside words and at
    the edges of longer ones read as letters ("1d10t"), runs of one letter as one ("shuuum", and also
    rr->r).
    Nothing is lost of where it stood."""
    text = _as_meant(text)
    plain, starts = (text.lower() if text.isascii() else text.translate(_PLAIN)), _places(text)
    if _SPACED_HINT.search(plain):
        plain, starts = _without({at for found in _SPACED.finditer(plain) for at in _separators(found)}, plain, starts)
    plain = _unsigned(plain)
    if inner := {at for found in _PAIRS.finditer(plain) for at in range(found.start() + 1, found.end() - 1)}:
        plain, starts = _without(inner, plain, starts)
    pieces: list[str] = []
    firsts: list[int] = []
    lasts: list[int] = []
    last = 0
    for run in _RUN.finditer(plain):
        if run[1].isalpha():
            begin = run.start()
            pieces.append(plain[last : begin + 1])
            firsts += starts[last : begin + 1]
            lasts += starts[last:begin]
            lasts.append(starts[run.end() - 1])
            last = run.end()
    return Folded("".join([*pieces, plain[last:]]), firsts + starts[last:], lasts + starts[last:])


def folded(text: str) -> str:
    """`fold(text).text`, several times faster."""
    text = _PAIRS.sub(r"\1", unrepeated(text))
    text = _TWICE.sub("", text)
    return text if text.isascii() else _LONG.sub(_once, text)


def unrepeated(text: str) -> str:
    """Folded but for the runs of one letter, which stay as long as they were written."""
    text = text.lower() if text.isascii() else _as_meant(text).translate(_PLAIN)
    if _SPACED_HINT.search(text):
        text = _SPACED.sub(_closed_up, text)
    return _unsigned(text)


def _without(gone: set[int], text: str, starts: list[int]) -> tuple[str, list[int]]:
    kept = [at for at in range(len(text)) if at not in gone]
    return "".join([text[at] for at in kept]), [starts[at] for at in kept]


def plain(character: str) -> str:
    """What one character becomes before words are looked at: nothing, one character or several."""
    return _PLAIN[ord(character)]


def fold_all(texts: Iterable[str | None]) -> list[str]:
    """The folded text of each, without offsets."""
    return [folded(text) if text else "" for text in texts]


def _as_meant(text: str) -> str:
    """The same number of characters: Cyrillic letters put into Latin words for their looks as Latin ones, and
    flag letters that make a word, not flags (one alone, or an odd number) as letters."""
    if text.isascii() or not _MEANT_HINT.search(text):
        return text
    text = _FLAG_LETTERS.sub(lambda found: found[0].translate(_FROM_FLAGS) if len(found[0]) % 2 else found[0], text)
    return _BOTH_SCRIPTS.sub(_in_latin, text)


def _in_latin(found: re.Match) -> str:
    """Where every Cyrillic letter of the word looks like a Latin one; else the word is read by its sounds."""
    read = found[0].translate(_LOOKS)
    return read if read.isascii() else found[0]


def _places(text: str) -> list[int]:
    """For each character of the plain text, where it stood."""
    if text.isascii():
        return list(range(len(text)))
    starts: list[int] = []
    last = 0
    for found in _UNEVEN.finditer(text):
        starts += range(last, found.start())
        starts += [found.start()] * len(_PLAIN[ord(found[0])])
        last = found.end()
    starts += range(last, len(text))
    return starts


def _unsigned(text: str) -> str:
    """Signs and digits as the letters for which they stand."""
    if _SIGN.search(text):
        text = _LEET.sub(_as_letters, text)
    if _EDGE_HINT.search(text):
        text = _EDGE.sub(_as_letters, text)
    return text


_CYRILLIC = dict(
    zip("абвгдезијклмнопрстћуфхцчшжйыэ", "abvgdezijklmnoprstcufhccszjye", strict=True),
    ђ="dj", љ="lj", њ="nj", џ="dz", ѓ="gj", ќ="kj", ѕ="dz", ь="", ъ="", ю="ju", я="ja", щ="sc", ё="e",
    і="i", ї="i", є="e", ґ="g",
)  # fmt: skip
_OTHERS = {"đ": "dj", "ð": "dj", "ł": "l", "ø": "o", "ı": "i", "æ": "ae", "œ": "oe", "’": "'", "‘": "'", "ʼ": "'"}
#: Letters of other kinds that are put in for ours because they look alike: Greek, and white on a square or disc.
_OTHERS |= dict(zip("αβεηικμνορτυχ", "abenikmvoptux", strict=True))
_OTHERS |= {chr(first + at): chr(97 + at) for first in (0x1F150, 0x1F170) for at in range(26)} | {"🆎": "ab"}
#: Skin tones and the frame of a key: they change the look of the sign before them, not what it says.
_OTHERS |= dict.fromkeys(map(chr, (0x20E3, *range(0x1F3FB, 0x1F400))), "")


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
            if unicodedata.combining(piece) or ord(piece) in _UNSEEN or unicodedata.category(piece) == "Cf":
                continue
            out.append(_CYRILLIC.get(piece, _OTHERS.get(piece, piece)))
        self[point] = "".join(out)
        return self[point]


_PLAIN = _Plain()
_SIGNS = {
    "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g", "@": "a", "$": "s",
    "!": "i", "€": "e", "⭕": "o", "❗": "i", "💲": "s", "❌": "x", "✝": "t",
}  # fmt: skip
SIGNS = "".join(_SIGNS)
_TO_LETTERS = str.maketrans(_SIGNS)
_SIGN = re.compile(rf"[{SIGNS}](?<=[a-z][{SIGNS}])[{SIGNS}]{{0,2}}[a-z]")
_LEET = re.compile(rf"(?<=[a-z])[{SIGNS}]{{1,3}}(?=[a-z])")
#: One digit or money sign before or after four letters or more ("4rmik", "budall4", but not "3D", "@ana", "po!").
_EDGE_HINT = re.compile(r"[013457$€](?:(?=[a-z]{4})|(?<=[a-z]{4}.))")
_EDGE = re.compile(r"(?<![^\W_])(?<![@#.,:/$€])[013457$€](?=[a-z]{4})|(?<=[a-z]{4})[013457](?![^\W_])")
#: Four or more single letters with the same separator between them, emoji included.
SEPARATORS = r" .\-_*·/|~+•\u2600-\u27bf\U0001f300-\U0001faff"
_SPACED = re.compile(
    rf"(?<![^\W_])[a-z]([{SEPARATORS}]{{1,3}})(?:[a-z013457@$!€]\1){{2,40}}[a-z](?![^\W_])"
)  # fmt: skip
_SPACED_HINT = re.compile(rf"[{SEPARATORS}][a-z013457@$!€][{SEPARATORS}]{{1,3}}[a-z013457@$!€][{SEPARATORS}]")
#: All but the letters that are sure to be one in plain text as well.
_UNEVEN = re.compile(f"[^\x00-\x7f{''.join(chr(at) for at in range(0xC0, 0x530) if len(_PLAIN[at]) == 1)}]")
_RUN = re.compile(r"(.)\1+", re.DOTALL)
_FROM_FLAGS = {0x1F1E6 + at: 97 + at for at in range(26)}
_FLAG_LETTERS = re.compile("[\U0001f1e6-\U0001f1ff]+")
_BOTH_SCRIPTS = re.compile(r"(?=[A-Za-z]*[\u0400-\u04ff]+[A-Za-z]|[A-Za-z]+[\u0400-\u04ff])[A-Za-z\u0400-\u04ff]+")
_MEANT_HINT = re.compile(
    "[\U0001f1e6-\U0001f1ff\u0400-\u04ff](?:(?<=[A-Za-z].)|(?=[A-Za-z])|(?<=[\U0001f1e6-\U0001f1ff]))"
)
_LOOKS = str.maketrans("аеорсухіјѕкмтАВЕКМНОРСТХУІЈЅ", "aeopcyxijskmtABEKMHOPCTXYIJS")
#: One letter of Serbian that is two in plain Latin, written several times.
_PAIRS = re.compile(r"(dj|lj|nj|dz)\1+")
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
