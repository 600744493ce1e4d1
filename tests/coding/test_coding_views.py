"""The pages: they work as plain forms, say why they are empty, and keep a coding from the next coder."""

from __future__ import annotations

import pytest
from coding_book import NO_ISSUE, VIOLATION, post
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import make
from besa.coding import actions, queries
from besa.coding.models import Adjudication, Coding, Draft, Finding, Lease, Screening
from besa.ledger.verify import problems

CANARY = "zxqCANARYzxq"


@pytest.fixture
def sit(desk):
    """A browser for each person at the desk."""

    def at(name: str) -> Client:
        client = Client()
        client.force_login(desk[name])
        return client

    return at


@pytest.fixture
def item(desk, election):
    return post(election)


def as_form(answers, **more):
    """Answers as the plain form sends them."""
    data = {name: value for name, value in answers.items() if not isinstance(value, list) and value is not None}
    data["clauses-primary"] = (answers["clauses"] or [""])[0]
    for at, target in enumerate(answers["targets"]):
        data |= {f"targets-{at}-{key}": value for key, value in target.items()}
    return {**data, **more}


def coded(desk, item, first=VIOLATION, second=VIOLATION):
    actions.screen(by=desk["coder"], item=item, key="look")
    actions.submit(by=desk["coder"], item=item, answers=first)
    actions.submit(by=desk["coder2"], item=item, answers=second)
    return item


def test_a_whole_day_by_plain_forms(sit, desk, election, item):
    coder, second, judge = sit("coder"), sit("coder2"), sit("adjudicator")
    assert "posts to screen" in coder.get(reverse("coding_home")).text
    page = coder.post(reverse("coding_take", args=["screen"]), follow=True)
    assert item.text in page.text and "Hate" not in page.text
    page = coder.post(reverse("screen_next"), {"item": item.pk, "key": "urgent", "seconds": "3.5"}, follow=True)
    assert "the docket is read" in page.text
    assert Screening.objects.get().seconds == 3.5
    for client, last in ((coder, "next"), (second, "stop")):
        page = client.post(reverse("coding_take", args=["code"]), follow=True)
        assert page.redirect_chain[-1][0] == reverse("code_item", args=[item.pk])
        assert "Ana of PL (ana-pl)" in page.text
        sent = as_form(VIOLATION, source="Ana of PL (ana-pl)", note="Seen.", then=last)
        page = client.post(reverse("code_item", args=[item.pk]), sent, follow=True)
        assert page.status_code == 200
    page = judge.post(reverse("coding_take", args=["adjudicate"]), follow=True)
    assert "Both codings" in page.text and "differs" not in page.text
    judge.post(reverse("adjudicate_item", args=[item.pk]), as_form(VIOLATION, reason="The words are there."))
    found = Finding.objects.get()
    assert found.source.slug == "ana-pl"
    page = judge.get(reverse("finding", args=[found.number]))
    assert "The words are there." in page.text and "Ana of PH" in page.text
    assert found.number in judge.get(reverse("findings")).text
    assert list(problems()) == []


def test_get_never_writes(sit, desk, election, item):
    coder = sit("coder")
    for name in ("coding_home", "screen_next"):
        assert coder.get(reverse(name)).status_code == 200
    assert not Lease.objects.exists()
    assert coder.get(reverse("coding_take", args=["screen"])).status_code == 405
    assert coder.get(reverse("screen_undo")).status_code == 405


def test_faults_stand_beside_the_variable_and_nothing_is_lost(sit, desk, election, item):
    actions.screen(by=desk["coder"], item=item, key="look")
    sent = as_form(VIOLATION, source="Nobody at all", host="Their page", note="My note")
    page = sit("coder").post(reverse("code_item", args=[item.pk]), sent)
    assert page.status_code == 422
    assert "Nobody called “Nobody at all” is on the watch-list." in page.text
    assert 'value="Nobody at all"' in page.text and "Their page" in page.text and "My note" in page.text
    assert 'id="faults-source"' in page.text
    assert not Coding.objects.exists()


def test_a_name_is_enough_where_it_is_the_only_one(sit, desk, election, item):
    actions.screen(by=desk["coder"], item=item, key="look")
    sent = as_form({**VIOLATION, "targets": []}, source="Ana of PL")
    sent |= {"targets-0-kind": "", "targets-0-actor": "Ben of PH", "targets-1-kind": "group", "targets-1-ground": "sex"}
    sit("coder").post(reverse("code_item", args=[item.pk]), sent)
    answers = Coding.objects.get().answers
    assert answers["source"] == "ana-pl"
    assert [(t["kind"], t["actor"]) for t in answers["targets"]] == [("person", "ben-ph"), ("group", "")]


