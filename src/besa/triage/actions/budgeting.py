"""Coder-hours that the coordinator sets, and the pace that was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from besa.base import clock
from besa.base.errors import BadInput
from besa.base.weeks import local_date, week_days
from besa.ledger.chain import record
from besa.people import policy
from besa.pledge.models import Election
from besa.triage.models import Budget, Pace
from besa.triage.queries import budgets

_HOURS_OF_A_WEEK = 168 * 20  # twenty people day and night: more is a slip of the hand


@transaction.atomic
def set_budget(
    *, by, election: Election, week: str, hours: float, languages: Mapping[str, float] | None = None,
    days: Sequence[float] = (),
) -> Budget:  # fmt: skip
    """From this week on so many coder-hours; `languages` with hours of their own, `days` from Monday to Sunday.

    Raises BadInput where the parts do not fit the whole.
    """
    policy.check(by, "docket.budget", election.slug)
    week_days(week)
    languages = {name: float(own) for name, own in (languages or {}).items() if own is not None}
    days = [float(one) for one in days]
    if not 0 <= hours <= _HOURS_OF_A_WEEK or any(own < 0 for own in [*languages.values(), *days]):
        raise BadInput(_("Hours are a number from 0 on."))
    if sum(languages.values()) > hours + 0.01:
        raise BadInput(_("The languages have more hours than the week."), remedy=_("Raise the hours of the week."))
    if days and (len(days) != 7 or abs(sum(days) - hours) > 0.01):
        raise BadInput(
            _("The seven days do not add up to the hours of the week."),
            remedy=_("Mend the days, or leave all of them empty."),
        )
    made = Budget.objects.create(
        election=election, week=week, hours=hours, languages=languages, days=days, set_at=clock.now()
    )
    record(by=by, act="docket.budget", rows=[made], election=election.slug, reason=f"{week}: {hours:g} h")
    return made


@transaction.atomic
def keep_pace(*, by, election: Election, measured: Mapping[str, Mapping[str, tuple[int, float]]]) -> Pace | None:
    """Keep what reading took so far; once a day at most, and only where something was measured since."""
    policy.check(by, "triage.run", election.slug)
    last, day = budgets.pace(election), local_date(clock.now(), election.timezone)
    as_kept = {language: {name: list(of) for name, of in row.items()} for language, row in measured.items()}
    if not as_kept or (last and (last.day == day or last.measured == as_kept)):
        return None
    made = Pace.objects.create(election=election, day=day, measured=as_kept, measured_at=clock.now())
    record(by=by, act="docket.pace", rows=[made], election=election.slug)
    return made
