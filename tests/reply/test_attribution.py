"""Nobody is named too early: the rules, under any order of events and any clock."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from besa.base.words import PAUSING_REPLIES, AccountStatus, Grade, ReplyKind
from besa.reply.rules import attribution, deadline, needs_notice, needs_party_notice, why_no_remedy
from besa.reply.types import WHY, FindingFacts, NoticeFacts, Why

NOON = datetime(2027, 9, 15, 12, tzinfo=UTC)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC))
zones = st.sampled_from(
    ["Europe/Belgrade", "UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe",
     "Africa/Casablanca", "America/Santiago"]
)  # fmt: skip
decisions = st.sampled_from(["violation", "compliance"])
sure = FindingFacts("violation", True, "confirmed", "authentic", True, False, "confirmed")


@given(moments, st.integers(1, 240), zones)
def test_a_deadline_is_never_short_and_never_at_night(served, hours, zone):
    due = deadline(served, hours, zone)
    local = due.astimezone(ZoneInfo(zone))
    assert due >= served + timedelta(hours=hours)
    assert time(9) <= local.time() < time(20)
    assert due - served <= timedelta(hours=hours + 15)  # a night of 13 hours, an hour of clock change, and some
    if local.time() != time(9):
        assert due == served + timedelta(hours=hours)


@given(moments, st.integers(0, 72), st.integers(1, 240), zones)
def test_later_served_is_never_sooner_due(served, later, hours, zone):
    assert deadline(served, hours, zone) <= deadline(served + timedelta(hours=later), hours, zone)


@pytest.mark.parametrize(
    ("served", "due"),
    [
        ("2027-09-15T10:00", "2027-09-17T10:00"),
        ("2027-09-15T20:00", "2027-09-18T09:00"),
        ("2027-09-15T03:00", "2027-09-17T09:00"),
        # summer time ends on 31 October 2027: 48 hours later the clock shows an hour less
        ("2027-10-30T12:00", "2027-11-01T11:00"),
        ("2027-10-29T19:30", "2027-10-31T18:30"),
    ],
)
def test_known_deadlines(served, due):
    zone = ZoneInfo("Europe/Belgrade")
    got = deadline(datetime.fromisoformat(served).replace(tzinfo=zone), 48, "Europe/Belgrade")
    assert got.astimezone(zone).replace(tzinfo=None) == datetime.fromisoformat(due)


def served(as_party=False, **fields) -> NoticeFacts:
    return NoticeFacts(as_party, "served", NOON, NOON + timedelta(hours=48), **fields)


def test_the_plain_way():
    told = [served(), served(as_party=True)]
    before, after = NOON + timedelta(hours=47), NOON + timedelta(hours=48)
    assert attribution(sure, told, before).why == Why.DEADLINE_RUNS
    assert attribution(sure, told, before).named is False
    named = attribution(sure, told, after)
    assert (named.named, named.party_named, named.why) == (True, True, Why.DEADLINE_PASSED)


def test_a_reply_ends_the_waiting():
    told = [served(reply_kind="answer", replied_at=NOON + timedelta(hours=2)), served(as_party=True)]
    got = attribution(sure, told, NOON + timedelta(hours=3))
    assert (got.named, got.party_named, got.party_why) == (True, False, Why.DEADLINE_RUNS)


def test_who_was_not_reached_is_not_named():
    got = attribution(sure, [NoticeFacts(False, "unreachable"), served(as_party=True)], NOON + timedelta(days=99))
    assert (got.named, got.party_named, got.why) == (False, False, Why.NOT_REACHED)
    got = attribution(sure, [served(), NoticeFacts(True, "unreachable")], NOON + timedelta(days=99))
    assert (got.named, got.party_named) == (True, False)


@pytest.mark.parametrize("kind", sorted(PAUSING_REPLIES))
@pytest.mark.parametrize("from_party", [False, True])
def test_a_dispute_pauses_until_decided_and_upheld_is_for_good(kind, from_party):
    late = NOON + timedelta(days=9)

    def with_outcome(outcome):
        decided = {"outcome": outcome, "decided_at": NOON + timedelta(hours=60)} if outcome else {}
        disputed = {"reply_kind": kind, "replied_at": NOON + timedelta(hours=1), **decided}
        return [served(**({} if from_party else disputed)), served(True, **(disputed if from_party else {}))]

    assert attribution(sure, with_outcome(""), late).why == Why.REPLY_UNDECIDED
    assert attribution(sure, with_outcome("upheld"), late).why == Why.REPLY_UPHELD
    assert attribution(sure, with_outcome("set_aside"), late).named is True
    # a decision does not work back in time
    assert attribution(sure, with_outcome("set_aside"), NOON + timedelta(hours=59)).named is False


def test_a_party_that_is_the_author_needs_one_notice():
    party = FindingFacts("violation", True, "confirmed", "authentic", True, True, "unknown")
    assert needs_notice(party) and not needs_party_notice(party)
    got = attribution(party, [served()], NOON + timedelta(hours=48))
    assert (got.named, got.party_named) == (True, True)


@given(
    st.sampled_from(Grade), st.sampled_from(AccountStatus), st.booleans(), st.sampled_from(["violation", "compliance"])
)
def test_only_a_confirmed_author_of_an_authentic_account_is_ever_named(grade, status, known, decision):
    facts = FindingFacts(decision, known, grade, status, True, False, "confirmed")
    got = attribution(facts, [served(), served(as_party=True)], NOON + timedelta(days=9))
    assert got.named == (grade == "confirmed" and status == "authentic" and known)
    assert needs_notice(facts) == (got.named and decision == "violation")


@given(st.sampled_from(Grade), st.booleans())
def test_compliance_needs_no_notice_but_the_party_its_affiliation(grade, party):
    facts = FindingFacts("compliance", True, "confirmed", "authentic", party, False, grade)
    got = attribution(facts, [], NOON)
    assert got.named and got.party_named == (party and grade == "confirmed")


_maybe = st.none() | moments
notices = st.builds(
    NoticeFacts,
    as_party=st.booleans(),
    state=st.sampled_from(["intent", "served", "unreachable"]),
    served_at=_maybe,
    deadline_at=_maybe,
    reply_kind=st.sampled_from(["", *ReplyKind]),
    replied_at=_maybe,
    outcome=st.sampled_from(["", "upheld", "set_aside"]),
    decided_at=_maybe,
)


@given(st.lists(notices, max_size=4), moments)
def test_whatever_happens_a_name_has_a_served_notice_and_a_deadline_or_reply_behind_it(told, at):
    got = attribution(sure, told, at)
    assert got.why in WHY and got.party_why in WHY
    assert not (got.party_named and not got.named)
    for as_party, named in ((False, got.named), (True, got.party_named)):
        if not named:
            continue
        concerned = [notice for notice in told if notice.as_party == as_party]
        assert concerned
        for notice in concerned:
            assert notice.state == "served" and notice.served_at <= at
            replied = notice.reply_kind and notice.replied_at and notice.replied_at <= at
            assert replied or notice.deadline_at <= at
    if got.named:
        for notice in told:
            if notice.reply_kind in PAUSING_REPLIES and notice.replied_at and notice.replied_at <= at:
                assert notice.outcome == "set_aside" and notice.decided_at <= at


@given(st.lists(notices, max_size=3), moments, st.integers(0, 1000))
def test_once_named_only_a_dispute_takes_the_name_away(told, at, hours):
    assume(all(n.reply_kind not in PAUSING_REPLIES for n in told))
    if attribution(sure, told, at).named:
        assert attribution(sure, told, at + timedelta(hours=hours)).named


@pytest.mark.parametrize(
    ("kind", "cause", "points", "told", "why"),
    [
        ("removed", "author", 2, NOON, ""),
        ("removed", "author", 1, NOON, "one_vantage_point"),
        ("removed", "platform", 2, NOON, "not_by_author"),
        ("removed", "author", 2, None, "before_notice"),
        ("removed", "author", 2, NOON + timedelta(hours=2), "before_notice"),
        ("apologised", "", 0, None, ""),
    ],
)
def test_what_counts_as_a_remedy(kind, cause, points, told, why):
    assert why_no_remedy(kind, cause, points, told, NOON + timedelta(hours=1)) == why
