"""An edition is whole or not there; whatever is changed in it is named."""

from __future__ import annotations

import json
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from besa.base.errors import Conflict
from besa.edition import format as published
from besa.edition import keys, reader, verifier, writer
from besa.edition.spreadsheet import csv_bytes, guarded


def envelope() -> published.Envelope:
    return published.Envelope("", 1, "", "", "2027-09-20T08:00:00+00:00", "f" * 64, 7, "a" * 64, "", "")


def fill(content) -> None:
    (content / "data").mkdir()
    (content / "data" / "a.csv").write_bytes(b"a,b\r\n1,2\r\n")
    (content / "edition.json").write_text('{"format":1}')


def site(edition, out) -> list:
    out.mkdir()
    (out / "index.html").write_text((edition / "content" / "edition.json").read_text())
    return [out / "index.html"]


@pytest.fixture
def made(tmp_path):
    key = keys.signing_key(tmp_path / "key.pem")
    path, _ = writer.write(tmp_path / "editions", fill=fill, envelope=envelope(), key=key, render_site=site)
    return path


def test_a_fresh_edition_is_whole(made, tmp_path):
    assert list(verifier.problems(made, keys.public_hex(keys.signing_key(tmp_path / "key.pem")))) == []
    assert made.name == reader.read_envelope(made).edition[:16] == writer.name_of(made / "content")[:16]


def test_every_changed_byte_is_named(made):
    for file in sorted(path for path in made.rglob("*") if path.is_file()):
        whole = file.read_bytes()
        for at in {0, len(whole) // 2, len(whole) - 1}:
            file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            where = {problem["where"] for problem in verifier.problems(made)}
            assert file.relative_to(made).as_posix() in where, (file, at)
        file.write_bytes(whole)
    assert list(verifier.problems(made)) == []


def test_missing_and_extra_files_are_named(made):
    (made / "content" / "data" / "a.csv").unlink()
    (made / "content" / "data" / "b.csv").write_text("x")
    (made / "site" / "more.html").write_text("x")
    (made / "note.txt").write_text("x")
    found = {(problem["where"], problem["problem"]) for problem in verifier.problems(made)}
    assert found == {
        ("content/data/a.csv", "is missing"),
        ("content/data/b.csv", "does not belong to the edition"),
        ("site/more.html", "does not belong to the edition"),
        ("note.txt", "does not belong to the edition"),
    }


def test_somebody_who_signs_anew_is_found_by_the_key_known_from_elsewhere(made, tmp_path):
    real = keys.public_hex(keys.signing_key(tmp_path / "key.pem"))
    other = tmp_path / "other"
    shutil.copytree(made / "content", other / "content")
    (other / "content" / "edition.json").write_text('{"format":1,"forged":true}')

    def forged(content):
        shutil.copytree(other / "content", content, dirs_exist_ok=True)

    path, _ = writer.write(
        tmp_path / "forged", fill=forged, envelope=envelope(), key=keys.signing_key(tmp_path / "their.pem")
    )
    assert list(verifier.problems(path)) == []
    assert [problem["where"] for problem in verifier.problems(path, real)] == ["envelope.json"]


def test_the_same_content_has_the_same_name_and_is_refused_twice(made, tmp_path):
    with pytest.raises(Conflict):
        writer.write(
            made.parent, fill=fill, envelope=envelope(), key=keys.signing_key(tmp_path / "key.pem"), render_site=site
        )
    assert [path.name for path in made.parent.iterdir()] == [made.name]


def test_a_failing_renderer_leaves_nothing(tmp_path):
    def broken(edition, out):
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        writer.write(
            tmp_path / "e", fill=fill, envelope=envelope(), key=keys.signing_key(tmp_path / "k"), render_site=broken
        )
    assert list((tmp_path / "e").iterdir()) == []


def test_the_key_is_made_once_and_for_its_owner_only(tmp_path):
    first = keys.public_hex(keys.signing_key(tmp_path / "key.pem"))
    assert keys.public_hex(keys.signing_key(tmp_path / "key.pem")) == first
    assert (tmp_path / "key.pem").stat().st_mode & 0o777 == 0o600


@given(st.text(max_size=20))
def test_no_text_cell_starts_a_formula(text):
    assert not str(guarded(text)).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))


def test_csv_keeps_figures_and_guards_text():
    assert csv_bytes(["a", "=b"], [[-1, "=1+1"], [None, "ë"]]).decode("utf-8-sig") == "a,'=b\r\n-1,'=1+1\r\n,ë\r\n"


def test_plain_json_comes_back_as_it_was():
    meta = {"kind": "ceremony", "first": "2027-09-01", "until": None, "withdrawal_reason": "", "later_field": 1}
    span = published.revive(published.Span, meta)
    assert span == published.Span("ceremony", "2027-09-01", None)
    finding = published.Finding("F-1", "violation", "x", "c", [], "x", "sq", "w", "p", False, "why")
    assert published.revive(published.Finding, json.loads(json.dumps(published.plain(finding)))) == finding
