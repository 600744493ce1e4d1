"""What a campaign says in sq, sr and en. All patterns are sought in folded texts (see `besa.base.text`)."""

from __future__ import annotations

import re


def _words(*patterns: str) -> re.Pattern:
    """Any of these as whole words. In folded texts no letter stands twice in a row: “rally” is sought as “raly”."""
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(patterns)})(?![^\W_])")


_BALLOT = (
    r"(?:(?:numri\w{0,2}|nr|broj\w?|br|number|no|list[aeuo]\w{0,2})\W{0,3}(?:(?:broj|numer|nr|br|no)\W{0,3})?)"
)  # fmt: skip
#: Asks for votes for somebody: a vote for, the ballot number, a mark beside a name.
CALL = _words(
    r"(?:voto|votoni|votojeni?|votojme|votoje|votat?) (?:per|partine|listen|kandidat\w*|koalicion\w*)",
    rf"(?:voto|votoni|votojeni?|votojme|votoje|votat?) {_BALLOT} ?\d{{0,3}}",
    r"(?:jepni?|jepja|jepjani|na jepni) (?:ia )?voten",
    r"voten tuaj (?:per|na)|vota juaj (?:per|eshte)|(?:na|me) votoni",
    r"(?:glasaj(?:te)?|glasamo|glasajmo) za|zaokruzi(?:te)?(?: \w+)?",
    r"(?:dajte|daj|pruzite) (?:svoj |nam |mi )?glas|(?:vas|svoj|tvoj) glas za",
    r"(?:vote|voting) for|vote (?:no|number|list) ?\d{1,3}",
    r"(?:give|lend) (?:us|me) your vote|your vote for|re-?elect \w+",
)
#: A list or ballot number: campaign only where something else says so too.
NUMBER = _words(rf"{_BALLOT}\d{{1,3}}")
#: Calls to the polls for nobody in particular: an institution may say so, a candidate may not while it is forbidden.
TURNOUT = _words(
    r"(?:dilni|dil|dalim)(?: te gjithe)?(?: e| te| dhe)? voto\w*|votoni|votojme",
    r"(?:izadji(?:te)?|izidji(?:te)?|izadjimo)(?: \w+){0,2} (?:glasa\w+|izbore)|glasajte|glasajmo",
    r"(?:go|get) out(?: and|,)? vote|go (?:and )?vote|vote (?:today|now)",
)
#: Words of campaigning, without a call.
CAMPAIGN = _words(
    r"fushat[ea]\w*|miting\w*|tubim\w*|kandidat\w*|fitor(?:e|ja|es)|mbeshtet\w*",
    r"kampanj\w*|predizborn\w*|pobed\w*|podrz\w+",
    r"campaign\w*|raly|candidate\w*|victory|suport\w*",
)
#: Children and where they are found.
CHILDREN = _words(
    r"femij\w*|nxenes\w*|shkol\w*|cerdh\w*|kopsht\w*",
    r"dec[aeiu]\w{0,2}|djac[ie]\w{0,2}|ucenic\w*|skol[aeiu]\w{0,2}|vrtic\w*|maturant\w*",
    r"children|kids|pupils?|schol\w*|kindergarten\w*",
)
PICTURE = _words(r"foto\w*|selfi\w*|slik[aeou]\w*|slikal\w*|video\w*|photo\w*|picture\w*")

#: A quick look before a text is folded: letters that any of these needs, in both scripts.
_CALLS = ("vot", "glas", "глас", "zaokru", "заокру", "izađ", "izadj", "изађ", "изиђ", "dil ", "dilni", "dalim", "elect")
_CHILDREN = (
    "fëmij", "femij", "nxënës", "nxenes", "shkoll", "çerdh", "cerdh", "kopsht", "dec", "дец", "đac", "djac", "ђац",
    "učeni", "uceni", "учени", "škol", "skol", "школ", "vrtić", "vrtic", "вртић", "matur", "матур", "child", "kids",
    "pupil", "school", "kinder",
)  # fmt: skip


def may_call(text: str) -> bool:
    lower = text.lower()
    return any(hint in lower for hint in _CALLS)


def may_name_children(text: str) -> bool:
    lower = text.lower()
    return any(hint in lower for hint in _CHILDREN)
