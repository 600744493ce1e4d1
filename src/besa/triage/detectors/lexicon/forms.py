"""The forms in which a term may stand in a folded text: spellings, and endings by the stem rule."""

from __future__ import annotations

import re
from itertools import product

from besa.base.text import folded

#: The most letters that may follow a stem of four letters or more.
LONGEST_ENDING = 6
#: Case, number and definite endings, folded. A shorter stem, or a word inside a phrase, takes no other.
ENDINGS = {
    "sq": "i u a e t in un en ja je n s it ut et at ve sh es ev te ter tar eve ave ove ive ese esa ev es eshe uar on "
          "ni im sit sve eten aten",
    "sr": "a e i o u om em oj im ima ama ami ina ine ini og eg omu emu ih oga ega ov ova ove ovi ovima evi evima cu "
          "ce ci ca ko ku ke ki ka ski ska ske sku stvo stva ti la le li lo",
    "en": "s es ed ing er ers d",
}  # fmt: skip
_FAMILY = {"bs": "sr", "hr": "sr", "mk": "sr"}
_SLAVIC_CONSONANTS = {"k": "c", "g": "z", "h": "s"}
_VOWELS = "aeiou"


def family(language: str) -> str:
    """bs, hr and mk words are inflected by the rules written for sr."""
    return _FAMILY.get(language, language)


def spellings(word: str, language: str) -> set[str]:
    """Folded spellings of one word as written: đ as dj or d, š as s or sh, ë as e or (at the end) not at all."""
    kind, word = family(language), word.casefold()
    choices = []
    for at, letter in enumerate(word):
        if letter in "đђ":
            choices.append(("dj", "d"))
        elif letter == "ë" and at == len(word) - 1 and len(word) > 4:
            choices.append(("e", ""))
        elif kind == "sr" and letter in "šш":
            choices.append(("s", "sh"))
        elif kind == "sr" and letter in "čч":
            choices.append(("c", "ch"))
        elif kind == "sr" and letter in "žж":
            choices.append(("z", "zh"))
        else:
            choices.append((letter,))
    if sum(len(choice) > 1 for choice in choices) > 4:
        return {folded(word)}
    return {folded("".join(pieces)) for pieces in product(*choices)} - {""}


def stems(spelling: str, language: str) -> set[str]:
    """What all inflected forms begin with: budala -> budal, kurvë -> kurv, izdajnik -> izdajnik or izdajnic."""
    kind, found = family(language), {spelling}
    if len(spelling) < 4:
        return found
    if kind == "sr":
        if spelling[-1] in "aeo" and len(spelling) > 4:
            found = {spelling[:-1]}
        if spelling.endswith("ac") and len(spelling) > 5:
            found.add(spelling[:-2] + "c")
        for stem in set(found):
            if stem[-1] in _SLAVIC_CONSONANTS and spelling[-1] == stem[-1]:
                found.add(stem[:-1] + _SLAVIC_CONSONANTS[stem[-1]])
    elif kind == "sq":
        if spelling[-1] == "e" and len(spelling) > 4:
            found = {spelling[:-1]}
        if spelling.endswith("k"):
            found.add(spelling[:-1] + "q")
    return found


def _ending(stem: str, language: str, *, any_ending: bool) -> str:
    if any_ending and len(stem) >= 4:
        return rf"[^\W\d_]{{0,{LONGEST_ENDING}}}"
    listed = ENDINGS.get(family(language), "")
    return rf"(?:{'|'.join(sorted(set(listed.split()), key=lambda ending: (-len(ending), ending)))}|)"


def patterns(term: str, match: str, language: str) -> dict[str, tuple[re.Pattern, frozenset[str]]]:
    """How a term's first word may begin -> expression that must match from there on, and its anchors.

    Wherever the expression matches, one of the anchors begins a word: the stems of the longest word, which
    texts hold the most rarely. Group 1 is what the run lengths of double letters are compared with.
    """
    words = term.split()
    if not words:
        return {}
    pieces = []
    for at, word in enumerate(words):
        forms: dict[str, str] = {}
        for spelling in spellings(word, language):
            bending = match == "stem" and at == len(words) - 1
            loose = bending or (match == "phrase" and len(spelling) >= 4)
            for stem in stems(spelling, language) if loose else {spelling}:
                forms[stem] = re.escape(stem) + (_ending(stem, language, any_ending=bending) if loose else "")
        pieces.append(forms)
    rest = "".join(rf"[\W_]{{1,4}}(?:{'|'.join(forms.values())})" for forms in pieces[1:])
    longest = max(pieces, key=lambda forms: min(map(len, forms), default=0))
    return {
        stem: (
            re.compile(rf"({re.escape(stem)}){form[len(re.escape(stem)) :]}{rest}(?![^\W_])"),
            frozenset({stem} if longest is pieces[0] else longest),
        )
        for stem, form in pieces[0].items()
    }
