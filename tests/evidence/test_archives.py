"""Web archives: those written here are whole, every changed bit of their files is found; others' are judged rightly."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from besa.evidence.archive.checker import problems
from besa.evidence.archive.writer import Exchange, Page, surt, write

AT = datetime(2027, 9, 14, 10, 0, 5, tzinfo=UTC)
URL = "https://lumas.example/post/1?b=2&a=1"
EXCHANGES = [
    Exchange(URL, 200, "OK", (("content-type", "text/html"), ("set-cookie", "x=geheim")), "<h1>Ë</h1>".encode(), AT,
             asked=(("cookie", "x=geheim"), ("user-agent", "test"))),
    Exchange("https://lumas.example/a.png", 200, "OK", (("content-type", "image/png"), ("content-encoding", "br")),
             b"\x89PNG", AT),
]  # fmt: skip


def archive() -> bytes:
    return write(EXCHANGES, [Page(URL, "Postim", "Ë", AT)], title="Postim", software="Besa")


def test_what_is_written_is_whole_the_same_each_time_and_without_cookies(tmp_path):
    (tmp_path / "a.wacz").write_bytes(archive())
    assert list(problems(tmp_path / "a.wacz")) == [] and archive() == archive()
    with zipfile.ZipFile(tmp_path / "a.wacz") as packed:
        warc = packed.read("archive/data.warc.gz")
    records = list(ArchiveIterator(io.BytesIO(warc)))
    assert [record.rec_type for record in records] == ["warcinfo", "response", "request", "response", "request"]
    assert b"geheim" not in gzip.decompress(warc)
    (tmp_path / "data.warc.gz").write_bytes(warc)
    assert list(problems(tmp_path / "data.warc.gz")) == []


def test_each_changed_missing_or_added_file_is_named(tmp_path):
    with zipfile.ZipFile(io.BytesIO(archive())) as packed:
        held = {name: packed.read(name) for name in packed.namelist()}
    changed = tmp_path / "changed.wacz"

    def named(contents: dict[str, bytes]) -> set[str]:
        with zipfile.ZipFile(changed, "w") as out:
            for name, data in contents.items():
                out.writestr(name, data)
        return {found["where"] for found in problems(changed)}

    for name, data in held.items():
        bent = bytearray(data)
        bent[len(bent) // 2] ^= 1
        found = named(held | {name: bytes(bent)})
        assert name in found or (name == "datapackage-digest.json" and found), name
        if name != "datapackage-digest.json":
            assert name in named({other: kept for other, kept in held.items() if other != name}), name
    assert named(held | {"archive/more.warc": b"x"}) == {"archive/more.warc"}


def test_addresses_and_answers_in_any_letters_are_archived(tmp_path):
    """No browser asks so, but what others made may hold it."""
    one = Exchange("https://лумас.example/поруке/ë?b=č", 200, "Në rregull", (("x-name", "Ëё"),), b"<h1>", AT)
    (tmp_path / "a.wacz").write_bytes(
        write([one], [Page(one.url, "Наслов 🐀", "a\0b", AT)], title="ё", software="Besa")
    )
    assert list(problems(tmp_path / "a.wacz")) == []


@given(st.binary(max_size=400))
def test_no_bytes_stop_the_checker(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("any") / "any.wacz"
    path.write_bytes(data)
    assert list(problems(path))


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.Lumas.example/A/b?b=2&a=1", "example,lumas)/a/b?a=1&b=2"),
        ("http://lumas.example:8080", "example,lumas:8080)/"),
        ("https://lumas.example/ë", "example,lumas)/%c3%ab"),
    ],
)
def test_the_key_of_an_address(url, key):
    assert surt(url) == key


@pytest.mark.parametrize(
    ("name", "whole"),
    [
        ("valid_example_1.wacz", True), ("invalid_example_1.wacz", False), ("example-collection.warc", True),
        ("example-resource.warc.gz", True),
    ],
)  # fmt: skip
def test_the_archives_of_others_are_judged_rightly(samples, name, whole):
    assert (list(problems(samples / "warc-wacz" / name)) == []) is whole
