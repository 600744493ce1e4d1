"""Names as the register writes them: persons with given name and surname, groups, places."""

from __future__ import annotations

import re

from besa.triage.mentions import cues
from besa.triage.mentions.forms import SR, SUFFIXES
from besa.triage.mentions.register import PARTICLES, Called, Reading, Register, common
from besa.triage.mentions.words import HYPHEN, QUOTED, Anchor, Text, Word, next_to

_SPACE_OR_HYPHEN = re.compile(r"[ \u00a0]{1,2}|[-–‑]")
_HANGING = re.compile(r"[-–‑'’]")


def persons(register: Register, said: Text) -> None:
    at = 0
    while at < len(said.words):
        at = _person_at(register, said, at) + 1


def _person_at(register: Register, said: Text, at: int) -> int:
    """Take the name in full that begins at this word; its last word, or `at` where there is none."""
    words, begin = said.words, said.words[at]
    if not begin.readings or not any(one.word in register.own for one in begin.readings):
        return at
    for last in (at + 1, at + 2):
        if last >= len(words) or not _joined(words, last) or (last == at + 2 and not _middle(words[at + 1], said)):
            return at
        who, surname = _whose(register, begin, words[last], said)
        if not who:
            continue
        while _joined(words, last + 1) and words[last + 1].capital == begin.capital and (
            any(one.word in register.names[person] for one in words[last + 1].readings for person in who)
            or (HYPHEN.fullmatch(words[last + 1].gap) and words[last + 1].capital)
        ):  # fmt: skip
            last += 1
        if follows_one_named_after(said, at, last):
            said.anchors.append(Anchor(at, (), ""))
            for word in words[at : last + 1]:
                word.taken = True
        else:
            said.anchors.append(Anchor(at, who, surname))
            said.take(at, last, who, "name")
        return last
    return at


def _joined(words: list[Word], at: int) -> bool:
    """Whether this word may be of one name with the word before: a space, a hyphen, or an initial's full stop."""
    if not 0 < at < len(words) or words[at].begins:
        return False
    return next_to(words, at) or bool(HYPHEN.fullmatch(words[at].gap)) or (
        words[at].gap in (".", ". ") and len(words[at - 1].raw) <= 2
    )  # fmt: skip


def _middle(word: Word, said: Text) -> bool:
    """Whether a middle name or initial: never a word for an office, a day."""
    return word.capital and word.plain not in cues.CAPITALS and (len(word.raw) == 1 or said.capitals)


def _whose(register: Register, begin: Word, end: Word, said: Text) -> tuple[tuple[int, ...], str]:
    """Whose given name and surname these two are, in either order; and the surname."""
    words = common(said.language)
    if said.capitals and begin.capital != end.capital:
        return (), ""
    if not begin.capital and (begin.plain in words) + (end.plain in words) > (not said.capitals):
        return (), ""
    for one, other in ((begin, end), (end, begin)):
        found = {
            person: last.word
            for first in one.readings
            for last in other.readings
            if not (first.slip and last.slip)
            for person in register.firsts.get(first.word, ())
            if person in register.lasts.get(last.word, ()) and _agree(register.named[person].gender, first, last)
        }
        if found:
            return tuple(sorted(found)), next(iter(found.values()))
    return (), ""


def _agree(gender: str, first: Reading, last: Reading) -> bool:
    """Serbian: a man's given name and surname stand in one case; a woman's surname in a consonant does not change."""
    if first.language != SR and last.language != SR:
        return True
    if gender == "woman":
        return last.language != SR or last.word[-1] in "aio" or "P" in last.cases or "N" in last.cases
    if set(first.cases) & set(last.cases) or "P" in last.cases:
        return True
    # a surname that is left as it is (Bitići); but Ivana Jovanović is no form of Ivan
    return last.cases == "N" and last.word[-1] in "aeiou"


