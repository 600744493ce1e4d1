"""Reads about elections, the Code, signatories and the watch-list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from besa.base import clock
from besa.base.weeks import local_date
from besa.base.words import AccountStatus, Grade, SignatoryStatus
from besa.pledge import rules
from besa.pledge.models import (
    Account,
    Actor,
    Affiliation,
    Area,
    Clause,
    Code,
    Election,
    Identity,
    Phase,
    Principle,
    Signatory,
    Signature,
)
from besa.pledge.queries.legal import due_at, laws, legal_rules
from besa.pledge.queries.listing import (
    Moved,
    Seen,
    accounts,
    claims_of,
    effect,
    effect_of_claim,
    history,
    known_list,
    last_seen,
    list_imports,
    listed,
    proposals,
)
from besa.pledge.queries.sheet import headings, template, words
from besa.pledge.types import Claim, Registered, Signed, WatchedAccount

__all__ = [
    "Moved",
    "Seen",
    "accounts",
    "claims_of",
    "due_at",
    "effect",
    "effect_of_claim",
    "headings",
    "history",
    "known_list",
    "last_seen",
    "laws",
    "legal_rules",
    "list_imports",
    "listed",
    "proposals",
    "template",
    "words",
]


def elections() -> list[Election]:
    return list(Election.objects.order_by("-id"))


def current_election(slug: str | None) -> Election | None:
    """The election of this slug, else the one loaded last."""
    loaded = elections()
    return next((election for election in loaded if election.slug == slug), loaded[0] if loaded else None)


def today(election: Election) -> date:
    """The election's local day."""
    return local_date(clock.now(), election.timezone)


# The Code


def active_code(election: Election, day: date | None = None) -> Code | None:
    """The version in force on a day (default today); before the first, the one that comes first."""
    codes = list(Code.objects.filter(election=election).order_by("effective_from", "id"))
    in_force = [code for code in codes if code.effective_from <= (day or today(election))]
    return in_force[-1] if in_force else (codes[0] if codes else None)


def clauses(election: Election, on: bool | None = True) -> list[Clause]:
    """Clauses of the active Code in their order, with their principle; `on=None` for all of them."""
    code = active_code(election)
    found = Clause.objects.filter(principle__code=code).select_related("principle")
    if on is not None:
        found = found.filter(on=on)
    return list(found.order_by("principle__order", "order"))


def principles(code: Code) -> list[tuple[Principle, list[Clause]]]:
    """The principles of one version, each with all its clauses."""
    under = defaultdict(list)
    for clause in Clause.objects.filter(principle__code=code).order_by("order"):
        under[clause.principle_id].append(clause)
    return [(principle, under[principle.pk]) for principle in Principle.objects.filter(code=code)]


# Time


def phases(election: Election) -> list[Phase]:
    return list(Phase.objects.filter(election=election).order_by("first"))


def phase_of(election: Election, day: date) -> Phase | None:
    """The phase that holds this local day; None in a gap."""
    return Phase.objects.filter(election=election, first__lte=day, last__gte=day).first()


# Who was bound


def _signed(signature: Signature) -> Signed:
    return Signed(signature.signed_on, signature.kind, signature.withdrawn_on)


def status_of(actor: Actor, day: date) -> SignatoryStatus:
    return statuses([actor.pk], day)[actor.pk]


def statuses(actors: Iterable[int], day: date) -> dict[int, SignatoryStatus]:
    """The status of many actors on one day, in one query."""
    actors = list(actors)
    held = defaultdict(list)
    for signature in Signature.objects.filter(signatory__actor__in=actors).select_related("signatory"):
        held[signature.signatory.actor_id].append(_signed(signature))
    return {pk: rules.status_on(held[pk], day) for pk in actors}


def signatory_of(actor: Actor) -> Signatory | None:
    return Signatory.objects.filter(actor=actor).select_related("actor__election").first()


def may_sign(election: Election) -> list[Actor]:
    """Bodies and persons that have not signed, parties and outlets first by name."""
    signed = Signatory.objects.filter(actor__election=election).values("actor")
    return list(Actor.objects.filter(election=election).exclude(pk__in=signed).order_by("kind", "name"))


def signatures_of(signatory: Signatory) -> list[Signature]:
    return list(Signature.objects.filter(signatory=signatory).select_related("code").order_by("signed_on", "id"))


