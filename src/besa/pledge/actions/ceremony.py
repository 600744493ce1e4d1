"""The ceremony: a link for each body that is called up; and later, that it was reminded of what it signed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from besa.base import clock, languages
from besa.base.errors import BadInput, Conflict
from besa.base.words import SignatureKind
from besa.ledger.chain import record
from besa.people.policy import check
from besa.pledge import queries
from besa.pledge.actions.inviting import new_link
from besa.pledge.actions.signing import ended_invitations
from besa.pledge.models import Acknowledgement, Actor, Election, Invitation, Signatory, Signature
from besa.pledge.queries.receipts import is_whole

#: A sheet of the ceremony opens nothing on the day after.
SHEET_LASTS = timedelta(hours=12)


def call_up(*, by, election: Election, actors: Sequence[Actor], authority: str) -> list[tuple[Invitation, str]]:
    """An invitation and its link for each actor, shown once; called up again, the sheet before opens nothing.

    `authority`: how those in the room were recognised. Raises BadInput, Conflict.
    """
    check(by, "signing.invite", election.slug)
    if not actors or not authority.strip():
        raise BadInput(_("Choose who signs, and say how their authority is verified."))
    code = queries.active_code(election)
    if code is None or not is_whole(code):
        raise Conflict(_("The text of the Code is not kept here word for word."), remedy=_("Load its pack again."))
    made = []
    with transaction.atomic():
        rows = []
        for actor in actors:
            if actor.election_id != election.pk:
                raise BadInput(_("Choose a body of this election."))
            if Signature.objects.filter(signatory__actor=actor, withdrawn_on=None).exists():
                raise Conflict(_("%(name)s is a signatory.") % {"name": actor.name})
            rows += ended_invitations(actor)
            spoken = "sr-Latn" if actor.language == "sr" else actor.language
            held = Invitation(
                election=election, actor=actor, kind=SignatureKind.CEREMONY, state="invited", body=actor.name,
                language=spoken if spoken in languages.INTERFACE else "en", asked_at=clock.now(), authority=authority,
                decided_by=by.username, decided_at=clock.now(),
            )  # fmt: skip
            link = new_link(held, clock.now() + SHEET_LASTS)
            held.save()
            rows.append(held)
            made.append((held, link))
        record(by=by, act="signing.call_up", rows=rows, election=election.slug, reason=authority)
    return made


def acknowledge(*, by, signatory: Signatory, on: date, how: str, acknowledged_by: str = "") -> Acknowledgement:
    """Note that a bound signatory was reminded on a day, and how. Raises BadInput."""
    election = signatory.actor.election
    check(by, "signatory.sign", election.slug)
    if not how.strip():
        raise BadInput(_("Say how they were reminded."))
    if on > queries.today(election):
        raise BadInput(_("A reminder cannot lie in the future."), remedy=_("Enter it on the day."))
    if queries.status_of(signatory.actor, on) not in ("signed", "late_signed"):
        raise BadInput(_("They were not bound on that day."))
    with transaction.atomic():
        made = Acknowledgement.objects.create(
            signatory=signatory, on=on, how=how, acknowledged_by=acknowledged_by, by=by.username, at=clock.now()
        )
        record(by=by, act="signatory.acknowledge", rows=[made], election=election.slug)
    return made
