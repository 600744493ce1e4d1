"""besa import and besa query, as typed."""

from __future__ import annotations

import csv
import json

import pyarrow.parquet as pq
import pytest

from besa.collect.connectors import folder
from besa.site.cli import main

pytestmark = pytest.mark.django_db
FACEBOOK = folder("crowdtangle") / "examples" / "facebook.csv"
PORTAL = folder("generic") / "examples" / "portal.csv"


@pytest.fixture
def besa(home, election, capsys):
    def besa(*arguments):
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return besa


def test_import_gives_the_contracts_keys(besa):
    code, out, _ = besa("import", FACEBOOK, "--route", "random", "--json")
    (row,) = json.loads(out)
    assert code == 0
    assert {"file", "connector", "read", "mapped", "duplicate", "skipped", "unmapped_keys", "import", "seconds"} <= set(
        row
    )
    assert row["read"] == row["mapped"] + row["duplicate"] + sum(row["skipped"].values()) == 3


def test_one_bad_file_does_not_stop_the_others(besa, tmp_path):
    empty = tmp_path / "empty.csv"
    empty.touch()
    code, out, err = besa("import", empty, PORTAL, tmp_path / "nowhere.csv", FACEBOOK, "--json")
    assert code == 2 and [row["file"] for row in json.loads(out)] == ["facebook.csv"]
    assert all(name in err for name in ("empty.csv", "portal.csv", "nowhere.csv"))


def test_a_mapping_file_reads_what_no_connector_knows(besa):
    mapping = PORTAL.with_suffix(".mapping.toml")
    code, out, _ = besa("import", PORTAL, "--mapping", mapping, "--json")
    assert code == 0 and json.loads(out)[0]["mapped"] == 2
    _, out, _ = besa("query", "--json", "SELECT views, posted_at, kind, account_key FROM posts ORDER BY native_id")
    first, second = json.loads(out)
    assert first == {"views": 1204, "posted_at": "2027-09-14 18:15:00+00:00", "kind": "article",
                     "account_key": "portal:@lajmet.example"}  # fmt: skip
    assert second["views"] == 88


def test_a_broken_mapping_is_named_by_line(besa, tmp_path):
    mapping = tmp_path / "m.toml"
    mapping.write_text('platform = "x"\nfields = \n')
    code, _, err = besa("import", FACEBOOK, "--mapping", mapping)
    assert code == 2 and "m.toml" in err and "line 2" in err


def test_the_table_names_file_and_line_of_each_problem(besa, tmp_path):
    broken = tmp_path / "broken.csv"
    broken.write_text(FACEBOOK.read_text("utf-8") + "three,cells,only\n", "utf-8")
    code, out, _ = besa("import", broken)
    assert code == 0 and "broken.csv:5: The row has 3 columns" in out


def test_query_answers_in_every_form(besa, tmp_path):
    besa("import", FACEBOOK, "--json")
    sql = "SELECT post_key, '=1+1' AS \"@x\", '-1' AS m, -1 AS n, hashtags, posted_at FROM posts ORDER BY 1"
    code, out, _ = besa("query", sql, "--json")
    assert code == 0 and len(json.loads(out)) == 3
    code, out, _ = besa("query", sql, "--csv", tmp_path / "a.csv", "--parquet", tmp_path / "a.parquet")
    assert code == 0 and "3 rows" in out
    header, first, *_ = csv.reader((tmp_path / "a.csv").read_text("utf-8-sig").splitlines())
    assert header[1] == "'@x" and first[1:5] == ["'=1+1", "'-1", "-1", "[]"]
    assert pq.read_table(tmp_path / "a.parquet").num_rows == 3
    code, out, _ = besa("query", sql, "--json", tmp_path / "a.json")
    assert code == 0 and len(json.loads((tmp_path / "a.json").read_text())) == 3
    assert "facebook:" in besa("query", sql)[1]


def test_query_is_pinned_and_refuses_to_write_or_to_read_files(besa, tmp_path):
    besa("import", FACEBOOK, "--json")
    assert besa("query", "SELECT 1", "--version", "0")[0] == 0
    assert besa("query", "SELECT 1", "--version", "9")[0] != 0
    for sql in ("DROP VIEW posts", f"COPY (SELECT 1) TO '{tmp_path}/x'", "SELECT * FROM read_csv('/etc/passwd')", ""):
        code, out, _ = besa("query", sql)
        assert code == 2 and "root" not in out
    assert not (tmp_path / "x").exists()


def test_an_empty_corpus_is_answered(besa):
    assert json.loads(besa("query", "SELECT count(*) AS n FROM posts", "--json")[1]) == [{"n": 0}]
