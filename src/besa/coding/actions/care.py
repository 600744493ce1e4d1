"""Care for those who read: limits of what is hard to read, and asking for help."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext

from besa.base import clock
from besa.base.errors import BadInput, Conflict
from besa.coding.models import Care, Distress
from besa.coding.queries.care import care_of
from besa.ledger.chain import record
from besa.outbox.actions import put
from besa.people.policy import check
from besa.pledge.models import Election


@transaction.atomic
def set_care(*, by, election: Election, posts: int, minutes: int, told=None) -> Care:
    """Limits of a day for each person (0: none), and who is told of distress."""
    check(by, "coding.assign", election.slug)
    if posts < 0 or minutes < 0:
        raise BadInput(gettext("A limit is 0 or more."))
    made = Care.objects.create(election=election, posts=posts, minutes=minutes, told=told, set_at=clock.now())
    record(by=by, act="coding.set_care", rows=[made], election=election.slug)
    return made


@transaction.atomic
def flag_distress(*, by, election: Election, text: str = "") -> Distress:
    """Tell the person named for it, on the desk and by mail; the mail holds no word of what was written."""
    check(by, "coding.own", election.slug)
    care = care_of(election)
    if care is None or care.told is None:
        raise Conflict(
            gettext("Nobody is named yet who is told."), remedy=gettext("Speak to the coordinator, and take a break.")
        )
    made = Distress.objects.create(
        election=election, person=by, told=care.told, text=text.strip()[:2000], at=clock.now()
    )
    if care.told.email:
        put(
            by=by, to=care.told.email, subject=gettext("Somebody at the desk asks for you"),
            body=gettext("Please open your desk in Besa: somebody who reads posts asks for you."),
            language=care.told.interface_language,
        )  # fmt: skip
    record(by=by, act="coding.flag_distress", rows=[made], election=election.slug)
    return made


@transaction.atomic
def see_distress(*, by, flag: Distress) -> Distress:
    check(by, "home.see", flag.election.slug)
    if flag.told_id != by.pk:
        raise Conflict(gettext("This was not written to you."))
    flag.seen_at = flag.seen_at or clock.now()
    flag.save(update_fields=["seen_at"])
    record(by=by, act="coding.see_distress", rows=[flag], election=flag.election.slug)
    return flag
