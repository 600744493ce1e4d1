"""The difference of two texts, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True)
class Piece:
    """`state`: same, added or removed."""

    state: str
    text: str


def pieces(old: str, new: str) -> list[Piece]:
    """Pieces in order: those that are not `added` make the old text, those not `removed` the new one."""
    before, after = (re.findall(r"\w+|\s+|[^\w\s]", text) for text in (old, new))
    found = []
    for _state, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if _state == "equal":
            found.append(Piece("same", "".join(before[a:b])))
            continue
        found += [Piece("removed", "".join(before[a:b]))] if b > a else []
        found += [Piece("added", "".join(after[c:d]))] if d > c else []
    return found
