"""Freezing a finding: who it was, whose they were and what bound them on the day of the post."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from besa.base.words import (
    PERSONS,
    AccountStatus,
    ActorKind,
    Decision,
    FindingType,
    Gender,
    Grade,
    SignatoryStatus,
    TargetKind,
)
from besa.coding.rules.answers import NOT_THE_PERSON, judged_kind
from besa.coding.types import Affiliated, FrozenFinding, FrozenTarget, Record

_PARTIES = frozenset({ActorKind.PARTY, ActorKind.COALITION})
#: Affiliations that a finding may rest on; all others leave the party open.
_SURE_ENOUGH = frozenset({Grade.CONFIRMED, Grade.PROBABLE})
_KNOWN_PERSON = "the party itself"


def finding_of(answers: Mapping[str, Any], decision: Decision, record: Record) -> FrozenFinding:
    """The finding that these answers make. The answers must be without faults (`rules.answers.faults`)."""
    status = AccountStatus(answers["account_status"])
    source = record.actors.get(answers["source"]) if status not in NOT_THE_PERSON else None
    party, affiliation, how = party_of(source.slug if source else "", record)
    primary, *others = answers["clauses"]
    return FrozenFinding(
        decision=Decision(decision),
        type=FindingType(answers["type"]),
        clause=primary,
        other_clauses=tuple(others),
        severity=answers["severity"] or 0,
        source=source.slug if source else "",
        source_class=judged_kind(answers, record.actors),
        source_gender=Gender(source.gender) if source and source.kind in PERSONS else Gender.UNKNOWN,
        identity_grade=identity_grade(source.slug if source else "", record.identity),
        account_status=status,
        party=party,
        affiliation_grade=affiliation,
        how_affiliated=how,
        signatory_status=_status(source.slug if source else "", record),
        party_signatory_status=_status(party, record),
        area=source.area if source and source.area else record.account_area,
        targets=_targets(answers, status, record),
    )


def identity_grade(source: str, identity: tuple[str, Grade]) -> Grade:
    """How sure it is that the account is this person's. Only what the watch-list holds counts: where it
    names somebody else the identity is disputed, where it names nobody it is unknown."""
    held, grade = identity
    if not source or not held:
        return Grade.UNKNOWN
    return Grade(grade) if held == source else Grade.DISPUTED


def party_of(actor: str, record: Record) -> tuple[str, Grade, str]:
    """The party whose this is: a party is its own; a person's only where confirmed or probable."""
    if not actor:
        return "", Grade.UNKNOWN, ""
    if record.actors[actor].kind in _PARTIES:
        return actor, Grade.CONFIRMED, _KNOWN_PERSON
    held = (record.affiliations or {}).get(actor, Affiliated())
    return (held.party if held.grade in _SURE_ENOUGH else ""), Grade(held.grade), held.how


def _status(actor: str, record: Record) -> SignatoryStatus:
    return (
        SignatoryStatus((record.statuses or {}).get(actor, SignatoryStatus.NEVER)) if actor else SignatoryStatus.NEVER
    )


def _targets(answers: Mapping[str, Any], status: AccountStatus, record: Record) -> tuple[FrozenTarget, ...]:
    targets = [_target(target, record) for target in answers["targets"]]
    person = answers["source"]
    if status == AccountStatus.IMPERSONATION and person and person not in {target.actor for target in targets}:
        # a fake profile of somebody makes that somebody the target
        kind = TargetKind.PARTY if record.actors[person].kind in _PARTIES else TargetKind.PERSON
        targets.insert(0, _target({"kind": kind, "actor": person}, record))
    return tuple(dict.fromkeys(targets))


def _target(target: Mapping[str, Any], record: Record) -> FrozenTarget:
    """Gender and community from the watch-list alone; a group's are what makes it that group."""
    kind, actor = TargetKind(target["kind"]), record.actors.get(target.get("actor") or "")
    group = kind == TargetKind.GROUP
    gender = community = ""
    if actor and actor.kind in PERSONS:
        gender, community = actor.gender, actor.community
    elif group:
        gender, community = target.get("gender", ""), target.get("community", "")
    return FrozenTarget(
        kind=kind,
        actor=actor.slug if actor else "",
        actor_kind=ActorKind(actor.kind) if actor else ActorKind.UNKNOWN,
        party=party_of(actor.slug, record)[0] if actor else "",
        gender=Gender(gender or Gender.UNKNOWN),
        community=community,
        ground=target.get("ground", ""),
    )