def register(election: Election, day: date | None = None) -> list[Registered]:
    """The public register of signatories as it stood on a day (default today), by name.

    What came after that day does not show: nobody is in it before signing, no withdrawal before its date.
    """
    day = day or today(election)
    held = defaultdict(list)
    begun = Signature.objects.filter(signatory__actor__election=election, signed_on__lte=day)
    for signature in begun.select_related("code").order_by("signed_on", "id"):
        held[signature.signatory_id].append(_as_of(signature, day))
    rows = []
    for signatory in Signatory.objects.filter(pk__in=held).select_related("actor"):
        actor, signatures = signatory.actor, held[signatory.pk]
        last = signatures[-1]
        rows.append(
            Registered(
                actor=actor.slug,
                name=actor.name,
                names=actor.names,
                short_name=actor.short_name,
                kind=actor.kind,
                keeper_office=signatory.keeper_office,
                status=rules.status_on(
                    [Signed(one["signed_on"], one["kind"], one["withdrawn_on"]) for one in signatures], day
                ),
                signed_on=signatures[0]["signed_on"],
                signature_kind=last["kind"],
                withdrawn_on=last["withdrawn_on"],
                withdrawal_reason=last["withdrawal_reason"],
                code_version=last["code_version"],
                text_sha256=last["text_sha256"],
                signatures=tuple(signatures),
            )
        )
    return sorted(rows, key=lambda row: (row.name.casefold(), row.actor))


def _as_of(signature: Signature, day: date) -> dict:
    withdrawn = signature.withdrawn_on is not None and signature.withdrawn_on <= day
    return {
        "kind": signature.kind,
        "signed_on": signature.signed_on,
        "withdrawn_on": signature.withdrawn_on if withdrawn else None,
        "withdrawal_reason": signature.withdrawal_reason if withdrawn else "",
        "code_version": signature.code.version,
        "text_sha256": signature.text_sha256,
    }


# Who it was, as known on a day


def _claim(row: Identity | Affiliation, about: int) -> Claim:
    return Claim(about, Grade(row.grade), row.how_known, row.first, row.last)


def identity_of(account: Account | None, day: date) -> tuple[Actor | None, Grade]:
    """Whose account this was on that day, and how sure that is; `disputed` where two claims clash."""
    if account is None:
        return None, Grade.UNKNOWN
    rows = list(Identity.objects.filter(account=account).select_related("actor"))
    claim, grade = rules.best_claim([_claim(row, row.actor_id) for row in rows], day)
    return next((row.actor for row in rows if claim and row.actor_id == claim.about), None), grade


def account_status(account: Account, day: date) -> AccountStatus:
    """What the account was on that day: hacked from one day to another, authentic before and after."""
    return rules.status_of_day(account.status, account.status_first, account.status_last, day)


def affiliation_of(actor: Actor | None, day: date) -> tuple[Actor | None, Grade, str]:
    """The party of an actor on that day, how sure that is, and how it is known."""
    if actor is None:
        return None, Grade.UNKNOWN, ""
    rows = list(Affiliation.objects.filter(actor=actor).select_related("party"))
    claim, grade = rules.best_claim([_claim(row, row.party_id) for row in rows], day)
    party = next((row.party for row in rows if claim and row.party_id == claim.about), None)
    return party, grade, claim.how_known if claim else ""


# The watch-list


def areas_with_actors(election: Election) -> list[Area]:
    """Areas with `actors` and `accounts`, how many are watched there."""
    of_area = {
        name: dict(model.objects.filter(election=election).values_list("area").annotate(count=Count("pk")))
        for name, model in (("actors", Actor), ("accounts", Account))
    }
    found = areas(election)
    for area in found:
        area.actors, area.accounts = (of_area[name].get(area.pk, 0) for name in ("actors", "accounts"))
    return found


def areas(election: Election) -> list[Area]:
    return list(Area.objects.filter(election=election).order_by("slug"))


def parties(election: Election) -> list[Actor]:
    return list(Actor.objects.filter(election=election, kind__in=("party", "coalition")).order_by("name"))


def watch_list(election: Election, day: date | None = None) -> list[WatchedAccount]:
    """Every account with whose it is said to be on a day (default today); five queries in all."""
    day = day or today(election)
    accounts = list(Account.objects.filter(election=election).select_related("area").order_by("platform", "key"))
    held = _claims(Identity.objects.filter(account__election=election), "account_id", "actor_id")
    found = {account.pk: rules.best_claim(held[account.pk], day) for account in accounts}
    actors = Actor.objects.in_bulk({claim.about for claim, _ in found.values() if claim})
    belongs = affiliations(actors, day)
    rows = []
    for account in accounts:
        claim, grade = found[account.pk]
        actor = actors.get(claim.about) if claim else None
        party, party_grade = belongs.get(actor.pk, (None, Grade.UNKNOWN)) if actor else (None, Grade.UNKNOWN)
        rows.append(
            WatchedAccount(
                id=account.pk,
                key=account.key,
                platform=account.platform,
                handle=account.handle,
                name=account.name,
                url=account.url,
                status=rules.status_of_day(account.status, account.status_first, account.status_last, day),
                watched=account.watched,
                area=account.area.slug if account.area else "",
                actor=actor.slug if actor else "",
                actor_name=actor.name if actor else "",
                actor_kind=actor.kind if actor else "unknown",
                grade=grade,
                party=party.slug if party else "",
                party_name=(party.short_name or party.name) if party else "",
                affiliation_grade=party_grade,
            )
        )
    return rows


