"""The first pass: three keys, and taking the last one back."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext

from besa.base import clock
from besa.base.errors import BadInput, Conflict
from besa.base.words import Screen
from besa.coding.actions.shared import believable, locked, take_turn
from besa.coding.actions.taking import hold_for
from besa.coding.models import Coding, Lease, Screening
from besa.coding.rules import turns
from besa.coding.types import Turn
from besa.ledger.chain import record
from besa.people.policy import check
from besa.pledge.models import Election
from besa.triage.models import DocketItem


@transaction.atomic
def screen(*, by, item: DocketItem, key: str, seconds: float = 0, once: str = "") -> Screening:
    """Nothing, look or urgent. Raises Conflict where somebody else has screened or holds it.

    The same again with the same mark `once` changes nothing.
    """
    check(by, "coding.screen", item.election.slug)
    if once and (sent := Screening.objects.filter(item=item, coder=by, once=once).first()):
        return sent
    if key not in set(Screen):
        raise BadInput(gettext("“%(key)s” is not one of the three keys.") % {"key": key})
    take_turn(by, item, turns.SCREEN)
    made = Screening.objects.create(
        item=item, coder=by, key=key, seconds=believable(seconds, by, item, turns.SCREEN), at=clock.now(),
        once=once[:40],
    )  # fmt: skip
    Lease.objects.filter(item=item, task=turns.SCREEN).delete()
    record(by=by, act="coding.screen", rows=[made], election=item.election.slug)
    return made


@transaction.atomic
def undo_screening(*, by, election: Election) -> DocketItem:
    """Take one's own last screening back, while nobody has built on it; the post is held again."""
    check(by, "coding.screen", election.slug)
    last = Screening.objects.filter(coder=by, item__election=election).select_related("item").order_by("-pk").first()
    if last is None:
        raise Conflict(gettext("You have not screened anything yet."))
    item, now = locked(last.item), clock.now()
    held = Lease.objects.filter(item=item, until__gt=now).exclude(coder=by).exists()
    codings = Coding.objects.filter(item=item).count()
    if not turns.may_undo(screened_at=last.at, now=now, codings=codings, held=held):
        raise Conflict(
            gettext("Your last screening can no longer be taken back."),
            remedy=gettext("After ten minutes, or once somebody codes the post, tell the coordinator instead."),
        )
    pk = last.pk
    last.delete()
    Lease.objects.filter(item=item, until__lte=now).delete()
    hold_for(by, item, Turn(turns.SCREEN), now)
    record(
        by=by,
        act="coding.undo_screening",
        erased=[(Screening._meta.db_table, str(pk))],
        election=election.slug,
        reason=f"docket item {item.pk}: {last.key} taken back",
    )
    return item
