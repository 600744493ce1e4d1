"""Legal clocks on the belt: the one place that hands what coders decided down to triage."""

from __future__ import annotations

from besa.base import clock
from besa.coding import queries as coding
from besa.pledge.models import Election
from besa.triage import actions
from besa.triage.models import Clock, DocketItem


def keep_clocks(*, by, election: Election) -> dict[str, int]:
    """One turn: stop the clocks of posts without a breach, set those that are missing, warn of the nearest.

    Returns `set, stopped, warned`.
    """
    now = clock.now()
    items = DocketItem.objects.filter(election=election).values_list("pk", flat=True)
    finished = coding.finished(election, items, now)
    running = set(Clock.objects.filter(item__election=election, closed_at=None).values_list("item", flat=True))
    settled = {pk for pk, breach in finished.items() if not breach and pk in running}
    return {
        "stopped": actions.stop_settled(by=by, election=election, settled=settled) if settled else 0,
        "set": actions.tend(
            by=by, election=election, also_urgent=coding.screened_urgent(election), finished=set(finished)
        ),
        "warned": actions.warn(by=by, election=election),
    }  # fmt: skip
