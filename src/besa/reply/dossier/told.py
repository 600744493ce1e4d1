"""What a dossier says of one finding: plain values, in the language that is active."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from besa.base import languages, words
from besa.coding.models import Coding, Finding
from besa.collect.names.queries import Author
from besa.evidence.models import Recheck
from besa.reply.dossier.people import Monitors
from besa.reply.models import Remedy, Reply
from besa.triage.models import DocketItem
from besa.triage.queries.clocks import of_item

_LOOKS = {
    "up": gettext_noop("Still up"), "edited": gettext_noop("Edited"), "gone": gettext_noop("Gone"),
    "unknown": gettext_noop("Could not be told"),
}  # fmt: skip


def told(finding: Finding, who: Author, language: str, people: Monitors) -> dict:
    """One finding in words: what, by whom, when, under which clause, why, and what there is beside it by now: codings,
    legal clocks, later looks at the post, replies and remedies."""
    item: DocketItem = finding.adjudication.item
    return {
        "number": finding.number,
        "decision": _(words.label(words.Decision, finding.decision)),
        "type": _(words.label(words.FindingType, finding.type)),
        "clause": languages.pick(finding.clause.titles, language),
        "clause_text": languages.pick(finding.clause.texts, language),
        "reason": people.hidden(finding.adjudication.reason),
        "decided_at": finding.decided_at.isoformat(),
        "platform": _(words.label(words.Platform, finding.platform)),
        "posted_at": finding.posted_at.isoformat(),
        "author": who.name,
        "handle": who.handle,
        "address": who.url,
        "actor": finding.source.name if finding.source and not who.private else "",
        "text": item.text,
        "decided_by": people.numbers.get(finding.adjudication.adjudicator.username, ""),
        "coded": [
            {
                "by": people.numbers.get(one.coder.username, ""), "at": one.at.isoformat(),
                "verdict": _(words.label(words.Decision, one.verdict)),
            }
            for one in Coding.objects.filter(item=item).select_related("coder").order_by("place")
        ],
        "deadlines": [
            {
                "rule": languages.pick(one.names, language), "article": one.article, "authority": one.authority,
                "due_at": one.due_at.isoformat(),
            }
            for one in of_item(item)
        ],
        "later_looks": [
            {
                "at": look.at.isoformat(), "state": _(_LOOKS[look.state]),
                "cause": _(words.label(words.GoneCause, look.cause)) if look.cause else "",
            }
            for look in Recheck.objects.filter(item=item)
        ],
        "replies": [
            {
                "at": one.at.isoformat(), "kind": _(words.label(words.ReplyKind, one.kind)), "text": one.text,
                "as_party": one.notice.as_party,
            }
            for one in Reply.objects.filter(notice__finding=finding).select_related("notice").order_by("at")
        ],
        "remedies": [
            {"seen_at": one.seen_at.isoformat(), "kind": _(words.label(words.RemedyKind, one.kind))}
            for one in Remedy.objects.filter(finding=finding).order_by("seen_at")
        ],
    }  # fmt: skip