def _claims(rows: QuerySet, of: str, about: str) -> dict[int, list[Claim]]:
    held = defaultdict(list)
    for row in rows:
        held[getattr(row, of)].append(_claim(row, getattr(row, about)))
    return held


def affiliations(actors: Iterable[int], day: date) -> dict[int, tuple[Actor | None, Grade]]:
    """actor id -> (party, grade) on a day, in two queries."""
    actors = list(actors)
    held = _claims(Affiliation.objects.filter(actor__in=actors), "actor_id", "party_id")
    found = {pk: rules.best_claim(held[pk], day) for pk in actors}
    named = Actor.objects.in_bulk({claim.about for claim, _ in found.values() if claim})
    return {pk: (named.get(claim.about) if claim else None, grade) for pk, (claim, grade) in found.items()}


@dataclass(frozen=True)
class Watched:
    """One actor of the watch-list, as the page shows it."""

    actor: Actor
    party: Actor | None
    affiliation_grade: Grade
    status: SignatoryStatus
    accounts: list[tuple[Account, Grade]]


def actors(election: Election, *, area: str = "", kind: str = "", party: str = "", search: str = "") -> QuerySet[Actor]:
    """Actors of an election, narrowed down; `search` looks in names, aliases and accounts."""
    found = Actor.objects.filter(election=election).select_related("area").order_by("name", "slug")
    if area:
        found = found.filter(area__slug=area)
    if kind:
        found = found.filter(kind=kind)
    if party:
        of_party = Affiliation.objects.filter(party__slug=party, party__election=election).values("actor")
        found = found.filter(Q(pk__in=of_party) | Q(slug=party))
    if search := search.strip():
        of_account = Identity.objects.filter(account__election=election).filter(
            Q(account__handle__icontains=search) | Q(account__name__icontains=search)
        )
        found = found.filter(
            Q(name__icontains=search)
            | Q(short_name__icontains=search)
            | Q(aliases__icontains=search)
            | Q(pk__in=of_account.values("actor"))
        )
    return found


def watched(actors: Iterable[Actor], day: date) -> list[Watched]:
    """What the page shows of these actors; the number of queries does not depend on how many they are."""
    actors = list(actors)
    keys = [actor.pk for actor in actors]
    belongs, status = affiliations(keys, day), statuses(keys, day)
    accounts = defaultdict(list)
    for identity in Identity.objects.filter(actor__in=keys).select_related("account").order_by("account__platform"):
        if rules.holds_on(_claim(identity, identity.actor_id), day):
            accounts[identity.actor_id].append((identity.account, Grade(identity.grade)))
    return [Watched(actor, *belongs[actor.pk], status[actor.pk], accounts[actor.pk]) for actor in actors]


def unclaimed(election: Election) -> list[Account]:
    """Accounts that are watched although nobody knows whose they are."""
    claimed = Identity.objects.filter(account__election=election).values("account")
    return list(Account.objects.filter(election=election).exclude(pk__in=claimed).order_by("platform", "key"))


def identities_of(actor: Actor) -> list[Identity]:
    return list(Identity.objects.filter(actor=actor).select_related("account").order_by("account__platform", "id"))


def affiliation_rows(actor: Actor) -> list[Affiliation]:
    return list(Affiliation.objects.filter(actor=actor).select_related("party").order_by("id"))


def pending(election: Election) -> dict[str, int]:
    """What waits for somebody in this room: identities and affiliations that nobody has confirmed."""
    return {
        "identities": Identity.objects.filter(account__election=election, grade="probable").count(),
        "disputed": Identity.objects.filter(account__election=election, grade="disputed").count(),
        "affiliations": Affiliation.objects.filter(actor__election=election, grade="probable").count(),
        "proposals": sum(
            model.objects.filter(grade="probable", **of).exclude(proposed_by="").count()
            for model, of in ((Identity, {"account__election": election}), (Affiliation, {"actor__election": election}))
        ),
    }
