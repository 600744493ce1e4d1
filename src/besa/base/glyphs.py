"""What the PDF's own font can show. Posts hold emoji and any script; a missing glyph would stop the report."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

#: Scripts and signs that Libertinus Serif draws; everything else is written out by name.
_DRAWN = re.compile(
    "[\t\n\x20-\x7e\xa0-\u024f\u0259\u02bb\u02bc\u02c6\u02c7\u02d8-\u02dd\u0300-\u0304\u0306-\u030c\u0327\u0328"
    "\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce\u0400-\u045f\u0490-\u0491\u1e00-\u1eff"
    "\u2010-\u2015\u2018-\u2022\u2026\u2030\u2032\u2033\u2039\u203a\u2044\u20ac\u2116\u2122\u2190-\u2193\u2212]"
)
#: Joins, variation selectors, skin tones, direction marks: nothing to see by themselves.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U0001f3fb-\U0001f3ff]")


def printable(value: Any) -> Any:
    """The same data with every character that has no glyph replaced by its Unicode name in brackets."""
    if isinstance(value, str):
        return value if value.isascii() else "".join(map(_shown, value))
    if isinstance(value, dict):
        return {key: printable(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [printable(held) for held in value]
    return value


def _shown(character: str) -> str:
    if _DRAWN.match(character):
        return character
    if _UNSEEN.match(character) or unicodedata.category(character) in ("Cc", "Cf", "Cs", "Mn"):
        return ""
    return f"[{unicodedata.name(character, f'U+{ord(character):04X}').lower()}]"
