"""What may be read: hours of a week, the measured pace, what the docket has taken of them already."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date

from django.db.models import Count

from besa.pledge.models import Election
from besa.triage import rules
from besa.triage.models import Budget, DocketItem, Pace, Run
from besa.triage.rules.budget import REST, Effort, Hours, efforts


def counts(election: Election) -> dict[str, int]:
    """Posts a week: ranked (where no hours are set), control, unsure, and for each signatory's duties."""
    settings = election.settings
    return {
        "docket_per_week": int(settings.get("docket_per_week", rules.DOCKET_PER_WEEK)),
        "control_per_week": int(settings.get("control_per_week", rules.CONTROL_PER_WEEK)),
        "uncertain_per_week": int(settings.get("uncertain_per_week", rules.UNCERTAIN_PER_WEEK)),
        "duty_per_signatory": int(settings.get("duty_per_signatory", rules.DUTY_PER_SIGNATORY)),
    }


def latest(election: Election, week: str) -> Budget | None:
    """The budget that holds in this week."""
    return Budget.objects.filter(election=election, week__lte=week).order_by("-week", "-id").first()


def hours(election: Election, week: str) -> Hours | None:
    """None where the coordinator has set no hours: then a number of posts holds."""
    row = latest(election, week)
    return Hours(row.hours, row.languages, tuple(row.days)) if row else None


def pace(election: Election) -> Pace | None:
    return Pace.objects.filter(election=election).order_by("-id").first()


def effort(election: Election) -> dict[str, Effort]:
    """By language, and under REST for all others."""
    row = pace(election)
    return efforts(row.measured if row else {})


def docketed(election: Election, weeks: Sequence[str]) -> dict[str, Counter]:
    """Week -> how many posts of each (sample, language) stand on the docket."""
    rows = DocketItem.objects.filter(election=election, week__in=weeks).order_by()
    found: dict[str, Counter] = defaultdict(Counter)
    for week, sample, language, n in rows.values_list("week", "sample", "language").annotate(n=Count("id")):
        found[week][sample, language] += n
    return found


def drawn(election: Election, week: str) -> Counter:
    """Account, by its key in the corpus -> how many of its posts were drawn for the duties in this week."""
    rows = DocketItem.objects.filter(election=election, week=week, sample="duty").order_by()
    return Counter(dict(rows.values_list("account_key").annotate(n=Count("id"))))


def pools(
    election: Election, week: str, monday: date, today: date, taken: Counter
) -> tuple[dict[str, float], dict[str, float], bool]:
    """(what is left, what a post costs, whether samples cost too) in the week: minutes, or posts without hours."""
    held = hours(election, week)
    if held is None:
        ranked = sum(n for (sample, _), n in taken.items() if sample == "ranked")
        return {REST: float(counts(election)["docket_per_week"] - ranked)}, {REST: 1.0}, False
    costs = {language: told.minutes for language, told in effort(election).items()}
    left = held.pools(held.released(monday, today))
    for (_, language), n in taken.items():
        left[language if language in left else REST] -= n * costs.get(language, costs[REST])
    return left, costs, True


def unread(election: Election, week: str) -> dict[str, dict]:
    """Language -> {posts, highest, mostly} of the flagged posts that nobody will read, as the last run left it."""
    for told in Run.objects.filter(election=election, state="done").order_by("-id").values_list("unread", flat=True):
        if week in told:
            return told[week]
    return {}
