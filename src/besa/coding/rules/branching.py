"""Which variables of a codebook are asked: of whom, and after which answers.

`when` of a variable is a list of conditions, one of which must hold; a condition names variables that stand before it
(or facts of the post) and the answers that call for it. `of` says who is asked, where it is not everybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from besa.base.languages import POST
from besa.base.words import FINDING_DECISIONS, Channel, Decision, Platform, PostKind

#: Verdicts after which it is asked what was broken or kept.
MAY_BE_FINDING = FINDING_DECISIONS | {Decision.BORDERLINE}
#: Facts of a post that a condition may name, and what they may be.
FACTS: dict[str, tuple[str, ...]] = {
    "post_kind": tuple(map(str, PostKind)),
    "platform": tuple(map(str, Platform)),
    "channel": tuple(map(str, Channel)),
    "language": POST,
    "media": ("none", "picture", "video"),
}
#: When the method asks for the variables that it rests on, whatever a codebook says.
_ALWAYS_WHEN = {
    "type": [{"verdict": sorted(FINDING_DECISIONS)}],
    "clauses": [{"verdict": sorted(MAY_BE_FINDING)}],
    "severity": [{"verdict": sorted(MAY_BE_FINDING)}],
}
ADJUDICATOR = "adjudicator"

Conditions = list[dict[str, list[str]]]


def conditions(variable: Mapping[str, Any]) -> Conditions:
    """When it is asked; empty where it always is."""
    return _ALWAYS_WHEN.get(variable["name"]) or variable.get("when") or []


def asked_of(variable: Mapping[str, Any], *, adjudicator: bool) -> bool:
    return adjudicator or variable.get("of") != ADJUDICATOR


def asked(
    variable: Mapping[str, Any], answers: Mapping[str, Any], facts: Mapping[str, str], *, adjudicator: bool = False
) -> bool:
    """Is this asked of this person, after these answers (to the variables before it) and on such a post?"""
    if not asked_of(variable, adjudicator=adjudicator):
        return False
    wanted = conditions(variable)
    return not wanted or any(
        all(_given(answers, facts, name) & set(values) for name, values in one.items()) for one in wanted
    )


def _given(answers: Mapping[str, Any], facts: Mapping[str, str], name: str) -> set[str]:
    given = facts.get(name, "") if name in FACTS else answers.get(name)
    if isinstance(given, list):
        # targets are asked for by their kind
        return {str(one.get("kind", "")) if isinstance(one, Mapping) else str(one) for one in given}
    return set() if given is None or given == "" else {str(given)}
