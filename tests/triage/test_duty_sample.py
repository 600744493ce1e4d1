"""The duty sample is equal per signatory, however many runs draw it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from besa.people.policy import BELT
from besa.triage import actions
from besa.triage.models import DocketItem
from besa.triage.rules import duty
from triage.posts import bring, post

MONDAY = date(2027, 9, 13)


@given(st.integers(0, 40), st.integers(-9, 20))
def test_the_whole_sample_is_due_on_sunday_and_never_more(each, day):
    held = [duty.due(each, MONDAY, MONDAY + timedelta(days=at)) for at in (day, day + 1)]
    assert 0 <= held[0] <= held[1] <= each
    assert duty.due(each, MONDAY, MONDAY + timedelta(days=6)) == each


@pytest.mark.django_db
def test_each_signatory_has_as_many_whether_loud_or_quiet_on_every_day_of_the_week(home, election, at):
    election.settings = {"duty_per_signatory": 3, "control_per_week": 0}
    election.save()
    loud, quiet = [], []
    for day in range(14, 23):
        at.move_to(datetime(2027, 9, day, 20, tzinfo=UTC))
        posted = datetime(2027, 9, min(day, 19), 8, tzinfo=UTC)
        bring(
            [
                post(day * 1000 + number, f"Dita {day}, fjala {number}", account_key=f"facebook:@{handle}",
                     account_handle=handle, posted_at=posted + timedelta(minutes=number))
                for handle, numbers in (("ana.pl", range(20)), ("ben.ph", range(500, 502))) for number in numbers
            ],
            f"d{day}",
        )  # fmt: skip
        actions.run(by=BELT, election=election)
        drawn = DocketItem.objects.filter(sample="duty", week="2027-W37")
        held = Counter(drawn.values_list("account_handle", flat=True))
        loud.append(held["ana.pl"])
        quiet.append(held["ben.ph"])
    assert loud == quiet == [2, 2, 2, 3, 3, 3, 3, 3, 3]
