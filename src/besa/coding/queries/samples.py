"""What the random samples of a week tell: how much was missed, how evenly the signatories are read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db.models import Exists, OuterRef

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
    items = _told(DocketItem.objects.filter(election=election, sample=Sample.CONTROL, week__in=list(found)))
    for item in items:
        told = found[item.week]
        told[0] += 1
        told[1] += _read(item)
        told[2] += item.bad
    return {week: tuple(told) for week, told in found.items()}


def missed_in(election: Election, weeks: Iterable[str]) -> Missed:
    """How many violations lie among the posts of these weeks that no detector flagged; each week is a stratum."""
    strata = []
    for week, (_, read, found) in control(election, weeks).items():
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
    for item in _told(DocketItem.objects.filter(election=election, sample=Sample.DUTY, week=week)):
        for slug in of_account.get(item.account_key, ()):
            drawn[slug] += 1
            read[slug] += _read(item)
    return [(slug, drawn[slug], read[slug]) for slug in sorted(accounts)]


def _told(items):
    """With what was done to each."""
    of = {"item": OuterRef("pk")}
    return items.only("week", "account_key", "sample").annotate(
        decided=Exists(Adjudication.objects.filter(**of)),
        bad=Exists(Adjudication.objects.filter(**of, decision=Decision.VIOLATION)),
        coded=Exists(Coding.objects.filter(**of)),
        candidate=Exists(Coding.objects.filter(**of, verdict__in=turns.CANDIDATES)),
        nothing=Exists(Screening.objects.filter(**of, key=Screen.NOTHING)),
    )


def _read(item) -> bool:
    """Read to the end: decided, or people found nothing; not what still waits for a coding or a decision."""
    return item.decided or ((item.coded or item.nothing) and not item.candidate)