def follows_one_named_after(said: Text, first: int, last: int) -> bool:
    """Whether a street, a school, a shop bears the name: “Ulica Marije Radić”, “Rama Street”."""
    words = said.words
    if first and not words[first].begins:
        quoted = bool(QUOTED.search(words[first].gap))
        if next_to(words, first) or quoted:
            before = words[first - 1].plain
            if before in cues.KINDS_OF_SCHOOL and first > 1:
                before = words[first - 2].plain
            if before in cues.NAMED_AFTER:
                return True
    behind = said.after(last)
    return bool(
        behind and next_to(words, behind.at) and behind.plain in cues.NAMED_BEFORE and behind.capital and said.capitals
    )


# Groups and places


def groups(register: Register, said: Text) -> None:
    unsure = []
    for at, word in enumerate(said.words):
        if word.taken or not word.readings:
            continue
        for last, called in _called_from(register, said, at):
            stands = [(one, _stands(said, one, at, last)) for one in called]
            for place in dict.fromkeys(one.place for one, sure in stands if sure and one.place):
                said.places.append((at, last, place))
            who = tuple(sorted({one.who for one, sure in stands if sure and one.who >= 0}))
            if who:
                said.take(at, _with_suffix(said, last), who, "called")
                break
            unsure += [(at, last, one.who) for one, sure in stands if sure is None and one.who >= 0]
    for at, last, who in unsure:
        if not said.words[at].taken and any(who in known for _, _, known, _ in said.found):
            said.take(at, _with_suffix(said, last), (who,), "called")


def _called_from(register: Register, said: Text, at: int) -> list[tuple[int, list[Called]]]:
    """(last word, names of groups and places) that begin at this word, the longest first."""
    found: dict[int, dict[Called, None]] = {}
    for reading in said.words[at].readings:
        for called in register.called.get(reading.word, ()):
            last = None if called.nick else phrase_ends(said.words, called.words, at)
            if last is not None:
                found.setdefault(last, {})[called] = None
    return [(last, list(found[last])) for last in sorted(found, reverse=True)]


def phrase_ends(words: list[Word], wanted: tuple[str, ...], at: int) -> int | None:
    """Where the name ends that begins at this word; articles in between are passed over."""
    last = at
    for key in wanted[1:]:
        last += 1
        while last < len(words) and words[last].plain in PARTICLES and last - at < 3 * len(wanted):
            last += 1
        if last >= len(words) or words[last].taken or not any(one.word == key for one in words[last].readings):
            return None
        if any(word.begins or not _SPACE_OR_HYPHEN.fullmatch(word.gap) for word in words[at + 1 : last + 1]):
            return None
    return last


def _stands(said: Text, called: Called, at: int, last: int) -> bool | None:
    """Whether these words are the name of the group; None where another mention must speak for it."""
    words, word = said.words, said.words[at]
    if called.acronym:
        return word.raw[:2].isupper() or not said.capitals
    content = [one for one in words[at : last + 1] if one.plain not in PARTICLES]
    if not word.capital:
        return len(content) >= 3 and not any(one.capital for one in words)
    if len(content) > 1 or called.place:
        # in English each word of a name has its capital: a new initiative, New Initiative
        return said.language != "en" or said.loud or all(one.capital or len(one.raw) < 4 for one in content)
    behind = said.after(last)
    if at and words[at - 1].plain in cues.PARTY_WORDS:
        return True
    if behind and next_to(words, behind.at) and behind.capital and said.capitals and not behind.readings:
        return False
    if follows_one_named_after(said, at, last):
        return False
    return None if word.begins or not said.capitals else True


def _with_suffix(said: Text, last: int) -> int:
    """The ending behind a hyphen belongs to the name: LPD-së, GS-a."""
    behind = said.after(last)
    hangs = behind and _HANGING.fullmatch(behind.gap) and behind.raw.islower()
    return behind.at if hangs and any(behind.plain in endings for endings in SUFFIXES.values()) else last
