"""Whose an account is, whose party somebody is, what an account is: graded, dated, by two people where it counts.

Each change is kept as a row of `ListChange` beside the claim as it now stands; past findings keep what was known then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import models, transaction
from django.utils.translation import gettext as _

from besa.base import clock
from besa.base.errors import BadInput, Conflict, NotFound
from besa.base.words import AccountStatus, Grade
from besa.ledger.chain import By, record
from besa.people import policy
from besa.pledge import queries, rules
from besa.pledge.models import Account, Actor, Affiliation, Area, Election, Identity, ListChange, ListImport

#: The fields of each table of the watch-list whose changes are kept.
KEPT = {
    Actor: ("slug", "kind", "name", "aliases", "area_id", "gender", "gender_source", "contact_email"),
    Affiliation: ("grade", "how_known", "first", "last", "proposed_by", "confirmed_by"),
    Account: ("key", "handle", "name", "url", "status", "status_evidence", "status_first", "status_last", "watched",
              "gone_on", "gone_evidence"),
    Identity: ("grade", "how_known", "first", "last", "proposed_by", "confirmed_by"),
}  # fmt: skip


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
    """Say how sure it is that the account is the actor's. “Confirmed” is a proposal until somebody else agrees."""
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
    return _graded(by, identity, "identity.grade", account.election, grade, how_known, first, last)


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
    return _graded(by, affiliation, "affiliation.grade", actor.election, grade, how_known, first, last)


def _graded(by: By, claim, act: str, election: Election, grade, how_known, first, last):
    before = kept(claim) if claim.pk else None
    grade = Grade(grade)
    standing = rules.Proposed(claim.grade, claim.first, claim.last, claim.proposed_by, claim.confirmed_by)
    held = rules.second_eyes(standing if claim.pk else None, grade, first, last, by.username)
    claim.grade, claim.proposed_by, claim.confirmed_by = held.grade, held.proposed_by, held.confirmed_by
    claim.how_known, claim.first, claim.last = how_known, first, last
    claim.save()
    change = changed(by, claim, before, election, reason=how_known)
    change.save()
    record(by=by, act=act, rows=[claim, change], election=election.slug, reason=how_known)
    return claim


@transaction.atomic
def confirm(
    *, by: By, election: Election, identities: Iterable[int] = (), affiliations: Iterable[int] = ()
) -> list[Identity | Affiliation]:
    """The second pair of eyes on these proposals. Refused to whoever proposed one of them; raises Conflict."""
    policy.check(by, "claim.confirm", election.slug)
    claims: list[Identity | Affiliation] = [
        *Identity.objects.filter(pk__in=identities, account__election=election).select_related("account", "actor"),
        *Affiliation.objects.filter(pk__in=affiliations, actor__election=election).select_related("actor"),
    ]
    if not claims:
        raise BadInput(_("Nothing was chosen."), remedy=_("Tick what you have checked yourself."))
    rows: list[models.Model] = []
    for claim in claims:
        if not claim.proposed_by or claim.grade != Grade.PROBABLE:
            raise Conflict(_("One of these no longer waits for confirmation."), remedy=_("Look at the list again."))
        policy.check(by, "claim.confirm", election.slug, own=claim.proposed_by == by.username)
        before = kept(claim)
        claim.grade, claim.confirmed_by = Grade.CONFIRMED, by.username
        claim.save(update_fields=["grade", "confirmed_by"])
        rows += [claim, changed(by, claim, before, election, reason="second pair of eyes")]
    _saved(rows)
    record(by=by, act="claim.confirm", rows=rows, election=election.slug)
    return claims


@transaction.atomic
def set_account_status(
    *, by: By, account: Account, status: str, evidence: str = "", first: date | None = None, last: date | None = None
) -> Account:
    """Authentic, hacked (from, to), impersonation, parody, administrator unknown. All but authentic need evidence."""
    policy.check(by, "watchlist.edit", account.election.slug)
    status = AccountStatus(status)
    _days(first, last)
    if status != AccountStatus.AUTHENTIC and not evidence.strip():
        raise BadInput(
            _("This status needs evidence."), remedy=_("Say what shows it, for example the owner's own post.")
        )
    before = kept(account)
    account.status, account.status_evidence = status, evidence
    account.status_first, account.status_last = (None, None) if status == AccountStatus.AUTHENTIC else (first, last)
    return _account(by, account, before, "account.status", evidence)


@transaction.atomic
def mark_gone(*, by: By, account: Account, gone_on: date | None, evidence: str = "") -> Account:
    """The account is no longer there since that day (or is there again: `gone_on=None`); it is watched accordingly."""
    policy.check(by, "watchlist.edit", account.election.slug)
    if gone_on and not evidence.strip():
        raise BadInput(_("Say what was seen."), remedy=_("For example: “page not available”, logged in and out."))
    if gone_on and gone_on > queries.today(account.election):
        raise BadInput(_("This day lies in the future."))
    before = kept(account)
    account.gone_on, account.gone_evidence, account.watched = gone_on, evidence.strip(), gone_on is None
    return _account(by, account, before, "account.gone", evidence)


def _account(by: By, account: Account, before: dict, act: str, reason: str) -> Account:
    account.save()
    change = changed(by, account, before, account.election, reason=reason)
    change.save()
    record(by=by, act=act, rows=[account, change], election=account.election.slug, reason=reason)
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


def kept(row: models.Model) -> dict:
    """What the history keeps of a row, as JSON holds it."""
    return {
        name: value.isoformat() if isinstance(value := getattr(row, name), date) else value for name in KEPT[type(row)]
    }


def changed(
    by: By, row: models.Model, before: dict | None, election: Election, *, reason: str, batch: ListImport | None = None
) -> ListChange:
    """The line of the history for a row as it now stands; not yet saved."""
    account = row if isinstance(row, Account) else getattr(row, "account", None)
    actor = row if isinstance(row, Actor) else getattr(row, "actor", None)
    return ListChange(
        election=election, batch=batch, table=row._meta.model_name, row=row.pk, account=account, actor=actor,
        before=before, after=kept(row), by=by.username, at=clock.now(), reason=reason,
    )  # fmt: skip


def _saved(rows: Sequence[models.Model]) -> None:
    ListChange.objects.bulk_create([row for row in rows if isinstance(row, ListChange)], batch_size=500)


def _same_election(election_id: int, actor: Actor) -> None:
    if actor.election_id != election_id:
        raise BadInput(_("%(name)s belongs to another election.") % {"name": actor.name})


def _days(first: date | None, last: date | None) -> None:
    if first and last and last < first:
        raise BadInput(_("The last day lies before the first."), remedy=_("Exchange the two, or leave one out."))
