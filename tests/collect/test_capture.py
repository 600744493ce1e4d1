"""Keeping a post by hand: once, whatever is repeated or breaks off, under the key that exports use."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from besa.base.errors import BadInput, Refused
from besa.base.home import Home
from besa.base.ids import sha256_hex
from besa.collect import queries
from besa.collect.actions import capture, capturing, enter_pending
from besa.collect.actions.importing import import_file
from besa.collect.actions.sealing import unseal
from besa.collect.models import Capture, CapturedFile, Import
from besa.collect.types import NewFile
from besa.corpus import Corpus
from besa.ledger import verify
from besa.vault.store import Vault

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
POST = "https://www.facebook.com/ana.pl/posts/700100200300400"
VIDEO = "https://youtu.be/abcdefghijk"
PICTURE = "https://www.instagram.com/p/Cabcde/"
SEEN = datetime(2027, 9, 15, 9, 59, tzinfo=UTC)


@pytest.fixture
def keep(home, election, users):
    def keep(token="token-0001", **more):
        said = {"by": users["analyst"], "election": election, "url": POST, "text": "Një tekst.", "seen_at": SEEN}
        return capture(token=token, **{**said, **more})

    return keep


def rows(sql):
    return Corpus(Home.here().corpus).rows(sql)


def test_a_capture_is_kept_in_all_three_stores_and_vouched_for(keep):
    made = keep(
        account_handle="@Ana.PL", counts={"reactions": 12, "comments": "3", "views": None},
        files=[NewFile("screenshot", PNG, "image/png", "a/../b.png")],
        posted_at=datetime(2027, 9, 14, 8, tzinfo=UTC),
    )  # fmt: skip
    file = CapturedFile.objects.get(capture=made)
    assert (file.kind, file.media_type, file.file_name, file.size) == ("screenshot", "image/png", "b.png", len(PNG))
    assert Vault(Home.here().vault).get(file.sha256) == PNG
    row = rows("SELECT * FROM observations")[0]
    assert row["post_key"] == made.post_key == "facebook:700100200300400"
    assert (row["route"], row["connector"], row["account_key"]) == ("hand", "capture", "facebook:@ana.pl")
    assert (row["reactions"], row["comments"], row["views"]) == (12, 3, None)
    assert "analyst" not in row["raw"], "the record does not say who looked"
    assert made.entered.mapped == 1 and list(queries.imports(None) | queries.imports(made_election(made))) == []
    assert list(verify.problems()) == []


def made_election(made):
    from besa.pledge.models import Election

    return Election.objects.get(slug=made.election)


def test_the_same_token_again_is_the_same_capture(keep, users):
    first = keep(files=[NewFile("screenshot", PNG, "image/png", "a.png")])
    again = keep(files=[NewFile("screenshot", PNG, "image/png", "a.png")])
    assert first.pk == again.pk and Capture.objects.count() == CapturedFile.objects.count() == 1
    assert len(rows("SELECT * FROM observations")) == 1
    with pytest.raises(BadInput):
        keep(by=users["coder"])


def test_a_capture_and_an_export_of_a_post_meet_under_one_key(keep, users, election, tmp_path):
    keep(url=POST + "?fbclid=abc&__cft__[0]=AZX#top")
    path = tmp_path / "apify.ndjson"
    exported = {"postId": "700100200300400", "url": POST, "pageName": "ana.pl", "text": "Një tekst."}
    path.write_text(json.dumps({**exported, "facebookUrl": "https://www.facebook.com/ana.pl", "likes": 5}))
    import_file(by=users["analyst"], election=election, path=path, connector="apify")
    assert {row["post_key"] for row in rows("SELECT post_key FROM observations")} == {"facebook:700100200300400"}
    assert len(rows("SELECT * FROM posts")) == 1
    assert rows("SELECT url FROM observations WHERE connector = 'capture'")[0]["url"] == POST


def test_a_broken_off_capture_enters_the_corpus_later_and_once(keep, monkeypatch, users, election):
    def killed(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Corpus, "append", killed)
        keep()
    assert Capture.objects.get().entered is None
    assert enter_pending(by=users["analyst"], election=election) == 1
    assert enter_pending(by=users["analyst"], election=election) == 0
    assert Import.objects.get().mapped == 1 and len(rows("SELECT * FROM observations")) == 1
    # killed after the commit of the corpus, before the casework
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(capturing.Import.objects, "create", killed)
        keep(token="token-0002", url=POST + "1")
    assert len(rows("SELECT * FROM observations")) == 2
    assert enter_pending(by=users["analyst"], election=election) == 1
    assert Import.objects.first().mapped == 1, "what the log of the corpus says"
    assert len(rows("SELECT * FROM observations")) == 2 and list(verify.problems()) == []


def test_a_thread_is_kept_with_its_frame_and_its_comments_are_linked(keep):
    made = keep(
        thread={
            "sort": "Most relevant", "shown": 3, "declared": 14, "captured": 2, "hidden": 1,
            "comments": [
                {"native_id": "901", "account_handle": "one", "text": "Turp!", "counts": {"reactions": 2}},
                {"native_id": "902", "parent_native_id": "901", "account_name": "Two", "text": "Pse?"},
                {"account_name": "No number", "text": "A\x00 \ud800 comment"},
            ],
        }
    )  # fmt: skip
    assert made.thread == {"sort": "Most relevant", "shown": 3, "declared": 14, "captured": 2, "hidden": 1}
    found = {row["native_id"]: row for row in rows("SELECT * FROM observations WHERE kind <> 'post'")}
    assert len(found) == 3 and found["901"]["kind"] == "comment" and found["902"]["kind"] == "reply"
    assert found["901"]["parent_key"] == found["902"]["root_key"] == made.post_key
    assert found["902"]["parent_key"] == "facebook:901" and found["901"]["reactions"] == 2
    assert made.entered.read == made.entered.mapped == 4
    again = keep(token="token-0009", thread={"comments": [{"account_name": "No number", "text": "a \ufffd  comment"}]})
    assert len(rows("SELECT DISTINCT post_key FROM observations")) == 4 and again.entered.mapped == 2


@pytest.mark.parametrize(
    ("url", "parent", "kind", "key"),
    [
        ("https://www.youtube.com/watch?v=abcdefghijk&lc=Ugx.9b", VIDEO, "reply", "youtube:Ugx.9b"),
        ("https://x.com/someone/status/1789", "https://x.com/ana/status/1700", "reply", "x:1789"),
        (PICTURE + "c/178900001/", PICTURE, "comment", "instagram:178900001"),
        ("https://m.tiktok.com/@ana/video/7400000000000000001?_r=1", "", "video", "tiktok:7400000000000000001"),
        ("https://t.me/s/lumas/77", "", "post", "telegram:lumas/77"),
    ],
)  # fmt: skip
def test_the_key_is_the_platforms_own_where_the_address_holds_it(keep, url, parent, kind, key):
    assert keep(url=url, parent_url=parent, kind=kind).post_key == key


def test_what_cannot_be_kept_is_refused_and_nothing_stays(keep, users):
    for wrong in (
        {"files": [NewFile("screenshot", PNG, "image/png", "a.png", sha256=sha256_hex(b"other"))]},
        {"files": [NewFile("file", b"MZ" + b"\0" * 30, "image/png", "a.exe")]},
        {"files": [NewFile("what", PNG, "image/png", "a.png")]},
        {"url": "javascript:alert(1)"}, {"platform": "myspace"}, {"kind": "shout"}, {"token": "x"},
    ):  # fmt: skip
        with pytest.raises(BadInput):
            keep(**wrong)
    with pytest.raises(Refused):
        keep(by=users["editor"])
    assert (
        not Capture.objects.exists()
        and not CapturedFile.objects.exists()
        and Corpus(Home.here().corpus).version() == -1
    )


@pytest.mark.parametrize(
    "data",
    [
        "<p>Si Besarta Kanarina</p>", "<p>besarta&#32;KANARINA</p>", "/u?n=Besarta%20Kanarina",
        '{"n":"Besarta Kanarina"}',
        "<a href='/besarta.kanarina'>x</a>", "<p>Besarta&nbsp;Kanarina</p>", "id=100099988877",
    ],
)  # fmt: skip
def test_nothing_in_which_the_operator_stands_is_kept(keep, data):
    names = ["Besarta Kanarina", "@besarta.kanarina", "100099988877"]
    with pytest.raises(BadInput, match="Your own account"):
        keep(files=[NewFile("dom", data.encode(), "text/html", "page.html")], operator_names=names)
    with pytest.raises(BadInput, match="Your own account"):
        keep(text=data, operator_names=names)
    assert not Capture.objects.exists() and Vault(Home.here().vault).files() == []


def test_a_sealed_original_is_hashed_and_unreadable_in_the_vault(keep):
    page = b"<p>Besarta Kanarina is attacked here</p>"
    made = keep(
        files=[
            NewFile("dom", page, "text/html", "page.html", sealed=True, sha256=sha256_hex(page)),
            NewFile("dom", b"<p>[removed] is attacked here</p>", "text/html", "page.html", scrubbed=True),
        ],
        operator_names=["Besarta Kanarina"],
    )
    sealed, copy = CapturedFile.objects.filter(capture=made)
    assert sealed.original_sha256 == sha256_hex(page) and copy.scrubbed and copy.sha256 == copy.original_sha256
    kept = Vault(Home.here().vault).get(sealed.sha256)
    assert b"Kanarina" not in kept and unseal(kept) == page
    assert not [p for p in Home.here().root.rglob("*") if p.is_file() and b"kanarina" in p.read_bytes().lower()]
