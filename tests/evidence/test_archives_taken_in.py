"""Archives that others made come in by the same door: what they are, the bytes say; whether they are whole is shown."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

import make
from besa.evidence import queries
from besa.evidence.archive.writer import Exchange, Page, write
from besa.evidence.models import Exhibit
from besa.evidence.rules import recognised
from besa.ledger import verify
from besa.vault import Vault

pytestmark = pytest.mark.django_db
AT = datetime(2027, 9, 14, tzinfo=UTC)
URL = "https://lumas.example/post/1"


@pytest.fixture(scope="module")
def wacz() -> bytes:
    answer = Exchange(URL, 200, "OK", (("content-type", "text/html"),), b"<h1>Postim", AT)
    return write([answer], [Page(URL, "Postim", "Postim", AT)], title="Postim", software="Somebody's archiver")


@pytest.fixture(scope="module")
def warc(wacz) -> bytes:
    with zipfile.ZipFile(io.BytesIO(wacz)) as packed:
        return packed.read("archive/data.warc.gz")


def bent(wacz: bytes) -> bytes:
    """A byte of a page changed, as a whole ZIP."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(wacz)) as packed, zipfile.ZipFile(out, "w") as changed:
        for name in packed.namelist():
            data = packed.read(name)
            changed.writestr(name, data.replace(b"Postim", b"Postin") if name.startswith("pages/") else data)
    return out.getvalue()


@pytest.fixture
def send(client, home, election, users):
    item = make.docket_item(election)
    client.force_login(users["adjudicator"])

    def sent(name: str, data: bytes) -> tuple[int, str]:
        answer = client.post(reverse("evidence_add", args=[item.pk]), {"file": SimpleUploadedFile(name, data)})
        return answer.status_code, client.get(reverse("docket_item", args=[item.pk])).content.decode()

    return sent


@pytest.mark.parametrize("kind", ["wacz", "warc.gz", "warc"])
def test_each_kind_becomes_an_exhibit_with_its_own_check_shown(home, send, wacz, warc, kind):
    data = {"wacz": wacz, "warc.gz": warc, "warc": gzip.decompress(warc)}[kind]
    status, page = send("anything.bin", data)
    exhibit = Exhibit.objects.get()
    assert status == 302 and "Web archive, whole" in page
    assert (exhibit.kind, exhibit.media_type) == ("archive", recognised(data).media_type)
    assert exhibit.file_name == f"anything.{kind}" and Vault(home.vault).get(exhibit.sha256) == data
    assert queries.archive_problems(exhibit) == [] and list(verify.problems()) == []


def test_one_that_is_not_whole_is_kept_as_it_is_and_says_where(send, wacz):
    status, page = send("a.wacz", bent(wacz))
    assert status == 302 and "Web archive, not whole" in page and "pages/pages.jsonl: was changed" in page


def test_what_is_no_archive_is_refused_whatever_it_is_called(send):
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as packed:
        packed.writestr("word/document.xml", "x")
    for data in (other.getvalue(), gzip.compress(b"text"), b"PK\x05\x06", b"\x1f\x8b", b"WARC", b""):
        assert send("page.wacz", data)[0] == 400 and recognised(data) is None
    assert not Exhibit.objects.exists()


def test_archives_of_others_are_recognised(samples):
    """One is compressed in spite of its name: the bytes say what it is."""
    for name, media_type in (
        ("valid_example_1.wacz", "application/wacz"), ("example-collection.warc", "application/warc+gzip"),
        ("example-resource.warc.gz", "application/warc+gzip"),
    ):  # fmt: skip
        assert recognised((samples / "warc-wacz" / name).read_bytes()).media_type == media_type
