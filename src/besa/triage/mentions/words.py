"""A text as words with what may be meant by each, and what has been found in it so far."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from besa.base.text import ADDRESS
from besa.triage.mentions.register import WORD, Reading, Register

_LINKED = re.compile(r"@|://|www\.", re.IGNORECASE)
_NEW_SENTENCE = re.compile(r"[.!?…:;\n]\W*$")
_GAP = re.compile(r"[ \u00a0]{1,2}")
HYPHEN = re.compile(r"[-–‑]")
QUOTED = re.compile(r"[ \u00a0]?[\"“”„«»'‘’]$")
#: From this share of words with a capital on, capitals say nothing (a headline).
_LOUD = 0.7


@dataclass(slots=True)
class Word:
    at: int
    raw: str
    start: int
    end: int
    readings: tuple[Reading, ...]
    #: what stands between the word before and this one
    gap: str
    begins: bool
    sentence: int
    plain: str
    capital: bool
    taken: bool = False


@dataclass
class Anchor:
    """A name in full, of somebody in the register or of somebody else (`who` empty)."""

    at: int
    who: tuple[int, ...]
    surname: str


@dataclass
class Text:
    words: list[Word]
    language: str
    #: whether capitals tell names from words: not in chat, not in headlines
    capitals: bool = True
    loud: bool = False
    anchors: list[Anchor] = field(default_factory=list)
    #: (first word, last word, who of the register, how it is called)
    found: list[tuple[int, int, tuple[int, ...], str]] = field(default_factory=list)
    places: list[tuple[int, int, str]] = field(default_factory=list)

    def take(self, first: int, last: int, who: tuple[int, ...], how: str) -> None:
        self.found.append((first, last, who, how))
        for word in self.words[first : last + 1]:
            word.taken = True

    def after(self, at: int) -> Word | None:
        return self.words[at + 1] if at + 1 < len(self.words) else None


def read(register: Register, text: str, language: str) -> Text:
    addresses = [found.span() for found in ADDRESS.finditer(text)] if _LINKED.search(text) else []
    words: list[Word] = []
    sentence, before = 0, 0
    for found in WORD.finditer(text):
        start, end = found.span()
        if addresses and any(first <= start < last for first, last in addresses):
            before = end
            continue
        raw, gap = found[0], text[before:start]
        begins = not words or (gap != " " and bool(_NEW_SENTENCE.search(gap)) and not _abbreviated(words[-1], gap))
        sentence += begins and bool(words)
        plain, readings = register.look_up(raw)
        if readings and language:
            readings = tuple(one for one in readings if not one.language or one.language == language)
        capital = raw[0].isupper() or raw[0].isdigit()
        words.append(Word(len(words), raw, start, end, readings, gap, begins, sentence, plain, capital))
        before = end
    said = Text(words, language)
    inner = [word for word in words if not word.begins and len(word.raw) > 3]
    raised = sum(word.capital for word in inner)
    said.loud = (len(inner) >= 3 and raised >= _LOUD * len(inner)) or text.isupper()
    said.capitals = not said.loud and any(word.capital and not word.begins for word in words)
    return said


def _abbreviated(word: Word, gap: str) -> bool:
    """“A. Bytyqi”, “znj. Rama”: the full stop ends no sentence."""
    return gap.startswith(". ") and (len(word.raw) <= 2 or word.raw.lower() in ("znj", "prof", "mag"))


def next_to(words: list[Word], at: int) -> bool:
    """Whether this word follows the one before it with a space only."""
    return 0 < at < len(words) and bool(_GAP.fullmatch(words[at].gap)) and not words[at].begins
