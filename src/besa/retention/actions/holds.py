"""Setting and lifting holds."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from besa.base import clock
from besa.base.errors import BadInput, Conflict, NotFound
from besa.ledger.chain import record
from besa.people import policy
from besa.pledge.models import Election
from besa.retention.models import Erasure, Hold
from besa.retention.queries.holding import exists


@transaction.atomic
def set_hold(*, by, election: Election, kind: str, key: str, reason: str) -> Hold:
    """From now on nothing of it is erased. Raises BadInput, NotFound, Conflict."""
    policy.check(by, "hold.set", election.slug)
    key = key.strip().removeprefix("C-") if kind == "case" else key.strip()
    if len(reason.strip()) < 10:
        raise BadInput(_("A reason is needed: it stands in the ledger."))
    if not exists(election, kind, key):
        raise NotFound(_("There is nothing of this name to hold."))
    Election.objects.select_for_update().get(pk=election.pk)
    if Hold.objects.filter(election=election, kind=kind, key=key, lifted_at=None).exists():
        raise Conflict(_("This is held already."))
    if Erasure.objects.filter(election=election, state="intent").exists():
        raise Conflict(_("An erasure is under way; finish it first."))
    row = Hold.objects.create(
        election=election, kind=kind, key=key, reason=reason.strip(), by=by.username, at=clock.now()
    )
    record(by=by, act="hold.set", rows=[row], election=election.slug)
    return row


@transaction.atomic
def lift(*, by, hold: Hold, reason: str) -> Hold:
    """Raises BadInput, Conflict."""
    policy.check(by, "hold.lift", hold.election.slug)
    if len(reason.strip()) < 10:
        raise BadInput(_("A reason is needed: it stands in the ledger."))
    row = Hold.objects.select_for_update().get(pk=hold.pk)
    if row.lifted_at:
        raise Conflict(_("This is not held any more."))
    row.lifted_at, row.lifted_by, row.lifted_reason = clock.now(), by.username, reason.strip()
    row.save()
    record(by=by, act="hold.lift", rows=[row], election=row.election.slug)
    return row
