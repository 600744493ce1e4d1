"""What one version of a codebook asks that another did not, and which answers that touches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from besa.base.words import N_
from besa.coding.rules.answers import variables
from besa.coding.rules.branching import asked, conditions

#: What may have changed, in words (message ids).
ADDED, REMOVED, BRANCHING, WORDING, VALUE_ADDED, VALUE_REMOVED, VALUE_WORDING = KINDS = (
    "added", "removed", "branching", "wording", "value_added", "value_removed", "value_wording",
)  # fmt: skip
WORDS = {
    ADDED: N_("new variable"), REMOVED: N_("no longer asked"), BRANCHING: N_("asked at other times"),
    WORDING: N_("explained differently"), VALUE_ADDED: N_("new value"), VALUE_REMOVED: N_("value removed"),
    VALUE_WORDING: N_("value explained differently"),
}  # fmt: skip
_MEANING = ("help", "examples")


@dataclass(frozen=True)
class Change:
    """One difference; `value` where it is about one value of the variable."""

    kind: str
    variable: str
    value: str = ""


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """From one body to the other, in the order of the new one. Labels and keys are how it looks, not what it asks."""
    before, after, found = variables(old), variables(new), []
    for name, variable in after.items():
        if name not in before:
            found.append(Change(ADDED, name))
            continue
        was = before[name]
        asks = ("kind", "of", "required")
        if conditions(was) != conditions(variable) or any(was.get(key) != variable.get(key) for key in asks):
            found.append(Change(BRANCHING, name))
        if any(was.get(key) != variable.get(key) for key in _MEANING):
            found.append(Change(WORDING, name))
        found += _of_values(name, was, variable)
    return found + [Change(REMOVED, name) for name in before if name not in after]


def _of_values(name: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> list[Change]:
    before = {str(value["value"]): value for value in was.get("values", [])}
    after = {str(value["value"]): value for value in now.get("values", [])}
    found = []
    for value, described in after.items():
        if value not in before:
            found.append(Change(VALUE_ADDED, name, value))
        elif any(before[value].get(key) != described.get(key) for key in _MEANING):
            found.append(Change(VALUE_WORDING, name, value))
    return found + [Change(VALUE_REMOVED, name, value) for value in before if value not in after]


def touches(
    change: Change,
    answers: Mapping[str, Any],
    facts: Mapping[str, str],
    new: Mapping[str, Any],
    old: Mapping[str, Any] | None = None,
) -> bool:
    """Must these answers of a coder be given again because of this change?

    What was added or is asked at other times: where it is asked now, was not by the `old` body, and is more than a
    text that may stay empty. What means something
    else: where it was answered. A new value: where the variable was answered, since it might have been chosen.
    """
    variable = variables(new).get(change.variable)
    given = answers.get(change.variable)
    answered = given is not None and given not in ("", [])
    if change.kind in (ADDED, BRANCHING):
        was = variables(old or {}).get(change.variable)
        if variable is None or answered or (was is not None and asked(was, answers, facts)):
            return False
        optional = variable["kind"] in ("text", "spans") and not variable.get("required")
        return not optional and asked(variable, answers, facts)
    if change.kind in (WORDING, VALUE_ADDED):
        return answered
    if change.kind in (VALUE_REMOVED, VALUE_WORDING):
        return change.value in ({str(one) for one in given} if isinstance(given, list) else {str(given)})
    return False
