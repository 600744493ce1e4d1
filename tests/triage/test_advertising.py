"""Political advertising: sums that are lower bounds, whose ads they are, and where ads stand without a label."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
from django.db import transaction
from django.urls import reverse

from besa.base.home import Home
from besa.corpus import Corpus
from besa.ledger.chain import record
from besa.people.policy import BELT
from besa.pledge.models import Account, Actor, Identity
from besa.report.facts import ads, people
from besa.report.speech import Speech
from besa.report.tables import compute
from besa.report.types import Facts, frame
from besa.triage import actions
from besa.triage.queries import advertising, signals_of
from triage.posts import bring, post

pytestmark = pytest.mark.django_db
TEXT = "Thirty kilometres of pipes, ten nurseries and not one tax more: the Lake has a plan and the people for it."


def ad(number: int, page: str = "facebook:77", name: str = "Party of the Lake", **told) -> dict:
    start = told.get("start", "2027-09-20")
    posted = datetime.fromisoformat(start).replace(tzinfo=UTC)
    return post(
        number, told.pop("text", f"Ad number {number}"), kind="ad", account_key=page, account_handle=None,
        account_name=name, post_key=f"facebook:ad-{number}", posted_at=posted,
        ad={"sponsor": "The Lake", "spend_low": 100, "spend_high": 199, "currency": "EUR", "start": start,
            "end": "2027-09-30", "label": "political or issue ad"} | told,
    )  # fmt: skip


@pytest.fixture
def library(home, election):
    with transaction.atomic():
        page = Account.objects.create(election=election, platform="facebook", key="facebook:@lake", handle="lake")
        party = Actor.objects.get(election=election, slug="pl")
        claim = Identity.objects.create(account=page, actor=party, grade="confirmed", how_known="two; proofs")
        record(by=BELT, act="test.page", rows=[page, claim], election=election.slug)
    return bring(
        [
            ad(1), ad(2, spend_low=None, spend_high=None), ad(3, spend_low=0, sponsor=None),
            ad(4, currency="USD", spend_low=50), ad(5, start="2027-10-05", end="2027-10-12"),
            ad(6, start="2027-10-05", end=None), ad(7, page="facebook:1", name="=HYPERLINK(\"x\")", spend_low=7),
            ad(8, page="facebook:2", name="Ana of PL", spend_low=9, currency="EUR", text=TEXT),
            # the page's own post tells that page 77 is @lake
            post(9, TEXT, account_key="facebook:77", account_handle="Lake", account_name="Party of the Lake"),
            post(10, TEXT + " Share!", account_key="facebook:9", posted_at=datetime(2027, 9, 21, tzinfo=UTC)),
            # said before the ad began: not taken from it
            post(11, TEXT, account_key="facebook:10", posted_at=datetime(2027, 9, 19, tzinfo=UTC)),
        ]
    )  # fmt: skip


def test_spend_is_a_lower_bound_by_actor_and_currency_and_null_is_not_0(library, election):
    rows = {(row.name, row.currency): row for row in advertising.by_actor(advertising.ads(election))}
    lake = rows["Party of the Lake", "EUR"]
    assert (lake.actor, lake.how, lake.spend_low, lake.untold, lake.ads) == ("pl", "account", 300, 1, 5)
    assert (lake.without_sponsor, lake.forbidden, lake.open_end) == (1, 1, 1)
    assert rows["Party of the Lake", "USD"].spend_low == 50
    assert (rows["Ana of PL", "EUR"].how, rows["Ana of PL", "EUR"].party) == ("name", "PL")
    assert rows['=HYPERLINK("x")', "EUR"].actor == ""
    only = advertising.by_actor([one for one in advertising.ads(election) if one.post_key.endswith("-2")])
    assert only[0].spend_low is None
    assert len(advertising.ads(election, week="2027-W40")) == 2


def test_a_later_look_at_the_same_ad_counts_once(library, election):
    later = {"observation_id": "1" * 64, "observed_at": datetime(2027, 10, 1, tzinfo=UTC)}
    bring([ad(1, spend_low=500, spend_high=599) | later], "later")
    rows = advertising.by_actor(advertising.ads(election))
    assert next(row for row in rows if (row.actor, row.currency) == ("pl", "EUR")).spend_low == 700


def test_an_ad_in_the_mouth_of_a_stranger_is_shown_with_why(library, election, users, client):
    actions.run(by=BELT, election=election)
    told = signals_of(library, [f"facebook:{number}" for number in (9, 10, 11)] + ["facebook:ad-3", "facebook:ad-5"])
    assert not [row for key in ("facebook:9", "facebook:11") for row in told[key] if row["detector"] == "library"]
    [stranger] = [row for row in told["facebook:10"] if row["detector"] == "library"]
    assert "facebook:ad-8" in stranger["reason"] and stranger["concern"] == "ad"
    assert "names no sponsor" in told["facebook:ad-3"][0]["reason"]
    assert "2027-10-12" in told["facebook:ad-5"][0]["reason"] and told["facebook:ad-5"][0]["score"] == 0.8
    client.force_login(users["coordinator"])
    page = client.get(reverse("advertising")).content.decode()
    assert "ran as an ad of" in page and "by its name only" in page and "not on the watch-list" in page
    week = client.get(reverse("advertising"), {"week": "2027-W40"}).content.decode()
    assert "2027-W40" in page and "Ad number 3" in page and "Ad number 3" not in week and "Ad number 5" in week
    assert client.get(reverse("advertising"), {"week": "x' OR 1"}).status_code == 200
    client.force_login(users["coder"])
    assert client.get(reverse("advertising")).status_code == 403


def test_the_table_opens_safely_in_a_spreadsheet(library, election, users, client):
    client.force_login(users["coordinator"])
    answer = client.get(reverse("advertising"), {"as": "csv"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))]
    assert ["Party of the Lake", "", "account", "EUR", "300", "1", "5", "1", "1", "1"] in rows


def facts_of(election) -> Facts:
    last = date(2027, 10, 26)
    known = people.rows(election, last, [])
    found = ads.rows(election, ["2027-W38", "2027-W40"], last, Corpus(Home.here().corpus).version(), {"pl", "ph"})
    meta = {"phases": [], "first": "2027-08-30", "last": "2027-10-26"}
    return Facts(meta, {"ads": frame("ads", found), "actors": frame("actors", known["actors"])})


def test_the_report_names_only_whose_page_is_confirmed(library, election):
    facts = facts_of(election)
    table = compute("advertising", facts, Speech("en"))
    rows = {row["key"]: row for row in table.rows}
    assert set(rows) == {"pl:EUR", "pl:USD", "not_known:EUR"}
    assert (rows["pl:EUR"]["spend"], rows["pl:EUR"]["count"], rows["pl:EUR"]["untold"]) == (300, 5, 1)
    assert rows["not_known:EUR"]["spend"] == 16
    # two currencies have no sum
    assert table.total["spend"] is None and table.total["count"] == 8 and table.total["forbidden"] == 1
    week = compute("advertising", facts, Speech("en"), week="2027-W40")
    assert [row["spend"] for row in week.rows] == [200] and week.total["spend"] == 200


def test_no_ads_make_an_empty_table_and_an_empty_page(home, election, users, client):
    table = compute("advertising", facts_of(election), Speech("en"))
    assert table.rows == [] and table.total["count"] == 0 and table.total["spend"] is None
    client.force_login(users["coordinator"])
    assert "No ads from a library" in client.get(reverse("advertising")).content.decode()
