from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from besa.triage import rules

PHASES = [
    (date(2027, 8, 30), date(2027, 9, 12), "pre_campaign", True),
    (date(2027, 9, 13), date(2027, 10, 11), "campaign", True),
    (date(2027, 10, 12), date(2027, 10, 12), "polling_day", False),
]


def test_a_post_belongs_to_its_local_day():
    calendar = rules.Calendar(PHASES, "Europe/Belgrade")
    assert calendar.place(datetime(2027, 9, 12, 21, 59, tzinfo=UTC)) == ("2027-W36", "pre_campaign")
    assert calendar.place(datetime(2027, 9, 12, 22, 0, tzinfo=UTC)) == ("2027-W37", "campaign")
    assert calendar.place(datetime(2027, 8, 29, 21, 59, tzinfo=UTC)) is None
    assert calendar.place(datetime(2027, 10, 12, 12, 0, tzinfo=UTC)) is None, "not monitored"
    assert calendar.place(datetime(2028, 1, 1, tzinfo=UTC)) is None and calendar.place(None) is None
    assert rules.Calendar([], "UTC").place(datetime(2027, 9, 1, tzinfo=UTC)) is None


@given(
    st.lists(
        st.none() | st.datetimes(datetime(2027, 8, 28), datetime(2027, 10, 15)).map(lambda at: at.replace(tzinfo=UTC))
    ),
    st.sampled_from(["Europe/Belgrade", "UTC"]),
)
def test_many_places_are_each_place(moments, zone):
    calendar = rules.Calendar(PHASES, zone)
    found = calendar.places(pa.array(moments, pa.timestamp("us", tz="UTC")))
    assert found == [calendar.place(moment) for moment in moments]
    assert rules.Calendar([], zone).places(pa.array(moments, pa.timestamp("us", tz="UTC"))) == [None] * len(moments)


def test_the_draw_depends_on_the_seed_alone_and_not_on_the_order():
    keys = [f"x:{number}" for number in range(100)]
    assert rules.draw(keys, 10, 7, "control") == rules.draw(reversed(keys), 10, 7, "control")
    assert rules.draw(keys, 10, 7, "control") != rules.draw(keys, 10, 8, "control")
    assert rules.draw(keys, 10, 7, "control") != rules.draw(keys, 10, 7, "duty")


def test_every_post_has_the_same_chance():
    keys = [f"x:{number}" for number in range(20)]
    drawn = Counter(key for seed in range(2000) for key in rules.draw(keys, 5, seed, "control"))
    expected = 2000 * 5 / 20
    chi2 = sum((drawn[key] - expected) ** 2 / (expected * (1 - 5 / 20)) for key in keys) * 19 / 20
    assert chi2 < 50, "19 degrees of freedom: beyond one in ten thousand"


@given(st.lists(st.integers(0, 300), unique=True), st.lists(st.integers(301, 600), unique=True), st.integers(0, 20))
def test_who_comes_late_has_the_same_chance_as_who_came_early(early, late, count):
    both = rules.draw(early + late, count, 3, "p")
    assert {key for key in both if key in set(early)} <= set(rules.draw(early, count, 3, "p"))


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 500)), st.integers(0, 40))
def test_shares_add_up_and_never_ask_for_more_than_there_is(sizes, count):
    places = rules.shares(sizes, count)
    assert sum(places.values()) == min(count, sum(sizes.values()))
    assert all(places[name] <= sizes[name] for name in places)


def test_the_control_sample_mirrors_the_platforms():
    keys = {f"f:{n}": "facebook" for n in range(800)} | {f"t:{n}": "tiktok" for n in range(200)}
    drawn = Counter(keys[key] for key in rules.control_sample(keys, 10, 1, "2027-W37"))
    assert drawn == {"facebook": 8, "tiktok": 2}


def signal(concern: str, score: float, clause: str = "") -> dict:
    return {"concern": concern, "score": score, "clause": clause}


def test_ranking_weighs_risk_reach_and_whom_it_hits_and_says_so():
    quiet, loud = rules.rank([signal("hate", 0.6)], 0), rules.rank([signal("hate", 0.6)], 5000)
    assert loud.rank > quiet.rank and (loud.parts["reach"], loud.parts["mostly"]) == (5000, "hate")
    assert rules.rank([signal("gendered_abuse", 0.6)], 0).rank > rules.rank([signal("harassment", 0.6)], 0).rank
    assert rules.rank([signal("dialogue", 0.9)], 0).rank < quiet.rank
    assert rules.rank([], 0).rank == 0


def test_urgent_is_what_endangers_people_or_the_vote_and_is_likely():
    assert rules.rank([signal("incitement", 0.8)], 0).urgent
    assert not rules.rank([signal("incitement", 0.5)], 0).urgent
    assert not rules.rank([signal("hate", 0.99)], 0).urgent
    assert rules.rank([signal("hate", 0.8, "minors")], 0, frozenset({"minors"})).urgent


@given(st.floats(0, 5000), st.floats(0, 5000))
def test_fresh_evidence_ranks_higher_and_never_turns_the_order_round(one, other):
    young, old = sorted((one, other))
    hate = [signal("hate", 0.6)]
    assert 1 <= rules.freshness(old) <= rules.freshness(young) <= 1 + rules.FRESH_WEIGHT
    assert rules.rank(hate, 9, age_hours=young).rank >= rules.rank(hate, 9, age_hours=old).rank
    assert rules.freshness(0) == 1.3 and rules.freshness(48) == 1.15 and rules.freshness(None) == 1


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(0, 45), st.integers(0, 45)), max_size=5))
def test_pieces_are_the_text(text, spans):
    assert "".join(piece for piece, _ in rules.pieces(text, spans)) == text


def test_copies_share_a_family_and_posts_without_words_do_not():
    assert rules.family("Nesër  TË gjithë https://a.example", "x:1") == rules.family("nesër të gjithë", "x:2")
    assert rules.family("https://a.example", "x:1") != rules.family("", "x:2")
