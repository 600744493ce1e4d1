"""One turn of the belt does all that waits; a step that cannot work now stops no other."""

from __future__ import annotations

import pytest
import reply_made as made
from django.core import mail

import make
from besa.base.errors import Conflict
from besa.ledger.chain import head
from besa.ledger.verify import problems
from besa.reply import actions
from besa.reply.models import Notice
from besa.site import belt


@pytest.fixture
def waiting(home, election, users):
    """Two notices that are written and wait for their mail."""
    made.finding(election)
    actions.serve_notices(by=users["coordinator"], election=election)


def test_mail_leaves_and_clocks_start(waiting, election):
    done = belt.turn(election=election)
    assert done["problems"] == [] and (done["sent"], done["served"]) == (2, 2) and len(mail.outbox) == 2
    assert all(notice.deadline_at for notice in Notice.objects.all())
    before = head()
    again = belt.turn(election=election)
    assert (again["sent"], again["served"], again["triaged"]) == (0, 0, 0)
    assert head() == before and list(problems()) == []


def test_a_step_that_cannot_work_now_stops_no_other(waiting, election, monkeypatch):
    from besa.triage import actions as triage

    def busy(**_):
        raise Conflict("Another run is going on.")

    monkeypatch.setattr(triage, "run", busy)
    done = belt.turn(election=election)
    assert done["problems"] == ["Another run is going on."] and done["served"] == 2


def test_the_belt_serves_no_notice_by_itself(home, election, users):
    made.finding(election)
    make.docket_item(election)
    assert belt.turn(election=election)["sent"] == 0 and not Notice.objects.exists()
