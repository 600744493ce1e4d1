"""Agreement taken apart: numbers needed, answers that met, what to train; and who may open the posts."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from coding_book import NO_ISSUE, VIOLATION, post
from django.test import Client
from django.urls import reverse

from besa.coding import actions, queries
from besa.coding.rules import reliability as rules
from besa.coding.types import Agreement


class Rating(NamedTuple):
    coder: int
    unit: int
    value: str
    language: str = "sq"


@pytest.mark.parametrize(
    ("prevalence", "alpha", "posts"), [(0.25, 0.667, 81), (0.25, 0.8, 139), (0.1, 0.667, 172), (0.1, 0.8, 294)]
)
def test_the_published_numbers_of_posts_needed(prevalence, alpha, posts):
    assert abs(rules.needed(prevalence, alpha) - posts) <= 1
    assert rules.needed(prevalence, alpha) == rules.needed(1 - prevalence, alpha)


def test_no_number_would_do_for_what_is_always_or_never_given():
    assert rules.needed(0) is None and rules.needed(1) is None


def test_answers_that_met_are_counted_once_for_a_post_and_open_it():
    given = [Rating(1, 1, "b"), Rating(2, 1, "a"), Rating(1, 2, "a"), Rating(2, 2, "a"), Rating(1, 3, "c")]
    mixed = rules.confusion(given, ["c", "b", "a"])
    assert mixed.values == ("b", "a")  # in the codebook's order; what nobody answered twice is left out
    assert mixed.posts("a", "b") == mixed.posts("b", "a") == (1,)
    assert mixed.posts("a", "a") == (2,) and mixed.posts("c", "c") == ()
    assert mixed.mixed == [("b", "a", 1)]


def _figure(alpha, pairable=100):
    return Agreement("x", "nominal", alpha, None, None, pairable // 2, pairable, 2, "", doubles=pairable // 2)


def test_what_to_train_is_what_stands_apart():
    given = [Rating(c, u, "a" if u % 2 or (c and u < 12) else "b") for u in range(40) for c in (0, 1)]
    said = rules.advice(
        _figure(0.6),
        rules.confusion(given),
        {"Ana": _figure(0.4), "Ben": _figure(0.7), "Cen": _figure(0.75)},
        {"sq": _figure(0.7), "sr": _figure(0.3, pairable=8)},
        {"2027-W37": _figure(0.8), "2027-W38": _figure(0.5)},
    )
    assert [one.values.get("who") or one.values.get("week") or one.cell for one in said] == [
        ("a", "b"), "Ana", "2027-W38",
    ]  # fmt: skip
    assert said[0].values["n"] == 6


def test_the_best_of_three_makes_the_other_two_no_worse():
    alike = {"en": _figure(1), "sq": _figure(0.73), "sr": _figure(0.74)}
    assert not rules.advice(_figure(0.8), rules.confusion([]), {}, alike, {})


@pytest.fixture
def doubles(desk, election, all_share):
    """Twelve posts coded twice, two of them differently."""
    for at in range(12):
        item = post(election, f"words {at}")
        actions.screen(by=desk["coder"], item=item, key="look")
        actions.submit(by=desk["coder"], item=item, answers=VIOLATION if at < 4 else NO_ISSUE, note="first note")
        actions.submit(by=desk["coder2"], item=item, answers=VIOLATION if at < 2 else NO_ISSUE)
    return election


def test_the_pages_take_it_apart_and_open_the_posts(doubles, desk):
    client = Client()
    client.force_login(desk["coordinator"])
    page = client.get(reverse("agreement_variable", args=["verdict"])).text
    assert "Taken apart" in page and "2</a>" in page and "coder · coder2" in page
    posts = client.get(reverse("agreement_differing", args=["verdict"]), {"one": "violation", "other": "no_issue"}).text
    assert "words 2" in posts and "words 3" in posts and "words 1" not in posts and "first note" in posts
    assert client.get(reverse("agreement_variable", args=["nonsense"])).status_code == 404
    nothing = client.get(reverse("agreement_differing", args=["verdict"]), {"one": "x", "other": "y"})
    assert nothing.status_code == 200 and "No post is like that" in nothing.text


def test_a_first_coding_is_not_opened_while_the_second_is_due(doubles, desk):
    item = post(doubles, "not yet twice")
    actions.screen(by=desk["coder"], item=item, key="look")
    actions.submit(by=desk["coder"], item=item, answers=VIOLATION, note="canary")
    found = queries.differing(desk["coordinator"], doubles, "verdict", "violation", "violation")
    assert {one.text for one, _ in found} == {"words 0", "words 1"}
    client = Client()
    client.force_login(desk["coder2"])
    for name in ("agreement_variable", "agreement_differing"):
        assert client.get(reverse(name, args=["verdict"])).status_code == 403
