"""What every detector promises, whoever wrote it: its own examples, and good manners towards odd input."""

from __future__ import annotations

from datetime import UTC, datetime

import ibis
import pyarrow as pa
import pytest

from besa.corpus.schema import OBSERVATIONS
from besa.triage.detectors import ads, detectors
from besa.triage.detectors.claims import EXAMPLE_CLAIMS
from besa.triage.detectors.learned import a_model
from besa.triage.detectors.legal import LAWS, PARTIES, POSTERS
from besa.triage.detectors.lexicon import TERMS
from besa.triage.types import FOUND, SEEN, SEEN_ACROSS, Resources


class LocalModel:
    """Stands where a server on this machine would; tests/triage asks a real one."""

    concern, model, speaks_from = "hate", "stand-in", 0.5

    def chance(self, text: str) -> float:
        return 0.8 if "!" in text else 0.1


RESOURCES = Resources(
    terms=TERMS, model=a_model(), local=LocalModel(), laws=LAWS, posters=POSTERS, parties=PARTIES,
    timezone="Europe/Belgrade",
    claims=EXAMPLE_CLAIMS, new_claims=EXAMPLE_CLAIMS,
    quiet=ads.QUIET, campaigners=ads.CAMPAIGNERS,
)  # fmt: skip
ODD = [
    {"text": ""}, {"text": None}, {"text": "\0\u200b"}, {"text": "🦅" * 50}, {"text": "a" * 30_000},
    {"text": "<script>alert(1)</script>"}, {"text": "שלום العربية"}, {"title": "t", "text": None}, {"ad": {}},
]  # fmt: skip


def posts(rows: list[dict]) -> pa.Table:
    told = []
    for at, row in enumerate(rows):
        text = row.get("text")
        posted = row.get("posted_at")
        told.append(
            {"post_key": f"x:{at}", "observation_id": f"{at:064}", "platform": "x", "kind": "post",
             "account_key": f"x:a{at}", "text_normal": (text or "").casefold(), "language": "und"}
            | {name: value for name, value in row.items() if name in SEEN_ACROSS}
            | {"posted_at": datetime.fromisoformat(posted) if posted else datetime(2027, 9, 14, tzinfo=UTC)}
        )  # fmt: skip
    return pa.Table.from_pylist(told, schema=OBSERVATIONS).select(list(SEEN_ACROSS))


def run(detector, batch: pa.Table) -> list[dict]:
    if not detector.across:
        table = detector.detect(batch.select(list(SEEN)), RESOURCES, 1)
        assert table.schema == FOUND
        return table.to_pylist()
    return detector.detect(ibis.memtable(batch), RESOURCES, 1).to_pyarrow().to_pylist()


@pytest.fixture(params=detectors(), ids=lambda detector: detector.name)
def detector(request):
    return request.param


@pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")
class TestEveryDetector:
    def test_ships_examples_of_both_kinds_and_sees_what_they_say(self, detector):
        assert any(example["concerns"] for example in detector.examples)
        assert any(not example["concerns"] for example in detector.examples)
        batch = posts(list(detector.examples))
        found = run(detector, batch)
        for at, example in enumerate(detector.examples):
            own = [row for row in found if row["post_key"] == f"x:{at}"]
            assert [row["concern"] for row in own] == example["concerns"], example["text"]
            said = [example["text"][span["start"] : span["end"]] for row in own for span in row.get("spans") or []]
            if "says" in example:
                assert said == example["says"]

    def test_scores_lie_between_0_and_1_and_each_signal_has_its_reason(self, detector):
        for row in run(detector, posts(list(detector.examples))):
            assert 0 <= row["score"] <= 1 and row["reason"] and row["post_key"] and row["observation_id"]

    def test_the_same_posts_give_the_same_signals_in_any_order(self, detector):
        rows = list(detector.examples)
        batch = posts(rows)
        turned = batch.take(list(reversed(range(batch.num_rows))))

        def key(row):
            return row["post_key"], row["concern"]

        assert sorted(run(detector, batch), key=key) == sorted(run(detector, turned), key=key)

    def test_nothing_odd_stops_it(self, detector):
        for row in run(detector, posts(ODD)):
            text = ODD[int(row["post_key"].split(":")[1])].get("text") or ""
            assert all(0 <= span["start"] < span["end"] <= len(text) for span in row.get("spans") or [])
        run(detector, posts([]))


def test_no_two_detectors_share_a_name():
    names = [detector.name for detector in detectors()]
    assert len(names) == len(set(names))
