"""The desk pages of capturing, and the gate of tools that carry a token."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

import make
from besa.base.ids import sha256_hex
from besa.collect.actions import capture, make_token, revoke_token
from besa.collect.models import Capture, CapturedFile, UploadToken
from besa.collect.rules import addresses
from besa.collect.rules.captured import arguments
from besa.collect.types import NewFile
from besa.evidence.actions import preserve_pending
from besa.evidence.models import Custody, Exhibit
from besa.evidence.queries import exhibits
from besa.ledger import verify
from besa.people.policy import BELT
from besa.triage.actions import put_captured
from besa.triage.models import DocketItem
from routing import address, routes

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
POST = "https://www.facebook.com/ana.pl/posts/700100200300400"


@pytest.fixture
def desk(client, home, election, users):
    client.force_login(users["analyst"], backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def filled(**more) -> dict:
    return {"token": "form-token-1", "url": POST, "kind": "post", "channel": "public", "text": "Një tekst.", **more}


def test_the_empty_page_says_how_to_begin(desk):
    page = desk.get(reverse("captures")).content.decode()
    assert "Nothing has been captured yet" in page and reverse("extension") in page and "javascript:" in page


def test_a_form_with_picture_and_local_time_is_kept(desk):
    answer = desk.post(
        reverse("capture_new"),
        filled(
            posted_at="2027-09-14T10:00:00", screenshots=SimpleUploadedFile("a.png", PNG), counts='{"reactions": 4}'
        ),
    )
    row = Capture.objects.get()
    assert answer.url == reverse("capture_show", args=[row.pk])
    assert row.posted_at == datetime(2027, 9, 14, 8, tzinfo=UTC), "the election's own time"
    assert row.counts == {"reactions": 4} and row.device == "form" and row.entered.mapped == 1
    assert CapturedFile.objects.get().kind == "screenshot"
    page = desk.get(answer.url).content.decode()
    assert "Një tekst." in page and sha256_hex(PNG) in page and reverse("docket_put") in page
    desk.post(reverse("capture_new"), filled())
    assert Capture.objects.count() == 1, "the same form sent again"
    assert "Një tekst." in desk.get(reverse("captures")).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "", "text": ""}, {"url": "not an address"}, {"platform": "myspace"},
        {"operator": "Besarta Kanarina", "text": "Besarta Kanarina saw it"}, {"docket_reason": "no time is known"},
    ],
)  # fmt: skip
def test_a_wrong_form_comes_back_with_what_was_typed(desk, wrong):
    answer = desk.post(reverse("capture_new"), filled(**wrong))
    assert answer.status_code == 400 and not Capture.objects.exists()
    assert 'class="notice bad"' in answer.content.decode() or 'class="errors"' in answer.content.decode()


def test_what_an_address_tells(desk):
    told = desk.get(reverse("capture_address"), {"url": "https://x.com/ana/status/2066000000000000001"}).json()
    assert (told["platform"], told["account_handle"], told["kind"]) == ("x", "ana", "post")
    assert told["posted_at"].startswith("2026-06-")
    assert desk.get(reverse("capture_address"), {"url": "nothing"}).json() == {}


@pytest.mark.parametrize(
    ("platform", "number", "told"),
    [
        ("tiktok", "6584647400055377158", "2018-08-01"), ("x", "1050118621198921728", "2018-10-10"),
        ("instagram", "BsOGulcndj-", "2019-01-04"), ("x", "20", None), ("tiktok", "x", None), ("facebook", "7", None),
    ],
)  # fmt: skip
def test_numbers_that_tell_the_time(platform, number, told):
    found = addresses.told_time(platform, number)
    assert (found.date().isoformat() if found else None) == told


def test_a_private_person_stands_under_a_code_and_a_watched_account_under_its_name(desk):
    for number, (name, handle) in enumerate([("Ylli Prova", "ylli.prova"), ("Ana of PL", "ana.pl")]):
        said = filled(token=f"form-token-{number}", account_name=name, account_handle=handle, text=f"Text {number}")
        desk.post(
            reverse("capture_new"), said | {"url": f"https://www.facebook.com/{handle}/posts/70010020030040{number}"}
        )
    pages = [
        desk.get(reverse("captures")),
        *(desk.get(reverse("capture_show", args=[row.pk])) for row in Capture.objects.all()),
    ]
    shown = "".join(page.content.decode() for page in pages)
    assert "Ylli Prova" not in shown and "ylli.prova" not in shown and "Account " in shown
    assert "Ana of PL" in shown and "facebook.com/ana.pl/posts/" in shown


def test_the_extension_is_handed_out_whole(desk):
    answer = desk.get(reverse("extension"))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        names = set(packed.namelist())
        manifest = json.loads(packed.read("manifest.json"))
        assert {"readers.js", "background.js", "capture.html", "icons/128.png"} <= names
        words = {name: json.loads(packed.read(f"_locales/{name}/messages.json")) for name in ("en", "sq", "sr")}
        pages = b"".join(packed.read(name) for name in names if name.endswith((".html", ".js")))
    assert manifest["manifest_version"] == 3 and "host_permissions" not in manifest
    assert words["en"].keys() == words["sq"].keys() == words["sr"].keys()
    assert b"http://" not in pages.replace(b"http://127.0.0.1", b"") and b"<script>" not in pages


def test_a_token_is_shown_once_and_kept_as_its_hash(desk, users, election):
    page = desk.post(reverse("token_make"), {"name": "Firefox", "days": "30"}).content.decode()
    token = page.split("/z/")[1].split('"')[0]
    row = UploadToken.objects.get()
    assert row.token_sha256 == sha256_hex(token) and token not in str(UploadToken.objects.values())
    assert token not in desk.get(reverse("captures")).content.decode()
    gate = Client()
    assert gate.get(reverse("gate_about", args=[token])).json()["user"] == "analyst"
    desk.post(reverse("token_revoke", args=[row.pk]))
    assert gate.get(reverse("gate_about", args=[token])).status_code == 403
    assert list(verify.problems()) == []


def test_a_token_ends_with_its_time_its_holder_and_the_role(home, election, users, at):
    _, token = make_token(by=users["analyst"], election=election, name="x", days=7)
    gate, address = Client(), reverse("gate_about", args=[token])
    assert gate.get(address).status_code == 200
    assert gate.get(address, REMOTE_ADDR="203.0.113.9").status_code == 403, "a demo account, from elsewhere"
    type(users["analyst"]).objects.filter(pk=users["analyst"].pk).update(is_active=False)
    assert gate.get(address).status_code == 403
    type(users["analyst"]).objects.filter(pk=users["analyst"].pk).update(is_active=True)
    at.advance(days=8)
    assert gate.get(address).status_code == 403
    _, coder = make_token(by=users["coder"], election=election, name="x")
    sent = gate.post(
        reverse("gate_import", args=[coder]), b"{}\n", content_type="text/plain",
        headers={"X-Zeeschuimer-Platform": "tiktok.com"},
    )  # fmt: skip
    assert sent.status_code == 403, "a coder captures, but imports no files"


def test_one_persons_token_is_not_another_persons_to_end(desk, users, election):
    row, _ = make_token(by=users["coordinator"], election=election, name="x")
    assert desk.post(reverse("token_revoke", args=[row.pk])).status_code == 403
    assert revoke_token(by=users["administrator"], token=row).revoked_at


def test_the_gate_alone_is_exempt_from_the_cross_site_check(election):
    """What Django's own check lets through and no check of the view's stops."""
    exempt = {route: pattern for route, pattern in routes() if getattr(pattern.callback, "csrf_exempt", False)}
    gate = {route for route, _ in routes() if route.startswith("z/")}
    assert gate and gate <= set(exempt)
    stranger = Client(enforce_csrf_checks=True)
    for route in set(exempt) - gate:
        refused = stranger.post(address(exempt[route], route), {"x": "y"})
        assert (refused.status_code == 403 and b"CSRF" in refused.content) or refused.status_code == 405, route


def test_the_gate_takes_a_capture_without_cookie_and_reads_none(home, election, users):
    _, token = make_token(by=users["analyst"], election=election, name="x")
    gate = Client(enforce_csrf_checks=True)
    said = {
        "token": "gate-token-1",
        "url": POST,
        "text": "x",
        "sha256": {"screenshot": sha256_hex(PNG)},
        "device": "extension",
    }
    answer = gate.post(
        reverse("gate_capture", args=[token]),
        {"capture": json.dumps(said), "screenshot": SimpleUploadedFile("s.png", PNG)},
        headers={"Origin": "https://www.facebook.com"},
    )
    assert answer.status_code == 200 and answer.json()["post_key"] == "facebook:700100200300400"
    assert answer["Access-Control-Allow-Origin"] == "*" and "Set-Cookie" not in answer
    bad = gate.post(reverse("gate_capture", args=[token]), {"capture": "no json"})
    assert bad.status_code == 400
    assert UploadToken.objects.get().last_used_at is not None and list(verify.problems()) == []


@pytest.mark.parametrize("said", [None, [], "x", 7, {"counts": [], "thread": {"comments": [None, 3, {"text": []}]}}])
def test_whatever_a_sender_says_becomes_arguments(said):
    found = arguments(said, now=datetime(2027, 9, 15, tzinfo=UTC))
    assert found["token"] == "" and found["counts"] == {} and found["operator_names"] == []


def test_a_capture_with_a_reason_goes_to_the_docket_and_its_files_into_evidence(home, election, users):
    made = capture(
        by=users["coder"], election=election, token="token-0001", url=POST, text="A threat.",
        seen_at=datetime(2027, 9, 15, 9, tzinfo=UTC), posted_at=datetime(2027, 9, 14, 9, tzinfo=UTC),
        docket_reason="A threat against a candidate", urgent=True,
        files=[
            NewFile("screenshot", PNG, "image/png", "a.png"), NewFile("dom", b"<html></html>", "text/html", "p.html"),
            NewFile("dom", b"<html>me</html>", "text/html", "o.html", sealed=True),
        ],
        thread={"declared": 1, "comments": [{"text": "Turp!", "account_name": "One"}]},
    )  # fmt: skip
    assert put_captured(by=BELT, election=election) == 1 and put_captured(by=BELT, election=election) == 0
    item = DocketItem.objects.get()
    assert (item.post_key, item.sample, item.route, item.urgent) == (made.post_key, "hand", "hand", True)
    assert preserve_pending(by=BELT, election=election) == 4
    assert [exhibit.kind for exhibit in exhibits(item)] == ["raw", "screenshot", "archive", "document"]
    assert preserve_pending(by=BELT, election=election) == 0
    custody = Custody.objects.filter(exhibit__kind="screenshot").get()
    assert (custody.act, custody.by, custody.at) == ("captured", "coder", made.received_at)
    sealed = CapturedFile.objects.get(sealed=True)
    assert not Exhibit.objects.filter(sha256__in=[sealed.sha256, sealed.original_sha256]).exists()
    # captured again while it is on the docket
    capture(
        by=users["analyst"], election=election, token="token-0002", url=POST, text="A threat.",
        seen_at=made.seen_at + timedelta(hours=1), files=[NewFile("screenshot", PNG + b"2", "image/png", "b.png")],
    )  # fmt: skip
    assert preserve_pending(by=BELT, election=election) == 1 and list(verify.problems()) == []


def test_a_thread_by_two_people_of_other_elections_stays_apart(home, election, users):
    other = make.election("elsewhere-2027")
    made = capture(
        by=users["analyst"], election=election, token="token-0001", url=POST, text="x",
        seen_at=datetime(2027, 9, 15, 9, tzinfo=UTC), posted_at=datetime(2027, 9, 14, tzinfo=UTC), docket_reason="y",
    )  # fmt: skip
    assert put_captured(by=BELT, election=other) == 0 and made.election == election.slug
