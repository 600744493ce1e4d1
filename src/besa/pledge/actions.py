"""Every write of this room. The pack loader (`pledge.pack`, called by `site.packs`) is the other way in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from besa.base.errors import BadInput, Conflict, NotFound
from besa.base.words import AccountStatus, Grade, SignatureKind
from besa.ledger.chain import By, record
from besa.people import policy
from besa.pledge import queries, rules
from besa.pledge.models import Account, Actor, Affiliation, Area, Code, Election, Identity, Signatory, Signature


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


@transaction.atomic
def grade_identity(
    *,
    by: By,
    account: Account,
    actor: Actor,
    grade: str,
    how_known: str = "",
    first: date | None = None,
    last: date | None = None,
) -> Identity:
    """Say how sure it is that the account is the actor's. Past findings keep what was known then."""
    policy.check(by, "watchlist.edit", account.election.slug)
    _same_election(account.election_id, actor)
    _days(first, last)
    if not rules.enough_for(grade, how_known):
        raise BadInput(
            _("“Confirmed” needs two independent proofs."),
            remedy=_("Name both, separated by a semicolon, or choose “probable”."),
        )
    identity = Identity.objects.filter(account=account, actor=actor).order_by("-id").first() or Identity(
        account=account, actor=actor
    )
    identity.grade, identity.how_known = Grade(grade), how_known
    identity.first, identity.last = first, last
    identity.save()
    record(by=by, act="identity.grade", rows=[identity], election=account.election.slug, reason=how_known)
    return identity


@transaction.atomic
def grade_affiliation(
    *,
    by: By,
    actor: Actor,
    party: Actor,
    grade: str,
    how_known: str = "",
    first: date | None = None,
    last: date | None = None,
) -> Affiliation:
    """Say how sure it is that the actor belongs to the party, and how that is known."""
    policy.check(by, "watchlist.edit", actor.election.slug)
    _same_election(actor.election_id, party)
    _days(first, last)
    if party.kind not in ("party", "coalition"):
        raise BadInput(
            _("%(name)s is not a party or coalition.") % {"name": party.name}, remedy=_("Choose one from the list.")
        )
    if not rules.enough_for(grade, how_known, needed=1):
        raise BadInput(_("“Confirmed” needs a proof."), remedy=_("Say how it is known, for example: candidate list."))
    affiliation = Affiliation.objects.filter(actor=actor, party=party).order_by("-id").first() or Affiliation(
        actor=actor, party=party
    )
    affiliation.grade, affiliation.how_known = Grade(grade), how_known
    affiliation.first, affiliation.last = first, last
    affiliation.save()
    record(by=by, act="affiliation.grade", rows=[affiliation], election=actor.election.slug, reason=how_known)
    return affiliation


@transaction.atomic
def set_account_status(*, by: By, account: Account, status: str, evidence: str = "") -> Account:
    """Authentic, hacked, impersonation, parody, administrator unknown. All but authentic need evidence."""
    policy.check(by, "watchlist.edit", account.election.slug)
    status = AccountStatus(status)
    if status != AccountStatus.AUTHENTIC and not evidence.strip():
        raise BadInput(
            _("This status needs evidence."), remedy=_("Say what shows it, for example the owner's own post.")
        )
    account.status, account.status_evidence = status, evidence
    account.save(update_fields=["status", "status_evidence"])
    record(by=by, act="account.status", rows=[account], election=account.election.slug, reason=evidence)
    return account


@transaction.atomic
def choose_areas(*, by: By, election: Election, monitored: Iterable[str]) -> list[Area]:
    """Monitor exactly these areas (slugs); returns the rows that changed. Raises NotFound."""
    policy.check(by, "watchlist.edit", election.slug)
    wanted = set(monitored)
    areas = queries.areas(election)
    if unknown := wanted - {area.slug for area in areas}:
        raise NotFound(_("No such area: %(names)s.") % {"names": ", ".join(sorted(unknown))})
    changed = [area for area in areas if area.monitored != (area.slug in wanted)]
    if not changed:
        return []
    for area in changed:
        area.monitored = area.slug in wanted
    Area.objects.bulk_update(changed, ["monitored"])
    record(by=by, act="area.choose", rows=changed, election=election.slug)
    return changed


def _same_election(election_id: int, actor: Actor) -> None:
    if actor.election_id != election_id:
        raise BadInput(_("%(name)s belongs to another election.") % {"name": actor.name})


def _days(first: date | None, last: date | None) -> None:
    if first and last and last < first:
        raise BadInput(_("The last day lies before the first."), remedy=_("Exchange the two, or leave one out."))
