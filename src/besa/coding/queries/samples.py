"""What the random samples of a week tell: how much was missed, how evenly the signatories are read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import Case, Exists, OuterRef, QuerySet, Subquery, When

from besa.base.words import Decision, Sample, Screen
from besa.coding.models import Adjudication, Coding, Screening
from besa.coding.rules import turns
from besa.pledge.models import Election
from besa.triage import queries as triage
from besa.triage.models import DocketItem
from besa.triage.rules import Missed, missed


def control(election: Election, weeks: Iterable[str]) -> dict[str, tuple[int, int, int]]:
    """Week -> (posts drawn at random from those that no detector flagged, read of them, violations found)."""
    found: dict[str, list[int]] = {week: [0, 0, 0] for week in weeks}
    items = DocketItem.objects.filter(election=election, sample=Sample.CONTROL, week__in=list(found))
    for item, finished in told_of(items, "week"):
        told = found[item.week]
        told[0] += 1
        told[1] += finished
        told[2] += item.bad
    return {week: tuple(told) for week, told in found.items()}


def missed_in(election: Election, drawn: Mapping[str, tuple[int, int, int]]) -> Missed:
    """How many violations lie among the posts of these weeks that no detector flagged; each week is a stratum.

    `drawn`: what `control` says of the weeks.
    """
    strata = []
    for week, (_, read, found) in drawn.items():
        told = triage.funnel(election, week)
        strata.append((max(0, told["collected"] - told["flagged"]), read, found))
    return missed(strata)


def duty(election: Election, week: str) -> list[tuple[str, int, int]]:
    """(signatory, posts of its duty sample, read of them) in this week, those without a single post too."""
    accounts = triage.signatory_accounts(election, week)
    of_account = defaultdict(list)
    for slug, keys in accounts.items():
        for key in keys:
            of_account[key].append(slug)
    drawn, read = Counter(), Counter()
    items = DocketItem.objects.filter(election=election, sample=Sample.DUTY, week=week)
    for item, finished in told_of(items, "account_key"):
        for slug in of_account.get(item.account_key, ()):
            drawn[slug] += 1
            read[slug] += finished
    return [(slug, drawn[slug], read[slug]) for slug in sorted(accounts)]


def progress(election: Election, week: str) -> list[tuple[str, str, bool]]:
    """(sample, language, read to the end) of each post on the docket of this week."""
    items = DocketItem.objects.filter(election=election, week=week)
    return [(item.sample, item.language, finished) for item, finished in told_of(items, "sample", "language")]


def told_of(items: QuerySet[DocketItem], *names: str) -> Iterator[tuple[Any, bool]]:
    """Each item (these fields, and `bad`: a violation), and whether it is read to the end: decided, or people found
    nothing in it; not what still waits for a coding or a decision."""
    of = {"item": OuterRef("pk")}
    told = items.annotate(
        decision=Subquery(Adjudication.objects.filter(**of).values("decision")),
        coded=Exists(Coding.objects.filter(**of)),
        candidate=Exists(Coding.objects.filter(**of, verdict__in=turns.CANDIDATES)),
        nothing=Exists(Screening.objects.filter(**of, key=Screen.NOTHING)),
        bad=Case(When(decision=Decision.VIOLATION, then=True), default=False),
    )
    for item in told.values_list(*names, "bad", "decision", "coded", "candidate", "nothing", named=True).iterator():
        yield item, bool(item.decision) or ((item.coded or item.nothing) and not item.candidate)
