"""Figures to check: a weak pointer that stays rare and below everything else."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from besa.base.text import normal
from besa.triage import rules
from besa.triage.detectors import checkable
from besa.triage.types import Resources

SAID = [
    "Sipas raportit, papunësia në komunë u ul për 20 përqind.",
    "Opština je prošle godine potrošila 3 miliona evra na proslave.",
    "Општина је прошле године потрошила 3 милиона евра на прославе.",
    "Unemployment fell by 20 percent since the last election.",
    "Kemi ndërtuar 40 kilometra rrugë, dy herë më shumë se në vitin 2023.",
]
LEFT_ALONE = [
    "Do të ndërtojmë 40 kilometra rrugë, dy herë më shumë se në vitin 2023.",
    "Potrošićemo 3 miliona evra manje nego prošle godine.",
    "We will cut unemployment by 20 percent since the last election.",
    "A e dini sa përqind u ul papunësia nga viti 2023?",
    "Takimi mbahet më 12 tetor 2027 në orën 19:00, salla 3.",
    "Faleminderit 1.000 herë për mbështetjen!",
]


def found(texts: list[str], kind: str = "post") -> list[dict]:
    columns = {"post_key": texts, "observation_id": texts, "text": texts, "text_normal": list(map(normal, texts))}
    return checkable.detect(pa.table(columns | {"kind": [kind] * len(texts)}), Resources(), 1).to_pylist()


@pytest.mark.parametrize("text", SAID)
def test_a_figure_with_what_it_is_compared_to_can_be_checked(text):
    [row] = found([f"Mirëdita! {text} Faleminderit."])
    assert row["score"] <= checkable.MOST
    [span] = row["spans"]
    assert f"Mirëdita! {text} Faleminderit."[span["start"] : span["end"]] == text
    assert not found([text], "comment")


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_promises_questions_and_appointments_are_left_alone(text):
    assert not found([text])


@given(st.text(max_size=200))
def test_no_text_stops_it(text):
    for row in found([text + " 5"]):
        assert 0 < row["score"] <= checkable.MOST


def test_alone_it_ranks_below_any_other_pointer_to_a_falsehood():
    strongest = {"concern": "falsehood", "score": checkable.MOST, "clause": ""}
    a_claim = {"concern": "falsehood", "score": 0.35, "clause": ""}
    assert rules.rank([strongest], 0).rank < rules.rank([a_claim], 0).rank
    assert not rules.rank([strongest], 10**6).urgent
