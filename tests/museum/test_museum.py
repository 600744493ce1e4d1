"""Bad files, each as it came or was made: what is said of it, and that the good rows go in."""

from __future__ import annotations

import gzip
import io
import json
import zipfile

import pytest

from besa.base.errors import BadInput, UnknownFormat
from besa.base.home import Home
from besa.collect.actions import import_file, save_mapping
from besa.collect.connectors import folder
from besa.collect.models import Import
from besa.corpus import Corpus
from besa.ledger.verify import problems

pytestmark = pytest.mark.django_db

FACEBOOK = (folder("crowdtangle") / "examples" / "facebook.csv").read_bytes()
TIKTOK = (folder("zeeschuimer") / "examples" / "tiktok.ndjson").read_bytes()
HEADER, FIRST, SECOND, THIRD = FACEBOOK.decode().splitlines(keepends=True)


@pytest.fixture
def bring(home, election, users, tmp_path):
    def bring(name: str, data: bytes, **more):
        path = tmp_path / name
        path.write_bytes(data)
        row = import_file(by=users["coordinator"], election=election, path=path, **more)
        assert row["read"] == row["mapped"] + row["duplicate"] + sum(row["skipped"].values())
        held = Corpus(Home.here().corpus).rows("SELECT count(*) AS n FROM observations")[0]["n"]
        assert held == row["mapped"], "good rows are kept, nothing else"
        return row

    return bring


@pytest.fixture
def refused(bring):
    def refused(name: str, data: bytes, match: str, kind=BadInput, **more):
        with pytest.raises(kind, match=match) as raised:
            bring(name, data, **more)
        assert raised.value.exit_code == 2 and name.split(":")[0] in str(raised.value) and raised.value.remedy
        assert Corpus(Home.here().corpus).version() == -1, "nothing was written"
        assert not list(Home.here().staging.glob("append-*")) and not list(problems())

    return refused


def test_an_empty_file(refused):
    refused("empty.csv", b"", "empty")
    refused("blank.ndjson", b"\xef\xbb\xbf \r\n\n", "empty")


