"""What the coordinator of the demo does besides the weekly round: claims, hours, and the legal clocks."""

from __future__ import annotations

from pathlib import Path

from besa.base import clock
from besa.base.words import ClockOutcome
from besa.people.policy import BELT
from besa.site.demo import files

#: From this week on the docket goes by hours; what they do not buy is shown as not read.
HOURS_FROM, HOURS = "2027-W39", 6.0

_HANDED_IN = {
    "polling-day-campaigning": (ClockOutcome.COMPLAINED, "Complaint handed in with the preserved post."),
    "ads-on-polling-day": (ClockOutcome.HANDED_OVER, "Sent to the panel with the library's own page of the ad."),
    "institution-pages": (ClockOutcome.HANDED_OVER, "Told the Commission, with the preserved post."),
    "false-voting-information": (ClockOutcome.HANDED_OVER, "Told the Commission by telephone, then in writing."),
    "campaign-complaint": (ClockOutcome.COMPLAINED, "Complaint handed in with the preserved post."),
}  # fmt: skip
_LAPSED = (ClockOutcome.LAPSED, "The file came after the deadline.")


def prepare(*, by, election, folder: Path) -> None:
    """The claims that others have checked, and how many hours there are."""
    from besa.triage.actions import set_budget, take_in

    take_in(by=by, election=election, data=(folder / files.CLAIMS_NAME).read_bytes(), file_name=files.CLAIMS_NAME)
    set_budget(by=by, election=election, week=HOURS_FROM, hours=HOURS)


def hand_in(*, by, election, breaks: set[str]) -> None:
    """Hand in what still can be: where the post itself shows the breach, or a reader is sure of one (`breaks`)."""
    from besa.triage.actions import close
    from besa.triage.queries.clocks import running

    for held in running(election).order_by("id"):
        shown = held.rule not in ("campaign-complaint", "false-voting-information")
        if held.rule in _HANDED_IN and (shown or held.item.post_key in breaks):
            outcome, reason = _HANDED_IN[held.rule] if held.due_at > clock.now() else _LAPSED
            close(by=by, held=held, outcome=outcome, reason=reason)


def let_pass(*, by, election) -> None:
    """After the decisions: no breach, no clock; and what nobody could hand in any more."""
    from besa.site.clocks import keep_clocks
    from besa.triage.actions import close
    from besa.triage.queries.clocks import running

    keep_clocks(by=BELT, election=election)
    for held in running(election).filter(due_at__lte=clock.now()).order_by("id"):
        close(by=by, held=held, outcome=_LAPSED[0], reason=_LAPSED[1])
