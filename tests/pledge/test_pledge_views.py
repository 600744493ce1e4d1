"""The desk's pages: shown, empty, refused; what is filled in is recorded or explained."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import make
from besa.ledger.models import Entry
from besa.pledge.models import Account, Actor, Area, Election, Identity, Signature
from pledge.many import many

PAGES = ["code", "signatories", "watchlist", "areas", "phases"]


@pytest.fixture
def desk(client, users):
    client.force_login(users["coordinator"])
    return client


@pytest.mark.parametrize("name", PAGES)
def test_each_page_shows_what_there_is(desk, name):
    expected = {"code": "On hate.", "signatories": "Party of the Lake", "watchlist": "Ana of PH", "areas": "Lumas",
                "phases": "polling_day"}[name]  # fmt: skip
    page = desk.get(reverse(name))
    assert page.status_code == 200 and expected in page.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_of_the_election_chosen(desk, name, election):
    Election.objects.create(slug="bare", names={"en": "Bare"}, timezone="UTC", languages=["en"])
    page = desk.get(reverse(name))
    assert page.status_code == 403, "a coordinator of another election sees nothing of this one"
    session = desk.session
    session["election"] = election.slug
    session.save()
    assert desk.get(reverse(name)).status_code == 200


def test_the_empty_pages_say_what_to_do(client, db, at):
    Election.objects.create(slug="bare", names={"en": "Bare"}, timezone="UTC", languages=["en"])
    client.force_login(make.user("root", "administrator"))
    for name, words in {
        "code": "No Code is loaded", "signatories": "Nobody has signed yet", "watchlist": "Nobody is watched yet",
        "areas": "No municipality is loaded", "phases": "No phase is loaded",
    }.items():  # fmt: skip
        assert words in client.get(reverse(name)).content.decode()


@pytest.mark.parametrize("name", ["signatories", "watchlist", "areas"])
def test_a_page_asks_no_more_queries_for_more_rows(desk, election, name):
    counts = []
    for start, count in ((0, 10), (10, 30)):
        many(election, count, start)
        desk.get(reverse(name))
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(reverse(name)).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_two_languages_stand_side_by_side(desk, election):
    page = desk.get(reverse("code"), {"left": "en", "right": "sq"}).content.decode()
    assert 'class="pledge-texts wide"' in page and 'lang="sq"' in page


def test_signing_asks_for_confirmation_then_records(desk, election):
    address = reverse("signatory_sign", args=["ana-pl"])
    given = {"signed_on": "2027-09-10", "kind": "late", "language": "en", "signer": "herself"}
    page = desk.post(address, given)
    assert page.status_code == 200 and not Signature.objects.filter(signatory__actor__slug="ana-pl").exists()
    page = desk.post(address, {**given, "confirm": "on"}, follow=True)
    assert "has signed the Code" in page.content.decode()
    assert Signature.objects.get(signatory__actor__slug="ana-pl").signed_on == date(2027, 9, 10)
    assert Entry.objects.last().by == "coordinator"


def test_a_refused_day_is_explained_beside_the_form(desk, election):
    page = desk.post(
        reverse("signatory_withdraw", args=["pl"]), {"withdrawn_on": "2027-08-01", "reason": "", "confirm": "on"}
    )
    assert "lies before the signature" in page.content.decode()
    page = desk.post(
        reverse("signatory_withdraw", args=["pl"]),
        {"withdrawn_on": "2027-09-12", "reason": "Own words.", "confirm": "on"},
        follow=True,
    ).content.decode()
    assert "Own words." in page and "Withdrawn" in page and reverse("signatory_sign", args=["pl"]) in page


def test_grades_are_set_on_the_actors_page(desk, election):
    account = Account.objects.get(key="facebook:@ana.pl")
    address = reverse("grade_identity", args=["ana-pl", account.pk])
    name = f"identity-{account.pk}"
    page = desk.post(address, {f"{name}-grade": "confirmed", f"{name}-how_known": "one proof"})
    assert page.status_code == 400 and "two independent proofs" in page.content.decode()
    page = desk.post(address, {f"{name}-grade": "probable", f"{name}-how_known": "one proof"}, follow=True)
    assert page.status_code == 200 and Identity.objects.get(account=account).grade == "probable"
    status = reverse("account_status", args=["ana-pl", account.pk])
    desk.post(status, {f"status-{account.pk}-status": "parody", f"status-{account.pk}-evidence": "says so"})
    account.refresh_from_db()
    assert account.status == "parody"
    desk.post(
        reverse("grade_affiliation", args=["ana-pl"]),
        {"affiliation-party": "pl", "affiliation-grade": "disputed", "affiliation-how_known": "she says no"},
    )
    assert "disputed" in desk.get(reverse("actor", args=["ana-pl"])).content.decode()


def test_areas_are_chosen(desk, election):
    desk.post(reverse("areas"), {})
    assert not Area.objects.get(slug="lumas").monitored
    desk.post(reverse("areas"), {"area": ["lumas"]})
    assert Area.objects.get(slug="lumas").monitored


def test_a_coder_reads_but_does_not_write(client, users, election):
    client.force_login(users["coder"])
    assert client.get(reverse("watchlist")).status_code == 200
    assert client.get(reverse("signatory_sign", args=["ana-pl"])).status_code == 403
    assert client.post(reverse("areas"), {}).status_code == 403
    assert Area.objects.get(slug="lumas").monitored


def test_unknown_names_are_not_found(desk, election):
    assert desk.get(reverse("actor", args=["nobody"])).status_code == 404
    assert desk.get(reverse("signatory", args=["ana-pl"])).status_code == 404


def test_hostile_names_are_escaped(desk, election):
    Actor.objects.filter(slug="ana-pl").update(name="<script>alert(1)</script>")
    for address in (reverse("watchlist"), reverse("actor", args=["ana-pl"])):
        page = desk.get(address).content.decode()
        assert "<script>alert" not in page and "&lt;script&gt;alert" in page
