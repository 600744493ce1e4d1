"""Reads: right on the day asked for, and as many queries for ten rows as for a hundred."""

from __future__ import annotations

from datetime import date

import pytest

from besa.pledge import queries
from besa.pledge.models import Actor, Code, Phase, Signature
from pledge.many import many

DAY = date(2027, 9, 14)


@pytest.mark.parametrize("count", [10, 100])
def test_the_number_of_queries_does_not_grow(election, count, django_assert_num_queries):
    many(election, count)
    with django_assert_num_queries(5):
        assert len(queries.watch_list(election)) == count + 4
    with django_assert_num_queries(2):
        assert len(queries.register(election)) == count + 2
    with django_assert_num_queries(5):
        assert len(queries.watched(queries.actors(election), DAY)) == count + 6
    with django_assert_num_queries(2):
        assert len(queries.clauses(election)) == 4


def test_the_watch_list_says_whose_an_account_is_and_how_sure(election):
    row = next(row for row in queries.watch_list(election) if row.key == "facebook:@ana.pl")
    assert (row.actor, row.grade, row.party, row.affiliation_grade, row.area) == (
        "ana-pl", "confirmed", "pl", "confirmed", "lumas",
    )  # fmt: skip


def test_the_register_shows_status_on_the_day_and_no_private_data(election):
    Signature.objects.filter(signatory__actor__slug="ph").update(withdrawn_on=date(2027, 9, 12))
    rows = {row.actor: row for row in queries.register(election, DAY)}
    assert (rows["pl"].status, rows["ph"].status) == ("signed", "withdrawn")
    assert "keeper@" not in repr(rows)


def test_the_register_knows_nothing_of_what_comes_later(election):
    Signature.objects.filter(signatory__actor__slug="ph").update(withdrawn_on=DAY, withdrawal_reason="Own words.")
    Signature.objects.filter(signatory__actor__slug="pl").update(signed_on=DAY)
    before = queries.register(election, date(2027, 9, 13))
    assert [(row.actor, row.status, row.withdrawn_on, row.withdrawal_reason) for row in before] == [
        ("ph", "signed", None, "")
    ]
    on_the_day = {row.actor: (row.status, row.withdrawn_on) for row in queries.register(election, DAY)}
    assert on_the_day == {"ph": ("withdrawn", DAY), "pl": ("signed", None)}


@pytest.mark.parametrize(
    "day, kind",
    [
        (date(2027, 8, 29), None),
        (date(2027, 8, 30), "pre_campaign"),
        (date(2027, 9, 12), "pre_campaign"),
        (date(2027, 9, 13), "campaign"),
        (date(2027, 10, 12), "polling_day"),
        (date(2027, 10, 27), None),
    ],
)
def test_the_phase_of_a_day(election, day, kind):
    found = queries.phase_of(election, day)
    assert (found.kind if found else None) == kind


def test_the_code_in_force_is_the_newest_that_has_begun(election, at):
    later = Code.objects.create(election=election, version="2", effective_from=date(2027, 9, 20), sha256="0" * 64)
    assert queries.active_code(election).version == "1"
    assert queries.active_code(election, date(2027, 9, 20)) == later
    assert queries.active_code(election, date(2027, 1, 1)).version == "1"
    Phase.objects.filter(election=election).delete()
    assert queries.phase_of(election, DAY) is None


def test_search_finds_by_alias_account_and_party(election):
    Actor.objects.filter(slug="ben-ph").update(aliases=["Benjo"])
    assert [row.slug for row in queries.actors(election, search="benjo")] == ["ben-ph"]
    assert [row.slug for row in queries.actors(election, search="ana.pl")] == ["ana-pl"]
    assert {row.slug for row in queries.actors(election, party="pl")} == {"pl", "ana-pl", "ben-pl"}
    assert {row.slug for row in queries.actors(election, kind="party")} == {"pl", "ph"}
