"""The forms in which a term may stand in a folded text: spellings and dialects, and endings by the stem rule.

The text is never bent towards the standard: it is the term that is spelled as people spell it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, groupby, product

from besa.base.text import folded, unrepeated

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
#: A spelling other than the standard one has at least so many letters, and a term so many of them at most.
_LEAST_LETTERS, _MOST_SPELLINGS = 4, 48
_FAMILY = {"bs": "sr", "hr": "sr", "mk": "sr"}
_SLAVIC_CONSONANTS = {"k": "c", "g": "z", "h": "s"}
#: What stands in a word (the first that fits at a place) and how people write it; the standard spelling first.
#: sq: ë and ç dropped, q and gj as they sound, and Gheg: nasal ë as a or o, r for n, mb and nd worn down, -ue for -ua.
_WRITTEN = {
    "sq": tuple((re.compile(pattern), options.split(" ")) for pattern, options in (
        (r"uar$", "uar ue u"), (r"yer$", "yer ye y"), (r"ua$", "ua ue u"), (r"uri$", "uri uni ni"),
        (r"ëri(?=$|a$|s[ëe]$|n[ëe]$)", "eri ri ni ani eni"), (r"ër(?=[aeiouyë])", "er r en an n"),
        (r"ë(?=[nm])", "e  a o"), (r"(?<=.{4})ë$|(?<=.)ë(?=.)", "e "),
        (r"ç", "c q ch"), (r"q(?=.{4})|(?<=.{4})q", "q c"), (r"gj(?=.{3})", "gj xh"),
        (r"mb(?=.{3})|(?<=.{3})mb", "mb m"), (r"nd(?=.{3})|(?<=.{3})nd", "nd n"),
    )),
    "sr": tuple((re.compile(pattern), options.split(" ")) for pattern, options in (
        (r"[đђ]", "dj d"), (r"[šш]", "s sh"), (r"[ččćчћ]", "c ch"), (r"[žж]", "z zh"),
    )),
}  # fmt: skip
#: After “për të” and “me”: participles and the short ones of Gheg (vrarë, vra; hapur, hap).
_PARTICIPLE = ((re.compile(r"(?<=.{2})(?:rë|ur)$"), ""),)
#: Small words that phrases are made of, as they are written in chats and in Gheg.
_SMALL = {
    "është": "asht osht esht", "një": "nji ni", "nuk": "s", "kanë": "kan kon", "kam": "kom", "janë": "jan jon",
    "jam": "jom", "për": "pr", "të": "t", "së": "s", "në": "n", "më": "ma m", "që": "q", "këtu": "ktu", "këta": "kta",
    "këto": "kto", "këtë": "kte ket kt", "kësaj": "ksaj", "shumë": "shum", "duhet": "dohet", "çfarë": "qka cka",
    "çka": "qka", "bëj": "baj boj", "bën": "ban bon", "bëni": "bani", "bërë": "ba bo ber", "tërë": "ter", "si": "qysh",
    "zë": "za", "gjë": "gja", "punë": "pun", "dorë": "dor", "nënë": "nan nane", "vend": "ven",
}  # fmt: skip
#: “për të” with a participle is “me” in Gheg.
_INFINITIVE, _ME = re.compile(r"(?i)\bpër të\b"), "për·të"
_ME_FORMS = {"per": r"per[\W_]{1,4}te?", "pr": r"pr[\W_]{1,4}te?", "me": "me"}
#: Between two words of a phrase; after one letter (s'janë, t'vrasim) there may be nothing.
_GAP = {False: r"[\W_]{1,4}", True: r"[\W_]{0,4}"}
_BETWEEN = re.compile(r"[\s'’‘ʼ-]+")
_ALNUM = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Shape:
    """How one term is sought: wherever `pattern` matches, one of the `anchors` begins a word.

    `stems`: how the first word may begin -> how often each of its letters is written. `signed`: those of them that
    have an i for an l, which can only be meant where the text has a sign or figure there (buda1a).
    """

    expression: str
    anchors: frozenset[str]
    stems: dict[str, tuple[int, ...]]
    signed: frozenset[str]

    @cached_property
    def pattern(self) -> re.Pattern:
        return re.compile(self.expression)

    def stem(self, match: re.Match) -> str:
        """With which of the stems the match begins."""
        return max((stem for stem in self.stems if match[0].startswith(stem)), key=len)


def family(language: str) -> str:
    """bs, hr and mk words are inflected by the rules written for sr."""
    return _FAMILY.get(language, language)


def spellings(word: str, language: str, *, participle: bool = False) -> list[str]:
    """How a word is written, not yet folded, the standard spelling first, then those nearest to it."""
    word = word.casefold()
    choices: list[list[str]] = []
    at = 0
    rules = _WRITTEN.get(family(language), ())
    while at < len(word):
        for pattern, options in rules:
            if found := pattern.match(word, at):
                choices.append(options)
                at = found.end()
                break
        else:
            choices.append([word[at]])
            at += 1
    found = dict.fromkeys(["".join(options[0] for options in choices)])
    several = [place for place, options in enumerate(choices) if len(options) > 1]
    for count in range(1, min(3, len(several)) + 1):
        for places in combinations(several, count):
            for others in product(*(choices[place][1:] for place in places)):
                changed = dict(zip(places, others, strict=True))
                spelled = "".join(changed.get(place, options[0]) for place, options in enumerate(choices))
                if len(spelled) >= _LEAST_LETTERS:
                    found.setdefault(spelled)
        if len(found) > _MOST_SPELLINGS:
            break
    if family(language) == "sq":
        found |= dict.fromkeys(_SMALL.get(word, "").split())
        if participle:
            found |= dict.fromkeys(pattern.sub(short, word) for pattern, short in _PARTICIPLE)
    return list(found)[:_MOST_SPELLINGS]


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


def runs(text: str) -> tuple[int, ...]:
    """How often each letter stands there in a row."""
    return tuple(len(list(group)) for _, group in groupby(text))


def shape(term: str, match: str, language: str) -> Shape | None:
    """None where the term holds no letter or figure."""
    words = [word for word in _BETWEEN.split(term) if _ALNUM.search(folded(word))]
    if not words:
        return None
    if family(language) == "sq":
        words = _INFINITIVE.sub(_ME, " ".join(words)).split()
    pieces: list[dict[str, str]] = []
    stems_of_first: dict[str, tuple[int, ...]] = {}
    for at, word in enumerate(words):
        forms: dict[str, str] = dict(_ME_FORMS) if word == _ME else {}
        bending = match == "stem" and at == len(words) - 1
        participle = at > 0 and words[at - 1] in (_ME, "me", "të")
        for written in () if forms else spellings(word, language, participle=participle):
            spelling = folded(written)
            loose = bending or (match == "phrase" and len(spelling) >= 4)
            for stem in stems(spelling, language) if loose else {spelling}:
                forms.setdefault(stem, re.escape(stem) + (_ending(stem, language, any_ending=bending) if loose else ""))
                if not at:
                    stems_of_first.setdefault(stem, runs(unrepeated(written)))
        pieces.append(forms)
    signed = {stem.replace("l", "i"): stem for stem in pieces[0] if "l" in stem} if len(words) == 1 else {}
    signed = {with_i: stem for with_i, stem in signed.items() if with_i not in pieces[0]}
    for with_i, stem in signed.items():
        pieces[0][with_i] = pieces[0][stem].replace("l", "i", stem.count("l"))
        stems_of_first[with_i] = stems_of_first[stem]
    out, longest = "", max(pieces, key=lambda forms: min(map(len, forms)))
    anchors = set(longest)
    for at, forms in enumerate(pieces):
        glued = at > 0 and len(words[at - 1]) == 1
        out += _GAP[glued] if at else ""
        out += f"(?:{'|'.join(sorted(forms.values(), key=len, reverse=True))})"
        if glued and forms is longest:
            anchors |= {one + stem for one in pieces[at - 1] for stem in forms}
    return Shape(
        f"{out}(?![^\\W_])",
        frozenset(max(_ALNUM.findall(anchor), key=len) for anchor in anchors),
        stems_of_first or dict.fromkeys(_ME_FORMS, ()),
        frozenset(signed),
    )
