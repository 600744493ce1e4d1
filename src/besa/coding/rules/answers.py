"""Do these answers fit the codebook, the Code and each other? Each fault names variable and reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from besa.base.words import (
    COMPLIANCE_TYPES,
    FINDING_DECISIONS,
    N_,
    AccountStatus,
    ActorKind,
    Decision,
    Duty,
    FindingType,
    Gender,
    SpeechAct,
    TargetKind,
)
from besa.coding.rules.branching import MAY_BE_FINDING, asked
from besa.coding.types import ActorFacts, ClauseFacts, Fault

#: What an answer of each required variable of one value may be at all, whatever the codebook offers.
WORDS = {
    "verdict": Decision, "type": FindingType, "speech_act": SpeechAct, "source_class": ActorKind,
    "account_status": AccountStatus,
}  # fmt: skip

#: Statuses of an account that say: whoever wrote this is not the person whose name it bears.
NOT_THE_PERSON = frozenset({AccountStatus.IMPERSONATION, AccountStatus.PARODY, AccountStatus.CLAIMED_HACKED})

#: Violations that consist in leaving undone what a duty asks for: these may name a duty as well.
BREACHES_OF_DUTY = frozenset({FindingType.UNTRANSPARENT_AD, FindingType.UNDECLARED_AI, FindingType.OTHER_VIOLATION})

_TARGET_KEYS = ("kind", "actor", "gender", "community", "ground")
_LONGEST = 4000
_EMPTY: Mapping[str, Any] = {"one": "", "actor": "", "scale": None, "text": ""}
#: Kinds whose answer is a list.
LISTS = frozenset({"many", "targets", "clauses", "spans"})
_SPANS = re.compile(r"\d{1,6}-\d{1,6}(?:[ ,]+\d{1,6}-\d{1,6})*")
#: So many places may be marked in one post.
_MOST_SPANS = 100


def variables(body: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The variables of a codebook by name, in their order."""
    return {variable["name"]: variable for variable in body.get("variables", [])}


def values_of(variable: Mapping[str, Any]) -> list[Any]:
    return [value["value"] for value in variable.get("values", [])]


def empty(variable: Mapping[str, Any]) -> Any:
    """What stands for "not answered" in a variable of this kind."""
    return [] if variable["kind"] in LISTS else _EMPTY[variable["kind"]]


def clean(
    answers: Mapping[str, Any],
    body: Mapping[str, Any],
    facts: Mapping[str, str] | None = None,
    *,
    adjudicator: bool = False,
) -> dict[str, Any]:
    """The answers in canonical form: every variable of the codebook is there, in its own kind.

    What has no meaning in its place is kept as it is, so that `faults` can name it. What is not asked after the
    answers before it (a clause beside "no issue") is emptied. `facts`: of the post (`branching.FACTS`).
    """
    cleaned: dict[str, Any] = {}
    for name, variable in variables(body).items():
        given = _clean_one(variable, answers.get(name))
        cleaned[name] = given if asked(variable, cleaned, facts or {}, adjudicator=adjudicator) else empty(variable)
    cleaned.update({name: given for name, given in answers.items() if name not in cleaned})
    return cleaned


def _clean_one(variable: Mapping[str, Any], given: Any) -> Any:
    kind = variable["kind"]
    if given is None or given == "":
        return empty(variable)
    if kind == "scale" and isinstance(given, str) and re.fullmatch(r"\s*-?[0-9]{1,6}\s*", given):
        return int(given)
    if kind == "text" and isinstance(given, str):
        return given.strip()
    if kind == "spans":
        return _clean_spans(given)
    if kind == "targets" and isinstance(given, list):
        return [_clean_target(target) for target in given]
    if kind in ("many", "clauses") and isinstance(given, list):
        return list(dict.fromkeys(given)) if all(isinstance(value, str) for value in given) else given
    return given


def _clean_spans(given: Any) -> Any:
    """“3-10 25-30” or pairs of positions, in order and without overlaps: [[3, 10], [25, 30]]."""
    if isinstance(given, str) and _SPANS.fullmatch(given.strip()):
        given = [[int(place) for place in span.split("-")] for span in re.split(r"[ ,]+", given.strip())]
    if not isinstance(given, list) or not all(_is_span(span) for span in given):
        return given
    merged: list[list[int]] = []
    for start, end in sorted(tuple(span) for span in given):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return merged


def _is_span(span: Any) -> bool:
    return (
        isinstance(span, list | tuple)
        and len(span) == 2
        and all(isinstance(place, int) and not isinstance(place, bool) for place in span)
    )


def _clean_target(target: Any) -> Any:
    if not isinstance(target, Mapping):
        return target
    return {key: target[key] if target.get(key) is not None else "" for key in _TARGET_KEYS} | {
        key: value for key, value in target.items() if key not in _TARGET_KEYS
    }


