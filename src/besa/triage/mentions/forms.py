"""How the word of a name is written: spellings in Albanian and Serbian, case endings, slips of the hand."""

from __future__ import annotations

import re
from itertools import pairwise, product

from besa.base.text import folded

ANY, SQ, SR = "", "sq", "sr"
_MOST_SPELLINGS = 24
_PIECE = re.compile(r"gj|xh|sh|zh|th|dh|ll|rr|dž|lj|.", re.DOTALL)
_SQ_LOOSE = {"ë": ("e", ""), "ç": ("c", "q"), "q": ("q", "c"), "x": ("x", "xh")}
_SQ_IN_SR = {
    "gj": ("dj",), "xh": ("dz",), "sh": ("s",), "zh": ("z",), "th": ("t",), "dh": ("d",), "q": ("c",), "x": ("dz",),
    "y": ("i", "u"), "ë": ("e", ""), "l": ("lj", "l"), "ç": ("c",), "ll": ("l", "lj"), "rr": ("r",), "lj": ("lj",),
}  # fmt: skip
_SR_LOOSE = {"đ": ("dj", "d"), "š": ("s", "sh"), "ž": ("z", "zh"), "č": ("c", "ch"), "ć": ("c", "ch")}
_SR_IN_SQ = {
    "ć": ("q", "c"), "č": ("c", "q"), "đ": ("gj", "dj"), "š": ("sh",), "ž": ("zh",), "dž": ("xh",), "lj": ("l", "lj"),
}  # fmt: skip
_SIGNS = {SQ: re.compile("[ëçqyw]|xh|gj|sh|zh|dh|th"), SR: re.compile("[ćčšžđ\u0400-\u04ff]|ić$|ic$|[šs]ki$")}
_OF_PHRASES = (
    "a", "e", "i", "o", "u", "og", "oga", "om", "ome", "oj", "im", "ih", "ima", "em", "ju", "jom",
    "es", "en", "se", "ne", "te", "ve", "ave",
)  # fmt: skip
_ADJECTIVE = ("", "a", "o", "e", "i", "u", "og", "oga", "om", "ome", "omu", "oj", "im", "ima", "ih")
#: Written behind a hyphen, an apostrophe or nothing after capitals: LPD-ja, GS-u, LPDsë.
SUFFIXES = {
    SQ: frozenset(["ja", "je", "se", "ne", "s", "n", "t", "i", "it", "in", "u", "ut", "un", "es", "en", "a"]),
    SR: frozenset(["a", "u", "e", "om", "em", "ju", "ja", *("ov" + end for end in _ADJECTIVE)]),
}


def tongue(name: str, language: str = "") -> str:
    """The language whose spelling a name follows: `sq`, `sr`, another that was named, or "" where nothing tells."""
    if language:
        return family(language)
    found = [kind for kind, sign in _SIGNS.items() if any(sign.search(word) for word in name.casefold().split())]
    return found[0] if len(found) == 1 else ANY


def family(language: str) -> str:
    """sr-Cyrl, bs, hr and the like are read as sr; what is not known is ""."""
    first = language.lower().replace("_", "-").partition("-")[0]
    if first in ("sr", "bs", "hr", "sh", "hbs", "mk", "cnr", "srp"):
        return SR
    return SQ if first in ("sq", "alb", "sqi") else first if first == "en" else ANY


def spellings(word: str, of: str) -> dict[str, str]:
    """Folded spellings of a word, each with the language of the texts in which it is found ("" any)."""
    lower = word.casefold()
    found: dict[str, str] = {}
    if of in (ANY, SQ):
        _add(found, lower, {**_SQ_IN_SR, **({} if of else {"l": ("l",)})}, SR)
        _add(found, lower, _SQ_LOOSE, ANY)
    if of in (ANY, SR):
        _add(found, lower, _SR_IN_SQ, SQ)
        _add(found, lower, _SR_LOOSE, ANY)
    found[folded(lower)] = ANY
    return found


def _add(found: dict[str, str], word: str, ways: dict[str, tuple[str, ...]], where: str) -> None:
    pieces = _PIECE.findall(word)
    choices = [ways.get(piece, (piece,)) for piece in pieces]
    if pieces and pieces[-1] == "ë":
        choices[-1] = ("e",)
    count = 1
    for at, choice in enumerate(choices):
        count *= len(choice)
        if count > _MOST_SPELLINGS:
            choices[at:] = [(choice[0],) for choice in choices[at:]]
            break
    for spelled in product(*choices):
        found[folded("".join(spelled))] = where


