"""The rules of the election law: when they hold, and when a deadline ends."""

from __future__ import annotations

from datetime import date, datetime

from besa.pledge.models import Election, LegalRule, Phase
from besa.pledge.rules import legal
from besa.pledge.types import Law


def legal_rules(election: Election) -> list[LegalRule]:
    return list(LegalRule.objects.filter(election=election).order_by("slug"))


def laws(election: Election) -> tuple[Law, ...]:
    """Each rule with the moments in which it holds."""
    phases = list(Phase.objects.filter(election=election).order_by("first").values_list("kind", "first", "last"))
    return tuple(
        Law(
            slug=rule.slug,
            looks_for=rule.looks_for,
            spans=legal.spans(rule.spans, rule.phases, phases, election.timezone),
            always=not rule.spans and not rule.phases,
            urgent=rule.urgent,
            clause=rule.clause,
        )
        for rule in legal_rules(election)
    )


def due_at(rule: LegalRule, started: datetime) -> datetime:
    """When the deadline of this rule ends that began at this moment."""
    election = rule.election
    return legal.due(
        started,
        hours=rule.deadline_hours,
        days=rule.deadline_days,
        working=rule.working_days,
        holidays=frozenset(date.fromisoformat(day) for day in election.settings.get("holidays", ())),
        timezone=election.timezone,
    )
