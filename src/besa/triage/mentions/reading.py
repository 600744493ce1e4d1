"""Reading one text: names in full first, then what is said in short, decided by what stands near."""

from __future__ import annotations

from besa.triage.mentions import short, whole
from besa.triage.mentions.forms import family
from besa.triage.mentions.register import WORD, Register
from besa.triage.mentions.types import Mention
from besa.triage.mentions.words import read


def mentions(register: Register, text: str | None, language: str = "") -> list[Mention]:
    """Who of the register is spoken of in the text, in the order of the text. `language` "" where not known."""
    if not text or 2 not in map(register.strength.__getitem__, WORD.findall(text)):
        return []
    said = read(register, text, family(language))
    whole.persons(register, said)
    whole.groups(register, said)
    short.namesakes(register, said)
    short.surnames(register, said)
    short.nicknames(register, said)
    short.given_names(register, said)
    return [
        Mention(said.words[first].start, said.words[last].end, tuple(register.named[one].id for one in who), how)
        for first, last, who, how in sorted(said.found)
    ]
