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
from besa.pledge.models import Actor, Code, Election, Signatory, Signature


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
    code = _code(election)
    signatory = Signatory.objects.filter(actor=actor).first()
    before = queries.signatures_of(signatory) if signatory else []
    if kind == SignatureKind.REJOINED:
        if not before:
            raise BadInput(_("Only a signatory that has withdrawn can sign again."), remedy=_("Use ceremony or late."))
    elif before:
        raise Conflict(
            _("%(name)s has already signed.") % {"name": actor.name},
            remedy=_("After a withdrawal use “sign again”; the first signature stays on record."),
        )
    if any(old.withdrawn_on is None for old in before):
        raise Conflict(_("%(name)s is a signatory.") % {"name": actor.name}, remedy=_("Record the withdrawal first."))
    if before and signed_on < before[-1].withdrawn_on:
        raise BadInput(
            _("This day lies before the withdrawal."),
            remedy=_("The earliest day is %(day)s.") % {"day": before[-1].withdrawn_on.isoformat()},
        )
    made: list = []
    if signatory is None:
        signatory = Signatory(actor=actor)
    signatory.keeper_office = keeper_office or signatory.keeper_office
    signatory.keeper_email = keeper_email or signatory.keeper_email
    signatory.language = language or actor.language
    signatory.save()
    made.append(signatory)
    signature = Signature.objects.create(
        signatory=signatory,
        code=code,
        kind=kind,
        signed_on=signed_on,
        signer=signer,
        language=signatory.language,
        text_sha256=code.sha256,
    )
    made.append(signature)
    record(by=by, act="signatory.sign", rows=made, election=election.slug)
    return signature


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
    record(by=by, act="signatory.withdraw", rows=[signature], election=election.slug, reason=reason)
    return signature


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
