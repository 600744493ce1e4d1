"""Files that come piece by piece: any pieces, any repeats, any break; each capture once."""

from __future__ import annotations

import hashlib
import itertools
import json
import random
import re
from datetime import timedelta

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

import make
from besa.base import clock
from besa.base.errors import BadInput, Conflict, NotFound, Refused
from besa.collect.actions import resuming
from besa.collect.models import Capture, CapturedFile, Upload
from besa.ledger.verify import problems
from besa.vault import Vault

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n"
TOKEN = "0123456789abcdef0123456789abcdef"


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def begun(by, election, data: bytes, *, token=TOKEN, number=0, **more) -> Upload:
    facts = {"kind": "screenshot", "media_type": "image/png", "size": len(data), "sha256": sha(data), **more}
    return resuming.begin(by=by, election=election, token=token, number=number, **facts)


def finished(by, election, *, token=TOKEN, files=1, **more) -> Capture:
    said = {"url": "https://www.facebook.com/ana.pl/posts/12345678", "seen_at": clock.now(), **more}
    return resuming.finish(by=by, election=election, token=token, said=said, files=files)


def test_whatever_the_pieces_repeats_and_breaks_the_file_arrives_once(home, election, users):
    by, walks = users["coder"], itertools.count()

    @settings(max_examples=25)
    @given(st.binary(max_size=3000), st.randoms(use_true_random=False))
    def walk(tail, chance: random.Random):
        data, token = PNG + tail, f"walk-{next(walks):027}"
        for _ in range(200):
            upload = begun(by, election, data, token=token)  # a phone that starts anew announces it again
            there = resuming.offset(upload)
            if there == len(data):
                break
            act = chance.choice(["next", "next", "next", "repeat", "ahead", "damaged", "too_long"])
            length = chance.randint(1, 900)
            if act == "next":
                part = data[there : there + length]
                assert resuming.append(by=by, upload=upload, at=there, data=part, sha256=sha(part)) == there + len(part)
            elif act == "damaged":
                with pytest.raises(BadInput):
                    resuming.append(by=by, upload=upload, at=there, data=b"x", sha256=sha(b"y"))
            else:
                at = {"repeat": max(0, there - length), "ahead": there + length, "too_long": there}[act]
                part = data[at : at + length] or b"x"
                if act == "too_long":
                    part = data[there:] + b"more"
                elif at == there:
                    continue
                with pytest.raises(resuming.Misplaced) as caught:
                    resuming.append(by=by, upload=upload, at=at, data=part, sha256=sha(part))
                assert caught.value.offset == there
            assert resuming.offset(upload) <= len(data)
        else:
            part = data[there:]
            resuming.append(by=by, upload=upload, at=there, data=part, sha256=sha(part))
        first = finished(by, election, token=token)
        again = finished(by, election, token=token)
        assert first.pk == again.pk
        file = CapturedFile.objects.get(capture=first)
        assert (file.original_sha256, Vault(home.vault).get(file.sha256)) == (sha(data), data)
        assert not Upload.objects.filter(token=token).exists()

    walk()
    assert list(home.staging.glob("phone-*/*")) == [], "what has become a capture leaves nothing behind"
    assert list(problems()) == []


def test_a_crash_in_the_middle_of_a_piece_goes_on_where_it_stopped(home, election, users):
    by, data = users["coder"], PNG + bytes(5000)
    upload = begun(by, election, data)
    resuming.append(by=by, upload=upload, at=0, data=data[:2000], sha256=sha(data[:2000]))
    with resuming._path(upload).open("ab") as torn:  # the process died after half of the next piece
        torn.write(data[2000:2700])
    assert resuming.offset(begun(by, election, data)) == 2700
    resuming.append(by=by, upload=upload, at=2700, data=data[2700:], sha256=sha(data[2700:]))
    assert Vault(home.vault).get(CapturedFile.objects.get(capture=finished(by, election)).sha256) == data


