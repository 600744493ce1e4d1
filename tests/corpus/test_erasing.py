"""Rows that are erased are in no version and in no byte; all others stay as they were."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from besa.corpus import Corpus
from besa.corpus.erasing import erase
from besa.corpus.schema import OBSERVATIONS, SIGNALS

CANARY = "Kanarina Fluturon"


def observation(number: int, **fields) -> dict:
    raw = f'{{"n": {number}}}'
    return {
        "observation_id": hashlib.sha256(raw.encode()).hexdigest(), "post_key": f"x:{number}", "platform": "x",
        "text": f"Teksti {number} ë", "posted_at": datetime(2027, 9, 14, tzinfo=UTC), "reactions": number,
        "import_id": "i", "raw": raw, **fields,
    }  # fmt: skip


def batch(rows: list[dict]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(rows, schema=OBSERVATIONS)


@pytest.fixture
def corpus(tmp_path) -> Corpus:
    return Corpus(tmp_path / "corpus")


def signals(corpus: Corpus, *keys: str) -> None:
    rows = [{"signal_id": f"s{key}", "post_key": key, "detector": "lexicon", "reason": f"of {key}"} for key in keys]
    corpus.add_signals([pa.RecordBatch.from_pylist(rows, schema=SIGNALS)], run_id="run" + keys[0])


def hits(corpus: Corpus, text: str) -> int:
    files = [path for path in corpus.root.rglob("*") if path.is_file()]
    assert files
    return sum(text.encode() in _plain(path) for path in files)


def _plain(path) -> bytes:
    if path.suffix != ".parquet":
        return path.read_bytes()
    return str(pq.read_table(path).to_pylist()).encode() + path.read_bytes()


@pytest.fixture
def filled(corpus) -> Corpus:
    first = [observation(1, import_id="a"), observation(2, import_id="a", text=CANARY)]
    corpus.append([batch(first)], import_id="a")
    corpus.append([batch([observation(3, import_id="b")])], import_id="b")
    later = observation(4, import_id="c", post_key="x:2", text=f"{CANARY}, later", raw='{"n": 4}')
    corpus.append([batch([later, observation(5, import_id="c")])], import_id="c")
    signals(corpus, "x:1", "x:2")
    return corpus


def test_it_is_gone_from_every_version_and_every_byte(filled):
    assert hits(filled, CANARY) == 2
    done = erase(filled, ["x:2"])
    assert (done.observations, done.signals) == (2, 1)
    assert hits(filled, CANARY) == 0
    for version, left in [(None, [1, 3, 5]), (0, [1]), (1, [1, 3]), (2, [1, 3, 5])]:
        rows = filled.rows("SELECT reactions AS n FROM observations ORDER BY 1", version=version)
        assert [row["n"] for row in rows] == left, version
    assert [row["post_key"] for row in filled.rows("SELECT post_key FROM signals")] == ["x:1"]


def test_what_stays_is_unchanged_and_more_can_come(filled):
    other = Corpus(filled.root.parent / "other")
    other.append([batch([observation(n) for n in (1, 3, 5)])], import_id="z")
    erase(filled, ["x:2"])
    assert filled.digest() == other.digest()
    assert erase(filled, ["x:2"]).observations == 0, "again changes nothing"
    assert filled.append([batch([observation(1), observation(6, import_id="d")])], import_id="d").new == 1
    filled.compact(many=2)
    assert len(filled.rows("SELECT 1 AS one FROM posts")) == 4


def test_all_rows_may_go(filled):
    erase(filled, ["x:1", "x:2", "x:3", "x:5"])
    assert filled.rows("SELECT count(*) AS n FROM observations") == [{"n": 0}]
    assert filled.append([batch([observation(7)])], import_id="d").new == 1


def test_rows_of_others_are_changed_where_a_word_stands_in_them(filled):
    done = erase(filled, [], words=["teksti 3"], change=lambda row: row | {"text": "covered", "raw": "{}"})
    assert done.covered == 1
    assert filled.rows("SELECT text FROM posts WHERE post_key = 'x:3'") == [{"text": "covered"}]
    assert hits(filled, "Teksti 3") == 0


@pytest.mark.parametrize("after", ["link", "create_write_transaction", "unlink"])
def test_cut_off_anywhere_it_is_done_when_repeated(filled, monkeypatch, after):
    from deltalake import DeltaTable

    import besa.corpus.erasing as erasing

    class Killed(BaseException):
        pass

    def killed(*args, **more):
        raise Killed

    with monkeypatch.context() as patch:
        if after == "link":
            patch.setattr(erasing.os, "link", killed)
        elif after == "unlink":
            patch.setattr(erasing, "purge", killed)
        else:
            patch.setattr(DeltaTable, "create_write_transaction", killed)
        with pytest.raises(Killed):
            erase(filled, ["x:2"])
    erase(filled, ["x:2"])
    assert hits(filled, CANARY) == 0
    assert sorted(row["n"] for row in filled.rows("SELECT reactions AS n FROM observations")) == [1, 3, 5]
