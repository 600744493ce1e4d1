"""What is denied, quoted or reported: words that stand in a text but are not what its author says.

“No one deserves to die”, “stop calling them trash”, “‘they are scum’ is a cruel thing to say”. How much such words
count, and whether for or against, each model learns for itself (`Learned.turned`). Sought in folded text.
"""

from __future__ import annotations

import re

#: So many words after a denial or a verb of reporting are taken, not counting short ones, none beyond a comma or stop.
_REACH = 3
#: All as folded text has them: no letter twice.
_ENGLISH = (
    "not?|never|none|nobody|nothing(?! but)|without|canot"
    "|(?:do|does|did|is|are|was|were|wo|would|should|could|ca|have|has|had)n't"
    "|saying|cal(?:ed|ing)|claim(?:s|ed|ing)|threatening|acus(?:ed|ing)"
)
#: With what chat makes of them: “spo”, “ska” for s'po, s'ka.
_ALBANIAN = (
    "nuk|mos|jo|kure?|asnje|asgj[ea]|askush|spo|ska|skan|skam|skemi|sdi|sdo|smun?d|sjan"
    "|quajne?|quani?|thone?|thote?|thuani|kercenoj(?:ne)?|akuzoj(?:ne)?"
)
_SERBIAN = (
    "nije|nisu|nisam|nisi|nismo|niste|nemoj(?:te|mo)?|nece|necu|neces|necemo|necete|nema|nemaju|nikada?|niko|nista|bez"
    "|nijedan|nazivaju?|kazu|govore|prete|optuzuju"
)
#: Serbian “not”, but Albanian “in” and “we” as well: the words beside it tell.
_BOTH = "ne"
_OF_SERBIAN = {
    "je", "su", "da", "sam", "smo", "ste", "bi", "ce", "cu", "ga", "koji", "koje", "sto", "sta", "ali", "ili", "samo",
    "treba", "moze", "on", "oni", "ono",
}  # fmt: skip
_OF_ALBANIAN = {
    "dhe", "per", "qe", "nje", "eshte", "asht", "jane", "kane", "te", "me", "se", "po", "ka", "nuk", "kosove", "e",
}  # fmt: skip

_WORD = r"[^\W_][\w'-]*"
_STEP = rf"(?:[^\W_][\w'-]{{0,2}}\s+){{0,4}}{_WORD}"
_AFTER = rf"{_STEP}(?:\s+{_STEP}){{0,{_REACH - 1}}}"
_SAID = re.compile(
    rf"(?<![\w'])(?:(?P<both>{_BOTH})|{_ENGLISH}|{_ALBANIAN}|{_SERBIAN})\s+(?P<after>{_AFTER})"
    rf"|(?<![\w'])s'(?P<joined>{_AFTER})"
)
_QUOTED = re.compile(r'["“”«„]([^"“”»«„]{3,200})["“”»]')
_MARK = re.compile(r'["“”«„]')


def spans(folded: str) -> list[tuple[int, int]]:
    """Where the denied, quoted and reported words stand, in their order; they do not overlap."""
    quoted = [mark.span(1) for mark in _QUOTED.finditer(folded)] if _MARK.search(folded) else []
    found = [*quoted]
    for said in _SAID.finditer(folded):
        if said["both"] and not _is_serbian(folded):
            continue
        start, end = said.span("joined" if said["after"] is None else "after")
        if not any(start < last and end > first for first, last in quoted):
            found.append((start, end))
    return sorted(found)


def _is_serbian(folded: str) -> bool:
    words = folded.split()
    return sum(word in _OF_SERBIAN for word in words) > sum(word in _OF_ALBANIAN for word in words)
