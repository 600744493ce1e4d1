"""Each observation once, whatever the order; reading that cannot reach anything else."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from besa.base.errors import BadInput, NotFound
from besa.corpus import Corpus
from besa.corpus.parts import STATISTICS
from besa.corpus.schema import OBSERVATIONS, SIGNALS


def observation(number: int, **fields) -> dict:
    raw = json.dumps({"n": number})
    return {
        "observation_id": hashlib.sha256(raw.encode()).hexdigest(), "post_key": f"x:{number}", "platform": "x",
        "text": f"Teksti {number} ë", "posted_at": datetime(2027, 9, 14, tzinfo=UTC), "links": ["https://a.example"],
        "media": [{"kind": "image", "url": "https://a.example/1.jpg", "sha256": None, "pdq": None}],
        "reactions": number, "import_id": "i", "raw": raw, **fields,
    }  # fmt: skip


def batch(rows: list[dict]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(rows, schema=OBSERVATIONS)


@pytest.fixture
def corpus(tmp_path) -> Corpus:
    return Corpus(tmp_path / "corpus")


def test_an_empty_corpus_has_its_tables(corpus):
    assert corpus.version() == -1
    for table in ("observations", "posts", "signals"):
        assert corpus.rows(f"SELECT count(*) AS n FROM {table}") == [{"n": 0}]
    assert corpus.table("SELECT * FROM observations").schema.field("posted_at").type == pa.timestamp("us", tz="UTC")
    assert corpus.digest() == Corpus(corpus.root.parent / "other").digest()


def test_append_counts_new_and_duplicate_rows_against_the_corpus_and_within_the_batch(corpus):
    first = corpus.append([batch([observation(1), observation(2), observation(2)])], import_id="a")
    assert (first.new, first.duplicate, first.version) == (2, 1, 0)
    second = corpus.append([batch([observation(2)]), batch([observation(3)])], import_id="b")
    assert (second.new, second.duplicate, second.version) == (1, 1, 1)
    assert corpus.append([batch([observation(3)])], import_id="c").new == 0
    assert corpus.version() == 1, "nothing new makes no version"
    assert [row["post_key"] for row in corpus.rows("SELECT post_key FROM posts ORDER BY 1")] == ["x:1", "x:2", "x:3"]


def test_the_log_knows_each_append(corpus):
    corpus.append([batch([observation(1)])], import_id="a", notes=lambda: {"read": 7})
    found = corpus.committed("a")
    assert (found.new, found.duplicate, found.version, found.notes) == (1, 0, 0, {"read": 7})
    assert corpus.committed("b") is None
    again = corpus.append([batch([observation(99)])], import_id="a")
    assert again == found and corpus.rows("SELECT count(*) AS n FROM observations") == [{"n": 1}]


def test_posts_are_the_latest_look_and_an_undated_look_is_the_oldest(corpus):
    day = datetime(2027, 9, 20, tzinfo=UTC)
    looks = [
        observation(1, observation_id="f", observed_at=None, text="undated"),
        observation(1, observation_id="b", observed_at=day, text="early"),
        observation(1, observation_id="c", observed_at=day + timedelta(days=1), text="late, lower id"),
        observation(1, observation_id="d", observed_at=day + timedelta(days=1), text="late, higher id"),
    ]
    corpus.append([batch(looks)], import_id="a")
    assert corpus.rows("SELECT text FROM posts") == [{"text": "late, higher id"}]


def test_a_version_stays_as_it_was(corpus):
    corpus.append([batch([observation(1)])], import_id="a")
    corpus.append([batch([observation(2)])], import_id="b")
    assert corpus.rows("SELECT count(*) AS n FROM observations", version=0) == [{"n": 1}]
    assert corpus.digest(0) != corpus.digest(1) == corpus.digest()
    with pytest.raises(NotFound, match="no version 7"):
        corpus.connect(7)


def test_half_a_delivery_leaves_nothing(corpus):
    def broken():
        yield batch([observation(1)])
        raise RuntimeError("the disk is gone")

    with pytest.raises(RuntimeError):
        corpus.append(broken(), import_id="a")
    assert corpus.version() == -1 and not list(corpus.staging.glob("append-*"))


def test_writers_side_by_side_never_double_a_row(corpus):
    def write(number: int):
        return corpus.append([batch([observation(n) for n in range(50)])], import_id=f"w{number}").new

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(write, range(4))) == 50
    assert corpus.rows("SELECT count(*) AS n FROM observations") == [{"n": 50}]


@settings(max_examples=8)
@given(st.data())
def test_the_digest_does_not_depend_on_order_or_repetition(tmp_path_factory, data):
    rows = [observation(n) for n in range(6)]
    plain, mixed = (Corpus(tmp_path_factory.mktemp("corpus") / "c") for _ in range(2))
    plain.append([batch(rows)], import_id="whole")
    delivery = data.draw(st.permutations(rows + data.draw(st.lists(st.sampled_from(rows), max_size=4))))
    cut = data.draw(st.integers(0, len(delivery)))
    for number, part in enumerate((delivery[:cut], delivery[cut:])):
        mixed.append([batch([{**row, "import_id": str(number)} for row in part])], import_id=str(number))
    assert mixed.digest() == plain.digest()


def test_the_digest_sees_a_changed_word(corpus, tmp_path):
    corpus.append([batch([observation(1)])], import_id="a")
    other = Corpus(tmp_path / "two" / "corpus")
    other.append([batch([observation(1, text="Other words")])], import_id="a")
    assert corpus.digest() != other.digest()


def test_the_log_holds_no_personal_value(corpus):
    corpus.append([batch([observation(1, account_name="Filan Fisteku", account_handle="filan")])], import_id="a")
    log = "".join(path.read_text() for path in (corpus.root / "observations" / "_delta_log").glob("*.json"))
    assert "posted_at" in log and "Filan" not in log and "Teksti" not in log


def test_small_files_laid_together_say_the_same(corpus):
    for number in range(6):
        corpus.append(
            [batch([observation(number, text="Emri i fshehtë", account_name="Ana Provë")])], import_id=f"i{number}"
        )
    digest, rows = corpus.digest(), corpus.rows("SELECT * FROM observations ORDER BY reactions")
    assert corpus.compact(many=7) == 0 and corpus.version() == 5, "too few to be worth it"
    assert corpus.compact(many=6) == 6 and corpus.version() == 6
    assert len(corpus.files("observations")) == 1 and corpus.digest() == digest
    assert corpus.rows("SELECT * FROM observations ORDER BY reactions") == rows
    assert len(corpus.rows("SELECT * FROM observations", version=3)) == 4, "earlier versions stay as they were"
    assert corpus.committed("i2").new == 1
    assert corpus.append([batch([observation(2), observation(9)])], import_id="later").new == 1
    kept = b"".join(path.read_bytes() for path in (corpus.root / "observations" / "_delta_log").iterdir())
    assert b"fsheht" not in kept and b"Ana Prov" not in kept
    for path in corpus.files("observations"):
        group = pq.read_metadata(path).row_group(0)
        told = {group.column(at).path_in_schema for at in range(group.num_columns) if group.column(at).is_stats_set}
        assert told <= set(STATISTICS["observations"]), "no minimum or maximum of a person's name or words in a file"


def test_signals_are_kept_once(corpus):
    signal = {
        "signal_id": "s1", "post_key": "x:1", "detector": "lexicon", "concern": "hate", "score": 0.5,
        "spans": [{"start": 0, "end": 3}], "made_at": datetime(2027, 9, 14, tzinfo=UTC),
    }  # fmt: skip
    table = pa.Table.from_pylist([signal], schema=SIGNALS)
    assert corpus.add_signals(table.to_batches(), run_id="r1") == 1
    assert corpus.add_signals(table.to_batches(), run_id="r2") == 0
    assert corpus.rows("SELECT spans FROM signals") == [{"spans": [{"start": 0, "end": 3}]}]
    assert corpus.add_signals([], run_id="r3") == 0


def test_ibis_sees_the_same_tables(corpus):
    corpus.append([batch([observation(1), observation(2)])], import_id="a")
    posts = corpus.ibis().table("posts")
    assert posts.filter(posts.reactions > 1).count().to_pyarrow().as_py() == 1


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('{secret}')",
        "SELECT * FROM read_text('{secret}')",
        "SELECT * FROM read_blob('{secret}')",
        "SELECT * FROM '{secret}'",
        "SELECT * FROM glob('{folder}/*')",
        "COPY (SELECT 1) TO '{folder}/out.csv'",
        "COPY (SELECT 1 AS a) TO '{part}' (FORMAT parquet, USE_TMP_FILE false)",
        "ATTACH '{folder}/other.db'",
        "EXPORT DATABASE '{folder}/dump'",
        "SET enable_external_access = true",
        "INSTALL httpfs",
        "LOAD httpfs",
        "CREATE TABLE t AS SELECT 1",
        "DROP VIEW posts",
        "PRAGMA version",
        "SELECT 1; SELECT 2",
        "SELEKT",
        "",
    ],
)
def test_typed_sql_reaches_nothing_but_the_corpus(corpus, tmp_path, sql):
    corpus.append([batch([observation(1)])], import_id="a")
    secret = tmp_path / "secret.csv"
    secret.write_text("password\nhunter2\n")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    part = next((corpus.root / "observations").glob("*.parquet"))
    with pytest.raises(BadInput):
        corpus.ask(sql.format(secret=secret, folder=tmp_path, part=part))
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_typed_sql_is_answered(corpus):
    corpus.append([batch([observation(1)])], import_id="a")
    answer = corpus.ask("WITH a AS (FROM posts) SELECT text, posted_at, links FROM a")
    assert answer.to_pylist()[0]["text"] == "Teksti 1 ë"
