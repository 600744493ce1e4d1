"""The desk that goes on without a line: batches, drafts, answers sent once, taken back, asked about; branching."""

from __future__ import annotations

import json

import pytest
from coding_book import NO_ISSUE, VIOLATION, post
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import make
from besa.base.errors import Conflict, Refused
from besa.coding import actions, queries
from besa.coding.models import Coding, Draft, Lease, Question, Screening
from besa.coding.rules import turns
from besa.ledger.verify import problems

JSON = {"Accept": "application/json"}


@pytest.fixture
def sit(desk):
    def at(name: str) -> Client:
        client = Client()
        client.force_login(desk[name])
        return client

    return at


def looked_at(desk, election, n, **fields):
    items = [post(election, rank=1 - at / 100, **fields) for at in range(n)]
    for item in items:
        actions.screen(by=desk["coder"], item=item, key="look")
    return items


def as_form(answers):
    from test_coding_views import as_form

    return as_form(answers)


def test_a_batch_is_held_long_and_by_one(desk, election, no_share, at):
    items = looked_at(desk, election, turns.BATCH + 3)
    mine = actions.take_batch(by=desk["coder"], election=election, task="code")
    theirs = actions.take_batch(by=desk["coder2"], election=election, task="code")
    # of the three that are left, one is for whoever else is at it
    assert [lease.item for lease in mine] == items[: turns.BATCH]
    assert [one.item for one in theirs] == items[turns.BATCH : turns.BATCH + 2]
    assert min(lease.until for lease in mine) - at.now() == turns.BATCH_LEASE
    # an hour without a line: what was fetched is still theirs, and what they say of it is taken
    at.advance(minutes=75)
    assert [one.item for one in actions.take_batch(by=desk["coder3"], election=election, task="code")] == items[-1:]
    for item in items[: turns.BATCH]:
        actions.submit(by=desk["coder"], item=item, answers=NO_ISSUE, once=f"mark-{item.pk}")
    assert Coding.objects.count() == turns.BATCH and list(problems()) == []


def test_nothing_urgent_waits_in_a_batch(desk, election, no_share):
    looked_at(desk, election, 2)
    urgent = [post(election, urgent=True), post(election)]
    for item in urgent:
        actions.screen(by=desk["coder"], item=item, key="urgent")
    held = actions.take_batch(by=desk["coder"], election=election, task="code")
    assert [lease.item in urgent for lease in held] == [True, False, False]


def test_the_same_answer_sent_again_is_one_answer(desk, election, no_share):
    (item,) = looked_at(desk, election, 1)
    sent = actions.submit(by=desk["coder"], item=item, answers=NO_ISSUE, once="a-mark")
    assert actions.submit(by=desk["coder"], item=item, answers=NO_ISSUE, once="a-mark") == sent
    with pytest.raises(Conflict):
        actions.submit(by=desk["coder"], item=item, answers=VIOLATION, once="another")
    other = post(election)
    looked = actions.screen(by=desk["coder"], item=other, key="nothing", once="key-mark")
    assert actions.screen(by=desk["coder"], item=other, key="nothing", once="key-mark") == looked
    with pytest.raises(Conflict):
        actions.screen(by=desk["coder2"], item=other, key="look", once="key-mark")
    assert (Coding.objects.count(), Screening.objects.count()) == (1, 2) and list(problems()) == []


def test_an_answer_is_taken_back_while_nobody_built_on_it(desk, election, all_share, at):
    one, two, three = looked_at(desk, election, 3)
    for item in (one, two, three):
        actions.submit(by=desk["coder"], item=item, answers=VIOLATION, note="Mine.")
    actions.undo_coding(by=desk["coder"], item=one)
    assert Draft.objects.get().answers["note"] == "Mine." and Lease.objects.get().coder == desk["coder"]
    with pytest.raises(Conflict):
        actions.undo_coding(by=desk["coder2"], item=two)
    actions.submit(by=desk["coder2"], item=two, answers=NO_ISSUE)
    with pytest.raises(Conflict, match="no longer"):
        actions.undo_coding(by=desk["coder"], item=two)
    actions.settle(by=desk["coder"], item=three)
    with pytest.raises(Conflict, match="no longer"):
        actions.undo_coding(by=desk["coder"], item=three)
    actions.submit(by=desk["coder"], item=one, answers=VIOLATION)
    at.advance(minutes=6)
    with pytest.raises(Conflict, match="no longer"):
        actions.undo_coding(by=desk["coder"], item=one)
    assert list(problems()) == []


