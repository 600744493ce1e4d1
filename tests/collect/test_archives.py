"""ZIP files that hold several files, gzip of anything, and web archives."""

from __future__ import annotations

import gzip
import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from besa.base.errors import BadInput
from besa.base.home import Home
from besa.collect.actions import import_all
from besa.collect.connectors import folder
from besa.collect.models import Import
from besa.corpus import Corpus
from besa.ledger.verify import problems
from besa.site.cli import main
from besa.vault.store import Vault

pytestmark = pytest.mark.django_db

FACEBOOK = folder("crowdtangle") / "examples" / "facebook.csv"
TIKTOK = folder("zeeschuimer") / "examples" / "tiktok.ndjson"


def workbook() -> bytes:
    import openpyxl

    book, out = openpyxl.Workbook(), io.BytesIO()
    for line in FACEBOOK.read_text("utf-8-sig").splitlines()[:1]:
        book.active.append(line.split(","))
    book.active.append(["x"] * len(FACEBOOK.read_text("utf-8-sig").splitlines()[0].split(",")))
    book.save(out)
    return out.getvalue()


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "week 37.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.write(FACEBOOK, "tables/facebook.csv")
        out.writestr("tiktok.ndjson.gz", gzip.compress(TIKTOK.read_bytes()))
        out.writestr("photo.jpg", b"\xff\xd8\xff\xe0 picture")
        out.writestr("notes/readme.html", "<!doctype html><p>x")
        out.writestr("__MACOSX/tables/._facebook.csv", b"\x00\x05")
        out.writestr(".DS_Store", b"\x00")
        out.writestr("book.xlsx", workbook())
        out.writestr("empty.csv", b"")
    return path


def test_each_file_of_a_zip_is_recognised_and_named(archive, home, election, users):
    done, refused = import_all(by=users["coordinator"], election=election, path=archive)
    assert [(row["file"], row["connector"]) for row in done] == [
        ("week 37.zip:tables/facebook.csv", "crowdtangle"),
        ("week 37.zip:tiktok.ndjson.gz", "zeeschuimer"),
        ("week 37.zip:book.xlsx", "crowdtangle"),
    ]
    assert all(row["read"] == row["mapped"] + row["duplicate"] + sum(row["skipped"].values()) > 0 for row in done)
    said = [str(error) for error in refused]
    assert len(said) == 3 and all(error.exit_code == 2 and error.remedy for error in refused)
    for name, words in (("photo.jpg", "picture"), ("notes/readme.html", "No connector"), ("empty.csv", "empty")):
        assert [text for text in said if f"week 37.zip:{name}" in text and words in text], said
    first = Import.objects.order_by("id").first()
    assert Vault(Home.here().vault).get(first.file_sha256) == FACEBOOK.read_bytes(), "what was imported is kept"
    assert not list(problems())
    again, _ = import_all(by=users["coordinator"], election=election, path=archive)
    assert [row["mapped"] for row in again] == [0, 0, 0]


def test_a_zip_as_typed_ends_with_2_where_a_file_was_refused(archive, home, election, capsys):
    code = main(["import", str(archive), "--json"])
    said = capsys.readouterr()
    assert code == 2 and len(json.loads(said.out)) == 3 and "photo.jpg" in said.err


def test_a_zip_in_the_browser_shows_its_files_and_imports_those_it_knows(archive, client, home, election, users):
    client.force_login(users["coordinator"], backend="allauth.account.auth_backends.AuthenticationBackend")
    file = SimpleUploadedFile("week 37.zip", archive.read_bytes())
    to_preview = client.post(reverse("import_upload"), {"file": file})
    page = client.get(to_preview.url).content.decode()
    assert "tables/facebook.csv" in page and "This is a picture (JPEG)" in page and "Import 3 files" in page
    assert not Import.objects.exists(), "a preview writes nothing"
    token = to_preview.url.rstrip("/").split("/")[-1]
    answer = client.post(reverse("import_run", args=[token]), {"route": "random"})
    assert answer.url == reverse("imports") and set(Import.objects.values_list("route", flat=True)) == {"random"}
    assert Import.objects.count() == 3


def test_gzip_of_a_workbook_and_of_a_zip(home, election, users, tmp_path, archive):
    path = tmp_path / "book.xlsx.gz"
    path.write_bytes(gzip.compress(workbook()))
    done, _ = import_all(by=users["coordinator"], election=election, path=path)
    assert (done[0]["connector"], done[0]["read"]) == ("crowdtangle", 1)
    path = tmp_path / "week.zip.gz"
    path.write_bytes(gzip.compress(archive.read_bytes()))
    with pytest.raises(BadInput, match="holds 6 files") as raised:
        import_all(by=users["coordinator"], election=election, path=path)
    assert "Unpack it" in raised.value.remedy


def test_a_locked_or_bomb_like_member_is_refused_and_the_others_go_in(home, election, users, tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.write(FACEBOOK, "facebook.csv")
        out.writestr("deep.ndjson.gz", gzip.compress(TIKTOK.read_bytes().splitlines()[0] + b"\n" + b" " * (24 << 20)))
    done, refused = import_all(by=users["coordinator"], election=election, path=path)
    assert len(done) == 1 and "ZIP bomb" in str(refused[0]) and "deep.ndjson.gz" in str(refused[0])


def test_an_article_of_a_web_archive_and_the_list_of_addresses_are_the_same_post(home, election, users, tmp_path):
    archive = folder("web_archive") / "examples" / "portal.wacz"
    (row,), _ = import_all(by=users["coordinator"], election=election, path=archive)
    assert row["skipped"] == {"no_page": 1, "page_error": 1} and row["mapped"] == 1
    path = tmp_path / "list.txt"
    path.write_text("https://lajmet.example/uji-kthehet\n")
    import_all(by=users["coordinator"], election=election, path=path)
    corpus = Corpus(Home.here().corpus)
    (post,) = corpus.rows("SELECT * FROM posts")
    assert post["kind"] == "article" and "çezmën hapur" in post["text"] and "Ballina" not in post["text"]
    assert post["posted_at"].isoformat() == "2027-09-14T08:15:30+00:00" and post["posted_precision"] == "second"
    assert len(corpus.rows("SELECT 1 FROM observations")) == 2
    stored = [file for file in Home.here().root.rglob("*") if file.is_file()]
    assert not [file for file in stored if b"SECRET" in file.read_bytes()], "cookies of the archive are nowhere"