def faults(
    answers: Mapping[str, Any],
    body: Mapping[str, Any],
    *,
    clauses: Mapping[str, ClauseFacts],
    actors: Mapping[str, ActorFacts],
    facts: Mapping[str, str] | None = None,
    length: int = 0,
    adjudicator: bool = False,
) -> list[Fault]:
    """What is wrong with cleaned answers; nothing where they may stand.

    `clauses`: those of the Code, by slug; `actors`: those that the answers name, by slug, where they exist; `length`
    of the text in which words may be marked.
    """
    known = variables(body)
    found = [Fault(name, N_("The codebook has no such variable."), {}) for name in answers if name not in known]
    for name, variable in known.items():
        given = answers.get(name)
        found += _spans(name, given, length) if variable["kind"] == "spans" else []
        found += _of_kind(name, variable, given, clauses, actors)
    if found:
        return found
    found = _together(answers, clauses, actors)
    named = {fault.variable for fault in found}
    return found + [
        Fault(name, N_("This must be answered."), {})
        for name, variable in known.items()
        if variable.get("required") and name not in named and answers[name] == empty(variable)
        and asked(variable, answers, facts or {}, adjudicator=adjudicator)
    ]  # fmt: skip


def _spans(name: str, given: Any, length: int) -> list[Fault]:
    fits = isinstance(given, list) and len(given) <= _MOST_SPANS
    if fits and all(_is_span(span) and 0 <= span[0] < span[1] <= length for span in given):
        return []
    return [Fault(name, N_("These words do not stand in the text of the post."), {})]


def _of_kind(name, variable, given, clauses, actors) -> list[Fault]:
    kind = variable["kind"]
    if kind == "one":
        return _one(name, variable, given)
    if kind == "scale":
        allowed = values_of(variable)
        if given is None or (isinstance(given, int) and not isinstance(given, bool) and given in allowed):
            return []
        return [Fault(name, N_("%(value)s is not on the scale."), {"value": _short(given)})]
    if kind == "text":
        if not isinstance(given, str):
            return [Fault(name, N_("This must be a text."), {})]
        return [] if len(given) <= _LONGEST else [Fault(name, N_("This text is too long (%(n)s characters at most)."), {"n": str(_LONGEST)})]  # fmt: skip  # noqa: E501
    if kind == "actor":
        return _actor(name, given, actors)
    if kind == "spans":
        return []
    if not isinstance(given, list):
        return [Fault(name, N_("This must be a list."), {})]
    if kind == "many":
        return [fault for value in given for fault in _one(name, variable, value)]
    if kind == "clauses":
        return [fault for slug in given for fault in _clause(name, slug, clauses)]
    return [fault for target in given for fault in _target(name, target, actors)]


def _one(name, variable, given) -> list[Fault]:
    words = WORDS.get(name)
    if given == "" or (given in values_of(variable) and (words is None or given in tuple(words))):
        return []
    return [Fault(name, N_("“%(value)s” is not one of the values."), {"value": _short(given)})]


def _actor(name, given, actors) -> list[Fault]:
    if given == "" or (isinstance(given, str) and given in actors):
        return []
    return [Fault(name, N_("Nobody called “%(value)s” is on the watch-list."), {"value": _short(given)})]


def _clause(name, slug, clauses) -> list[Fault]:
    if not isinstance(slug, str) or slug not in clauses:
        return [Fault(name, N_("The Code has no clause “%(value)s”."), {"value": _short(slug)})]
    if not clauses[slug].on:
        return [Fault(name, N_("The clause “%(value)s” is switched off: nobody has signed it."), {"value": slug})]
    return []


def _target(name, target, actors) -> list[Fault]:
    if not isinstance(target, Mapping) or set(target) - set(_TARGET_KEYS):
        return [Fault(name, N_("A target has kind, actor, gender, community and ground, and nothing else."), {})]
    found = []
    if target["kind"] not in tuple(TargetKind):
        found.append(Fault(name, N_("“%(value)s” is not a kind of target."), {"value": _short(target["kind"])}))
    if target["gender"] not in (*Gender, ""):
        found.append(Fault(name, N_("“%(value)s” is not one of the values."), {"value": _short(target["gender"])}))
    for key, longest in (("community", 80), ("ground", 60)):
        if not isinstance(target[key], str) or len(target[key]) > longest:
            found.append(Fault(name, N_("This text is too long (%(n)s characters at most)."), {"n": str(longest)}))
    if target["kind"] in (TargetKind.GROUP, TargetKind.VOTERS) and target["actor"]:
        found.append(Fault(name, N_("A group has no name from the watch-list; say which group it is."), {}))
    if target["kind"] == TargetKind.GROUP and not (target["community"] or target["ground"] or target["gender"]):
        found.append(Fault(name, N_("Say which group it is."), {}))
    return found + _actor(name, target["actor"], actors)


