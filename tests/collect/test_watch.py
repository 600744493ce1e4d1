"""A captured video at the desk: times and quotes, what was watched, the recording part by part."""

from __future__ import annotations

import os

import pytest
from django.template import Context, Template
from django.urls import reverse

from besa.base import clock
from besa.base.errors import BadInput, Refused
from besa.collect.actions import capture, describe_video
from besa.collect.models import CapturedFile
from besa.collect.rules import video
from besa.collect.types import NewFile
from besa.ledger.verify import problems
from besa.vault import Vault

pytestmark = pytest.mark.django_db
WEBM = b"\x1aE\xdf\xa3" + os.urandom(3 << 20)


@pytest.fixture
def desk(client, home, election, users):
    client.force_login(users["coder"], backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def row(home, election, users):
    return capture(
        by=users["coder2"], election=election, token="recording-of-a-video", kind="video", seen_at=clock.now(),
        url="https://www.tiktok.com/@lake/video/7300000000000000001",
        files=[NewFile("recording", WEBM, "video/webm", "screen.webm"),
               NewFile("recording", WEBM + b"!", "video/webm", "original.webm", sealed=True)],
    )  # fmt: skip


def card(row) -> str:
    return Template("{% load video %}{% video_said row %}").render(Context({"row": row}))


def test_what_was_typed_is_saved_shown_and_vouched_for(desk, row):
    assert "Not one second watched" in card(row)
    page = reverse("capture_video", args=[row.pk])
    answer = desk.post(
        page, {"video_length": "2:00", "video_watched": "0:00-0:30", "video_quotes": "0:05-0:09 <b>Fjalë"}
    )
    assert answer.url == page
    row.refresh_from_db()
    shown = card(row)
    assert "25 % watched" in shown and "&lt;b&gt;Fjalë" in shown and "0:05–0:09" in shown and "person said" in shown
    again = desk.get(page).content.decode()
    assert "0:05-0:09 &lt;b&gt;Fjalë" in again and "<video" in again
    assert list(problems()) == []


def test_what_cannot_be_is_told_and_nothing_typed_is_lost(desk, row):
    page = reverse("capture_video", args=[row.pk])
    answer = desk.post(page, {"video_length": "1:00", "video_watched": "", "video_quotes": "2:00 Too late"})
    assert answer.status_code == 400
    assert "after the end" in answer.content.decode() and "2:00 Too late" in answer.content.decode()
    row.refresh_from_db()
    assert row.video == {}


def test_the_same_again_writes_nothing_and_others_may_not(row, users):
    said = video.read("1:00", "0:00-0:10")
    first = describe_video(by=users["coder"], capture=row, video=said)
    entries = len(list(_entries()))
    describe_video(by=users["coder"], capture=first, video=said)
    assert len(list(_entries())) == entries
    with pytest.raises(Refused):
        describe_video(by=users["editor"], capture=row, video={})
    with pytest.raises(BadInput):
        describe_video(by=users["coder"], capture=row, video={"watched": [[5, 1]]})


def _entries():
    from besa.ledger.models import Entry

    return Entry.objects.filter(act="collect.describe_video")


def test_the_player_gets_the_recording_part_by_part(desk, row):
    file = CapturedFile.objects.get(sealed=False)
    address, got = reverse("capture_play", args=[file.pk]), b""
    while len(got) < len(WEBM):
        answer = desk.get(address, headers={"Range": f"bytes={len(got)}-"})
        assert answer.status_code == 206
        assert answer.headers["Content-Range"].startswith(f"bytes {len(got)}-")
        got += answer.content
    assert got == WEBM
    assert desk.get(address, headers={"Range": "bytes=10-19"}).content == WEBM[10:20]
    assert desk.get(address, headers={"Range": f"bytes={len(WEBM)}-"}).status_code == 416
    assert "sandbox" in desk.get(address).headers["Content-Security-Policy"]


def test_a_sealed_original_and_a_changed_recording_are_not_played(desk, row, home):
    sealed, open_ = CapturedFile.objects.get(sealed=True), CapturedFile.objects.get(sealed=False)
    assert desk.get(reverse("capture_play", args=[sealed.pk])).status_code == 404
    path = Vault(home.vault).path_of(open_.sha256)
    path.chmod(0o640)
    path.write_bytes(WEBM[:-1] + b"x")
    assert desk.get(reverse("capture_play", args=[open_.pk])).status_code == 400


def test_a_screenshot_has_no_card_of_a_video(home, election, users):
    still = capture(
        by=users["coder"], election=election, token="a-still-picture", seen_at=clock.now(), url="https://example.org/a"
    )
    assert card(still).strip() == ""


def test_a_short_own_name_does_not_refuse_every_recording(home, election, users):
    """Three letters stand somewhere among the bytes of any recording; in what is typed they are still seen."""
    said = {"by": users["coder"], "election": election, "seen_at": clock.now(), "url": "https://example.org/a",
            "operator_names": ["ana"]}  # fmt: skip
    file = NewFile("recording", WEBM + b"-ana-", "video/webm", "screen.webm")
    assert capture(token="short-name-1", files=[file], **said).pk
    with pytest.raises(BadInput):
        capture(token="short-name-2", text="as Ana sees it", **said)
    with pytest.raises(BadInput):
        capture(token="short-name-3", files=[NewFile("dom", b"<p>ana</p>", "text/html", "page.html")], **said)


def test_the_captures_own_page_shows_the_card(desk, row):
    page = desk.get(reverse("capture_show", args=[row.pk])).content.decode()
    assert "Not one second watched" in page and reverse("capture_video", args=[row.pk]) in page
    assert reverse("phone") in desk.get(reverse("captures")).content.decode()
