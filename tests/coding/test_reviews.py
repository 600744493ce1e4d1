"""A change of the watch-list rewrites no finding: it is looked at again, and its name waits meanwhile."""

from __future__ import annotations

from datetime import date

import pytest
import reply_made as made
from django.urls import reverse

from besa.base import clock
from besa.base.errors import BadInput, Conflict, Refused
from besa.coding import actions, queries
from besa.coding.models import Finding
from besa.ledger.verify import problems
from besa.pledge import actions as pledge
from besa.pledge.models import Account, Actor
from besa.reply.models import Notice
from besa.reply.queries import attribution_of, attributions


@pytest.fixture
def finding(election, users, at) -> Finding:
    """A finding whose author was told and whose deadline has passed, so that it may be named."""
    found = made.finding(election)
    for as_party, slug in ((False, "ana-pl"), (True, "pl")):
        Notice.objects.create(
            finding=found, recipient=Actor.objects.get(slug=slug), as_party=as_party, state="served", language="en",
            token_sha256=slug, served_at=at.now(), deadline_at=at.now(),
        )  # fmt: skip
    assert attribution_of(found, clock.now()).party_named
    at.advance(hours=1)
    return found


def actor(slug: str) -> Actor:
    return Actor.objects.get(slug=slug)


def account() -> Account:
    return Account.objects.get(key="facebook:@ana.pl")


def disputed(users, **days):
    pledge.grade_identity(
        by=users["analyst"], account=account(), actor=actor("ana-pl"),
        grade="disputed", how_known="she says no", **days,
    )  # fmt: skip


def test_nothing_changed_is_nothing_to_look_at(finding, election):
    assert queries.changed_identities(election) == [] and queries.in_doubt(election) == {}


def test_a_change_under_a_finding_is_shown_and_its_name_waits(finding, election, users):
    before = Finding.objects.values().get()
    disputed(users)
    changed = queries.changed_identities(election)
    assert [(one.finding, one.differs, one.was["identity"], one.now["identity"]) for one in changed] == [
        (finding, ("identity",), "confirmed", "disputed")
    ]
    assert Finding.objects.values().get() == before, "the finding itself is as it was"
    assert not attribution_of(finding, clock.now()).named
    assert not attributions(election, clock.now())[finding.pk].named
    with pytest.raises(Refused):
        actions.review_finding(by=users["coder"], finding=finding, outcome="stands", reason="x")
    with pytest.raises(BadInput):
        actions.review_finding(by=users["coordinator"], finding=finding, outcome="stands", reason=" ")
    actions.review_finding(by=users["coordinator"], finding=finding, outcome="stands", reason="She confirmed by letter")
    assert attribution_of(finding, clock.now()).named and not queries.changed_identities(election)[0].open
    with pytest.raises(Conflict):
        actions.review_finding(by=users["coordinator"], finding=finding, outcome="erratum", reason="again")
    assert [problem for problem in problems() if "notice" not in problem["where"]] == []


def test_an_erratum_keeps_the_name_away(finding, election, users):
    disputed(users)
    actions.review_finding(by=users["adjudicator"], finding=finding, outcome="erratum", reason="It was not her")
    assert not attribution_of(finding, clock.now()).named


def test_a_change_of_other_days_touches_nothing(finding, election, users):
    disputed(users, first=date(2027, 10, 1))
    changed = queries.changed_identities(election)
    assert [one.now["identity"] for one in changed] == ["unknown"], "the claim no longer holds on the day of the post"
    pledge.grade_identity(
        by=users["analyst"], account=account(), actor=actor("ben-ph"),
        grade="probable", first=date(2027, 10, 1),
    )  # fmt: skip
    assert len(queries.changed_identities(election)) == 1


def test_a_party_and_a_status_count_too(finding, election, users, at):
    pledge.grade_affiliation(
        by=users["analyst"],
        actor=Actor.objects.get(slug="ana-pl"),
        party=Actor.objects.get(slug="pl"),
        grade="probable",
    )
    assert queries.in_doubt(election) == {finding.pk: {"party"}}
    found = attribution_of(finding, clock.now())
    assert found.named and not found.party_named
    at.advance(hours=1)
    pledge.set_account_status(
        by=users["analyst"], account=account(), status="claimed_hacked",
        evidence="her post", first=date(2027, 9, 1),
    )  # fmt: skip
    assert queries.in_doubt(election) == {finding.pk: {"source", "party"}}
    assert attribution_of(finding, clock.now()).why == "identity_not_confirmed"


def test_the_page_shows_and_records(finding, election, users, client):
    disputed(users)
    client.force_login(users["coordinator"])
    assert "1 finding rests on" in client.get(reverse("findings")).content.decode()
    page = client.get(reverse("findings_changed")).content.decode()
    assert finding.number in page and "It needs an erratum" in page
    given = {"number": finding.number, "outcome": "stands", "reason": "letter"}
    assert client.post(reverse("findings_changed"), given).status_code == 302
    assert "rests on" not in client.get(reverse("findings")).content.decode()
