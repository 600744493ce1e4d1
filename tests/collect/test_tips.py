"""Tips of the public: left without an account, looked at, joined, declined, taken up; contact apart and erasable."""

from __future__ import annotations

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from besa.base.errors import Conflict, NotFound, Refused
from besa.base.home import Home
from besa.collect import actions, queries
from besa.collect.actions.tips import BoxFull
from besa.collect.models import Import, Tip, TipContact
from besa.collect.rules import tips as rules
from besa.collect.rules.pictures import copy_to_look_at
from besa.collect.views import door
from besa.corpus import Corpus
from besa.evidence.actions import preserve_pending
from besa.evidence.models import Exhibit
from besa.ledger.models import Entry
from besa.ledger.verify import problems
from besa.people.models import DoorSalt, Knock
from besa.triage.actions import put
from besa.vault import Vault

pytestmark = pytest.mark.django_db
LINK = "https://www.facebook.com/ana.pl/posts/1234567890"


def picture(size=(60, 80), form="PNG", exif=None) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, form, **({"exif": exif} if exif else {}))
    return out.getvalue()


def leave(election, number="AAAA", **given) -> Tip:
    return actions.leave_tip(
        election=election, number=number, consent="I agree", language="en", **{"link": LINK, **given}
    )


def ticket(page) -> str:
    return re.search(r'name="ticket" value="([^"]+)"', page.content.decode())[1]


@pytest.fixture
def visitor(home, election):
    return Client(REMOTE_ADDR="203.0.113.7")


def send(visitor, at, **given):
    shown = visitor.get(reverse("tip"))
    assert shown.status_code == 200
    at.advance(seconds=10)
    return visitor.post(reverse("tip"), {"consent": "on", "channel": "public", "ticket": ticket(shown), **given})


# Pure


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("facebook.com/ana/posts/123456?fbclid=x&mibextid=q", "https://facebook.com/ana/posts/123456"),
        ("https://www.facebook.com/story.php?story_fbid=5&id=7&__tn__=%2C", "https://www.facebook.com/story.php?story_fbid=5&id=7"),
        ("https://www.youtube.com/watch?v=abcdefghijk&t=30s&si=zz", "https://www.youtube.com/watch?v=abcdefghijk"),
        ("https://user:secret@portal.example/a?p=12&s=word&utm_source=x#top", "https://portal.example/a?p=12&s=word"),
        ("javascript:alert(1)", ""), ("nothing", ""), ("ftp://portal.example/a", ""),
        ("https://" + "a" * 3000 + ".example", ""),
    ],
)  # fmt: skip
def test_a_link_loses_what_tells_of_its_sender(typed, kept):
    assert rules.clean_link(typed) == kept


def test_one_post_is_one_post_however_its_address_is_written():
    one = {rules.same(rules.clean_link(text)) for text in (LINK, "m.facebook.com/ana.pl/posts/1234567890/?fbclid=1")}
    assert one == {"facebook:1234567890"}
    assert rules.same("https://m.portal.example/a/") == rules.same("https://www.portal.example/a")
    assert rules.same("https://portal.example/?p=1") != rules.same("https://portal.example/?p=2")


def test_numbers_and_mail_are_taken_out_of_notes_and_dates_stay():
    text = "Call +383 44 123 456 or ana@lake.example; on 14.09.2027, see https://x.com/a/status/12345678901 (1.200)"
    assert rules.without_numbers(text) == (
        "Call […] or […]; on 14.09.2027, see https://x.com/a/status/12345678901 (1.200)"
    )


def test_a_number_is_read_however_it_is_typed():
    number = rules.number_of("secret", "nonce", "content")
    assert re.fullmatch(r"([A-Z2-7]{4}-){3}[A-Z2-7]{4}", number)
    assert rules.shown_number(f" {number.lower().replace('-', ' ')} ") == number
    assert rules.number_of("secret", "nonce", "other") != number != rules.number_of("else", "nonce", "content")