def test_bytes_that_changed_underway_are_thrown_away_and_sent_again(home, election, users):
    by, data = users["coder"], PNG + bytes(500)
    upload = begun(by, election, data)
    with_flip = b"\x88" + data[1:300]
    resuming.append(by=by, upload=upload, at=0, data=with_flip, sha256=sha(with_flip))
    with pytest.raises(BadInput, match="damaged"):
        resuming.append(by=by, upload=upload, at=300, data=data[300:], sha256=sha(data[300:]))
    assert resuming.offset(upload) == 0
    with pytest.raises(Conflict):
        finished(by, election)
    resuming.append(by=by, upload=upload, at=0, data=data, sha256=sha(data))
    assert finished(by, election).pk


def test_a_crash_after_the_capture_was_made_makes_no_second_one(home, election, users, monkeypatch):
    by, data = users["coder"], PNG + b"1"
    upload = begun(by, election, data)
    resuming.append(by=by, upload=upload, at=0, data=data, sha256=sha(data))
    with monkeypatch.context() as broken:
        broken.setattr(resuming, "discard", lambda **_: (_ for _ in ()).throw(OSError("power is gone")))
        with pytest.raises(OSError, match="power"):
            finished(by, election)
    assert Capture.objects.count() == 1 and Upload.objects.count() == 1
    finished(by, election)
    assert (Capture.objects.count(), CapturedFile.objects.count(), Upload.objects.count()) == (1, 1, 0)


def test_what_is_refused_leaves_no_bytes_behind(home, election, users):
    by, data = users["coder"], b"GIF89a" + b" by Canary Operatorja "
    upload = begun(by, election, data)
    resuming.append(by=by, upload=upload, at=0, data=data, sha256=sha(data))
    with pytest.raises(BadInput, match="own account"):
        finished(by, election, operator_names=["canary operatorja"])
    assert not Upload.objects.exists() and not Capture.objects.exists()
    assert not [path for path in home.root.rglob("*") if path.is_file() and b"Canary" in path.read_bytes()]


def test_no_capture_before_all_its_files_are_whole(home, election, users):
    by, data = users["coder"], PNG + bytes(50)
    upload = begun(by, election, data)
    for files in (1, 2):
        with pytest.raises(Conflict):
            finished(by, election, files=files)
    resuming.append(by=by, upload=upload, at=0, data=data, sha256=sha(data))
    with pytest.raises(Conflict):
        finished(by, election, files=2)
    assert not Capture.objects.exists()


def test_an_upload_belongs_to_the_one_who_brings_it(home, election, users):
    data = PNG + bytes(50)
    begun(users["coder"], election, data)
    with pytest.raises(NotFound):
        resuming.waiting(by=users["coder2"], token=TOKEN, number=0)
    with pytest.raises(Conflict):
        begun(users["coder2"], election, data)
    resuming.discard(by=users["coder2"], token=TOKEN)
    assert Upload.objects.count() == 1
    with pytest.raises(Refused):
        begun(users["editor"], election, data, token="f" * 32)


def test_limits(home, election, users, monkeypatch):
    by = users["coder"]
    for wrong in ({"size": 0}, {"size": resuming.LARGEST + 1}, {"number": resuming.MOST_FILES}, {"sha256": "x"},
                  {"token": "../../etc/passwd"}, {"kind": "virus"}):  # fmt: skip
        facts = {"number": 0, "token": TOKEN, **wrong}
        with pytest.raises(BadInput):
            begun(by, election, PNG, **facts)
    monkeypatch.setattr(resuming, "MOST_WAITING", 20)
    begun(by, election, PNG + b"123456")
    with pytest.raises(Conflict):
        begun(by, election, PNG + b"123456", number=1)


