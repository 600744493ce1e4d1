"""What keeps posts from people: ties declared, a recusal, and what they do not take."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext

from besa.base import clock
from besa.base.errors import BadInput, Conflict
from besa.base.words import Concern, TieKind
from besa.coding import queries
from besa.coding.actions.shared import locked
from besa.coding.models import Lease, Preference, Recusal, Tie
from besa.ledger.chain import record
from besa.people.policy import check
from besa.pledge.models import Actor, Election
from besa.triage.models import DocketItem


def _check(by, person, election: Election) -> None:
    """One's own settings are one's own; those of others are the coordinator's."""
    check(by, "coding.own" if by.pk == person.pk else "coding.assign", election.slug)


@transaction.atomic
def declare_tie(
    *, by, person, election: Election, actor: Actor, kind: str, first: date | None = None, last: date | None = None,
    note: str = "",
) -> Tie:  # fmt: skip
    """Say whom somebody is tied to. Posts that this keeps from them and that they hold are free for others at once."""
    _check(by, person, election)
    if kind not in set(TieKind) or actor.election_id != election.pk:
        raise BadInput(gettext("Choose whom and how, from the lists."))
    if first and last and last < first:
        raise BadInput(gettext("The last day comes before the first."))
    made = Tie.objects.create(
        election=election, person=person, actor=actor, kind=kind, first=first, last=last, note=note.strip()[:2000],
        declared_by=by.username, declared_at=clock.now(),
    )  # fmt: skip
    ties = queries.Ties(person, election)
    for lease in Lease.objects.filter(coder=person, item__election=election).select_related("item"):
        if ties.bar(lease.item):
            lease.delete()
    record(by=by, act="coding.declare_tie", rows=[made], election=election.slug, reason=made.note)
    return made


@transaction.atomic
def end_tie(*, by, tie: Tie, last: date, reason: str) -> Tie:
    """The tie is over since that day; posts of its time stay away from its holder. For the coordinator alone."""
    check(by, "coding.assign", tie.election.slug)
    if by.pk == tie.person_id:
        raise Conflict(gettext("Somebody else has to end a tie of yours."))
    if not reason.strip():
        raise BadInput(gettext("Write down why."))
    if tie.first and last < tie.first:
        raise BadInput(gettext("The last day comes before the first."))
    tie.last = last
    tie.save(update_fields=["last"])
    record(by=by, act="coding.end_tie", rows=[tie], election=tie.election.slug, reason=reason.strip())
    return tie


@transaction.atomic
def recuse(*, by, item: DocketItem, reason: str) -> Recusal:
    """“I know somebody in this”: the post goes back, and is never offered to this person again."""
    check(by, "coding.own", item.election.slug)
    item = locked(item)
    if not reason.strip():
        raise BadInput(gettext("Write down whom you know, or how."))
    made, new = Recusal.objects.get_or_create(
        item=item, person=by, defaults={"reason": reason.strip()[:2000], "at": clock.now()}
    )
    Lease.objects.filter(item=item, coder=by).delete()
    if new:
        record(by=by, act="coding.recuse", rows=[made], election=item.election.slug, reason=made.reason)
    return made


@transaction.atomic
def prefer(*, by, person, election: Election, languages: list[str], topics: list[str]) -> Preference:
    """Languages and topics that somebody is not given; set by themselves, or by the coordinator for them."""
    _check(by, person, election)
    if not set(topics) <= set(Concern):
        raise BadInput(gettext("Choose topics from the list."))
    row, _ = Preference.objects.update_or_create(
        election=election, person=person, by_coordinator=by.pk != person.pk,
        defaults={"languages": sorted(set(languages)), "topics": sorted(set(topics)), "at": clock.now()},
    )  # fmt: skip
    record(by=by, act="coding.prefer", rows=[row], election=election.slug)
    return row
