"""Words of texts as the index holds them, and what people type to find them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from besa.base.text import fold, folded

#: A word is a run of letters and digits; a sign that is a picture is a word of its own.
WORD = re.compile(r"[^\W_]+|[\u2190-\u2bff\U0001f000-\U0001faff]")
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_TYPED = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"]+))')


def words(text: str) -> list[str]:
    """The folded words of a text: no case, diacritics or script."""
    return WORD.findall(folded(text)) if text else []


@dataclass(frozen=True)
class Piece:
    """One word that is sought, or what it begins with (`after` is open), ends with (`before`), or holds (both)."""

    text: str
    before: bool = False
    after: bool = False

    def fits(self, word: str) -> bool:
        if self.before and self.after:
            return self.text in word
        if self.before:
            return word.endswith(self.text)
        return word.startswith(self.text) if self.after else word == self.text


@dataclass(frozen=True)
class Sought:
    """Words one after another; `absent`: they must not stand there."""

    pieces: tuple[Piece, ...]
    absent: bool = False

    def places(self, found: list[str]) -> Iterator[int]:
        """Where among these words they begin."""
        for at in range(len(found) - len(self.pieces) + 1):
            if all(piece.fits(found[at + step]) for step, piece in enumerate(self.pieces)):
                yield at


def parse(typed: str) -> tuple[Sought, ...]:
    """What was typed: `words that all stand there`, `"a phrase"`, `-not`, `begin*`, `*within*`."""
    found = []
    for minus, phrase, bare in _TYPED.findall(typed.translate(_QUOTES)):
        raw = (phrase or bare).strip()
        held = words(raw.strip("*"))
        if held:
            last = len(held) - 1
            pieces = tuple(
                Piece(word, at == 0 and raw.startswith("*"), at == last and raw.endswith("*"))
                for at, word in enumerate(held)
            )
            found.append(Sought(pieces, bool(minus)))
    return tuple(dict.fromkeys(found))


def spans(text: str, sought: Iterable[Sought]) -> list[tuple[int, int]]:
    """Where in the original text the sought words stand, in characters."""
    plain = fold(text)
    at = [(match.start(), match.end()) for match in WORD.finditer(plain.text)]
    held = [plain.text[start:end] for start, end in at]
    return [
        plain.span(at[first][0], at[first + len(one.pieces) - 1][1])
        for one in sought
        if not one.absent
        for first in one.places(held)
    ]
