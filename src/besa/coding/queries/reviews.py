"""Findings that rest on an identity, party or account status which the watch-list now tells differently.

Nothing of a finding is rewritten: it is shown to people, who decide whether it stands or needs an erratum.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Aggregate, Max, Min, Model

from besa.base.weeks import local_date
from besa.base.words import AccountStatus, Grade
from besa.coding.models import Finding, FindingReview
from besa.coding.rules.freezing import identity_grade, party_of
from besa.coding.types import ActorFacts, Affiliated, Record
from besa.ledger.models import Trace
from besa.pledge import rules
from besa.pledge.models import Account, Affiliation, Election, Identity
from besa.pledge.types import Claim

_SURE = (Grade.CONFIRMED, AccountStatus.AUTHENTIC)


@dataclass(frozen=True)
class Changed:
    """`was`, `now`: {holder, identity, party, affiliation, status} by name and grade; `differs`: which of them."""

    finding: Finding
    was: dict[str, str]
    now: dict[str, str]
    differs: tuple[str, ...]
    review: FindingReview | None

    @property
    def open(self) -> bool:
        return self.review is None or self.review.known != self.now


def changed_identities(election: Election) -> list[Changed]:
    """Findings under which the watch-list changed after they were decided, those nobody has looked at first."""
    findings = list(
        Finding.objects.filter(election=election, source__isnull=False, adjudication__item__account__isnull=False)
        .select_related("source", "party", "adjudication__item__account")
        .order_by("-pk")
    )
    if not findings:
        return []
    decided = _entries(Finding, Min)
    first = min(decided.get(finding.pk, 0) for finding in findings)
    accounts, claims, belongs = (
        _entries(model, Max, entry_id__gt=first, entry__election=election.slug)
        for model in (Account, Identity, Affiliation)
    )
    if not (accounts or claims or belongs):
        return []
    identities, affiliations = _claims(election)
    reviews = {row.finding_id: row for row in FindingReview.objects.filter(finding__election=election)}
    found = []
    for finding in findings:
        account = finding.adjudication.item.account
        of_account, of_source = identities[account.pk], affiliations[finding.source_id]
        party = max((belongs.get(row.pk, 0) for row in of_source), default=0)
        identity = max((claims.get(row.pk, 0) for row in of_account), default=0)
        changed = {"identity": identity, "status": accounts.get(account.pk, 0), "party": party, "affiliation": party}
        now = _now(finding, election, account, of_account, of_source)
        was = {
            "holder": finding.source.name, "identity": finding.identity_grade,
            "party": finding.party.name if finding.party else "", "affiliation": finding.affiliation_grade,
            "status": finding.account_status,
        }  # fmt: skip
        later = [name for name, entry in changed.items() if entry > decided.get(finding.pk, 0)]
        now = {name: value if name in (*later, "holder") else was[name] for name, value in now.items()}
        if differs := tuple(name for name in later if was[name] != now[name]):
            found.append(Changed(finding, was, now, differs, reviews.get(finding.pk)))
    return sorted(found, key=lambda one: not one.open)


def in_doubt(election: Election) -> dict[int, set[str]]:
    """Finding -> which name (`source`, `party`) the watch-list no longer bears out.

    Somebody who has looked at it and lets the finding stand takes the doubt away.
    """
    found: dict[int, set[str]] = {}
    for one in changed_identities(election):
        if not one.open and one.review.outcome == "stands":
            continue
        names = set()
        if {"identity", "status"} & set(one.differs) and (one.now["identity"], one.now["status"]) != _SURE:
            names.add("source")
        if {"party", "affiliation"} & set(one.differs):
            names.add("party")
        if names:
            found[one.finding.pk] = names
    return found


def _claims(election: Election) -> tuple[dict[int, list], dict[int, list]]:
    identities, affiliations = defaultdict(list), defaultdict(list)
    for row in Identity.objects.filter(account__election=election).select_related("actor"):
        identities[row.account_id].append(row)
    for row in Affiliation.objects.filter(actor__election=election).select_related("party"):
        affiliations[row.actor_id].append(row)
    return identities, affiliations


def _entries(model: type[Model], edge: type[Aggregate], **since) -> dict[int, int]:
    """Row -> number of the first or last ledger entry (`edge`) that vouches for it: its order, not the clock's."""
    traces = Trace.objects.filter(table=model._meta.db_table, **since).order_by()
    return {int(pk): entry for pk, entry in traces.values_list("pk_text").annotate(at=edge("entry_id"))}


def _now(finding: Finding, election: Election, account, identities: list, affiliations: list) -> dict[str, str]:
    day = local_date(finding.posted_at, election.timezone)
    holder, grade = _best(identities, "actor", day)
    party, sure = _best(affiliations, "party", day)
    source = finding.source
    record = Record(
        actors={source.slug: ActorFacts(slug=source.slug, kind=source.kind)},
        clauses={},
        affiliations={source.slug: Affiliated(party.slug if party else "", sure, "")},
    )
    named, affiliation, _how = party_of(source.slug, record)
    return {
        "holder": holder.name if holder else "",
        "identity": str(identity_grade(source.slug, (holder.slug if holder else "", grade))),
        "party": "" if not named else source.name if named == source.slug else party.name,
        "affiliation": str(affiliation),
        "status": str(rules.status_of_day(account.status, account.status_first, account.status_last, day)),
    }


def _best(rows: list, about: str, day):
    claims = [Claim(getattr(row, f"{about}_id"), Grade(row.grade), row.how_known, row.first, row.last) for row in rows]
    claim, grade = rules.best_claim(claims, day)
    found = (getattr(row, about) for row in rows if claim and getattr(row, f"{about}_id") == claim.about)
    return next(found, None), grade