def test_what_the_machine_saw_is_shown_after_the_answer_only(desk, sit, election, all_share):
    (item,) = looked_at(desk, election, 1, reasons=[{"concern": "hate", "text": "MACHINE", "score": 1, "spans": []}])
    coder = sit("coder")
    url = reverse("code_answered", args=[item.pk])
    assert coder.get(url).status_code == 409 and coder.post(url).status_code == 409
    assert "MACHINE" not in coder.get(reverse("code_item", args=[item.pk])).text
    actions.submit(by=desk["coder"], item=item, answers=VIOLATION)
    assert "MACHINE" not in coder.get(url).text
    assert "MACHINE" in coder.post(url, follow=True).text and Coding.objects.get().settled


def test_a_question_waits_for_its_answer_and_not_for_others(desk, sit, election, no_share):
    (item,) = looked_at(desk, election, 1)
    coder = sit("coder")
    assert coder.post(reverse("code_ask", args=[item.pk]), {"text": "Is this irony?"}, headers=JSON).json()
    assert actions.next_item(by=desk["coder"], election=election, task="code") is None
    assert actions.next_item(by=desk["coder2"], election=election, task="code") == item
    actions.release(by=desk["coder2"], item=item, task="code")
    with pytest.raises(Refused):
        actions.answer_question(by=desk["coder2"], question=Question.objects.get(), text="Yes.")
    page = sit("coordinator").get(reverse("coding_questions"))
    assert "Is this irony?" in page.text
    sit("coordinator").post(reverse("coding_questions"), {"question": Question.objects.get().pk, "text": "It is."})
    assert actions.next_item(by=desk["coder"], election=election, task="code") == item
    assert "It is." in coder.get(reverse("code_item", args=[item.pk])).text
    assert "It is." not in sit("coder2").get(reverse("code_item", args=[item.pk])).text
    assert list(problems()) == []


def test_the_desk_is_told_in_json(desk, sit, election, no_share):
    item, other = looked_at(desk, election, 2)
    coder = sit("coder")
    got = coder.post(reverse("coding_batch", args=["code"]), {"have": [item.pk]}, headers=JSON).json()
    assert [(one["id"], bool(one["html"])) for one in got["items"]] == [(item.pk, False), (other.pk, True)]
    assert f'data-item="{other.pk}"' in got["items"][1]["html"]
    bad = coder.post(reverse("code_item", args=[item.pk]), as_form({**VIOLATION, "clauses": []}), headers=JSON)
    assert bad.status_code == 422 and "at least one clause" in bad.json()["html"]
    sent = {**as_form(NO_ISSUE), "once": "m1"}
    for _ in range(2):
        assert coder.post(reverse("code_item", args=[item.pk]), sent, headers=JSON).json() == {"kept": item.pk}
    late = coder.post(reverse("code_item", args=[item.pk]), {**sent, "once": "m2"}, headers=JSON)
    assert late.status_code == 409 and late.json()["remedy"]
    assert coder.post(reverse("coding_give_all_back", args=["code"])).json() and not Lease.objects.exists()


def test_a_batch_asks_no_more_for_more_posts_on_the_docket(desk, sit, election, no_share):
    def cost():
        client = sit("coder")
        with CaptureQueriesContext(connection) as captured:
            assert client.post(reverse("coding_batch", args=["code"])).status_code == 200
        return len(captured)

    looked_at(desk, election, turns.BATCH)
    cost()
    few = cost()
    looked_at(desk, election, 30)
    assert cost() == few


def test_who_spoke_is_told_as_of_that_day_and_a_private_person_by_code(desk, sit, election):
    item = post(
        election, kind="comment", account_key="facebook:99", account_name="Somebody Private", account_handle="some.body"
    )
    actions.screen(by=desk["coder"], item=item, key="look")
    page = sit("coder").get(reverse("code_item", args=[item.pk])).text
    assert "Not on the watch-list that day" in page and "Somebody Private" not in page


def test_facts_of_a_post_say_what_is_asked(election):
    video = make.docket_item(election, kind="video")
    assert queries.facts_of(video)["media"] == "video"
    picture = make.docket_item(election, media=[{"kind": "picture", "url": ""}])
    assert queries.facts_of(picture)["media"] == "picture"
    assert json.dumps(queries.facts_of(make.docket_item(election, kind="comment"))).count('"comment"') == 1