def _together(answers, clauses, actors) -> list[Fault]:
    """Faults of the answers beside each other."""
    verdict = answers["verdict"]
    if not verdict:
        return [Fault("verdict", N_("Choose a verdict."), {})]
    found = []
    if verdict in MAY_BE_FINDING:
        found += [
            Fault(name, N_("This must be answered."), {})
            for name in ("speech_act", "source_class", "account_status")
            if not answers[name]
        ]
    if verdict in FINDING_DECISIONS:
        found += of_a_finding(answers, clauses, actors)
    return found


def of_a_finding(answers, clauses, actors) -> list[Fault]:
    """Is this a finding that may stand: the right type, and clauses that bind whoever it was?"""
    verdict, found = Decision(answers["verdict"]), []
    if not answers["type"]:
        found.append(Fault("type", N_("Choose what it is."), {}))
    elif (answers["type"] in COMPLIANCE_TYPES) != (verdict == Decision.COMPLIANCE):
        found.append(Fault("type", N_("A compliance has a type of compliance, a violation a type of violation."), {}))
    if not answers["clauses"]:
        found.append(Fault("clauses", N_("Choose at least one clause: nobody is judged without one."), {}))
    if answers["severity"] is None and verdict == Decision.VIOLATION:
        found.append(Fault("severity", N_("This must be answered."), {}))
    wanted = Duty.DUTY if verdict == Decision.COMPLIANCE else Duty.PROHIBITION
    kind = judged_kind(answers, actors)
    for slug in answers["clauses"]:
        clause = clauses[slug]
        if clause.duty != wanted and not (verdict == Decision.VIOLATION and answers["type"] in BREACHES_OF_DUTY):
            reason = (
                N_("“%(value)s” forbids something; a compliance is an act that fulfils a duty.")
                if wanted == Duty.DUTY
                else N_("“%(value)s” is a duty; a violation breaks a clause that forbids something.")
            )
            found.append(Fault("clauses", reason, {"value": slug}))
        if not binds(clause, kind):
            reason = N_("“%(value)s” does not bind this kind of actor (%(kind)s).")
            found.append(Fault("clauses", reason, {"value": slug, "kind": kind}))
    return found


def judged_kind(answers: Mapping[str, Any], actors: Mapping[str, ActorFacts]) -> ActorKind:
    """The kind of whoever is judged: the watch-list's where it is somebody on it, else as answered.

    An account that is not the person's own speaks for nobody on the watch-list.
    """
    status = answers.get("account_status") or AccountStatus.AUTHENTIC
    if status in NOT_THE_PERSON:
        return ActorKind.UNKNOWN if status == AccountStatus.CLAIMED_HACKED else ActorKind.ANONYMOUS_PAGE
    source = actors.get(answers.get("source") or "")
    return ActorKind(source.kind) if source else ActorKind(answers.get("source_class") or ActorKind.UNKNOWN)


def binds(clause: ClauseFacts, kind: str) -> bool:
    return clause.on and ("all" in clause.bound_kinds or kind in clause.bound_kinds)


def named_actors(answers: Mapping[str, Any], body: Mapping[str, Any] | None = None) -> set[str]:
    """Slugs of all actors that these answers name, whatever shape the answers are in."""
    named = {answers.get("source")}
    targets = answers.get("targets")
    for target in targets if isinstance(targets, list) else []:
        if isinstance(target, Mapping):
            named.add(target.get("actor"))
    for name, variable in variables(body or {}).items():
        if variable["kind"] == "actor":
            named.add(answers.get(name))
    return {slug for slug in named if isinstance(slug, str) and slug}


def differing(first: Mapping[str, Any], second: Mapping[str, Any], body: Mapping[str, Any]) -> set[str]:
    """Names of the variables that two codings answer differently; the order of targets is no difference."""

    def same(name: str, kind: str) -> bool:
        one, other = first.get(name), second.get(name)
        if kind == "targets":
            return _target_set(one) == _target_set(other)
        if kind == "clauses":
            return (one or [])[:1] == (other or [])[:1] and set(one or []) == set(other or [])
        if kind == "many":
            return set(one or []) == set(other or [])
        return (one or None) == (other or None) if kind != "scale" else one == other

    return {name for name, variable in variables(body).items() if not same(name, variable["kind"])}


def _target_set(targets: Any) -> set[tuple]:
    return {tuple(str(target.get(key, "")) for key in _TARGET_KEYS) for target in targets or []}


def agreed(first: Mapping[str, Any], second: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
    """What both codings say, to begin the adjudicator's form with; the rest is left open."""
    apart = differing(first, second, body)
    return {name: first.get(name) for name in variables(body) if name not in apart}


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:59] + "…"
