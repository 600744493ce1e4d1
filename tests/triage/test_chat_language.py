"""Albanian as it is typed in comments: 153 invented lines without ë and ç, in Gheg, standard and slang.

Written after the word lists and not looked up in them; nothing was added to a list because of a line here.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

from besa.base.language import detect

LINES = (Path(__file__).parent / "language" / "chat_albanian.txt").read_text(encoding="utf-8").splitlines()


def test_chat_albanian_is_told_as_albanian():
    assert len(LINES) == len({*LINES}) >= 150 and all(unicodedata.normalize("NFD", line).isascii() for line in LINES)
    told = [language for language, _ in detect(LINES, ("sq", "sr", "en"))]
    assert told.count("sq") / len(told) >= 0.98