def test_what_nobody_finishes_is_forgotten(home, at, election, users):
    data = PNG + bytes(50)
    upload = begun(users["coder"], election, data)
    resuming.append(by=users["coder"], upload=upload, at=0, data=data[:9], sha256=sha(data[:9]))
    at.advance(days=resuming.STALE / timedelta(days=1) + 1)
    begun(users["coder2"], election, data, token="b" * 32)
    assert [row.token for row in Upload.objects.all()] == ["b" * 32]
    assert not resuming._folder(TOKEN).exists()


# by the addresses that the phone uses


@pytest.fixture
def phone(home, election, users):
    client = Client(enforce_csrf_checks=True)
    client.force_login(users["coder"], backend="allauth.account.auth_backends.AuthenticationBackend")
    client.token = client.get("/phone/session/").json()["csrf"]
    return client


def sent(phone, path, body, **headers):
    return phone.post(f"/phone/{path}", json.dumps(body), content_type="application/json",
                      headers={"X-CSRFToken": phone.token, **headers})  # fmt: skip


def patched(phone, data, at, *, sum_of=None, number=0):
    return phone.patch(
        f"/phone/uploads/{TOKEN}/{number}/", data, content_type="application/offset+octet-stream",
        headers={"X-CSRFToken": phone.token, "Upload-Offset": str(at),
                 "Upload-Checksum": f"sha256 {sha(data if sum_of is None else sum_of)}"},
    )  # fmt: skip


def test_the_way_of_a_capture_by_its_addresses(phone, election):
    data = PNG + bytes(3000)
    announced = {"token": TOKEN, "number": 0, "election": election.slug, "kind": "screenshot",
                 "media_type": "image/png", "size": len(data), "sha256": sha(data), "scrubbed": True}  # fmt: skip
    assert sent(phone, "uploads/", announced).json() == {"offset": 0}
    assert patched(phone, data[:1000], 0).headers["Upload-Offset"] == "1000"
    assert sent(phone, "uploads/", announced).json() == {"offset": 1000}
    again = patched(phone, data[:1000], 0)
    assert (again.status_code, again.headers["Upload-Offset"]) == (409, "1000")
    assert patched(phone, data[1000:1010], 1000, sum_of=b"other").status_code == 422
    assert phone.head(f"/phone/uploads/{TOKEN}/0/").headers["Upload-Offset"] == "1000"
    capture = {"token": TOKEN, "files": 1, "seen_at": "2027-09-15T09:00:00Z", "election": election.slug,
               "url": "https://www.tiktok.com/@lake/video/7300000000000000001", "kind": "video",
               "video": {"length": "1:00", "watched": "0:00-0:30", "quotes": "0:05-0:09 Fjalë."}}  # fmt: skip
    assert sent(phone, "captures/", capture).status_code == 409, "not whole yet"
    assert patched(phone, data[1000:], 1000).status_code == 204
    first, second = sent(phone, "captures/", capture), sent(phone, "captures/", capture)
    assert first.status_code == second.status_code == 201 and first.json() == second.json()
    row = Capture.objects.get()
    assert (row.device, row.by, row.platform) == ("phone", "coder", "tiktok")
    assert row.video["watched"] == [[0, 30]] and row.video["quotes"][0]["text"] == "Fjalë."
    assert CapturedFile.objects.get().scrubbed
    assert phone.head(f"/phone/uploads/{TOKEN}/0/").status_code == 404


def test_own_names_are_refused_and_never_stored(phone, election):
    capture = {"token": TOKEN, "files": 0, "seen_at": "2027-09-15T09:00:00Z", "election": election.slug,
               "url": "https://example.org/a", "text": "seen by Canary Operatorja",
               "operator_names": ["canary operatorja"]}  # fmt: skip
    answer = sent(phone, "captures/", capture)
    assert answer.status_code == 422 and "own account" in answer.json()["error"]
    assert not Capture.objects.exists()
    assert sent(phone, "captures/", {**capture, "text": "clean"}).status_code == 201
    stored = json.dumps(list(Capture.objects.values()), default=str)
    assert "clean" in stored and "canary" not in stored.lower()


