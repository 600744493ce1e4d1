"""Copies of a post that was decided on, and whether its decision may be extended to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from besa.base import clock
from besa.base.words import AccountStatus, ActorKind
from besa.coding.models import Adjudication, Finding, Lease
from besa.coding.queries.agreement import in_alpha_share
from besa.coding.queries.known import identity_answer
from besa.coding.queries.waiting import standing
from besa.coding.rules import copies as rules
from besa.coding.rules import turns
from besa.triage.models import DocketItem


@dataclass(frozen=True)
class Copy:
    """Another docketed post of the family: `obstacle` says why it is not offered; `decided`, how it was decided.

    `source_class`: what kind of actor it is by the watch-list, "" where it does not know.
    """

    item: DocketItem
    obstacle: str
    decided: Adjudication | None
    screened: str
    source_class: str
    pieces: list[tuple[str, str]]


def copies_of(finding: Finding) -> list[Copy]:
    """Other docketed posts with nearly the same text as that of the finding, earliest first."""
    first = finding.adjudication.item
    found = DocketItem.objects.filter(election=finding.election_id, family=first.family).exclude(pk=first.pk)
    found = list(found.select_related("account", "election").order_by("posted_at", "id"))
    decided = {row.item_id: row for row in Adjudication.objects.filter(item__in=found)}
    copies = []
    for item in found:
        source_class = identity_answer(item).get("source_class")
        copies.append(
            Copy(
                item=item,
                obstacle=obstacle(item),
                decided=decided.get(item.pk),
                screened=standing(item).screened or "",
                source_class=source_class or "",
                pieces=rules.differences(first.text, item.text),
            )
        )
    return copies


def obstacle(item: DocketItem) -> str:
    coding = Lease.objects.filter(item=item, task=turns.CODE, until__gt=clock.now())
    return rules.obstacle(
        standing(item), channel=item.channel, drawn=in_alpha_share(item), held=coding.exists()
    )  # fmt: skip


def answers_for(finding: Finding, item: DocketItem, source_class: str = "") -> dict[str, Any]:
    """The answers of the finding for a copy of its post: all but who it was and where it stood.

    `source_class`: what kind of actor it was, where the watch-list does not know.
    """
    known = identity_answer(item)
    return {
        **finding.adjudication.answers,
        "source": known.get("source", ""),
        "source_class": known.get("source_class") or source_class or ActorKind.UNKNOWN,
        "account_status": known.get("account_status") or AccountStatus.AUTHENTIC,
        "host": "",
    }
