"""The docket of today, for the coordinator: hours, what waits, what will not be read, and what the samples tell."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from besa.base.weeks import week_days, week_of
from besa.base.words import Sample
from besa.coding import queries as coding
from besa.people.policy import desk
from besa.pledge.models import Actor, Election
from besa.pledge.queries import today as day_of
from besa.triage import queries as triage
from besa.triage.models import DocketItem, Run
from besa.triage.queries import budgets
from besa.triage.rules.budget import REST
from besa.triage.rules.duty import due


@dataclass(frozen=True)
class OfLanguage:
    """One language in one week. `hours`: its own, None where it shares; `more`: posts that its hours still reach."""

    language: str
    hours: float | None
    used: float
    minutes: float
    docketed: int
    read: int
    more: int | None
    unread: int
    highest: float | None
    mostly: str

    @property
    def waiting(self) -> int:
        return self.docketed - self.read

    @property
    def needed(self) -> float:
        """Hours that what waits will take."""
        return self.waiting * self.minutes / 60


@dataclass(frozen=True)
class OfDay:
    """One day of the week. `hours`: None where the days have none of their own."""

    day: date
    hours: float | None
    used: float


@require_safe
@desk("docket.see")
def today(request: HttpRequest) -> HttpResponse:
    election = request.election
    if election is None or not Run.objects.filter(election=election).exists():
        return render(request, "triage/today.html", {"week": None, "loaded": election is not None})
    weeks = triage.choices(election)["week"]
    this_week = week_of(day_of(election))
    asked = request.GET.get("week", "")
    week = asked if asked in weeks else this_week if this_week in weeks or not weeks else weeks[-1]
    return render(request, "triage/today.html", {"weeks": weeks, **seen(election, week)})


def seen(election: Election, week: str) -> dict:
    """All that the page shows of one week."""
    monday, sunday = week_days(week)
    held, items = budgets.hours(election, week), coding.progress(election, week)
    spent, by_day = coding.hours_spent(election, monday, sunday)
    rows = _languages(election, week, held, items, spent)
    samples = Counter()
    read = Counter()
    for sample, _, finished in items:
        samples[sample] += 1
        read[sample] += finished
    duty = coding.duty(election, week)
    names = dict(
        Actor.objects.filter(election=election, slug__in=[row[0] for row in duty]).values_list("slug", "names")
    )
    each = due(budgets.counts(election)["duty_per_signatory"], monday, day_of(election))
    return {
        "week": week,
        "monday": monday,
        "sunday": sunday,
        "hours": held,
        "budget": budgets.latest(election, week),
        "counted": budgets.counts(election)["docket_per_week"],
        "used": sum(spent.values()),
        "rows": rows,
        "days": [
            OfDay(monday + timedelta(days=at), held.days[at] if held and held.days else None,
                  by_day.get(monday + timedelta(days=at), 0.0))
            for at in range(7)
        ],
        "samples": [(sample, samples[sample], read[sample]) for sample in Sample if samples[sample]],
        "docketed": sum(samples.values()),
        "read": sum(read.values()),
        "unread": sum(row.unread for row in rows),
        "highest": max((row for row in rows if row.unread), key=lambda row: row.highest, default=None),
        "missed": coding.missed_in(election, coding.control(election, [week])),
        "duty": [(names[slug], drawn, done) for slug, drawn, done in duty],
        "duty_each": each,
        "duty_short": sum(drawn < each for _, drawn, _ in duty),
        "pace": budgets.pace(election),
    }  # fmt: skip


def _languages(election: Election, week: str, held, items: list, spent: dict[str, float]) -> list[OfLanguage]:
    docketed, read = Counter(), Counter()
    for _, language, finished in items:
        docketed[language] += 1
        read[language] += finished
    unread, efforts = budgets.unread(election, week), budgets.effort(election)
    left = {name: minutes / 60 for name, minutes in held.pools().items()} if held else {}
    needed = {}
    for language in docketed:
        minutes = efforts.get(language, efforts[REST]).minutes
        needed[language] = (docketed[language] - read[language]) * minutes / 60
    for language in {*spent, *needed}:
        if held:
            left[language if language in left else REST] -= spent.get(language, 0) + needed.get(language, 0)
    rows = []
    for language in sorted({*docketed, *unread, *spent}, key=lambda name: (-docketed[name], name)):
        minutes = efforts.get(language, efforts[REST]).minutes
        told = unread.get(language, {})
        rows.append(OfLanguage(
            language, held.languages.get(language) if held else None, spent.get(language, 0.0), minutes,
            docketed[language], read[language],
            max(0, int(60 * left[language if language in left else REST] / minutes)) if held else None,
            told.get("posts", 0), told.get("highest"), told.get("mostly", ""),
        ))  # fmt: skip
    return rows


def cards(election: Election) -> dict:
    """The same in a few figures, for the first page of the desk: of the newest week whose control sample was read."""
    weeks = DocketItem.objects.filter(election=election, sample=Sample.CONTROL).order_by("week")
    told = coding.control(election, weeks.values_list("week", flat=True).distinct())
    read = [week for week, (_, done, _) in told.items() if done]
    if not told:
        return {}
    week = read[-1] if read else list(told)[-1]
    return {
        "docket_week": week,
        "missed": coding.missed_in(election, {week: told[week]}),
        "unread_flagged": sum(row["posts"] for row in budgets.unread(election, week).values()),
    }
