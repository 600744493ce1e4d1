"""Every command of the contract gives the keys that scripts rely on, and ends with the right code."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

import processes
from demo_home import copied

besa = partial(processes.besa, sqlite=True)  # the demo's home is a copied one

IMPORT = {"file", "connector", "read", "mapped", "duplicate", "skipped", "unmapped_keys", "import", "seconds"}
VERIFY = {"ok", "checked", "problems"}
TABLE = {"name", "title", "denominator", "unit", "overlap", "rows", "total", "notes"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Path:
    """A copy of the shared demo home, so that commands may write into it."""
    return copied(tmp_path_factory)


def _json(home: Path, *words: str, code: int = 0):
    """The one document on stdout; fails where the exit code is another or anything else is printed there."""
    done = besa(home, *words, "--json")
    assert done.returncode == code, done.stderr[-2000:]
    return json.loads(done.stdout)


def _newest(home: Path) -> Path:
    return max((path for path in (home / "editions").iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime)


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        (("table", "funnel"), TABLE),
        (("table", "findings-by-type", "--week", "2027-W38"), TABLE),
        (("table", "coverage", "--phase", "campaign", "--election", "demo"), TABLE),
        (("triage", "--as", "operator"), {"posts", "signals", "docketed", "seconds"}),
        (("verify", "--ledger"), VERIFY),
        (("work", "--once"), {"election", "problems"}),
        (("pack", "load", "demo"), {"election", "clauses", "actors", "accounts", "areas", "warnings"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_keys(demo, words, keys):
    assert keys <= set(_json(demo, *words))


def test_nothing_is_wrong_with_the_demo(demo):
    doctor = json.loads(besa(demo, "doctor", "--json").stdout)
    # a catalogue that is being edited is the business of `make lint`
    assert [problem for problem in doctor["problems"] if "translation" not in problem["what"]] == []
    assert doctor["ok"] is (not doctor["problems"])
    assert _json(demo, "verify", "--ledger")["problems"] == []
    assert _json(demo, "verify", str(_newest(demo)))["problems"] == []


def test_import_counts_add_up_and_the_rest_is_refused_by_name(demo, tmp_path):
    source = next((demo / "demo-files").glob("*_meta-content-library_facebook.csv"))
    lines = source.read_bytes().split(b"\r\n")[:9]
    broken = tmp_path / "broken.csv"
    broken.write_bytes(b"\r\n".join([*lines[:5], b"only,three,columns", *lines[5:]]) + b"\r\n")
    (tmp_path / "picture.jpg").write_bytes(b"\xff\xd8\xff\xe0\0\x10JFIF\0")
    done = besa(demo, "import", str(broken), str(tmp_path / "picture.jpg"), str(tmp_path / "missing.csv"), "--json")
    assert done.returncode == 2
    assert "picture.jpg" in done.stderr and "missing.csv" in done.stderr
    [row] = json.loads(done.stdout)
    assert set(row) >= IMPORT and row["file"] == "broken.csv"
    assert row["read"] == row["mapped"] + row["duplicate"] + sum(row["skipped"].values()) == 9
    assert row["skipped"] == {"broken_row": 1} and row["problems"][0]["line"] == 6


def test_query_gives_rows_and_only_reads(demo):
    assert _json(demo, "query", "select count(*) n from posts")[0]["n"] >= 1000
    for hostile in (
        "drop view posts",
        "select 1; select 2",
        "select * from read_csv('/etc/passwd')",
        "copy posts to 'x'",
    ):
        done = besa(demo, "query", hostile, "--json")
        assert done.returncode == 2 and done.stdout == "" and done.stderr.startswith("besa: ")


def test_report_publish_and_the_signatures_it_waits_for(demo, tmp_path):
    words = ("report", "weekly", "--week", "2027-W42", "--lang", "en", "--format", "html", "--out", str(tmp_path))
    made_ = _json(demo, *words)
    assert set(made_) >= {"files", "freeze", "seconds"} and all(Path(file).is_file() for file in made_["files"])
    refused = besa(demo, "publish", made_["freeze"], "--json")
    assert refused.returncode == 1 and "sign" in refused.stderr and refused.stdout == ""


def test_backup_and_restore(demo, tmp_path):
    copy = _json(demo, "backup", str(tmp_path / "copy"))
    assert {"path", "files", "bytes"} <= set(copy)
    back = _json(tmp_path / "back", "restore", str(tmp_path / "copy"))
    assert back["files"] == copy["files"]
    assert _json(tmp_path / "back", "verify", "--ledger")["ok"] is True


def test_agreement(demo, tmp_path):
    table = tmp_path / "two.csv"
    table.write_text("coder,unit,value\n" + "".join(f"{c},{u},{u % 2}\n" for c in "AB" for u in range(6)))
    told = _json(demo, "agreement", str(table), "--level", "nominal", "--bootstrap", "50")
    assert {"alpha", "low", "high", "coders", "units", "pairable"} <= set(told) and told["alpha"] == 1


@pytest.mark.parametrize(
    "words",
    [
        ("table", "funnel", "--election", "nowhere"),
        ("triage", "--as", "nobody"),
        ("report", "weekly", "--week", "2027-W99"),
        ("table", "no-such-table"),
        ("verify", "no/such/folder"),
        ("nonsense",),
    ],
    ids=" ".join,
)
def test_wrong_use_ends_with_two(demo, words):
    done = besa(demo, *words)
    assert done.returncode == 2 and done.stderr.startswith("besa: ") and "Traceback" not in done.stderr


def test_a_folder_that_is_no_vault_is_not_called_changed(demo, tmp_path):
    (tmp_path / "ab").mkdir()
    (tmp_path / "ab" / "notes.txt").write_text("anything")
    done = besa(demo, "verify", str(tmp_path))
    assert done.returncode == 2 and "neither an edition nor a vault" in done.stderr


def test_options_stand_in_front_of_words_or_behind(demo):
    front = besa(demo, "table", "--week", "2027-W38", "--json", "funnel")
    assert front.returncode == 0 and json.loads(front.stdout)["name"] == "funnel"
