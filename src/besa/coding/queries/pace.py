"""What reading takes: measured seconds and turns by language, and the hours spent so far."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from statistics import median

from django.db.models import Count, Q, Sum

from besa.base.weeks import local_bounds
from besa.coding.models import Adjudication, Coding, Screening
from besa.coding.queries.waiting import _FIRST_CALLS_SECOND, _waiting
from besa.coding.rules import turns
from besa.pledge.models import Election

_TIMED = ((turns.SCREEN, Screening), (turns.CODE, Coding), (turns.ADJUDICATE, Adjudication))


def measured(election: Election) -> dict[str, dict[str, tuple[int, float]]]:
    """By language: how often each step was timed and its middle; of screened posts the share that is coded; codings
    of a coded post, the second ones that first ones called for counted; decisions on a coded post, those due counted.

    The measures are those of `triage.rules.budget.USUAL`.
    """
    found: dict[str, dict[str, tuple[int, float]]] = defaultdict(dict)
    for task, model in _TIMED:
        seconds = defaultdict(list)
        rows = model.objects.filter(item__election=election, seconds__gt=0)
        for language, one in rows.values_list("item__language", "seconds"):
            seconds[language].append(one)
        for language, many in seconds.items():
            found[language][task] = (len(many), round(median(many), 1))
    goes_on = Q(key__in=turns.GOES_ON) | Q(item__sample__in=turns.ALWAYS_CODED)
    screened = Screening.objects.filter(item__election=election).values("item__language")
    for row in screened.annotate(n=Count("id"), on=Count("id", filter=goes_on)):
        found[row["item__language"]]["goes_on"] = (row["n"], round(row["on"] / row["n"], 3))
    firsts = Coding.objects.filter(item__election=election, place=1).values("item__language")
    decided = Adjudication.objects.filter(item__election=election).values("item__language").annotate(n=Count("id"))
    decisions = Counter({row["item__language"]: row["n"] for row in decided})
    decisions.update(
        {row["language"]: row["n"]
         for row in _waiting(election, turns.ADJUDICATE).values("language").annotate(n=Count("id"))}
    )  # fmt: skip
    for row in firsts.annotate(n=Count("id"), twice=Count("id", filter=_FIRST_CALLS_SECOND)):
        language, n = row["item__language"], row["n"]
        found[language]["codings"] = (n, round(1 + row["twice"] / n, 3))
        found[language]["decided"] = (n, round(min(1, decisions[language] / n), 3))
    return dict(found)


def hours_spent(election: Election, first: date, last: date) -> tuple[dict[str, float], dict[date, float]]:
    """Hours that people sat over posts in these local days: by the posts' language, and by day."""
    days = [first + timedelta(days=at) for at in range((last - first).days + 1)]
    spans = [local_bounds(day, day, election.timezone) for day in days]
    of_day = {
        f"day_{at}": Sum("seconds", filter=Q(at__gte=start, at__lt=end), default=0.0)
        for at, (start, end) in enumerate(spans)
    }
    by_language: Counter = Counter()
    by_day: Counter = Counter()
    for _, model in _TIMED:
        rows = model.objects.filter(item__election=election, at__gte=spans[0][0], at__lt=spans[-1][1])
        for row in rows.values("item__language").annotate(**of_day):
            for at, day in enumerate(days):
                by_language[row["item__language"]] += row[f"day_{at}"] / 3600
                by_day[day] += row[f"day_{at}"] / 3600
    return dict(by_language), dict(by_day)