def test_a_picture_is_drawn_anew_without_what_it_hid():
    exif = Image.Exif()
    exif[0x010F], exif[0x0132] = "SENDERS-PHONE", "2027:09:14 10:00:00"
    data = picture(form="JPEG", exif=exif)
    assert b"SENDERS-PHONE" in data
    copy = copy_to_look_at(data)
    assert b"SENDERS-PHONE" not in copy and Image.open(io.BytesIO(copy)).format == "JPEG"
    assert not Image.open(io.BytesIO(copy)).getexif()


@pytest.mark.parametrize(
    "data",
    [b"", b"GIF89a", b"<svg onload=alert(1)>", b"\x89PNG\r\n\x1a\n" + b"\0" * 200, picture()[:60],
     picture((30000, 2)), b"%PDF-1.4", picture(form="BMP")],
)  # fmt: skip
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(Exception) as raised:
        copy_to_look_at(data)
    assert type(raised.value).__name__ == "BadInput"


# The Door


def test_a_visitor_leaves_a_tip_and_asks_later(visitor, election, users, at):
    answer = send(visitor, at, link=LINK, note="Call 044 123 456 78", concern="hate", contact="ana@lake.example")
    assert answer.status_code == 200 and "sessionid" not in answer.cookies
    number = re.search(r"tip-number mono\">([A-Z2-7-]+)<", answer.content.decode())[1]
    tip = Tip.objects.get()
    assert (tip.state, tip.link, tip.note, tip.concern) == ("received", LINK, "Call […]", "hate")
    held = "".join(
        str(value) for value in [*Tip.objects.values(), *TipContact.objects.values(), *Entry.objects.values()]
    )
    for secret in (number, number.replace("-", ""), "203.0.113.7", "ana@lake.example"):
        assert secret not in held
    assert all("203.0.113.7" not in key for key in Knock.objects.values_list("key", flat=True))
    status = reverse("tip_status")
    assert "waits for somebody" in visitor.post(status, {"number": number}).content.decode()
    actions.decline_tip(by=users["coder"], tip=tip, refusal="not_the_code", remark="INTERNAL-REMARK")
    told = visitor.post(status, {"number": number.lower()}).content.decode()
    assert "The Code does not cover it" in told and "INTERNAL-REMARK" not in told
    assert visitor.post(status, {"number": "AAAA-BBBB-CCCC-DDDD"}).status_code == 404
    assert list(problems()) == []


def test_the_same_form_sent_twice_is_one_tip_with_one_number(visitor, at):
    shown = visitor.get(reverse("tip"))
    at.advance(seconds=10)
    values = {"consent": "on", "channel": "public", "ticket": ticket(shown), "link": LINK}
    first, again = (visitor.post(reverse("tip"), values).content.decode() for _ in range(2))
    numbers = {re.search(r"mono\">([A-Z2-7-]+)<", page)[1] for page in (first, again)}
    assert len(numbers) == 1 and Tip.objects.count() == 1
    visitor.post(reverse("tip"), {**values, "note": "and one more thing"})
    assert Tip.objects.count() == 2, "what was changed is not lost"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Give a link or a screenshot"),
        ({"link": "nothing at all"}, "not a web address"),
        ({"link": LINK, "website": "https://spam.example"}, "filled in by a machine"),
        ({"link": LINK, "consent": ""}, "required"),
        ({"link": LINK, "channel": "closed"}, "what members of a group bring"),
        ({"link": LINK, "ticket": "forged"}, "wait three seconds"),
    ],
)
def test_what_is_not_right_is_said_and_nothing_is_kept(visitor, at, given, said):
    answer = send(visitor, at, **given)
    assert answer.status_code == 422 and said in answer.content.decode() and not Tip.objects.exists()


