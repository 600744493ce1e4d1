"""Signing the Code, withdrawing, signing again."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from besa.base.errors import BadInput, Conflict
from besa.base.words import SignatureKind
from besa.ledger.chain import By, record
from besa.people import policy
from besa.pledge import queries
from besa.pledge.models import Actor, Code, Election, Invitation, Signatory, Signature


def _code(election: Election) -> Code:
    code = queries.active_code(election)
    if code is None:
        raise Conflict(_("This election has no Code yet."), remedy=_("Load a pack with a code.toml first."))
    return code


@transaction.atomic
def sign(
    *,
    by: By,
    actor: Actor,
    signed_on: date,
    kind: str = SignatureKind.CEREMONY,
    signer: str = "",
    language: str = "",
    keeper_office: str = "",
    keeper_email: str = "",
) -> Signature:
    """The actor pledges the active Code; the signature binds its text by hash. Raises Conflict, BadInput."""
    election = actor.election
    policy.check(by, "signatory.sign", election.slug)
    if signed_on > queries.today(election):
        raise BadInput(_("A signature cannot lie in the future."), remedy=_("Enter it on the day."))
    before = _before(actor)
    if kind == SignatureKind.REJOINED:
        if not before:
            raise BadInput(_("Only a signatory that has withdrawn can sign again."), remedy=_("Use ceremony or late."))
    elif before:
        raise Conflict(
            _("%(name)s has already signed.") % {"name": actor.name},
            remedy=_("After a withdrawal use “sign again”; the first signature stays on record."),
        )
    made = signed(
        actor=actor, code=_code(election), signed_on=signed_on, kind=kind, signer=signer, language=language,
        keeper_office=keeper_office, keeper_email=keeper_email,
    )  # fmt: skip
    record(by=by, act="signatory.sign", rows=[*made, *ended_invitations(actor)], election=election.slug)
    return made[1]


def _before(actor: Actor) -> list[Signature]:
    return list(Signature.objects.filter(signatory__actor=actor).order_by("signed_on", "id"))


def signed(
    *, actor: Actor, code: Code, signed_on: date, kind: str, signer: str, language: str = "", keeper_office: str = "",
    keeper_email: str = "", carried_from: Signature | None = None,
) -> tuple[Signatory, Signature]:  # fmt: skip
    """The rows of a signature, for those who have checked that it may be given and record it. Raises Conflict."""
    before = _before(actor)
    if any(old.withdrawn_on is None for old in before):
        raise Conflict(_("%(name)s is a signatory.") % {"name": actor.name}, remedy=_("Record the withdrawal first."))
    if before and signed_on < before[-1].withdrawn_on:
        raise BadInput(
            _("This day lies before the withdrawal."),
            remedy=_("The earliest day is %(day)s.") % {"day": before[-1].withdrawn_on.isoformat()},
        )
    signatory = Signatory.objects.filter(actor=actor).first() or Signatory(actor=actor)
    signatory.keeper_office = keeper_office or signatory.keeper_office
    signatory.keeper_email = keeper_email or signatory.keeper_email
    signatory.language = language or actor.language
    signatory.save()
    signature = Signature.objects.create(
        signatory=signatory,
        code=code,
        kind=kind,
        signed_on=signed_on,
        signer=signer,
        language=signatory.language,
        text_sha256=code.sha256,
        carried_from=carried_from,
    )
    return signatory, signature


def ended_invitations(actor: Actor) -> list[Invitation]:
    """Links that wait for this actor open nothing from now on; the rows, for whoever records it."""
    found = list(Invitation.objects.select_for_update().filter(actor=actor, state="invited"))
    for one in found:
        one.state, one.token_sha256, one.session_sha256 = "ended", "", ""
        one.save()
    return found


@transaction.atomic
def withdraw(*, by: By, signatory: Signatory, withdrawn_on: date, reason: str = "") -> Signature:
    """The open signature ends the day before `withdrawn_on`; what was done while it held stays judged."""
    election = signatory.actor.election
    policy.check(by, "signatory.withdraw", election.slug)
    signature = Signature.objects.filter(signatory=signatory, withdrawn_on=None).first()
    if signature is None:
        raise Conflict(
            _("%(name)s has no signature in force.") % {"name": signatory.actor.name},
            remedy=_("There is nothing to withdraw."),
        )
    if withdrawn_on < signature.signed_on:
        raise BadInput(
            _("The withdrawal lies before the signature."),
            remedy=_("The earliest day is %(day)s.") % {"day": signature.signed_on.isoformat()},
        )
    if withdrawn_on > queries.today(election):
        raise BadInput(_("A withdrawal cannot lie in the future."), remedy=_("Enter it on the day."))
    signature.withdrawn_on, signature.withdrawal_reason = withdrawn_on, reason
    signature.save(update_fields=["withdrawn_on", "withdrawal_reason"])
    rows = [signature, *ended_invitations(signatory.actor)]
    record(by=by, act="signatory.withdraw", rows=rows, election=election.slug, reason=reason)
    return signature


@transaction.atomic
def carry(*, by: By, signatory: Signatory, to: Actor, on: date, reason: str) -> Signature:
    """Parties merged, or one took a new name: from `on` the pledge binds `to` as well, with the text and kind it had.

    What the first one did stays judged by its own signature. Raises Conflict, BadInput.
    """
    election = signatory.actor.election
    policy.check(by, "signatory.sign", election.slug)
    held = Signature.objects.filter(signatory=signatory, withdrawn_on=None).select_related("code").first()
    if held is None:
        raise Conflict(
            _("%(name)s has no signature in force.") % {"name": signatory.actor.name},
            remedy=_("Whoever goes on must sign itself."),
        )
    if to.election_id != election.pk or to.pk == signatory.actor_id:
        raise BadInput(_("Choose another body of this election."))
    if not reason.strip():
        raise BadInput(_("Say how the merger or the new name is known."))
    if not held.signed_on <= on <= queries.today(election):
        raise BadInput(_("The day must lie between the signature and today."))
    made = signed(
        actor=to, code=held.code, signed_on=on, kind=held.kind, signer=held.signer, language=held.language,
        keeper_office=signatory.keeper_office, keeper_email=signatory.keeper_email, carried_from=held,
    )  # fmt: skip
    rows = [*made, *ended_invitations(to)]
    record(by=by, act="signatory.carry", rows=rows, election=election.slug, reason=reason)
    return made[1]


def rejoin(*, by: By, signatory: Signatory, signed_on: date, signer: str = "", language: str = "") -> Signature:
    """A signatory that had withdrawn signs the Code now in force."""
    return sign(
        by=by,
        actor=signatory.actor,
        signed_on=signed_on,
        kind=SignatureKind.REJOINED,
        signer=signer,
        language=language,
    )
