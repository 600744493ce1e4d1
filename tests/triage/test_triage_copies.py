from __future__ import annotations

import tracemalloc
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from besa.triage.detectors.copies import near


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


def firsts(count, alike):
    """One text after the other: to the earliest first text that it is like, or a first text itself."""
    family = list(range(count))
    for text in range(count):
        family[text] = next((one for one in range(text) if family[one] == one and (one, text) in alike), text)
    return family


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
    was, near._PAIRS_AT_ONCE, near._FEW = near._PAIRS_AT_ONCE, at_once, 2 if at_once < 10**6 else 32
    try:
        found = near.pairs(texts, threshold)
        groups = near.families(texts, threshold).tolist()
    finally:
        near._PAIRS_AT_ONCE, near._FEW = was, 32
    right = by_hand(texts, threshold)
    assert found.select("first", "second").rows() == sorted(right)
    for first, second, similarity in found.iter_rows():
        assert similarity == pytest.approx(right[first, second], abs=1e-12)
    assert groups == firsts(len(texts), right)


def test_boilerplate_that_thousands_share_makes_no_pairs_and_no_work():
    """27 common words of 35: not similar enough, and not one of twelve million pairs may be looked at in memory."""
    common = " ".join(f"common{number}" for number in range(27))
    texts = [" ".join(f"own{number}x{at}" for at in range(8)) + " " + common for number in range(5000)]
    tracemalloc.start()
    found = near.pairs(texts)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.is_empty() and most < 100 << 20
