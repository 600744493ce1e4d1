from __future__ import annotations

import tracemalloc
from itertools import combinations

import ibis
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from besa.base.script import to_cyrillic
from besa.base.text import normal
from besa.triage.detectors import copies
from besa.triage.detectors.copies import near
from besa.triage.rules import family
from besa.triage.types import Resources


def triples(text: str) -> frozenset:
    words = text.split()
    return frozenset(zip(words, words[1:], words[2:], strict=False)) or frozenset([tuple(words)] if words else [])


def by_hand(texts, threshold):
    sets = [triples(text) for text in texts]
    return {
        (a, b): len(one & other) / len(one | other)
        for (a, one), (b, other) in combinations(enumerate(sets), 2)
        if one and other and len(one & other) >= threshold * len(one | other) - 1e-9
    }


@st.composite
def bundles(draw):
    """Texts that are copies of a few with some words changed, of few words, so that nearly all nearly meet."""
    words = st.sampled_from("abcdefgh"[: draw(st.integers(1, 8))])
    bases = draw(st.lists(st.lists(words, max_size=25), min_size=1, max_size=4))
    texts = []
    for _ in range(draw(st.integers(0, 25))):
        text = list(draw(st.sampled_from(bases)))
        for _ in range(draw(st.integers(0, 2))):
            if text:
                text[draw(st.integers(0, len(text) - 1))] = draw(words)
        texts.append(" ".join(text))
    return texts


@given(bundles(), st.sampled_from([0.3, 0.5, 0.8, 0.9, 1.0]), st.sampled_from([3, 50, 10**6]))
@settings(max_examples=300, deadline=None)
def test_what_is_found_is_all_there_is_and_exact(texts, threshold, at_once):
    was, near._PAIRS_AT_ONCE = near._PAIRS_AT_ONCE, at_once
    try:
        found = near.pairs(texts, threshold)
        groups = near.families(texts, threshold).tolist()
    finally:
        near._PAIRS_AT_ONCE = was
    right = by_hand(texts, threshold)
    assert found.select("first", "second").rows() == sorted(right)
    for first, second, similarity in found.iter_rows():
        assert similarity == pytest.approx(right[first, second], abs=1e-12)
    expected = list(range(len(texts)))
    for _ in texts:
        for a, b in right:
            expected[a] = expected[b] = min(expected[a], expected[b])
    assert groups == expected


def test_boilerplate_that_thousands_share_makes_no_pairs_and_no_work():
    """27 common words of 35: not similar enough, and not one of twelve million pairs may be looked at in memory."""
    common = " ".join(f"common{number}" for number in range(27))
    texts = [" ".join(f"own{number}x{at}" for at in range(8)) + " " + common for number in range(5000)]
    tracemalloc.start()
    found = near.pairs(texts)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.is_empty() and most < 100 << 20


TEXT = "Svi se okupljamo u nedelju u podne na trgu kod česme i vodimo komšije, decu i stare zastave sa sobom"
BARE = "svi se okupljamo u nedelju u podne na trgu kod cesme i vodimo komsije, decu i stare zastave sa sobom"


def posts(rows):
    names = ("account_key", "platform", "text", "posted_at")
    frame = pl.DataFrame(rows, schema=names, orient="row").with_row_index("n")
    return ibis.memtable(
        frame.select(
            pl.format("x:{}", "n").alias("post_key"), pl.format("o:{}", "n").alias("observation_id"), "account_key",
            "platform", pl.col("posted_at").str.to_datetime(time_zone="UTC"),
            pl.col("text").map_elements(normal, pl.String).alias("text_normal"),
        ).to_arrow()
    )  # fmt: skip


ROWS = [
    ("facebook:1", "facebook", TEXT, "2027-09-14T10:00:00"),
    ("x:2", "x", to_cyrillic(TEXT), "2027-09-13T10:00:00"),
    ("tiktok:3", "tiktok", BARE.upper() + " https://a.example/x", "2027-09-15T10:00:00"),
    ("x:2", "x", "Something quite different that is long enough to be seen", "2027-09-13T10:00:00"),
    ("x:4", "x", None, "2027-09-13T10:00:00"),
]


def test_a_family_reaches_across_scripts_diacritics_and_platforms():
    found = copies.families_of(posts(ROWS))
    whole = found.filter(pl.col("posts") > 1).to_dicts()
    assert {row["post_key"] for row in whole} == {"x:0", "x:1", "x:2"}
    assert {(row["posts"], row["texts"], row["accounts"], row["platforms"]) for row in whole} == {(3, 3, 3, 3)}
    # the name of the content is that of the post that was first
    assert {row["family"] for row in whole} == {family(to_cyrillic(TEXT), "x:1")}
    assert {str(row["first_seen"])[:10] for row in whole} == {"2027-09-13"}
    assert found.filter(pl.col("posts") == 1)["post_key"].to_list() == ["x:3"]


def test_the_signal_says_how_far_it_has_spread():
    found = copies.detect(posts(ROWS), Resources(clauses={"coordination": "c7"}), 0).to_pyarrow().to_pylist()
    assert len(found) == 3
    assert {(row["concern"], row["clause"], round(row["score"], 2)) for row in found} == {("coordination", "c7", 0.25)}
    assert {row["reason"] for row in found} == {
        "nearly the same text stands at 3 accounts on 3 platforms, first on 2027-09-13"
    }
    alone = copies.detect(posts([ROWS[0], ROWS[0], ROWS[3]]), Resources(), 0)
    assert alone.to_pyarrow().num_rows == 0
    assert copies.detect(posts(ROWS).limit(0), Resources(), 0).to_pyarrow().num_rows == 0
