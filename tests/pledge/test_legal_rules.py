"""When a rule of the election law holds, and when its deadline ends: to the second, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from besa.pledge.rules import legal
from besa.pledge.types import Law

ZONES = st.sampled_from(["Europe/Belgrade", "Europe/Lisbon", "America/Sao_Paulo", "Asia/Kathmandu", "UTC"])
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
SECOND = timedelta(seconds=1)


@given(ZONES, DAYS, st.integers(0, 3))
def test_a_phase_holds_from_its_first_local_second_to_its_last(zone, first, more):
    last = first + timedelta(days=more)
    law = Law("r", "campaigning", legal.spans((), {"silence"}, [("silence", first, last)], zone))
    (start, end), = law.spans  # fmt: skip
    assert law.holds(start) and not law.holds(start - SECOND)
    assert law.holds(end - SECOND) and not law.holds(end)
    here = ZoneInfo(zone)
    assert start.astimezone(here).date() == first and (start - SECOND).astimezone(here).date() < first
    assert (end - SECOND).astimezone(here).date() == last and end.astimezone(here).date() > last


@given(ZONES, st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)), st.timedeltas(SECOND, timedelta(days=9)))
def test_hours_mean_local_time_and_no_post_in_them_is_missed(zone, local, long):
    """Every moment whose local clock shows a time within the span is in it, also on the nights of two o'clocks."""
    local, until = local.replace(microsecond=0), (local + long).replace(microsecond=0)
    law = Law("r", "campaigning", legal.spans([[local.isoformat(), until.isoformat()]], (), (), zone))
    start, end = law.spans[0]
    for moment in (start - SECOND, start, start + SECOND, end - SECOND, end, end + timedelta(hours=1)):
        shown = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        if local <= shown < until:
            assert law.holds(moment)
        if not local - timedelta(hours=2) <= shown < until + timedelta(hours=2):
            assert not law.holds(moment)


def test_the_night_when_clocks_are_put_back():
    span = [["2027-10-31T02:30:00", "2027-10-31T02:45:00"]]
    ((start, end),) = legal.spans(span, (), (), "Europe/Belgrade")
    assert (start, end) == (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), datetime(2027, 10, 31, 1, 45, tzinfo=UTC))


def test_deadlines_in_hours_run_through_and_days_end_at_midnight():
    friday = datetime(2027, 10, 29, 20, 0, tzinfo=UTC)  # 22:00 in Belgrade
    zone = {"timezone": "Europe/Belgrade"}
    assert legal.due(friday, hours=24, **zone) == friday + timedelta(hours=24)
    # three days end with Monday, one hour later in UTC because clocks were put back
    assert legal.due(friday, days=3, **zone) == datetime(2027, 11, 1, 23, tzinfo=UTC)
    assert legal.due(friday, days=3, working=True, **zone) == datetime(2027, 11, 3, 23, tzinfo=UTC)
    holiday = frozenset({date(2027, 11, 1)})
    assert legal.due(friday, days=3, working=True, holidays=holiday, **zone) == datetime(2027, 11, 4, 23, tzinfo=UTC)


@given(ZONES, st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)), st.integers(1, 12), st.booleans())
def test_a_deadline_in_days_is_a_local_midnight_after_at_least_so_many_days(zone, at, days, working):
    at = at.replace(tzinfo=UTC)
    end = legal.due(at, days=days, working=working, timezone=zone)
    last = (end - SECOND).astimezone(ZoneInfo(zone)).date()
    assert end.astimezone(ZoneInfo(zone)).date() > last
    between = (last - at.astimezone(ZoneInfo(zone)).date()).days
    assert between >= days if working else between == days
    assert not working or last.weekday() < 5
