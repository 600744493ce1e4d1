"""What every write of this room needs: whose turn it is, and whether the answers fit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from besa.base import clock
from besa.base.errors import BadInput, Conflict, Refused
from besa.coding import queries
from besa.coding.models import Lease
from besa.coding.rules import answers as rules
from besa.coding.rules import turns
from besa.coding.types import Fault, Turn
from besa.triage.models import DocketItem

#: Seconds on one post that are still believable; longer means that somebody went for a coffee.
_LONGEST = 3600.0


class Faulty(BadInput):
    """Answers that do not fit; `faults` says which and why."""

    def __init__(self, faults: list[Fault]):
        self.faults = faults
        words = "; ".join(f"{fault.variable}: {gettext(fault.reason) % fault.values}" for fault in faults)
        super().__init__(words, remedy=gettext("Change these answers and send them again."))


def locked(item: DocketItem) -> DocketItem:
    """The post, so that no two people change what stands on it at once (SQLite has one writer anyway)."""
    return DocketItem.objects.select_for_update(of=("self",)).select_related("election").get(pk=item.pk)


def take_turn(by, item: DocketItem, task: str) -> Turn:
    """Is this post's turn, and this person's? Raises Conflict with what to do next, or Refused."""
    locked(item)
    standing = queries.standing(item)
    turn = turns.due(standing)
    if not standing.preserved:
        raise Conflict(
            gettext("This post has not been preserved yet."),
            remedy=gettext("It comes up by itself once its evidence is in the vault."),
        )
    if turn is None or turn.task != task:
        raise Conflict(gettext("This post no longer waits for this."), remedy=go_on())
    if not turns.may_take(standing, task, by.pk):
        raise Refused(gettext("You have coded this post yourself; somebody else must go on with it."))
    if queries.tied(by, item):
        raise Refused(
            gettext("You are tied to somebody in this post, or said that you know them."),
            remedy=gettext("Somebody else goes on with it. Take the next post."),
        )
    other = Lease.objects.filter(item=item, task=task, place=turn.place, until__gt=clock.now()).exclude(coder=by)
    if other.exists():
        raise Conflict(
            gettext("Your hold on this post has ended and somebody else has it now."),
            remedy=gettext("Your answers are kept as a draft. Take the next post."),
        )
    return turn


def checked(
    answers: Mapping[str, Any], body: Mapping[str, Any], item: DocketItem, *, adjudicator: bool = False
) -> dict[str, Any]:
    """The answers as they are kept. Raises Faulty."""
    facts = queries.facts_of(item)
    cleaned = rules.clean(answers, body, facts, adjudicator=adjudicator)
    actors = {row.slug: queries.actor_facts(row) for row in queries.actor_rows(item.election, cleaned, body).values()}
    if found := rules.faults(
        cleaned, body, clauses=queries.clause_facts(item), actors=actors, facts=facts, length=len(item.text),
        adjudicator=adjudicator,
    ):  # fmt: skip
        raise Faulty(found)
    return cleaned


def believable(seconds: float, by, item: DocketItem, task: str) -> float:
    """Seconds as measured on the page; where the page could not, since the post was taken."""
    if not seconds:
        held = Lease.objects.filter(item=item, coder=by, task=task).first()
        seconds = (clock.now() - (held.until - turns.LEASE)).total_seconds() if held else 0
    return min(max(float(seconds), 0.0), _LONGEST)


def go_on() -> str:
    return gettext("Nothing is lost. Take the next post.")
