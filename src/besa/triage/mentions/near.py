"""What stands near a name and says whose it is: titles, offices, parties, municipalities, verbs."""

from __future__ import annotations

import re

from besa.triage.mentions import cues
from besa.triage.mentions.forms import SR
from besa.triage.mentions.register import Register
from besa.triage.mentions.types import Named
from besa.triage.mentions.words import Text

#: What is said in apposition weighs so much, and the same elsewhere in the sentence.
BESIDE, _IN_SENTENCE, _OFFICE = 3, 1, 1
AGAINST = -9
_TOUCHES = re.compile(r"[ \u00a0,.\-–‑'’\"“”„(]{0,3}")
_FARTHEST = 8
#: A woman by her surname: Petrovićka, Petrovićki.
_PETROVICKA = re.compile("ick(?:a|e|i|u|om)$")


def weights(
    register: Register, said: Text, at: int, last: int, who: tuple[int, ...], *, by_area: bool = True
) -> dict[int, int]:
    """How much speaks for each of these persons; AGAINST where the text says that it is somebody else."""
    beside = _apposition(said, at, last)
    genders = {cues.gender(said.words[place].plain) for place in beside} - {""}
    genders |= _genders_told(said, at, last)
    offices = {cues.office(said.words[place].plain) for place in beside} - {""}
    sentence = said.words[at].sentence
    parties, areas = _named_near(register, said, beside, sentence)
    found = {}
    for person in who:
        one = register.named[person]
        if len(genders) == 1 and one.gender in ("woman", "man") and one.gender not in genders:
            found[person] = AGAINST
            continue
        found[person] = (
            (parties.get(one.party, 0) if one.party else 0)
            + (areas.get(one.area, 0) if one.area and by_area else 0)
            + _OFFICE * len(offices & _offices(one))
            + (len(genders) == 1 and one.gender in genders)
        )
    return found


def _offices(one: Named) -> set[str]:
    words = f"{one.office} {one.kind.replace('_', ' ')}".casefold().split()
    return {cues.office(word) for word in words} - {""}


def _named_near(register: Register, said: Text, beside: set[int], sentence: int) -> tuple[dict, dict]:
    """Parties (by id and by name) and areas in this sentence, with their weight."""
    parties: dict[str, int] = {}
    areas: dict[str, int] = {}
    for first, _, who, how in said.found:
        if how == "called" and len(who) == 1 and said.words[first].sentence == sentence:
            one = register.named[who[0]]
            if one.group:
                for name in {one.id, one.name, *one.also}:
                    parties[name] = max(parties.get(name, 0), BESIDE if first in beside else _IN_SENTENCE)
    for first, _, area in said.places:
        if said.words[first].sentence == sentence:
            areas[area] = max(areas.get(area, 0), BESIDE if first in beside else _IN_SENTENCE)
    return parties, areas


def _apposition(said: Text, at: int, last: int) -> set[int]:
    """Words that are said of this name: “kandidatja e BDL-së, Krasniqi”, “Krasniqi iz Saveza za pravdu”."""
    names = {place: (first, end) for first, end, _, how in said.found if how == "called"
             for place in range(first, end + 1)}  # fmt: skip
    names |= {place: (first, end) for first, end, _ in said.places for place in range(first, end + 1)}
    found: set[int] = set()
    for step, place in ((-1, at - 1), (1, last + 1)):
        while 0 <= place < len(said.words) and abs(place - at) <= _FARTHEST:
            word = said.words[place]
            across = said.words[place + 1] if step < 0 else word
            if across.begins or not _TOUCHES.fullmatch(across.gap):
                break
            own = cues.gender(word.plain) or cues.office(word.plain) or word.plain in cues.LINKS
            if not own and place not in names:
                break
            found.add(place)
            place += step
    return found


def _genders_told(said: Text, at: int, last: int) -> set[str]:
    """From Serbian verbs and from forms in -ov, -ev, -ova, -eva."""
    if said.language not in (SR, ""):
        return set()
    after = []
    for word in said.words[last + 1 : last + 7]:
        if word.begins:
            break
        after.append(word.plain)
    word = said.words[last]
    told = {cues.gender_of_verb(after)}
    if said.language == SR and any("P" in one.cases for one in word.readings):
        told.add(cues.of_owned(word.plain, after))
    if _PETROVICKA.search(word.plain):
        told.add("woman")
    return told - {""}
