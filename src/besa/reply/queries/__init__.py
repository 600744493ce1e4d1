"""Reads about notices, replies and who may be named."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet

from besa.base import clock
from besa.base.words import PAUSING_REPLIES
from besa.coding.models import Finding
from besa.coding.queries import in_doubt
from besa.pledge.models import Actor, Election, Signatory
from besa.reply import rules
from besa.reply.models import Notice, Remedy, Reply, ReplyDecision
from besa.reply.types import Attribution, FindingFacts, NoticeFacts, Why


@dataclass(frozen=True)
class Standing:
    """One notice for the desk: the row, what came of it, and the hours left (None: no clock runs)."""

    notice: Notice
    reply: Reply | None
    decision: ReplyDecision | None
    hours_left: float | None

    @property
    def disputes(self) -> bool:
        return self.reply is not None and self.reply.kind in PAUSING_REPLIES


def attributions(election: Election, at: datetime) -> dict[int, Attribution]:
    """finding id -> who may be named at this moment; a fixed number of queries."""
    told = _notice_facts(Notice.objects.filter(finding__election=election))
    doubted = in_doubt(election)
    return {
        finding.pk: _without_doubt(
            rules.attribution(facts_of(finding), told[finding.pk], at), doubted.get(finding.pk, set())
        )
        for finding in Finding.objects.filter(election=election)
    }


def attribution_of(finding: Finding, at: datetime) -> Attribution:
    told = _notice_facts(Notice.objects.filter(finding=finding))
    doubted = in_doubt(finding.election).get(finding.pk, set())
    return _without_doubt(rules.attribution(facts_of(finding), told[finding.pk], at), doubted)


def _without_doubt(found: Attribution, doubted: set[str]) -> Attribution:
    """No name that the watch-list no longer bears out, until somebody has decided that it stands."""
    if found.named and "source" in doubted:
        return Attribution(False, Why.IDENTITY_NOT_CONFIRMED)
    if found.party_named and "party" in doubted:
        return replace(found, party_named=False, party_why=Why.AFFILIATION_NOT_CONFIRMED)
    return found


def facts_of(finding) -> FindingFacts:
    """Of a finding, or of a row with the same columns."""
    return FindingFacts(
        decision=finding.decision,
        source_known=finding.source_id is not None,
        identity_grade=finding.identity_grade,
        account_status=finding.account_status,
        party_known=finding.party_id is not None,
        party_is_source=finding.source_id is not None and finding.party_id == finding.source_id,
        affiliation_grade=finding.affiliation_grade,
    )


def pending(election: Election) -> list[tuple[Finding, list[tuple[Actor, bool]]]]:
    """Findings with people who are still to be told: (finding, [(actor, as party), …])."""
    missing = _untold(election)
    findings = Finding.objects.filter(pk__in=missing).select_related(
        "election", "source", "party", "clause", "adjudication__item"
    )
    return [
        (finding, [(finding.party if as_party else finding.source, as_party) for as_party in missing[finding.pk]])
        for finding in findings
    ]


def _untold(election: Election) -> dict[int, list[bool]]:
    """finding id -> whether as party, for each who is still to be told; only the few columns that decide are read."""
    told = set(Notice.objects.filter(finding__election=election).values_list("finding_id", "recipient_id"))
    found = {}
    findings = Finding.objects.filter(election=election, decision="violation", source__isnull=False)
    for finding in findings.values_list(
        "pk", "decision", "source_id", "identity_grade", "account_status", "party_id", "affiliation_grade", named=True
    ):
        facts = facts_of(finding)
        wanted = [(finding.source_id, False)] if rules.needs_notice(facts) else []
        wanted += [(finding.party_id, True)] if rules.needs_party_notice(facts) else []
        if missing := [as_party for actor, as_party in wanted if (finding.pk, actor) not in told]:
            found[finding.pk] = missing
    return found


def address_of(actor: Actor, *, as_party: bool) -> tuple[str, str]:
    """(mail address, language): a party is reached at its Code keeper, anybody else at their own contact."""
    keeper = Signatory.objects.filter(actor=actor).first()
    own = (actor.contact_email, actor.language)
    office = (keeper.keeper_email, keeper.language) if keeper else ("", actor.language)
    first, second = (office, own) if as_party or actor.kind in ("party", "coalition") else (own, office)
    return first if first[0] else second


def notices(election: Election) -> list[Standing]:
    """All notices: those whose clock runs first, nearest deadline on top; then the newest."""
    rows = _with_all(Notice.objects.filter(finding__election=election)).order_by("-id")
    return sorted(_standings(list(rows)), key=_urgency)


def standing_of(notice: Notice) -> Standing:
    return _standings([notice])[0]


def notice_of(election: Election, pk: int) -> Notice | None:
    return _with_all(Notice.objects.filter(finding__election=election, pk=pk)).first()


def undecided(election: Election) -> list[Reply]:
    """Replies that stop a name and await a decision, oldest first."""
    decided = ReplyDecision.objects.values("reply_id")
    rows = Reply.objects.filter(notice__finding__election=election, kind__in=sorted(PAUSING_REPLIES))
    return list(
        rows.exclude(pk__in=decided).select_related("notice__finding__source", "notice__recipient").order_by("at")
    )


def remedies(election: Election) -> QuerySet[Remedy]:
    return Remedy.objects.filter(finding__election=election).select_related("finding__source").order_by("-seen_at")


def first_served(finding: Finding) -> datetime | None:
    """When the author was told (not the party)."""
    return (
        Notice.objects.filter(finding=finding, as_party=False, state="served")
        .order_by("served_at")
        .values_list("served_at", flat=True)
        .first()
    )


def counts(election: Election) -> dict[str, int]:
    """For the coordinator's home: findings not yet told, clocks running, unreached, undecided replies."""
    now = clock.now()
    rows = Notice.objects.filter(finding__election=election)
    answered = Reply.objects.values("notice_id")
    return {
        "to_serve": len(_untold(election)),
        "running": rows.filter(state="served", deadline_at__gt=now).exclude(pk__in=answered).count(),
        "unreachable": rows.filter(state="unreachable").count(),
        "undecided": len(undecided(election)),
    }