def test_a_machine_that_is_too_fast_has_to_wait_and_keeps_what_it_wrote(visitor, at):
    shown = visitor.get(reverse("tip"))
    values = {"consent": "on", "channel": "public", "ticket": ticket(shown), "link": LINK, "note": "KEPT-WORDS"}
    answer = visitor.post(reverse("tip"), values)
    assert answer.status_code == 422 and "KEPT-WORDS" in answer.content.decode() and not Tip.objects.exists()
    at.advance(seconds=5)
    assert visitor.post(reverse("tip"), {**values, "ticket": ticket(answer)}).status_code == 200


def test_a_picture_is_kept_exactly_and_shown_as_a_copy(visitor, election, users, at):
    data = picture()
    send(visitor, at, picture=SimpleUploadedFile("a.php", data, "text/html"))
    tip = Tip.objects.get()
    assert Vault(Home.here().vault).get(tip.picture_sha256) == data
    desk = Client()
    desk.force_login(users["coder"])
    shown = desk.get(reverse("tip_picture", args=[tip.pk]))
    assert shown["Content-Type"] == "image/jpeg" and shown.content[:3] == b"\xff\xd8\xff" and shown.content != data
    wrong = send(visitor, at, picture=SimpleUploadedFile("a.png", b"<script>alert(1)</script>", "image/png"))
    assert wrong.status_code == 422 and "not a picture" in wrong.content.decode()


def test_too_many_from_one_address_wait_and_others_do_not(visitor, at, monkeypatch):
    monkeypatch.setattr(door, "MOST_SENT", 3)
    answers = [send(visitor, at, link=f"{LINK}{n}").status_code for n in range(5)]
    assert answers == [200, 200, 200, 429, 429] and Tip.objects.count() == 3
    assert send(Client(REMOTE_ADDR="203.0.113.8"), at, link=LINK).status_code == 200
    at.advance(minutes=11)
    assert send(visitor, at, link=f"{LINK}9").status_code == 200
    at.advance(days=1)
    send(visitor, at, link=f"{LINK}8")
    assert DoorSalt.objects.count() == 1 and Knock.objects.count() == 2, "what the counts rested on is gone"


def test_a_full_box_says_later_and_shows_what_was_written(visitor, election, at):
    election.settings = {**election.settings, "tips_waiting": 1}
    election.save()
    send(visitor, at, link=LINK)
    answer = send(visitor, at, link=f"{LINK}2", note="NOT-LOST")
    assert answer.status_code == 503 and answer["Retry-After"] and "NOT-LOST" in answer.content.decode()
    with pytest.raises(BoxFull):
        leave(election)
    assert Tip.objects.count() == 1


def test_a_form_that_is_too_large_is_not_even_read(visitor):
    answer = visitor.generic("POST", reverse("tip"), b"x" * (rules.MOST_BYTES + 1), "multipart/form-data; boundary=x")
    assert answer.status_code == 413


@pytest.mark.parametrize("language", ["sq", "sr-latn", "sr", "en"])
def test_the_form_is_small_and_needs_no_script(visitor, language):
    visitor.cookies["django_language"] = language
    page = visitor.get(reverse("tip"))
    assert len(page.content) < 16_000 and re.findall(rb"<script[^>]+src=\"(?!/static/)", page.content) == []
    assert b"csrfmiddlewaretoken" in page.content


def test_the_form_says_whom_to_call(visitor, election):
    election.settings = {**election.settings, "emergency": {"en": "Police of Lumas: 000"}}
    election.save()
    assert "Police of Lumas: 000" in visitor.get(reverse("tip")).content.decode()


# The desk


def test_duplicates_find_each_other_and_follow(election, users, home):
    first = leave(election)
    again = leave(election, "BBBB", link="https://m.facebook.com/ana.pl/posts/1234567890?fbclid=z")
    other = leave(election, "CCCC", link="https://portal.example/a")
    assert queries.same_tips(again) == [first] and queries.same_tips(other) == []
    actions.join_tips(by=users["coder"], tip=again, first=first)
    actions.join_tips(by=users["coder"], tip=first, first=other)
    again.refresh_from_db()
    assert again.duplicate_of == other, "who followed goes along"
    assert [tip.pk for tip in queries.tips(election)] == [other.pk]
    assert queries.tip_of_number("BBBB") == other
    assert list(problems()) == []


