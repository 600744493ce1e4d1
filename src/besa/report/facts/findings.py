"""Findings, their targets, notices, replies and remedies, with every name left out that may not be said."""

from __future__ import annotations

import json
import re
from datetime import datetime

from besa.base.weeks import local_date
from besa.base.words import Decision
from besa.coding.models import Finding, FindingTarget
from besa.pledge.models import Actor, Election
from besa.reply import queries as replies
from besa.reply.models import Notice, Remedy, Reply, ReplyDecision
from besa.reply.rules import why_no_remedy
from besa.reply.types import Why
from besa.report.types import AWAITING, NAMED, UNNAMED

#: Reasons that time or a decision will lift: until then the finding is only counted as awaiting.
_PASSING = frozenset({Why.NOT_TOLD, Why.DEADLINE_RUNS, Why.REPLY_UNDECIDED})

_EXCERPT = 280
_ADDRESS = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)
_MAIL = re.compile(r"\S+@\S+\.\w+")
_MENTION = re.compile(r"@[\w.]+")
_NUMBER = re.compile(r"\+?\d[\d\s/.-]{6,}\d")


def rows(election: Election, *, at: datetime, weeks: list[str], published: frozenset[str]) -> dict[str, list[dict]]:
    found = list(
        Finding.objects.filter(election=election, week__in=weeks, decided_at__lte=at)
        .select_related("clause", "area", "source", "party", "adjudication__item")
        .order_by("id")
    )
    attributions = replies.attributions(election, at)
    out: dict[str, list[dict]] = {"findings": [], "targets": [], "notices": [], "replies": [], "remedies": []}
    by_pk: dict[int, dict] = {}
    for finding in found:
        attribution = attributions.get(finding.pk)
        named = bool(attribution and attribution.named)
        why = str(attribution.why) if attribution else Why.NOT_TOLD
        standing = NAMED if named else AWAITING if _waits(finding, why) else UNNAMED
        party_named = named and attribution.party_named
        row = {
            "number": finding.number,
            "decision": finding.decision,
            "type": finding.type,
            "clause": finding.clause.slug,
            "other_clauses": json.dumps(finding.other_clauses),
            "severity": finding.severity,
            "content": finding.content,
            "platform": finding.platform,
            "language": finding.language,
            "route": finding.route,
            "sample": finding.sample,
            "day": local_date(finding.posted_at, election.timezone).isoformat(),
            "week": finding.week,
            "phase": finding.phase,
            "area": finding.area.slug if finding.area else None,
            "source": finding.source.slug if named and finding.source else None,
            "source_class": finding.source_class,
            "source_gender": finding.source_gender,
            "identity_grade": finding.identity_grade,
            "account_status": finding.account_status,
            "party": finding.party.slug if party_named and finding.party else None,
            "affiliation_grade": finding.affiliation_grade,
            "signatory_status": finding.signatory_status if named else None,
            "party_signatory_status": finding.party_signatory_status if party_named else None,
            "standing": standing,
            "why": why,
            "new": finding.number not in published,
            "excerpt": excerpt(finding.adjudication.item.text) if named else None,
        }
        by_pk[finding.pk] = row
        out["findings"].append(row)
    _targets(out, by_pk)
    _notices(election, out, by_pk, at)
    return out


def excerpt(text: str) -> str:
    """The beginning of a post as it may be quoted: no addresses, mentions or numbers of bystanders."""
    text = _ADDRESS.sub("[…]", " ".join(text.split()))
    text = _NUMBER.sub("[…]", _MENTION.sub("@…", _MAIL.sub("[…]", text)))
    if len(text) <= _EXCERPT:
        return text
    return text[: _EXCERPT - 1].rsplit(" ", 1)[0] + "…"


def _waits(finding: Finding, why: str) -> bool:
    return finding.decision == Decision.VIOLATION and why in _PASSING


def _targets(out: dict, by_pk: dict[int, dict]) -> None:
    for target in FindingTarget.objects.filter(finding__in=list(by_pk)).select_related("actor", "party"):
        party = target.party or (target.actor if target.actor and target.actor.kind in ("party", "coalition") else None)
        out["targets"].append(
            {
                "number": by_pk[target.finding_id]["number"],
                "kind": target.kind,
                "actor_kind": target.actor_kind,
                "party": party.slug if party else None,
                "gender": target.gender,
                "community": target.community or None,
                "ground": target.ground or None,
            }
        )


def _notices(election: Election, out: dict, by_pk: dict[int, dict], at: datetime) -> None:
    decisions = dict(ReplyDecision.objects.filter(at__lte=at).values_list("reply_id", "outcome"))
    answered = {reply.notice_id: reply for reply in Reply.objects.filter(notice__finding__in=list(by_pk), at__lte=at)}
    served: dict[int, datetime] = {}
    for notice in Notice.objects.filter(finding__in=list(by_pk)).order_by("id"):
        row = by_pk[notice.finding_id]
        reply = answered.get(notice.pk)
        sent = notice.served_at if notice.served_at and notice.served_at <= at else None
        if sent and not notice.as_party:
            served[notice.finding_id] = sent
        out["notices"].append(
            {
                "number": row["number"],
                "week": row["week"],
                "as_party": notice.as_party,
                "state": notice.state if sent or notice.state != "served" else "intent",
                "due": bool(notice.deadline_at and notice.deadline_at <= at),
                "reply_kind": reply.kind if reply else None,
                "hours": round((reply.at - sent).total_seconds() / 3600, 2) if reply and sent else None,
                "outcome": decisions.get(reply.pk) if reply else None,
            }
        )
        if reply and row["standing"] == NAMED and (not notice.as_party or row["party"]):
            out["replies"].append(
                {
                    "number": row["number"],
                    "kind": reply.kind,
                    "text": reply.text,
                    "day": local_date(reply.at, election.timezone).isoformat(),
                    "as_party": notice.as_party,
                }
            )
    for remedy in Remedy.objects.filter(finding__in=list(by_pk), seen_at__lte=at).order_by("id"):
        row = by_pk[remedy.finding_id]
        refused = why_no_remedy(
            remedy.kind, remedy.gone_cause, remedy.vantage_points, served.get(remedy.finding_id), remedy.seen_at
        )
        out["remedies"].append(
            {
                "number": row["number"],
                "week": row["week"],
                "kind": remedy.kind,
                "day": local_date(remedy.seen_at, election.timezone).isoformat(),
                "counts": not refused,
            }
        )


def named_sources(findings: list[dict]) -> set[str]:
    """Slugs of the actors that these rows may name."""
    return {slug for row in findings for slug in (row["source"], row["party"]) if slug}


def public_organisations(election: Election) -> list[Actor]:
    """Parties and coalitions: public by nature, as targets and in the register."""
    return list(Actor.objects.filter(election=election, kind__in=("party", "coalition")))
