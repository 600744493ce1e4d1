"""The status on the date of a post is right around every boundary, by the election's own days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from besa.pledge.rules import status_at, status_on
from besa.pledge.types import Signed

FIRST = date(2027, 3, 1)
ZONES = ["Europe/Belgrade", "America/New_York", "Pacific/Auckland", "Pacific/Kiritimati", "Asia/Kathmandu", "UTC"]


@st.composite
def histories(draw) -> list[Signed]:
    """Signatures one after the other; each but the last withdrawn, the first at the ceremony or late."""
    day, found = FIRST + timedelta(days=draw(st.integers(0, 60))), []
    for at in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from(["ceremony", "late"])) if at == 0 else "rejoined"
        ends = day + timedelta(days=draw(st.integers(0, 40)))
        found.append(Signed(day, kind, ends))
        day = ends + timedelta(days=draw(st.integers(0, 40)))
    if found and draw(st.booleans()):
        found[-1] = Signed(found[-1].signed_on, found[-1].kind)
    return found


def walked(history: list[Signed], until: date) -> str:
    """The same, told as a story from day to day: what happens on a day holds from its first second."""
    state = "not_yet" if history else "never"
    day = FIRST
    while day <= until:
        for one in history:  # in their order: withdrawn and signed again on one day means bound
            if one.signed_on == day:
                state = "signed" if one.kind == "ceremony" else "late_signed"
            if one.withdrawn_on == day:
                state = "withdrawn"
        day += timedelta(days=1)
    return state


def boundaries(history: list[Signed]) -> list[date]:
    days = {day for one in history for day in (one.signed_on, one.withdrawn_on) if day}
    return sorted({day + timedelta(days=n) for day in days or {FIRST} for n in (-1, 0, 1)})


@given(histories())
@example([Signed(FIRST, "ceremony", FIRST), Signed(FIRST, "rejoined")])
def test_each_day_around_each_boundary(history):
    for day in boundaries(history):
        assert status_on(history, day) == walked(history, day), day


@given(histories(), st.sampled_from(ZONES))
def test_each_second_around_each_local_midnight(history, zone):
    for day in boundaries(history):
        midnight = datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
        assert status_at(history, midnight, zone) == walked(history, day)
        assert status_at(history, midnight - timedelta(seconds=1), zone) == walked(history, day - timedelta(days=1))


@pytest.mark.parametrize(("day", "hours"), [(date(2027, 3, 28), 23), (date(2027, 10, 31), 25), (date(2027, 9, 1), 24)])
def test_a_day_on_which_clocks_change_is_one_day(day, hours):
    zone = "Europe/Belgrade"
    begins = datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
    ends = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)
    assert ends - begins == timedelta(hours=hours)
    history = [Signed(day, "ceremony", day + timedelta(days=1))]
    moments = [begins + timedelta(minutes=minutes) for minutes in range(0, hours * 60, 15)]
    assert {status_at(history, moment, zone) for moment in moments} == {"signed"}
    second = timedelta(seconds=1)
    assert status_at(history, begins - second, zone) == "not_yet"
    assert status_at(history, ends - second, zone) == "signed" and status_at(history, ends, zone) == "withdrawn"