def test_a_tip_is_taken_up_into_the_corpus_and_onto_the_docket_with_its_picture(election, users, home):
    tip = leave(election, picture=picture(), note="PRIVATE-NOTE", contact="ana@lake.example")
    desk = Client()
    desk.force_login(users["coordinator"])
    page = desk.get(reverse("tip_show", args=[tip.pk])).content.decode()
    assert "PRIVATE-NOTE" in page and "ana@lake.example" not in page and "blur" in page
    answer = desk.post(
        reverse("tip_take_up", args=[tip.pk]),
        {"url": LINK, "platform": "facebook", "kind": "post", "account_handle": "ana.pl", "text": "Words of the post",
         "posted_at": "2027-09-14T11:30"},
    )  # fmt: skip
    tip.refresh_from_db()
    assert tip.state == "taken_up" and tip.post_key == "facebook:1234567890"
    assert answer.url.startswith(reverse("docket_put")) and "1234567890" in answer.url
    assert "Tip " in desk.get(answer.url).content.decode()
    rows = Corpus(home.corpus).rows("SELECT * FROM observations")
    assert [(row["route"], row["posted_at"].isoformat()) for row in rows] == [("tip", "2027-09-14T09:30:00+00:00")]
    assert "PRIVATE-NOTE" not in str(rows) and Import.objects.get().route == "tip"
    item = put(by=users["coordinator"], election=election, post_key=tip.post_key, reason="A tip")
    assert item.route == "tip" and item.account.handle == "ana.pl"
    preserve_pending(by=users["coordinator"], election=election)
    preserve_pending(by=users["coordinator"], election=election)
    assert sorted(Exhibit.objects.filter(item=item).values_list("kind", flat=True)) == ["raw", "screenshot"]
    with pytest.raises(Conflict):
        actions.take_up_tip(by=users["coordinator"], tip=tip, url=LINK, platform="facebook")
    second = leave(election, "BBBB")
    actions.take_up_tip(by=users["analyst"], tip=second, url=LINK, platform="facebook", text="Words of the post")
    assert len(Corpus(home.corpus).rows("SELECT * FROM observations")) == 1, "what is there is not doubled"
    assert list(problems()) == []


def test_what_a_member_brings_from_a_closed_group_stays_a_lead(election, users, home):
    tip = leave(election, channel="closed", picture=picture(), link="")
    taken = actions.take_up_tip(by=users["coordinator"], tip=tip)
    assert taken.state == "taken_up" and taken.post_key == "" and Corpus(home.corpus).version() == -1


def test_the_contact_is_encrypted_read_by_few_and_erased(election, users, home):
    tip = leave(election, contact="ana@lake.example")
    assert "ana" not in TipContact.objects.get().sealed
    for role in ("coder", "analyst", "administrator", "editor"):
        with pytest.raises(Refused):
            actions.read_contact(by=users[role], tip=tip)
    assert actions.read_contact(by=users["data_protection"], tip=tip) == "ana@lake.example"
    assert Entry.objects.last().act == "tip.read_contact"
    actions.erase_contact(by=users["data_protection"], tip=tip)
    with pytest.raises(NotFound):
        actions.read_contact(by=users["data_protection"], tip=tip)
    assert not TipContact.objects.exists() and list(problems()) == []


def test_what_strangers_write_is_shown_as_text(election, users, home):
    tip = leave(election, note="<img src=x onerror=alert(1)>", link="https://portal.example/<script>")
    desk = Client()
    desk.force_login(users["coordinator"])
    for page in (desk.get(reverse("tips")), desk.get(reverse("tip_show", args=[tip.pk]))):
        assert b"<img src=x" not in page.content and b"<script>" not in page.content
