"""Signing from afar: somebody asks at the Door, a person verifies the authority, a one-use link leads to the text."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from besa.base import clock, languages
from besa.base.errors import BadInput, Conflict, NotFound
from besa.base.ids import new_token, sha256_hex
from besa.base.words import SignatureKind
from besa.ledger.chain import record
from besa.outbox.actions import LINK, put
from besa.people.policy import DOOR, check
from besa.pledge import queries
from besa.pledge.actions.signing import signed
from besa.pledge.models import Actor, Election, Invitation, Signature
from besa.pledge.queries.receipts import is_whole

#: How long a link by mail waits, and how long the opened text stays open.
LINK_LASTS, SESSION = timedelta(days=14), timedelta(minutes=60)
#: Requests that wait for a decision; no flood at the Door fills the database.
MOST_WAITING = 300


def ask(
    *, by=DOOR, election: Election, body: str, person: str, office: str, email: str, language: str, note: str = ""
) -> Invitation:  # fmt: skip
    """Keep the request to sign of somebody who says to speak for `body`. Raises Conflict where too many wait."""
    check(by, "signing.ask")
    if Invitation.objects.filter(election=election, state="asked").count() >= MOST_WAITING:
        raise Conflict(_("Too many requests are waiting."), remedy=_("Please try again tomorrow."))
    with transaction.atomic():
        made = Invitation.objects.create(
            election=election, kind=SignatureKind.LATE, state="asked", body=body, person=person, office=office,
            email=email, language=language, note=note, asked_at=clock.now(),
        )  # fmt: skip
        record(by=by, act="signing.ask", rows=[made], election=election.slug)
    return made


def invite(*, by, invitation: Invitation, actor: Actor, authority: str) -> Invitation:
    """Send the one-use link; `authority`: how it is known that this person may sign for the actor.

    Once more for the same request: the link and session before open nothing any more. Raises BadInput, Conflict.
    """
    check(by, "signing.invite", invitation.election.slug)
    if not authority.strip():
        raise BadInput(_("Say how you know that this person may sign for them."))
    if actor.election_id != invitation.election_id:
        raise BadInput(_("Choose a body of this election."))
    with transaction.atomic():
        held = _locked(invitation, "asked", "invited")
        _may_sign(actor)
        if Invitation.objects.filter(actor=actor, state="invited").exclude(pk=held.pk).exists():
            raise Conflict(
                _("A link for %(name)s is out already.") % {"name": actor.name}, remedy=_("Take it back first.")
            )
        held.actor, held.authority, held.state = actor, authority, "invited"
        held.decided_by, held.decided_at = by.username, clock.now()
        link = new_link(held, clock.now() + LINK_LASTS)
        held.message = _mail(by, held, link)
        held.save()
        record(by=by, act="signing.invite", rows=[held], election=held.election.slug, reason=authority)
    return held


def new_link(held: Invitation, until) -> str:
    """Put the hash of a fresh token in; the token itself goes into the link and nowhere else."""
    token = new_token()
    held.token_sha256, held.expires_at, held.redeemed_at = sha256_hex(token), until, None
    held.session_sha256, held.session_until = "", None
    return settings.BASE_URL.rstrip("/") + reverse("door_sign_link", args=[token])


def _mail(by, held: Invitation, link: str):
    election = held.election
    with translation.override(languages.django_code(held.language)):
        lines = [
            _("You asked to sign the Code of Conduct for %(name)s. We have verified that you may.")
            % {"name": held.actor.name},
            _("This link opens once, within 14 days, and leads to the text and to your signature:"),
            LINK,
            _("Do not pass it on. If you did not ask for it, you need do nothing."),
            languages.pick(election.names, held.language),
        ]
        subject = _("Your link to sign the Code of Conduct")
    return put(by=by, to=held.email, subject=subject, body="\n\n".join(lines), link=link, language=held.language)


def refuse(*, by, invitation: Invitation, reason: str) -> Invitation:
    """The request is not followed; `reason` is kept. Raises BadInput, Conflict."""
    return _close(by, invitation, "asked", "refused", reason)


def take_back(*, by, invitation: Invitation, reason: str) -> Invitation:
    """The link that is out opens nothing any more. Raises BadInput, Conflict."""
    return _close(by, invitation, "invited", "ended", reason)


def _close(by, invitation: Invitation, was: str, state: str, reason: str) -> Invitation:
    check(by, "signing.invite", invitation.election.slug)
    if not reason.strip():
        raise BadInput(_("A decision needs a written reason."))
    with transaction.atomic():
        held = _locked(invitation, was)
        held.state, held.reason, held.token_sha256, held.session_sha256 = state, reason, "", ""
        held.decided_by, held.decided_at = by.username, clock.now()
        held.save()
        record(by=by, act=f"signing.{state}", rows=[held], election=held.election.slug, reason=reason)
    return held


def _locked(invitation: Invitation, *states: str) -> Invitation:
    found = Invitation.objects.select_for_update(of=("self",)).select_related("election", "actor")
    held = found.get(pk=invitation.pk)
    if held.state not in states:
        raise Conflict(_("This request has been dealt with."))
    return held


def _may_sign(actor: Actor) -> None:
    if Signature.objects.filter(signatory__actor=actor, withdrawn_on=None).exists():
        raise Conflict(_("%(name)s is a signatory.") % {"name": actor.name}, remedy=_("There is nothing to sign."))


def redeem(*, by=DOOR, token: str) -> str:
    """Use a link up; returns the key of a short session. Raises NotFound, Conflict."""
    check(by, "signing.sign")
    with transaction.atomic():
        held = Invitation.objects.select_for_update().filter(token_sha256=sha256_hex(token), state="invited").first()
        if held is None:
            raise NotFound(_("This link is not valid."))
        if held.redeemed_at is not None or held.expires_at <= clock.now():
            raise Conflict(_("This link was used, or its time is over."))
        key = new_token()
        held.redeemed_at, held.session_sha256 = clock.now(), sha256_hex(key)
        held.session_until = clock.now() + SESSION
        held.save()
        record(by=by, act="signing.opened", rows=[held], election=held.election.slug)
    return key


def sign_self(
    *, by=DOOR, invitation: Invitation, sha256: str, signer: str, language: str, keeper_office: str = "",
    keeper_email: str = "",
) -> Signature:  # fmt: skip
    """The signer pledges the text whose hash was shown, today. Raises Conflict where it is not the text any more."""
    check(by, "signing.sign")
    with transaction.atomic():
        held = _locked(invitation, "invited")
        if held.session_until is None or held.session_until <= clock.now() or not held.session_sha256:
            raise Conflict(_("The time for signing is over."), remedy=_("Ask for a new link."))
        code = queries.active_code(held.election)
        if code is None or code.sha256 != sha256 or not is_whole(code):
            raise Conflict(_("The text has changed since you opened it."), remedy=_("Please read it once more."))
        again = Signature.objects.filter(signatory__actor=held.actor).exists()
        made = signed(
            actor=held.actor, code=code, signed_on=queries.today(held.election), signer=signer, language=language,
            kind=SignatureKind.REJOINED if again else held.kind, keeper_office=keeper_office,
            keeper_email=keeper_email,
        )  # fmt: skip
        held.state, held.signature, held.token_sha256 = "signed", made[1], ""
        held.save()
        record(by=by, act="signing.sign", rows=[*made, held], election=held.election.slug)
    return made[1]