def _with_all(rows: QuerySet[Notice]) -> QuerySet[Notice]:
    return rows.select_related(
        "finding__election", "finding__clause", "finding__source", "finding__party", "finding__adjudication__item",
        "recipient", "message",
    )  # fmt: skip


def _standings(rows: list[Notice]) -> list[Standing]:
    now = clock.now()
    replies = {reply.notice_id: reply for reply in Reply.objects.filter(notice__in=rows)}
    decisions = {d.reply_id: d for d in ReplyDecision.objects.filter(reply__in=replies.values())}
    out = []
    for notice in rows:
        reply = replies.get(notice.pk)
        runs = notice.deadline_at is not None and not reply and notice.deadline_at > now
        left = (notice.deadline_at - now).total_seconds() / 3600 if runs else None
        out.append(Standing(notice, reply, decisions.get(reply.pk) if reply else None, left))
    return out


def _urgency(standing: Standing) -> tuple[bool, float]:
    return standing.hours_left is None, standing.hours_left or 0.0


def _notice_facts(rows: QuerySet[Notice]) -> dict[int, list[NoticeFacts]]:
    replies = {r["notice_id"]: r for r in Reply.objects.filter(notice__in=rows).values("pk", "notice_id", "kind", "at")}
    decided = ReplyDecision.objects.filter(reply__notice__in=rows).values_list("reply_id", "outcome", "at")
    decisions = {reply: (outcome, at) for reply, outcome, at in decided}
    out: dict[int, list[NoticeFacts]] = defaultdict(list)
    for row in rows.values("pk", "finding_id", "as_party", "state", "served_at", "deadline_at"):
        reply = replies.get(row["pk"])
        outcome, decided_at = decisions.get(reply["pk"], ("", None)) if reply else ("", None)
        out[row["finding_id"]].append(
            NoticeFacts(
                as_party=row["as_party"],
                state=row["state"],
                served_at=row["served_at"],
                deadline_at=row["deadline_at"],
                reply_kind=reply["kind"] if reply else "",
                replied_at=reply["at"] if reply else None,
                outcome=outcome,
                decided_at=decided_at,
            )
        )
    return out
