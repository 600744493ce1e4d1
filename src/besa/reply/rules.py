"""Who may be named, and when a deadline ends. Pure: the moment is an argument."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from besa.base.words import PAUSING_REPLIES, AccountStatus, Decision, GoneCause, Grade, RemedyKind
from besa.reply.types import Attribution, FindingFacts, NoticeFacts, Why

_MORNING, _EVENING = time(9), time(20)
_THROUGH = frozenset({Why.REPLIED, Why.DEADLINE_PASSED})


def deadline(served_at: datetime, hours: int, timezone: str) -> datetime:
    """When a reply is due: `hours` after the mail left, and never between 20:00 and 09:00 local time.

    A moment in the night moves forward to 09:00, so nobody gets less than `hours`. UTC.
    """
    due = (served_at.astimezone(UTC) + timedelta(hours=hours)).astimezone(ZoneInfo(timezone))
    if _MORNING <= due.time() < _EVENING:
        return due.astimezone(UTC)
    day = due.date() + timedelta(days=1) if due.time() >= _EVENING else due.date()
    return datetime.combine(day, _MORNING, due.tzinfo).astimezone(UTC)


def needs_notice(finding: FindingFacts) -> bool:
    """Only a violation that would otherwise be published under a name."""
    return finding.decision == Decision.VIOLATION and ground_against(finding) is None


def needs_party_notice(finding: FindingFacts) -> bool:
    return needs_notice(finding) and _party_ground(finding) is None and not finding.party_is_source


def ground_against(finding: FindingFacts) -> Why | None:
    """Why this finding could never carry a name, whatever is sent or answered."""
    if not finding.source_known:
        return Why.SOURCE_UNKNOWN
    if finding.identity_grade != Grade.CONFIRMED:
        return Why.IDENTITY_NOT_CONFIRMED
    if finding.account_status != AccountStatus.AUTHENTIC:
        return Why.ACCOUNT_NOT_AUTHENTIC
    return None


def attribution(finding: FindingFacts, notices: Sequence[NoticeFacts], at: datetime) -> Attribution:
    """May the author and the party be named at this moment?

    A disputing reply of either stops both names; an upheld one for good.
    """
    if ground := ground_against(finding):
        return Attribution(False, ground)
    if finding.decision == Decision.COMPLIANCE:
        ground = None if finding.party_is_source else _party_ground(finding)
        return Attribution(True, Why.COMPLIANCE, ground is None, ground or Why.COMPLIANCE)
    if stopped := _dispute(notices, at):
        return Attribution(False, stopped)
    why = _standing([notice for notice in notices if not notice.as_party], at)
    if why not in _THROUGH:
        return Attribution(False, why)
    if finding.party_is_source:
        return Attribution(True, why, True, why)
    party_why = _party_ground(finding) or _standing([notice for notice in notices if notice.as_party], at)
    return Attribution(True, why, party_why in _THROUGH, party_why)


def why_no_remedy(kind: str, gone_cause: str, vantage_points: int, told_at: datetime | None, seen_at: datetime) -> str:
    """Why an observation does not count as a remedy ('' where it does).

    A removal counts when the author made it after the notice, and it was seen from two vantage
    points (logged in and logged out).
    """
    if kind != RemedyKind.REMOVED:
        return ""
    if gone_cause != GoneCause.AUTHOR:
        return "not_by_author"
    if vantage_points < 2:
        return "one_vantage_point"
    if told_at is None or seen_at < told_at:
        return "before_notice"
    return ""


def _party_ground(finding: FindingFacts) -> Why | None:
    if not finding.party_known:
        return Why.NO_PARTY
    if finding.affiliation_grade != Grade.CONFIRMED:
        return Why.AFFILIATION_NOT_CONFIRMED
    return None


def _dispute(notices: Sequence[NoticeFacts], at: datetime) -> Why | None:
    disputes = [n for n in notices if n.reply_kind in PAUSING_REPLIES and _by(n.replied_at, at)]
    if any(n.outcome == "upheld" and _by(n.decided_at, at) for n in disputes):
        return Why.REPLY_UPHELD
    if any(n.outcome != "set_aside" or not _by(n.decided_at, at) for n in disputes):
        return Why.REPLY_UNDECIDED
    return None


def _standing(notices: Sequence[NoticeFacts], at: datetime) -> Why:
    """How far the telling has come; the slowest notice counts."""
    if not notices:
        return Why.NOT_TOLD
    reasons = {_standing_of(notice, at) for notice in notices}
    for reason in (Why.NOT_REACHED, Why.NOT_TOLD, Why.DEADLINE_RUNS, Why.DEADLINE_PASSED):
        if reason in reasons:
            return reason
    return Why.REPLIED


def _standing_of(notice: NoticeFacts, at: datetime) -> Why:
    if notice.state == "unreachable":
        return Why.NOT_REACHED
    if notice.state != "served" or not _by(notice.served_at, at):
        return Why.NOT_TOLD
    if notice.reply_kind and _by(notice.replied_at, at):
        return Why.REPLIED
    return Why.DEADLINE_PASSED if _by(notice.deadline_at, at) else Why.DEADLINE_RUNS


def _by(moment: datetime | None, at: datetime) -> bool:
    return moment is not None and moment <= at
