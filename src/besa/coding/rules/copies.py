"""Extending a decision to copies: which posts it may be offered for, and how their texts differ."""

from __future__ import annotations

import difflib
import re

from besa.base.words import N_, Channel
from besa.coding.rules import turns
from besa.coding.types import Standing

_PIECES = re.compile(r"\s+|[^\s]+")


def obstacle(standing: Standing, *, channel: str, drawn: bool, held: bool) -> str:
    """Why this post is not offered (a message id); "" where it is.

    `drawn`: in the share that chance chose for two coders; `held`: somebody codes it at this moment. What two blind
    coders must judge, and what anybody has begun to judge, goes its ordinary way.
    """
    if standing.decided:
        return N_("It has its own decision.")
    if standing.codings or held:
        return N_("It is being coded and gets its own decision.")
    if drawn or standing.sample in turns.ALWAYS_CODED:
        return N_("Chance drew it: coders judge it without knowing of this decision.")
    if channel != Channel.PUBLIC:
        return N_("It was said in a closed group and counts against nobody.")
    if not standing.preserved:
        return N_("It has not been preserved yet.")
    return ""


def differences(first: str, other: str) -> list[tuple[str, str]]:
    """`other` in pieces, each "same", "added" or, taken from `first`, "left_out"; whole words."""
    one, two = _PIECES.findall(first), _PIECES.findall(other)
    pieces: list[tuple[str, str]] = []
    for tag, start, end, begin, until in difflib.SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if tag in ("replace", "delete") and (gone := "".join(one[start:end])).strip():
            pieces.append((gone, "left_out"))
        if tag != "delete" and begin < until:
            pieces.append(("".join(two[begin:until]), "same" if tag == "equal" else "added"))
    return pieces