def test_a_file_of_something_else(refused):
    refused("photo.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 20, "This is a picture", UnknownFormat)
    refused("page.html", b"<!doctype html><title>x</title>", "No connector", UnknownFormat)
    refused("letter.txt", "Të nderuar,\n\nju lutem …\n".encode(), "No connector", UnknownFormat)
    refused("binary.bin", b"\x00" * 4096, "No connector", UnknownFormat)


def test_a_truncated_csv(bring):
    cut = (HEADER + FIRST + SECOND)[:-60].encode()
    row = bring("cut.csv", cut)
    assert (row["mapped"], row["skipped"]) == (1, {"broken_row": 1})
    assert row["problems"][0]["line"] == 3 and "columns" in row["problems"][0]["problem"]


def test_a_csv_cut_inside_a_quotation(bring):
    quoted = SECOND.rstrip("\n").replace("Uživo sa trga", '"Uživo, sa trga')
    row = bring("cut.csv", (HEADER + FIRST + quoted).encode())
    assert row["mapped"] == 1 and row["skipped"] == {"broken_row": 1} and row["problems"][0]["line"] == 3


def test_a_truncated_ndjson(bring):
    row = bring("cut.ndjson", TIKTOK[:-50])
    assert (row["mapped"], row["skipped"]) == (1, {"broken_line": 1})
    assert row["problems"][0]["line"] == 2 and "Not JSON" in row["problems"][0]["problem"]


def test_a_csv_with_a_broken_row_in_the_middle(bring):
    row = bring("broken.csv", (HEADER + FIRST + "only,three,cells\n" + SECOND).encode())
    assert (row["read"], row["mapped"], row["skipped"]) == (3, 2, {"broken_row": 1})
    assert row["problems"] == [
        {"line": 3, "reason": "broken_row", "problem": "The row has 3 columns where the header has 40."}
    ]


def test_a_quotation_that_is_never_closed_does_not_swallow_the_rest(bring):
    broken = FIRST.replace("Partia e Liqenit", '"Partia e Liqenit', 1)
    good = [SECOND.replace("7000000000000002", f"80000000{number:08d}") for number in range(3_000)]
    row = bring("open.csv", (HEADER + broken + "".join(good)).encode())
    assert row["mapped"] == 3_000 and row["skipped"] == {"broken_row": 1} and row["problems"][0]["line"] == 2


def test_text_with_line_breaks_inside_a_quotation_is_one_row(bring):
    several = SECOND.replace("Uživo sa trga", '"Uživo\n\nsa ""trga""\r\n"')
    row = bring("lines.csv", (HEADER + several + THIRD).encode())
    assert row["mapped"] == 2 and not row["problems"]


def test_an_ndjson_with_broken_lines(bring):
    lines = TIKTOK.splitlines(keepends=True)
    mixed = [lines[0], b"{broken\n", b"\n", b"[1, 2]\n", b"NaN\n", b"null\n", lines[1], b"[" * 100_000 + b"\n"]
    row = bring("broken.ndjson", b"".join(mixed))
    assert row["mapped"] == 2 and [problem["line"] for problem in row["problems"]] == [2, 4, 5, 6, 8]


def test_the_wrong_encoding_names_line_and_byte(bring):
    row = bring("cp1250.csv", HEADER.encode() + FIRST.encode() + SECOND.encode("cp1250") + THIRD.encode())
    assert (row["mapped"], row["skipped"]) == (2, {"encoding": 1})
    assert row["problems"][0]["line"] == 3 and "0x9e" in row["problems"][0]["problem"]
    assert "UTF-8" in row["problems"][0]["problem"]


def test_the_wrong_encoding_in_json_lines(bring):
    row = bring("latin.ndjson", TIKTOK + TIKTOK.splitlines()[0].replace(b"Debati", b"D\xebbati") + b"\n")
    assert row["skipped"] == {"encoding": 1} and row["problems"][0]["line"] == 3


def test_utf16_with_its_mark_is_read(bring):
    assert bring("excel.csv", FACEBOOK.decode().encode("utf-16"))["mapped"] == 3


def test_zip_and_gzip_are_opened(bring):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export/facebook.csv", FACEBOOK)
    assert bring("facebook.zip", packed.getvalue())["mapped"] == 3


def test_a_gzip_that_breaks_off_keeps_its_good_rows(bring):
    lines = b"".join(TIKTOK.splitlines()[0].replace(b"0000001", b"%07d" % n) + b"\n" for n in range(500))
    row = bring("tiktok.ndjson.gz", gzip.compress(lines)[:-2000])
    assert row["mapped"] > 0 and set(row["skipped"]) <= {"truncated", "broken_line"} and row["problems"]


def test_zip_bombs_are_refused(refused):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("posts.csv", b"a" * (24 << 20))
    refused("bomb.zip", packed.getvalue(), "ZIP bomb")
    refused("bomb.ndjson.gz", gzip.compress(TIKTOK.splitlines()[0] + b"\n" + b" " * (24 << 20)), "ZIP bomb")
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<a/>" + b" " * (24 << 20))
    refused("bomb.xlsx", book.getvalue(), "ZIP bomb")


def test_a_zip_that_lies_about_its_size_is_stopped_while_unpacking(refused):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("posts.csv", FACEBOOK + b"\n" * (24 << 20))
    data = packed.getvalue().replace((len(FACEBOOK) + (24 << 20)).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert data != packed.getvalue()
    refused("liar.zip", data, "cannot be opened|broken")


def test_other_zips_are_refused_by_name(refused):
    several = io.BytesIO()
    with zipfile.ZipFile(several, "w") as archive:
        archive.writestr("a.csv", FACEBOOK)
        archive.writestr("b.csv", FACEBOOK)
    refused("two.zip", several.getvalue(), "2 files")
    refused("broken.zip", several.getvalue()[:200], "broken")
    refused("not.xlsx", b"PK\x03\x04 nothing else", "broken")


def test_a_workbook_that_is_none(refused, users, election):
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook>")
    refused("broken.xlsx", book.getvalue(), "cannot be read")


def test_a_workbook_with_entities_that_grow_is_survived(refused):
    grow = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", f'<?xml version="1.0"?>{grow}]><workbook>&j;</workbook>')
        archive.writestr("[Content_Types].xml", f'<?xml version="1.0"?>{grow}]><Types>&j;</Types>')
    refused("laughs.xlsx", book.getvalue(), "cannot be read|No connector")


def test_one_line_without_end_is_passed_over(bring, monkeypatch):
    monkeypatch.setattr("besa.collect.rules.lines.LINE_LIMIT", 10_000)
    first, second = TIKTOK.splitlines(keepends=True)
    row = bring("long.ndjson", first + b'{"source_platform": "' + b"x" * 50_000 + b'"}\n' + second)
    assert (row["mapped"], row["skipped"]) == (2, {"too_long": 1}) and row["problems"][0]["line"] == 2


def test_nul_surrogates_huge_numbers_and_right_to_left_are_kept(bring):
    record = json.loads(TIKTOK.splitlines()[0])
    texts = ["a\x00b", "\ud83d lone", "شهادة \u202e reversed", "👩‍👩‍👧 " * 300]
    lines = []
    for number, text in enumerate(texts):
        record["data"] |= {"desc": text, "id": str(number + 1)}
        record["data"]["stats"]["diggCount"] = 2**64 - 1
        lines.append(json.dumps(record))
    row = bring("odd.ndjson", "\n".join(lines).encode())
    assert row["mapped"] == 4
    kept = Corpus(Home.here().corpus).rows("SELECT text, reactions, raw FROM posts ORDER BY native_id")
    assert [post["text"] for post in kept] == ["ab", "\ufffd lone", texts[2], texts[3]]
    assert {post["reactions"] for post in kept} == {None}
    assert json.loads(kept[1]["raw"])["data"]["desc"] == "\ud83d lone" and str(2**64 - 1) in kept[0]["raw"]


def test_a_table_without_rows_and_a_header_with_doubles(bring, users, election):
    row = bring("header.csv", HEADER.encode())
    assert (row["read"], row["mapped"]) == (0, 0)
    body = {"platform": "portal", "fields": {"native_id": "id", "text": "text (2)"}}
    mapping = save_mapping(by=users["coordinator"], election=election, name="d", body=body)
    row = bring("double.csv", b"id,text,text,\n1,a,b,c\n2,a,b,,\n", mapping=mapping)
    assert row["mapped"] == 2 and row["unmapped_keys"] == {"column 4": 2, "text": 2}
    assert Corpus(Home.here().corpus).rows("SELECT DISTINCT text FROM posts") == [{"text": "b"}]


def test_a_page_of_the_x_api_is_its_posts_and_never_one_post(bring, samples, users, election):
    body = {"platform": "x", "fields": {"native_id": "id", "text": "text"}}
    mapping = save_mapping(by=users["coordinator"], election=election, name="flat", body=body)
    data = (samples / "x-twarc" / "noflat.jsonl").read_bytes()
    row = bring("noflat.jsonl", data, mapping=mapping)
    assert (row["read"], row["mapped"], row["skipped"]) == (101, 100, {"no_id": 1})


def test_a_failed_import_says_why_and_is_vouched_for(refused):
    first = TIKTOK.splitlines()[0] + b"\n"
    refused("late.ndjson.gz", gzip.compress(first * 100 + b" " * (24 << 20)), "ZIP bomb")
    row = Import.objects.get()
    assert row.state == "failed" and "ZIP bomb" in row.problems[0]["problem"]