@pytest.mark.parametrize(
    "body",
    [[], {}, {"token": 5}, {"token": TOKEN, "files": "1"}, {"token": TOKEN, "files": 0, "seen_at": "yesterday"},
     {"token": TOKEN, "files": 0, "seen_at": "2027-09-15T09:00:00Z", "url": "x" * 200_000},
     {"token": TOKEN, "files": 0, "seen_at": "2027-09-15T09:00:00Z", "video": {"quotes": "no time"}}],
)  # fmt: skip
def test_what_is_no_capture_is_told_so(phone, body):
    answer = sent(phone, "captures/", body)
    assert answer.status_code == 422 and answer.json()["error"]


def test_without_the_token_without_a_session_without_the_role(phone, election, users):
    assert phone.post("/phone/captures/", "{}", content_type="application/json").status_code == 403
    assert phone.patch(f"/phone/uploads/{TOKEN}/0/", b"x").status_code == 403
    assert "/accounts/login/" in Client().get("/phone/session/").url
    other = Client()
    other.force_login(users["editor"], backend="allauth.account.auth_backends.AuthenticationBackend")
    assert other.get("/phone/session/").status_code == 403


def test_the_page_holds_nothing_of_anybody(phone):
    mine, strangers = phone.get("/phone/"), Client().get("/phone/")
    assert mine.content == strangers.content and b"coder" not in mine.content
    assert "blob:" in mine.headers["Content-Security-Policy"]
    assert "unsafe" not in mine.headers["Content-Security-Policy"]


def test_the_manifest_and_the_worker(phone):
    manifest = Client().get("/phone/manifest.webmanifest")
    assert manifest.headers["Content-Type"].startswith("application/manifest+json")
    assert manifest.json()["share_target"]["action"].startswith(manifest.json()["scope"]) and manifest.json()["icons"]
    worker = Client().get("/phone/worker.js")
    assert worker.headers["Content-Type"].startswith("text/javascript")
    assert worker.headers["Cache-Control"] == "no-cache"
    line = worker.content.decode().splitlines()[0]
    shell = json.loads(line.removeprefix("const SHELL = ").rstrip(";"))
    albanian = Client(headers={"Accept-Language": "sq"}).get("/phone/worker.js").content.decode().splitlines()[0]
    assert line != albanian, "another language is another page to keep"
    imported = set()
    for path in shell["files"]:
        body = Client().get(path)
        assert body.status_code == 200, path
        again = Client().get(path, headers={"If-None-Match": body.headers["ETag"]})
        assert again.status_code == 304, "what the page has just loaded is not sent to its worker again"
        if path.endswith(".js"):
            imported |= set(re.findall(r'from "\./([^"]+)"', body.content.decode()))
    assert "store.js" in imported <= {path.rsplit("/", 1)[1] for path in shell["files"]}
    assert Client().get("/phone/files/worker.js").status_code == 404


def test_files_of_two_elections_go_where_they_were_captured(phone, election, users):
    make.election("later-2028")
    held = phone.session
    held["election"] = election.slug  # chosen at the desk
    held.save()
    capture = {"token": TOKEN, "files": 0, "seen_at": "2027-09-15T09:00:00Z", "election": election.slug,
               "url": "https://example.org/a"}  # fmt: skip
    assert sent(phone, "captures/", capture).status_code == 201
    assert Capture.objects.get().election == election.slug
    assert sent(phone, "captures/", {**capture, "token": "c" * 32, "election": "later-2028"}).status_code == 403
    assert sent(phone, "captures/", {**capture, "token": "d" * 32, "election": "none"}).status_code == 409


@pytest.mark.django_db
def test_a_page_that_has_not_changed_keeps_its_policy(client):
    first = client.get("/phone/")
    again = client.get("/phone/", headers={"if-none-match": first["ETag"]})
    policies = [answer["Content-Security-Policy"] for answer in (first, again)]
    assert again.status_code == 304 and all("blob:" in policy for policy in policies), policies
