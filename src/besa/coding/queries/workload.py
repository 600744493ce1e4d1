"""Who has how much in hand, and how long reading takes: one's own, and of others only many together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Count

from besa.base import clock
from besa.base.weeks import local_bounds, local_date
from besa.coding.models import Adjudication, Coding, Lease, Screening, Tie
from besa.coding.rules import turns
from besa.people.models import Membership, User
from besa.pledge.models import Election

_DONE = ((turns.SCREEN, Screening, "coder"), (turns.CODE, Coding, "coder"), (turns.ADJUDICATE, Adjudication,
         "adjudicator"))  # fmt: skip


@dataclass(frozen=True)
class Load:
    """One person this week: posts done by task, posts held just now, ties declared."""

    person: User
    screen: int
    code: int
    adjudicate: int
    held: int
    ties: int


def cut_off(election: Election) -> datetime:
    """The end of the running local week: what is decided by then goes into its report."""
    return _week(election)[1]


def _week(election: Election) -> tuple[datetime, datetime]:
    day = local_date(clock.now(), election.timezone)
    monday = day - timedelta(days=day.weekday())
    return local_bounds(monday, monday + timedelta(days=6), election.timezone)


def people(election: Election) -> list[Load]:
    """Everybody who codes or decides here, by name."""
    roles = Membership.objects.filter(
        role__in=("coder", "adjudicator"), ended_at=None, election__in=("", election.slug)
    )
    users = User.objects.filter(is_active=True, pk__in=roles.values("user")).order_by("username")
    begin, _ = _week(election)
    counts = {}
    for task, model, whose in _DONE:
        rows = model.objects.filter(item__election=election, at__gte=begin).values(whose).annotate(n=Count("id"))
        counts[task] = {row[whose]: row["n"] for row in rows}
    held = Lease.objects.filter(item__election=election, until__gt=clock.now()).values("coder").annotate(n=Count("id"))
    holds = {row["coder"]: row["n"] for row in held}
    rows = Tie.objects.filter(election=election).values("person").annotate(n=Count("id"))
    ties = {row["person"]: row["n"] for row in rows}
    return [
        Load(
            one, *(counts[task].get(one.pk, 0) for task in turns.TASKS), holds.get(one.pk, 0), ties.get(one.pk, 0)
        )
        for one in users
    ]  # fmt: skip


def own_pace(person: User, election: Election) -> list[tuple[str, int, float | None]]:
    """(task, posts done, median seconds) of one person, for that person alone."""
    found = []
    for task, model, whose in _DONE:
        seconds = list(
            model.objects.filter(item__election=election, seconds__gt=0, **{whose: person}).values_list(
                "seconds", flat=True
            )
        )
        if seconds:
            found.append((task, len(seconds), median(seconds)))
    return found