def test_a_draft_comes_back(sit, desk, election, item):
    actions.screen(by=desk["coder"], item=item, key="look")
    coder = sit("coder")
    url = reverse("code_draft", args=[item.pk])
    sent = as_form(VIOLATION, host="A half-made answer", note="Half a note")
    assert coder.post(url, sent, headers={"Accept": "application/json"}).json() == {"saved": True}
    assert Draft.objects.get().coder == desk["coder"]
    page = coder.get(reverse("code_item", args=[item.pk]))
    assert "A half-made answer" in page.text and "Half a note" in page.text
    assert "Half a note" not in sit("coder2").get(reverse("code_item", args=[item.pk])).text


def test_two_tabs_one_answer(sit, desk, election, item):
    coder = sit("coder")
    coder.post(reverse("coding_take", args=["screen"]))
    sent = {"item": item.pk, "key": "look"}
    assert coder.post(reverse("screen_next"), sent).status_code == 302
    page = coder.post(reverse("screen_next"), sent)
    assert page.status_code == 409 and "Take the next post" in page.text
    coder.post(reverse("coding_take", args=["code"]))
    assert coder.post(reverse("code_item", args=[item.pk]), as_form(VIOLATION)).status_code == 302
    assert coder.post(reverse("code_item", args=[item.pk]), as_form(NO_ISSUE)).status_code == 409
    assert Coding.objects.get().verdict == "violation"


def test_a_screening_is_taken_back_by_its_key(sit, desk, election, item):
    coder = sit("coder")
    coder.post(reverse("coding_take", args=["screen"]))
    coder.post(reverse("screen_next"), {"item": item.pk, "key": "nothing"})
    page = coder.post(reverse("screen_undo"), follow=True)
    assert item.text in page.text and not Screening.objects.exists()


def test_the_adjudicator_sees_what_differs(sit, desk, election, item):
    coded(desk, item, VIOLATION, {**VIOLATION, "severity": 0, "host": "elsewhere"})
    page = sit("adjudicator").get(reverse("adjudicate_item", args=[item.pk]))
    assert page.text.count('class="differs"') == 2
    refused = sit("adjudicator").post(reverse("adjudicate_item", args=[item.pk]), as_form(VIOLATION, reason=" "))
    assert refused.status_code == 422 and "Write down why" in refused.text
    assert not Adjudication.objects.exists()
    sit("adjudicator2").post(reverse("adjudicate_item", args=[item.pk]), as_form(VIOLATION, reason="So."))
    assert sit("adjudicator").get(reverse("adjudicate_item", args=[item.pk])).status_code == 409
    late = sit("adjudicator").post(reverse("adjudicate_item", args=[item.pk]), as_form(VIOLATION, reason="Too."))
    assert late.status_code == 409 and Adjudication.objects.count() == 1


def test_empty_pages_say_why(sit, desk, election, no_share):
    coder = sit("coder")
    start = reverse("coding_take", args=["screen"])
    assert "The docket is empty" in coder.post(start, follow=True).text
    bare = make.docket_item(election)
    assert "Waiting for evidence" in coder.post(start, follow=True).text
    from coding_book import preserve

    preserve(bare)
    actions.next_item(by=desk["coder2"], election=election, task="screen")
    assert "Others have the rest" in coder.post(start, follow=True).text
    actions.screen(by=desk["coder2"], item=bare, key="nothing")
    assert "the docket is read" in coder.post(start, follow=True).text
    assert "No findings yet" in sit("editor").get(reverse("findings")).text
    assert "No finding is like that" in sit("editor").get(reverse("findings"), {"q": "x"}).text
    assert "Nothing was coded" in sit("editor").get(reverse("agreement")).text


def test_posts_are_hostile_text(sit, desk, election):
    item = post(election, text="<script>alert(1)</script>{{ 7|add:7 }}‮", url="javascript:alert(1)", account_name="<b>x")
    coder = sit("coder")
    page = coder.post(reverse("coding_take", args=["screen"]), follow=True).text
    assert "<script>alert" not in page and "&lt;script&gt;" in page
    assert "javascript:" not in page and "<b>x" not in page
    coded(desk, item)
    actions.adjudicate(by=desk["adjudicator"], item=item, decision="violation", answers=VIOLATION, reason="<i>r</i>")
    page = sit("editor").get(reverse("finding", args=[Finding.objects.get().number])).text
    assert "<i>r" not in page and "<script>alert" not in page


