"""`{% due clock %}`: how long a legal clock still has, in words and not by colour alone."""

from __future__ import annotations

from datetime import timedelta

from django import template

from besa.base import clock
from besa.triage.models import Clock
from besa.triage.queries.clocks import warned_before

register = template.Library()


@register.inclusion_tag("triage/due.html", takes_context=True)
def due(context, held: Clock | None, authority: bool = True) -> dict:
    """`near`: less is left than what coordinators are warned of. Within a week the day's name says enough."""
    election = context.get("election")
    left = held.due_at - clock.now() if held else timedelta()
    return {
        "held": held,
        "election": election,
        "authority": authority,
        "missed": left <= timedelta(),
        "near": election is not None and left <= warned_before(election),
        "days": left.days,
        "hours": int(left.total_seconds() // 3600),
        "minutes": int(left.total_seconds() // 60),
        "form": "D H:i" if abs(left) < timedelta(days=6) else "SHORT_DATETIME_FORMAT",
    }
