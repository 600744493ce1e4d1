"""A private commenter's name is in no byte of any page until the data protection lead lifts it, with a reason."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

import make
from besa.base.errors import BadInput, Conflict, NotFound, Refused
from besa.base.home import Home
from besa.coding import actions as coding
from besa.collect.actions import import_file
from besa.collect.actions.names import cover_name, lift_name
from besa.collect.models import LiftedName
from besa.collect.names import queries
from besa.collect.rules import names as rules
from besa.evidence import actions as evidence
from besa.evidence.models import Exhibit
from besa.ledger.models import Entry
from besa.ledger.verify import problems
from besa.people.policy import ACTS, BELT
from besa.triage import actions as triage
from routing import address, routes

pytestmark = pytest.mark.django_db

CANARY = "kanarinaprivate"
#: Pages that list or show posts, beyond those that need a number.
_ROLES = ["coordinator", "coder", "adjudicator", "editor", "analyst", "data_protection", "administrator"]


@pytest.fixture
def item(home, election, users, codebook, tmp_path):
    """A comment by a private person under a page of the watch-list, docketed and preserved."""
    page = "https://www.facebook.com/ana.pl/posts/7000000000000011"
    row = {
        "facebookUrl": page, "commentUrl": f"{page}?comment_id=55", "id": "Y29tbWVudDo1NQ==", "feedbackId": "ZmVl",
        "date": "2027-09-14T19:00:00.000Z", "text": "Bravo, or not.", "profileUrl": f"https://www.facebook.com/{CANARY}",
        "profileId": f"pfbid0{CANARY}", "profileName": f"{CANARY.title()} Person", "likesCount": "4",
        "commentsCount": 1, "facebookId": "100064500000001", "postTitle": "Good evening", "threadingDepth": 0,
    }  # fmt: skip
    path = tmp_path / "comments.json"
    path.write_text(json.dumps([row]))
    done = import_file(by=users["coordinator"], election=election, path=path, connector="apify")
    assert done["mapped"] == 1
    from besa.corpus import Corpus

    key = Corpus(Home.here().corpus).rows("SELECT post_key FROM posts")[0]["post_key"]
    item = triage.put(by=BELT, election=election, post_key=key, reason="asked for", urgent=True)
    assert CANARY in f"{item.account_name} {item.account_key}".casefold()
    evidence.preserve_pending(by=BELT, election=election)
    return item


def pages(user, item) -> dict[str, str]:
    """Every page of the desk that this user can open, as text."""
    client, found = Client(raise_request_exception=False), {}
    client.force_login(user)
    exhibit = Exhibit.objects.filter(item=item).first()
    for route, pattern in routes():
        if getattr(pattern.callback, "besa_act", "door") in ("door", None):
            continue
        number = exhibit.pk if "file" in route else item.pk
        url = address(pattern, route, item=item.pk, pk=item.pk, number=number)
        answer = client.get(url, follow=True)
        data = b"".join(answer.streaming_content) if answer.streaming else answer.content
        found[url] = data.decode("utf-8", "replace").casefold()
    return found


@pytest.mark.parametrize("role", _ROLES)
def test_no_page_of_any_role_names_a_private_commenter(role, item, users):
    found = pages(users[role], item)
    code = rules.code(queries.secret_of(item.election), rules.identity("facebook", item.account_key, "", "")).casefold()
    shown = [url for url, text in found.items() if CANARY in text]
    assert shown == [], role
    if role in ("coordinator", "adjudicator", "analyst", "administrator"):
        assert any(code in text for text in found.values()), "the code stands where the name would"


def test_a_coder_reads_the_post_and_not_the_name(item, users, client):
    client.force_login(users["coder"])
    page = client.post("/desk/coding/take/screen/", follow=True).content.decode()
    assert "Bravo, or not." in page and queries.author(item, item.election).code in page
    assert CANARY not in page.casefold()
    coding.screen(by=users["coder"], item=item, key="look")
    code = client.post("/desk/coding/take/code/", follow=True).content.decode()
    assert "Bravo, or not." in code and CANARY not in code.casefold()


def test_the_lead_lifts_a_name_with_a_reason_and_covers_it_again(item, election, users):
    author = queries.author(item, election)
    for other in ("coordinator", "adjudicator", "administrator"):
        with pytest.raises(Refused):
            lift_name(by=users[other], election=election, code=author.code, reason="I should like to know.")
    with pytest.raises(BadInput):
        lift_name(by=users["data_protection"], election=election, code=author.code, reason="")
    with pytest.raises(NotFound):
        lift_name(by=users["data_protection"], election=election, code="ZZZZZZZZ", reason="A threat to be referred.")
    row = lift_name(by=users["data_protection"], election=election, code=author.name, reason="A threat to be referred.")
    assert CANARY in row.name.casefold()
    with pytest.raises(Conflict):
        lift_name(by=users["data_protection"], election=election, code=author.code, reason="A threat to be referred.")
    assert Entry.objects.get(act="name.lift").reason == "A threat to be referred." and not list(problems())
    for role in _ROLES:
        sees = any(CANARY in text for text in pages(users[role], item).values())
        assert sees == (users[role] is not None and role in ACTS["name.see"]), role
    cover_name(by=users["data_protection"], election=election, pk=row.pk)
    assert not LiftedName.objects.exists() and not list(problems())
    assert not any(CANARY in text for text in pages(users["adjudicator"], item).values())


def test_the_page_of_the_lead(item, election, users, client):
    client.force_login(users["data_protection"])
    code = queries.author(item, election).code
    assert CANARY not in client.get("/desk/collect/names/").content.decode().casefold()
    assert client.post("/desk/collect/names/", {"code": code, "reason": "x"}).status_code == 400
    assert client.post("/desk/collect/names/", {"code": code, "reason": "A referral needs it."}).status_code == 302
    assert CANARY in client.get("/desk/collect/names/").content.decode().casefold()
    client.post(f"/desk/collect/names/{LiftedName.objects.get().pk}/cover/")
    assert not LiftedName.objects.exists()


def test_who_is_on_the_watch_list_is_named(election, users, codebook):
    item = make.docket_item(election, account_key="facebook:@ana.pl", account_name="Ana of PL", account_handle="ana.pl")
    author = queries.author(item, election)
    assert (author.name, author.handle, author.private) == ("Ana of PL", "ana.pl", False)


def test_codes_are_stable_within_an_election_and_differ_between_two(election, home):
    other = make.election("elsewhere-2027")
    one, two = queries.secret_of(election), queries.secret_of(other)
    assert one == queries.secret_of(election) != two and len(one) == 32
    assert rules.code(one, "facebook:1") == rules.code(one, "facebook:1") != rules.code(two, "facebook:1")
    assert {path.stat().st_mode & 0o777 for path in home.keys.glob("names-*.key")} == {0o600}


# the rules


@given(st.binary(min_size=32, max_size=32), st.lists(st.text(min_size=1), min_size=2, max_size=50, unique=True))
def test_different_accounts_have_different_codes(secret, accounts):
    codes = [rules.code(secret, account) for account in accounts]
    assert len(set(codes)) == len(accounts) and all(len(code) == 8 for code in codes)


@given(st.text(min_size=3), st.text(), st.text())
def test_what_spells_the_name_is_not_shown(name, before, after):
    assert rules.without(before + name + after, [name]) == ""
    assert rules.without(before, [name]) in (before, "")


def test_who_is_public():
    assert rules.is_public(watched=True, platform="x", kind="comment")
    assert rules.is_public(watched=False, platform="portal", kind="article")
    assert rules.is_public(watched=False, platform="facebook", kind="ad")
    assert not rules.is_public(watched=False, platform="facebook", kind="post")
    assert not rules.is_public(watched=False, platform="facebook", kind="comment")