def test_actors_are_searched_as_json(sit, desk, election):
    found = sit("coder").get(reverse("coding_actors"), {"q": "ben"}).json()
    assert [row["value"] for row in found["actors"]] == ["Ben of PH (ben-ph)", "Ben of PL (ben-pl)"]


def test_a_post_of_another_election_is_not_found(sit, desk, election):
    other = make.docket_item(make.election("elsewhere-2027"))
    session = sit("coder")
    session_data = session.session
    session_data["election"] = election.slug
    session_data.save()
    assert session.get(reverse("code_item", args=[other.pk])).status_code == 404
    assert session.post(reverse("screen_next"), {"item": other.pk, "key": "look"}).status_code == 404
    assert session.post(reverse("screen_next"), {"item": "½", "key": "look"}).status_code == 404


ROUTES = [
    ("coding_home", []), ("screen_next", []), ("code_item", ["item"]), ("adjudicate_item", ["item"]),
    ("coding_actors", []), ("findings", []), ("finding", ["number"]), ("agreement", []),
]  # fmt: skip


def test_a_first_coding_is_nowhere_to_be_read_before_the_second(sit, desk, election, item):
    """Every page and every answer that the second coder can get, whatever else they may be."""
    from django.db import transaction

    from besa.ledger.chain import record
    from besa.people.models import Membership
    from besa.people.policy import BELT

    second = desk["coder2"]
    with transaction.atomic():
        roles = [
            Membership.objects.create(user=second, election=election.slug, role=role)
            for role in ("adjudicator", "coordinator", "editor", "analyst", "administrator")
        ]
        record(by=BELT, act="test.roles", rows=roles)
    actions.screen(by=desk["coder"], item=item, key="look")
    first = {**VIOLATION, "host": CANARY, "targets": [{**VIOLATION["targets"][0], "ground": CANARY}]}
    actions.save_draft(by=desk["coder"], item=item, answers=first)
    actions.submit(by=desk["coder"], item=item, answers=first, note=CANARY)
    client = sit("coder2")

    def pages():
        for name, names in ROUTES:
            values = {"item": item.pk, "number": f"{election.slug}-0001"}
            yield client.get(reverse(name, args=[values[one] for one in names]), {"q": CANARY[:6]})
        for task in ("screen", "code", "adjudicate"):
            yield client.post(reverse("coding_take", args=[task]), follow=True)
            yield client.post(reverse("coding_give_back", args=[task, item.pk]), follow=True)
        yield client.post(reverse("screen_undo"), follow=True)
        yield client.post(reverse("screen_next"), {"item": item.pk, "key": "look"}, follow=True)
        yield client.post(reverse("code_draft", args=[item.pk]), {"note": "mine"}, follow=True)
        yield client.post(reverse("adjudicate_item", args=[item.pk]), as_form(VIOLATION, reason="x"), follow=True)
        yield client.post(reverse("code_item", args=[item.pk]), as_form(VIOLATION, verdict="guilty"), follow=True)

    # a search word that the page repeats would be found in itself
    seen = [page.text.replace(f'value="{CANARY[:6]}"', "") for page in pages()]
    assert len(seen) == 19
    assert not any(CANARY in text for text in seen)
    assert queries.visible_to(second, election).count() == 0
    actions.submit(by=second, item=item, answers=VIOLATION)
    # the canary is a real one: whoever decides does see it
    assert CANARY in sit("adjudicator").get(reverse("adjudicate_item", args=[item.pk])).text


def test_the_pages_cost_the_same_however_much_there_is(sit, desk, election, all_share):
    def cost():
        counts = []
        for name, who in [("coding_home", "coder3"), ("coding_home", "coordinator"), ("screen_next", "coder3"),
                          ("findings", "editor"), ("agreement", "editor")]:  # fmt: skip
            client = sit(who)
            client.get(reverse(name))
            with CaptureQueriesContext(connection) as captured:
                assert client.get(reverse(name)).status_code == 200
            counts.append(len(captured))
        return counts

    def more(n):
        for _ in range(n):
            item = coded(desk, post(election))
            actions.adjudicate(by=desk["adjudicator"], item=item, decision="violation", answers=VIOLATION, reason="r")
            post(election)

    more(1)
    few = cost()
    more(6)
    assert cost() == few
    assert max(few) < 60
