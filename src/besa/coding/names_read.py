"""Names that the machine reads in a post: offered to a coder once the answers stand, never before.

A coder who missed a target may add it. That is kept beside the coding, which stays as it was given: agreement is
computed from what people said unprompted, and whoever decides sees what was added.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext

from besa.base import clock
from besa.base.errors import BadInput, Conflict, Refused
from besa.base.words import Decision
from besa.coding.models import Coding, NameCheck
from besa.ledger.chain import record
from besa.people.policy import check
from besa.triage.mentions import mentions
from besa.triage.models import DocketItem
from besa.triage.queries.names import register

#: The verdicts for which it matters whom a post is against.
ASKED = (Decision.VIOLATION, Decision.HARSH_BUT_PERMITTED, Decision.BORDERLINE)


@dataclass(frozen=True)
class Read:
    """Whom the machine read where: the words of the post, and one whom they may mean. `sure`: nobody else."""

    slug: str
    name: str
    words: str
    sure: bool


def missed(coding: Coding) -> list[Read]:
    """Persons and parties whom the machine reads in the post and the coding names neither as target nor as source."""
    item, held = coding.item, register(coding.item.election)
    given = {target.get("actor") for target in coding.answers.get("targets") or []} | {coding.answers.get("source")}
    found: dict[str, Read] = {}
    for mention in mentions(held, item.text, item.language):
        who = held.who(mention)
        for one in who:
            if one.id not in given:
                words = item.text[mention.start : mention.end]
                found.setdefault(one.id, Read(one.id, one.name, words, len(who) == 1))
    return list(found.values())


def to_check(coding: Coding) -> list[Read]:
    """What this coding may have missed; nothing while it could still be taken back, or where it was asked before."""
    if not coding.settled or coding.verdict not in ASKED or NameCheck.objects.filter(coding=coding).exists():
        return []
    return missed(coding)


def added(item: DocketItem) -> list[NameCheck]:
    """What was added to the codings of a post, for whoever decides on it."""
    return [row for row in NameCheck.objects.filter(coding__item=item).order_by("pk") if row.added]


@transaction.atomic
def check_names(*, by, coding: Coding, taken: Collection[str]) -> NameCheck:
    """Keep which of the names offered a coder takes over as targets that were missed; none is an answer too.

    Raises Refused (another's coding), BadInput (a name that was not offered), Conflict (answered already, or the
    coding can still be taken back).
    """
    election = coding.item.election
    check(by, "coding.code", election.slug)
    if coding.coder_id != by.pk:
        raise Refused(gettext("This is another person's coding."))
    if NameCheck.objects.filter(coding=coding).exists():
        raise Conflict(gettext("You have answered this already."))
    if not coding.settled:
        raise Conflict(gettext("What the machine saw is shown once you have answered."))
    offered = [read.slug for read in missed(coding)]
    if unknown := set(taken) - set(offered):
        raise BadInput(gettext("“%(value)s” was not offered.") % {"value": min(unknown)})
    kept = [slug for slug in offered if slug in set(taken)]
    made = NameCheck.objects.create(coding=coding, offered=offered, added=kept, at=clock.now())
    record(by=by, act="coding.check_names", rows=[made], election=election.slug)
    return made
