"""Krippendorff's alpha against the published examples, and at its edges."""

from __future__ import annotations

import csv
import json
import time

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from besa.coding.rules.agreement import LEVELS, alpha


def _long(path):
    with path.open() as file:
        for row in csv.DictReader(file):
            coder = row.pop("coder")
            yield from ((coder, unit, float(value)) for unit, value in row.items() if value)


def test_the_published_examples_come_out_to_three_digits(samples):
    folder = samples / "krippendorff-canonical"
    expected = json.loads((folder / "expected.json").read_text())
    seen = 0
    for name, figures in expected.items():
        for level in LEVELS:
            if level in figures:
                found = alpha(_long(folder / name), level, bootstrap=0).alpha
                assert found == pytest.approx(figures[level], abs=0.0006), (name, level)
                seen += 1
    assert seen == 7


@pytest.mark.parametrize("level", LEVELS)
def test_the_fast_resampling_means_the_same_as_the_library(level):
    """Resampling that draws each unit as it is must give back the library's own figure."""
    from besa.coding.rules import agreement as rules

    chance = np.random.default_rng(3)
    ratings = [(c, u, float(v)) for u in range(40) for c, v in enumerate(chance.integers(1, 5, size=1 + u % 4))]
    whole = alpha(ratings, level, bootstrap=0).alpha

    class Still:
        def multinomial(self, n, shares, size):
            return np.tile(np.round(shares * n).astype(int), (size, 1))

    drawn = rules.np.random.default_rng
    try:
        rules.np.random.default_rng = lambda seed: Still()
        low, high = alpha(ratings, level, bootstrap=3).low, alpha(ratings, level, bootstrap=3).high
    finally:
        rules.np.random.default_rng = drawn
    assert low == pytest.approx(whole) and high == pytest.approx(whole)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=30), st.sampled_from(LEVELS))
def test_the_figure_is_the_librarys_and_lies_in_its_interval_range(pairs, level):
    ratings = [(coder, unit, value) for unit, pair in enumerate(pairs) for coder, value in enumerate(pair)]
    found = alpha(ratings, level, bootstrap=50)
    if len({value for pair in pairs for value in pair}) == 1:
        assert found.alpha is None
        return
    table = np.array(pairs, dtype=float).T
    with np.errstate(all="ignore"):
        assert found.alpha == pytest.approx(krippendorff.alpha(table, level_of_measurement=level))
    assert (found.units, found.pairable, found.coders) == (len(pairs), 2 * len(pairs), 2)
    assert found.percent == pytest.approx(100 * sum(a == b for a, b in pairs) / len(pairs))
    assume(found.low is not None)
    assert found.low <= found.high <= 1 + 1e-9


def test_the_same_seed_gives_the_same_interval():
    ratings = [(c, u, (u + (c if u % 5 == 0 else 0)) % 3) for u in range(60) for c in (0, 1)]
    one, again = alpha(ratings, "nominal", seed=5), alpha(ratings, "nominal", seed=5)
    assert (one.low, one.high) == (again.low, again.high)
    assert one.low < one.alpha < one.high


def test_no_variation_is_not_agreement():
    found = alpha([(c, u, "no") for u in range(30) for c in "ab"], "nominal")
    assert (found.alpha, found.low, found.high, found.percent) == (None, None, None, 100)
    assert "not defined" in found.verdict_words


def test_one_coder_and_no_coder():
    alone = alpha([("a", u, u % 2) for u in range(5)], "nominal")
    assert (alone.alpha, alone.coders, alone.units, alone.pairable, alone.percent) == (None, 1, 5, 0, None)
    assert "One coder" in alone.verdict_words
    empty = alpha([], "ordinal")
    assert (empty.alpha, empty.coders, empty.units) == (None, 0, 0)
    assert "Nothing" in empty.verdict_words


@pytest.mark.parametrize(("same", "words"), [(50, "Tentative"), (87, "Acceptable"), (97, "Good")])
def test_the_figure_is_said_in_words(same, words):
    ratings = []
    for unit in range(100):
        first = unit % 2
        ratings += [("a", unit, first), ("b", unit, first if unit < same else 1 - first)]
    assert alpha(ratings, "nominal", bootstrap=0).verdict_words.startswith(words)


def test_a_handful_of_posts_allows_no_verdict_and_one_no_interval():
    few = alpha([(c, u, u % 2) for u in range(9) for c in "ab"], "nominal")
    assert few.alpha == 1 and "Too few" in few.verdict_words
    one = alpha([("a", 1, 0), ("b", 1, 1)], "nominal")
    assert (one.alpha, one.low) == (0, None)


def test_rare_labels_are_named():
    ratings = [(c, u, "rare" if u < 3 else "often" if u < 30 else "other") for u in range(60) for c in "ab"]
    assert alpha(ratings, "nominal", bootstrap=0).rare == ("rare",)


def test_ten_thousand_posts_with_a_thousand_resamples_take_a_moment():
    chance = np.random.default_rng(1)
    ratings = [
        (c, u, int(v)) for u, pair in enumerate(chance.integers(0, 8, size=(10_000, 2))) for c, v in enumerate(pair)
    ]
    started = time.perf_counter()
    found = alpha(ratings, "ordinal", bootstrap=1000)
    assert time.perf_counter() - started < 3
    assert abs(found.alpha) < 0.05


def test_gwets_coefficient_of_his_own_example():
    """Gwet (2008), table 1: 118 + 5 + 2 + 0 answers; alpha sinks where one answer is common, AC1 does not."""
    pairs = [("n", "n")] * 118 + [("n", "p")] * 5 + [("p", "n")] * 2
    found = alpha([(c, u, v) for u, pair in enumerate(pairs) for c, v in enumerate(pair)], "nominal", bootstrap=0)
    agree, positive = 118 / 125, 7 / 250
    chance = 2 * positive * (1 - positive)
    assert found.ac1 == pytest.approx((agree - chance) / (1 - chance)) and found.ac1 > 0.9
    assert found.alpha < 0
    assert alpha([(c, u, u % 3) for u in range(30) for c in "ab"], "ordinal").ac1 is None


def test_hundreds_of_values_and_gaps_need_little_room():
    chance = np.random.default_rng(5)
    truth = chance.normal(size=400).round(2)
    ratings = [
        (c, u, float(round(truth[u] + e, 2)))
        for c in range(5)
        for u, e in enumerate(chance.normal(scale=0.3, size=400))
        if chance.random() < 0.7
    ]
    table = np.full((5, 400), np.nan)
    for coder, unit, value in ratings:
        table[coder, unit] = value
    for level in ("ordinal", "interval"):
        found = alpha(ratings, level, bootstrap=200)
        assert found.alpha == pytest.approx(krippendorff.alpha(table, level_of_measurement=level))
        assert found.low < found.alpha < found.high
