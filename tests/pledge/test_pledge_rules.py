"""Who was bound on a day, whose an account was, what a signature binds: properties, not examples only."""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from besa.base.weeks import local_date
from besa.base.words import Grade, SignatoryStatus
from besa.pledge import rules
from besa.pledge.types import Claim, Signed

DAYS = st.dates(date(2027, 8, 1), date(2027, 11, 30))
BOUND = {SignatoryStatus.SIGNED, SignatoryStatus.LATE_SIGNED}


@given(signed=DAYS, length=st.integers(0, 60), day=DAYS, kind=st.sampled_from(["ceremony", "late"]))
def test_bound_from_the_day_of_signature_to_the_day_before_withdrawal(signed, length, day, kind):
    withdrawn = signed + timedelta(days=length)
    status = rules.status_on([Signed(signed, kind, withdrawn)], day)
    assert (status in BOUND) == (signed <= day < withdrawn)
    if day < signed:
        assert status == SignatoryStatus.NOT_YET
    elif day >= withdrawn:
        assert status == SignatoryStatus.WITHDRAWN
    else:
        assert status == (SignatoryStatus.SIGNED if kind == "ceremony" else SignatoryStatus.LATE_SIGNED)


def test_signing_again_binds_again_and_counts_as_late():
    signatures = [
        Signed(date(2027, 9, 1), "ceremony", date(2027, 9, 10)),
        Signed(date(2027, 9, 20), "rejoined"),
    ]
    on = {day: rules.status_on(signatures, date(2027, 9, day)) for day in (1, 9, 10, 19, 20, 30)}
    assert on == {
        1: SignatoryStatus.SIGNED,
        9: SignatoryStatus.SIGNED,
        10: SignatoryStatus.WITHDRAWN,
        19: SignatoryStatus.WITHDRAWN,
        20: SignatoryStatus.LATE_SIGNED,
        30: SignatoryStatus.LATE_SIGNED,
    }


@given(day=DAYS, order=st.permutations([0, 1]))
def test_the_order_of_signatures_does_not_matter(day, order):
    signatures = [Signed(date(2027, 9, 1), "ceremony", date(2027, 9, 10)), Signed(date(2027, 9, 20), "rejoined")]
    assert rules.status_on([signatures[at] for at in order], day) == rules.status_on(signatures, day)


def test_without_a_signature_it_was_never_a_signatory():
    assert rules.status_on([], date(2027, 9, 1)) == SignatoryStatus.NEVER


@given(
    moment=st.datetimes(datetime(2027, 8, 30), datetime(2027, 9, 3), timezones=st.just(UTC)),
    zone=st.sampled_from(["Europe/Belgrade", "UTC", "Pacific/Auckland", "America/Lima"]),
)
def test_the_day_is_the_elections_local_day(moment, zone):
    signed = [Signed(date(2027, 9, 1), "ceremony")]
    assert (rules.status_at(signed, moment, zone) in BOUND) == (local_date(moment, zone) >= date(2027, 9, 1))


def test_a_post_just_after_local_midnight_is_already_bound():
    signed = [Signed(date(2027, 9, 1), "ceremony")]
    before, after = datetime(2027, 8, 31, 21, 59, 59, tzinfo=UTC), datetime(2027, 8, 31, 22, 0, tzinfo=UTC)
    assert rules.status_at(signed, before, "Europe/Belgrade") == SignatoryStatus.NOT_YET
    assert rules.status_at(signed, after, "Europe/Belgrade") == SignatoryStatus.SIGNED
    assert rules.status_at(signed, after, "UTC") == SignatoryStatus.NOT_YET


CLAIMS = st.lists(
    st.builds(
        Claim,
        about=st.integers(1, 3),
        grade=st.sampled_from(list(Grade)),
        first=st.none() | DAYS,
        last=st.none() | DAYS,
    ),
    max_size=6,
)


@given(claims=CLAIMS, day=DAYS)
def test_confirmed_is_given_only_where_one_standing_confirmed_claim_names_one(claims, day):
    claim, grade = rules.best_claim(claims, day)
    confirmed = {held.about for held in claims if held.grade == Grade.CONFIRMED and rules.holds_on(held, day)}
    if grade == Grade.CONFIRMED:
        assert confirmed == {claim.about}
    if len(confirmed) > 1:
        assert grade == Grade.DISPUTED
    if claim is not None:
        assert rules.holds_on(claim, day)
    else:
        assert not any(rules.holds_on(held, day) for held in claims) and grade == Grade.UNKNOWN


def test_the_days_of_a_claim_are_both_included():
    claim = Claim(1, Grade.CONFIRMED, first=date(2027, 9, 1), last=date(2027, 9, 3))
    standing = [day for day in range(1, 6) if rules.holds_on(claim, date(2027, 9, day))]
    assert standing == [1, 2, 3]


@pytest.mark.parametrize(
    "how, enough",
    [
        ("", False),
        ("link on the party's site", False),
        ("link on the party's site; Link on  the party's site", False),
        ("link on the party's site;;  ", False),
        ("link on the party's site; her own letter", True),
        ("link on the party's site\nher own letter", True),
    ],
)
def test_confirmed_needs_two_different_proofs(how, enough):
    assert rules.enough_for("confirmed", how) is enough
    assert rules.enough_for("probable", how)


CODE = {"version": "1", "titles": {"en": "The Code", "sr-Latn": "Kodeks"}, "preambles": {}}
PRINCIPLES = [
    {
        "slug": "respect",
        "names": {"en": "Respect"},
        "texts": {},
        "clauses": [
            {"slug": "a", "titles": {"en": "A"}, "texts": {"en": "On A."}, "bound_kinds": ["party", "media"],
             "duty": "duty", "on": True},
            {"slug": "b", "titles": {"en": "B"}, "texts": {"en": "On B."}, "bound_kinds": ["party"],
             "duty": "prohibition", "on": False},
        ],
    }
]  # fmt: skip


def _changed(**how):
    principles = copy.deepcopy(PRINCIPLES)
    principles[0]["clauses"][how.pop("at", 0)].update(how)
    return rules.text_sha256(CODE, principles)


def test_the_hash_holds_to_every_word_that_is_signed():
    held = rules.text_sha256(CODE, PRINCIPLES)
    assert _changed(texts={"en": "On A!"}) != held
    assert _changed(duty="prohibition") != held
    assert _changed(bound_kinds=["party"]) != held
    assert _changed(at=1, on=True) != held
    assert rules.text_sha256({**CODE, "version": "2"}, PRINCIPLES) != held


def test_the_hash_is_deaf_to_what_nobody_signs():
    held = rules.text_sha256(CODE, PRINCIPLES)
    assert _changed(at=1, texts={"en": "Other words of a clause that is off."}) == held
    assert _changed(bound_kinds=["media", "party"]) == held
    cyrillic = {**CODE, "titles": {**CODE["titles"], "sr-Cyrl": "Кодекс"}}
    assert rules.text_sha256(cyrillic, PRINCIPLES) == held


@given(st.lists(st.tuples(DAYS, st.integers(0, 20)), max_size=8))
def test_overlaps_are_found_exactly(spans):
    phases = [(first, first + timedelta(days=length)) for first, length in spans]
    days = [set(range(first.toordinal(), last.toordinal() + 1)) for first, last in phases]
    really = any(days[one] & days[other] for one in range(len(days)) for other in range(one))
    assert bool(rules.overlaps(phases)) == really
    assert all(days[one] & days[other] for one, other in rules.overlaps(phases))
