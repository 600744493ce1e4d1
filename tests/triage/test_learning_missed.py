"""The estimate of what the ranking missed covers the truth as often as it says."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from besa.triage.rules import control_sample, missed


def a_week(chance: random.Random, posts: int, rate: float) -> tuple[dict[str, str], set[str]]:
    """Unflagged posts by platform, and those that are violations; rarer platforms have more of them."""
    unflagged, bad = {}, set()
    for number in range(posts):
        platform = chance.choices(["facebook", "tiktok", "x", "portal"], [70, 20, 8, 2])[0]
        unflagged[f"{platform}:{number}"] = platform
        if chance.random() < rate * (2 if platform in ("x", "portal") else 1):
            bad.add(f"{platform}:{number}")
    return unflagged, bad


@pytest.mark.parametrize(("count", "rate"), [(10, 0.08), (40, 0.02), (40, 0.3), (150, 0.04)])
def test_the_interval_covers_the_planted_truth_in_93_of_100_weeks(count, rate):
    chance = random.Random(20270913)
    covered = wide = 0
    for week in range(500):
        unflagged, bad = a_week(chance, chance.randrange(300, 900), rate)
        drawn = control_sample(unflagged, count, seed=week, week="2027-W38")
        # as the report sees it: strata by platform
        sizes, read = Counter(unflagged.values()), Counter(unflagged[key] for key in drawn)
        found = Counter(unflagged[key] for key in drawn if key in bad)
        # platforms without a place of their own were drawn together
        small = [name for name in sizes if sizes[name] * count < len(unflagged)]
        own = [(sizes[name], read[name], found[name]) for name in sizes if name not in small]
        rest = tuple(sum(part[name] for name in small) for part in (sizes, read, found))
        told = missed([*own, rest])
        covered += told.low <= len(bad) <= told.high
        wide += told.high - told.low < len(unflagged)
    assert covered >= 465
    assert wide == 500, "an interval that says nothing covers everything"


def test_on_average_the_estimate_is_the_truth():
    chance = random.Random(1)
    unflagged, bad = a_week(chance, 600, 0.1)
    told = []
    for seed in range(800):
        drawn = control_sample(unflagged, 60, seed, "w")
        told.append(missed([(len(unflagged), len(drawn), sum(key in bad for key in drawn))]).estimate)
    assert abs(sum(told) / len(told) - len(bad)) < 0.06 * len(bad)


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 40), st.integers(0, 40)), max_size=5))
def test_it_never_says_less_than_was_found_or_more_than_there_is(rows):
    strata = [(size, min(read, size), min(found, read, size)) for size, read, found in rows]
    told = missed(strata)
    found, size = sum(row[2] for row in strata), sum(row[0] for row in strata)
    assert 0 <= told.low <= told.high <= size
    if told.read == size and size:
        assert told.low == told.high == found == round(told.estimate)
    if told.estimate is None:
        assert told.read == 0


def test_a_platform_too_small_for_a_place_may_still_be_drawn():
    unflagged = {f"facebook:{n}": "facebook" for n in range(960)} | {f"x:{n}": "x" for n in range(40)}
    drawn = Counter(key.split(":")[0] for seed in range(400) for key in control_sample(unflagged, 10, seed, "w"))
    assert sum(drawn.values()) == 4000 and 100 < drawn["x"] < 220, "about 40 of 1,000, ten times"
