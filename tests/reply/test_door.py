"""The Door: opening the link never writes, a POST opens it once, guesses lead nowhere."""

from __future__ import annotations

import re

import pytest
import reply_made as made
from django.core import mail
from django.test import Client
from django.urls import reverse

from besa.base.ids import sha256_hex
from besa.ledger.chain import head
from besa.outbox.actions import send_due
from besa.people.policy import BELT
from besa.reply import actions
from besa.reply.door import COOKIE, MOST_GUESSES
from besa.reply.models import DoorSession, Notice, Reply


@pytest.fixture
def notice(election, users) -> Notice:
    made.finding(election, party=None, text="Words that <b>hurt</b>")
    actions.serve_notices(by=users["coordinator"], election=election)
    send_due(by=BELT)
    actions.mark_served(by=BELT)
    return Notice.objects.get()


@pytest.fixture
def token(notice) -> str:
    return re.search(r"/door/reply/([^/\s]+)/", mail.outbox[-1].body)[1]


def opened(token) -> Client:
    client = Client()
    assert client.post(reverse("door_redeem", args=[token])).status_code == 302
    return client


def test_a_mail_scanner_that_opens_the_link_changes_nothing(token, notice):
    before = head(), Notice.objects.values().get()
    for _ in range(3):
        page = Client().get(reverse("door_reply", args=[token]))
        assert page.status_code == 200 and COOKIE not in page.cookies
        assert Client().head(reverse("door_reply", args=[token])).status_code == 200
    for name in ("door_redeem", "door_newlink"):
        assert Client().get(reverse(name, args=[token])).status_code == 405
    assert (head(), Notice.objects.values().get()) == before and not DoorSession.objects.exists()


def test_the_whole_way(token, notice):
    client = opened(token)
    cookie = client.cookies[COOKIE]
    assert cookie["httponly"] and cookie["samesite"] == "Strict" and cookie["path"] == "/door/"
    assert DoorSession.objects.get().key_sha256 == sha256_hex(cookie.value)
    page = client.get(reverse("door_answer"))
    text = page.content.decode()
    assert "Words that &lt;b&gt;hurt&lt;/b&gt;" in text and "blur" in text
    assert "no-store" in page.headers["Cache-Control"]
    answer = {"kind": "correction", "text": "We have corrected it. <script>x</script>"}
    done = client.post(reverse("door_answer"), answer, follow=True)
    assert done.redirect_chain == [(reverse("door_done"), 302)] and done.status_code == 200
    reply = Reply.objects.get()
    assert (reply.kind, reply.text) == ("correction", answer["text"])
    assert client.get(reverse("door_answer")).status_code == 403
    assert b"has been received" in Client().get(reverse("door_reply", args=[token])).content


def test_a_used_link_says_so_and_opens_nothing(token):
    opened(token)
    stranger = Client()
    again = stranger.post(reverse("door_redeem", args=[token]))
    assert again.status_code == 409 and b"This link was used" in again.content and COOKIE not in again.cookies
    assert b"This link was used" in stranger.get(reverse("door_reply", args=[token])).content
    assert DoorSession.objects.count() == 1


def test_the_page_closes_after_half_an_hour_and_keeps_the_text(token, at):
    client = opened(token)
    at.advance(minutes=31)
    assert client.get(reverse("door_answer")).status_code == 403
    late = client.post(reverse("door_answer"), {"kind": "answer", "text": "A long text of mine"})
    assert late.status_code == 403 and b"A long text of mine" in late.content and not Reply.objects.exists()


def test_a_new_link_goes_to_the_same_address_only(token, at):
    opened(token)
    at.advance(minutes=11)
    url = reverse("door_newlink", args=[token])
    assert Client().post(url, {"to": "evil@x.example", "address": "evil@x.example"}).status_code == 200
    send_due(by=BELT)
    assert [m.to for m in mail.outbox] == [["ana@pl.example"], ["ana@pl.example"]]
    # the used link is gone now, so it cannot be used to send mail again and again
    assert Client().post(url).status_code == 404


def test_new_links_are_not_sent_in_a_row(token):
    assert Client().post(reverse("door_newlink", args=[token])).status_code == 429
    assert len(mail.outbox) == 1


def test_guessing_is_slowed_and_the_holder_of_a_link_is_not(token):
    guesser = Client()
    answers = [guesser.get(reverse("door_reply", args=[f"guess{n}"])).status_code for n in range(MOST_GUESSES + 3)]
    assert answers[:MOST_GUESSES] == [404] * MOST_GUESSES and answers[-1] == 429
    assert guesser.post(reverse("door_redeem", args=["guess"])).status_code == 429
    assert guesser.get(reverse("door_reply", args=[token])).status_code == 200
    assert guesser.post(reverse("door_redeem", args=[token])).status_code == 302


@pytest.mark.parametrize("key", ["", "x", "' OR 1=1", "\x00"])
def test_a_forged_cookie_opens_nothing(notice, key):
    client = Client()
    client.cookies[COOKIE] = key
    assert client.get(reverse("door_answer")).status_code == 403


def test_no_write_without_the_token_of_the_form(token):
    client = Client(enforce_csrf_checks=True)
    assert client.post(reverse("door_redeem", args=[token])).status_code == 403
    assert client.post(reverse("door_newlink", args=[token])).status_code == 403
    assert Notice.objects.get().redeemed_at is None


def test_a_reply_without_words_or_of_no_kind_is_asked_for_again(token):
    client = opened(token)
    for answer in (
        {"kind": "answer", "text": ""},
        {"kind": "shout", "text": "x"},
        {"kind": "answer", "text": "x" * 10_001},
    ):
        page = client.post(reverse("door_answer"), answer)
        assert page.status_code == 422 and b"errorlist" in page.content
    assert not Reply.objects.exists()


def test_the_page_speaks_the_language_of_the_notice_unless_another_is_chosen(token, notice, settings):
    made.change(notice, language="sq")
    page = Client().get(reverse("door_reply", args=[token]))
    assert page.headers["Content-Language"] == "sq" and b'lang="sq"' in page.content
    chooser = Client()
    chooser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert b'lang="en"' in chooser.get(reverse("door_reply", args=[token])).content


def test_a_staff_session_is_neither_needed_nor_shown(token, users):
    client = Client()
    client.force_login(users["coordinator"])
    page = client.get(reverse("door_reply", args=[token]))
    assert page.status_code == 200 and b"coordinator" not in page.content
