"""The desk's pages on notices: what the coordinator sees and does."""

from __future__ import annotations

import pytest
import reply_made as made
from django.test import Client
from django.urls import reverse

from besa.outbox.actions import send_due
from besa.people.policy import BELT
from besa.reply import actions
from besa.reply.models import Notice, Remedy, Reply, ReplyDecision


@pytest.fixture
def desk(users):
    def client(role: str) -> Client:
        opened = Client()
        opened.force_login(users[role])
        return opened

    return client


def served(election, users, **fields):
    finding = made.finding(election, party=None, **fields)
    actions.serve_notices(by=users["coordinator"], election=election)
    send_due(by=BELT)
    actions.mark_served(by=BELT)
    return finding, Notice.objects.get(finding=finding)


def test_from_nothing_to_served(desk, election, users):
    client = desk("coordinator")
    assert b"No notice has been written" in client.get(reverse("notices")).content
    finding = made.finding(election)
    assert b"Write the notices of 1 finding" in client.get(reverse("notices")).content
    assert client.get(reverse("notices_serve")).status_code == 405
    assert client.post(reverse("notices_serve")).status_code == 302
    assert Notice.objects.filter(finding=finding).count() == 2
    send_due(by=BELT)
    actions.mark_served(by=BELT)
    page = client.get(reverse("notices")).content.decode()
    assert "Ana of PL" in page and "Served" in page and ">48<" in page


def test_one_notice_shows_the_state_and_decides_the_reply(desk, election, users):
    finding, notice = served(election, users, text="<script>alert(1)</script>")
    reply = actions.leave_reply(notice=notice, kind="not_my_account", text="<img src=x onerror=alert(1)>")
    page = desk("coordinator").get(reverse("notice", args=[notice.pk])).content.decode()
    assert "<script>alert" not in page and "<img src=x" not in page and "&lt;img src=x" in page
    assert "Their reply awaits a decision" in page
    assert b"Record the decision" not in desk("editor").get(reverse("notice", args=[notice.pk])).content
    url = reverse("reply_decide", args=[reply.pk])
    assert desk("editor").post(url, {"outcome": "upheld", "reason": "x"}).status_code == 403
    assert desk("adjudicator").post(url, {"outcome": "upheld", "reason": ""}).status_code == 422
    assert not ReplyDecision.objects.exists()
    assert desk("adjudicator").post(url, {"outcome": "upheld", "reason": "shown to be a copy"}).status_code == 302
    assert ReplyDecision.objects.get().by == "adjudicator"
    assert desk("adjudicator").post(url, {"outcome": "set_aside", "reason": "x"}).status_code == 409
    assert finding.pk and b"shown to be a copy" in desk("editor").get(reverse("notice", args=[notice.pk])).content


def test_who_was_not_reached_is_tried_again(desk, election, users):
    from besa.pledge.models import Actor

    made.change(Actor.objects.get(slug="ana-pl"), contact_email="")
    _, notice = served(election, users)
    url = reverse("notice_again", args=[notice.pk])
    assert b"Not reached" in desk("coordinator").get(reverse("notice", args=[notice.pk])).content
    assert desk("coordinator").post(url, {"address": "no address", "reason": "x"}).status_code == 422
    assert desk("coordinator").post(url, {"address": "ana@new.example", "reason": "asked the party"}).status_code == 302
    assert Notice.objects.get().state == "intent"


def test_a_remedy(desk, election, users, at):
    finding, _ = served(election, users)
    at.advance(hours=1)
    url = reverse("remedy_add", args=[finding.pk])
    client = desk("coordinator")
    assert client.get(url).status_code == 200
    assert client.post(url, {"kind": "removed", "gone_cause": "author", "vantage_points": 1}).status_code == 400
    assert client.post(url, {"kind": "removed", "gone_cause": "author", "vantage_points": 2}).status_code == 302
    assert Remedy.objects.get().by == "coordinator"
    assert b"Removed by the author" in client.get(reverse("notices")).content


def test_what_is_not_there_is_said_so(desk, election):
    client = desk("coordinator")
    for name in ("notice", "remedy_add"):
        assert client.get(reverse(name, args=[999])).status_code == 404
    assert client.post(reverse("reply_decide", args=[999])).status_code == 404
    assert not Reply.objects.exists()


def test_the_list_costs_the_same_for_one_and_for_many(desk, election, users, django_assert_max_num_queries):
    client = desk("coordinator")
    for count in (1, 8):
        for _ in range(count):
            served(election, users)
        with django_assert_max_num_queries(32):
            assert client.get(reverse("notices")).status_code == 200