def inflected(word: str, of: str) -> list[tuple[str, str, dict[str, str]]]:
    """(stem, language of the endings, ending -> cases) of a folded word. `N` is the name as it stands.

    Cases matter in Serbian only, where given name and surname agree: N G D A V L I, P for possessive adjectives.
    """
    found = [(word, ANY, {"": "N"})]
    if of == "en":
        return found
    return [*found, *_albanian(word), *_serbian(word)]


def _albanian(word: str) -> list[tuple[str, str, dict[str, str]]]:
    stem, last = word[:-1], word[-1]
    if word.endswith("ia"):
        ends, at = "a se ne je es en e ses", stem
    elif last == "a":
        ends, at = "a es en e ai ait ain", stem
    elif last == "e":
        ends, at = "e es en a ja eja ejes ejen" + (" " if len(stem) > 3 else ""), stem
    elif last == "i":
        ends, at = "i it in iu iut iun", stem
    elif last == "o":
        ends, at = "o os on oja ojes ojen", stem
    elif last == "u":
        ends, at = "u ut un", stem
    else:
        ends, at = "i it in u ut un t n", word
    return [(at, SQ, dict.fromkeys(ends.split(), ""))]


def _serbian(word: str) -> list[tuple[str, str, dict[str, str]]]:
    stem, last = word[:-1], word[-1]
    owned = {f"{mark}{end}": "P" for mark in ("ov", "ev") for end in _ADJECTIVE}
    hers = {f"in{end}": "P" for end in _ADJECTIVE}
    masculine = {"a": "GA", "u": "DLV", "e": "V", "om": "I", "em": "I", **owned}
    if last == "a":
        return [(stem, SR, {"e": "G", "i": "DL", "u": "A", "o": "V", "om": "I", **hers})]
    if last == "o":
        return [(stem, SR, {**masculine, "e": "V"})]
    if last == "e":
        return [(stem, SR, {**masculine, **hers, "i": "DL"}), (word, SR, {"a": "GA", "u": "DL", "om": "I"})]
    if last == "i":
        found = [(word, SR, {"ja": "GA", "ju": "DLV", "jem": "I", "jom": "I",
                             **{f"j{end}": "P" for end in owned}})]  # fmt: skip
        if word.endswith(("ski", "cki")):
            ends = {"og": "GA", "oga": "GA", "om": "DL", "ome": "DL", "im": "I", "a": "N", "e": "G", "oj": "DL",
                    "u": "A"}  # fmt: skip
            found.append((stem, SR, ends))
        return found
    stems = [word]
    if re.search(r"(?:[^aeiou]|nd)ar$", word):
        stems.append(word[:-2] + "r")
    elif word.endswith("ac") and len(word) > 4:
        stems.append(word[:-2] + "c")
    elif word.endswith("ao"):
        stems.append(word[:-1] + "l")
    women = {"ka": "N", "ke": "G", "ki": "DL", "ku": "A"} if word.endswith("ic") else {}
    return [(one, SR, masculine | women) for one in stems]


def phrase_endings(word: str, of: str) -> list[tuple[str, str, dict[str, str]]]:
    """As `inflected`, for the words inside the name of a group: adjectives and plain nouns as well."""
    found = inflected(word, of)
    if len(word) < 4:
        return found
    stem = word[:-1] if word[-1] in "aeiou" else word
    found.append((stem, ANY, dict.fromkeys(_OF_PHRASES, "")))
    if word[-1] == "a" and stem[-1] in "kgh":  # stranka, stranci
        found.append((stem[:-1] + {"k": "c", "g": "z", "h": "s"}[stem[-1]], SR, {"i": "DL"}))
    return found


_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEXT = {frozenset(pair) for row in _ROWS for pair in pairwise(row)} | {
    frozenset((key, below))
    for upper, lower in pairwise(_ROWS)
    for at, key in enumerate(upper)
    for below in lower[max(at - 1, 0) : at + 1]
}


def slipped(written: str, meant: str) -> bool:
    """One slip of the hand: a letter too few, one too many, two exchanged, or the key beside it. The first is right."""
    if written == meant or written[:1] != meant[:1]:
        return False
    at = 0
    while at < min(len(written), len(meant)) and written[at] == meant[at]:
        at += 1
    one, other = written[at:], meant[at:]
    if len(one) == len(other):
        if one[1:] == other[1:]:
            return frozenset((one[0], other[0])) in _NEXT
        return one[:2] == other[1::-1] and one[2:] == other[2:]
    return one == other[1:] or one[1:] == other


def without_one(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(1, len(word))}
