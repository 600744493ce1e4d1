"""From a post on polling day to the complaint: who must act, until when, and what came of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.urls import reverse

import make
from besa.base import clock
from besa.base.errors import BadInput, Conflict, Refused
from besa.coding import queries as coding
from besa.ledger.chain import record
from besa.ledger.models import Entry
from besa.ledger.verify import problems
from besa.people.policy import BELT
from besa.pledge.models import LegalRule
from besa.site import belt, overview
from besa.site.clocks import keep_clocks
from besa.triage import actions, queries
from besa.triage.models import Clock, DocketItem
from besa.triage.queries import clocks as reads
from triage.posts import bring, post

pytestmark = pytest.mark.django_db

#: The polls of the election in tests/make.py are open on 12 October from 7 to 19 o'clock in Belgrade.
OPEN, CLOSE = datetime(2027, 10, 12, 5, tzinfo=UTC), datetime(2027, 10, 12, 17, tzinfo=UTC)
CALL = "Glasajte za listu 7!"


@transaction.atomic
def rule(election, slug, looks_for="", **more):
    made = LegalRule.objects.create(
        **{
            "election": election, "slug": slug, "names": {"en": slug}, "article": "Article 1", "authority": "Panel",
            "looks_for": looks_for, "deadline_hours": 24, "deadline_from": "event", **more,
        }
    )  # fmt: skip
    record(by=BELT, act="test.rule", rows=[made], election=election.slug)
    return made


@pytest.fixture
def polls(home, election, users, at):
    rule(election, "polling-day", "campaigning", urgent=True,
         spans=[["2027-10-12T07:00:00", "2027-10-12T19:00:00"]])  # fmt: skip
    at.move_to(datetime(2027, 10, 12, 14, tzinfo=UTC))
    return election


def _said(number: int, at: datetime, text: str = CALL, account: str = "ana.pl") -> dict:
    return post(number, text, account_key=f"facebook:@{account}", account_handle=account, posted_at=at)


def test_the_lane_opens_at_the_second_at_which_the_polls_do(polls):
    second = timedelta(seconds=1)
    bring([_said(1, OPEN - second), _said(2, OPEN), _said(3, CLOSE - second), _said(4, CLOSE),
           _said(5, OPEN, account="somebody.else"), _said(6, OPEN, "Hvala svima")])  # fmt: skip
    actions.run(by=BELT, election=polls)
    clocks = list(Clock.objects.order_by("due_at"))
    assert [(held.item.post_key, held.rule, held.due_at - held.item.posted_at) for held in clocks] == [
        ("facebook:2", "polling-day", timedelta(hours=24)), ("facebook:3", "polling-day", timedelta(hours=24)),
    ]  # fmt: skip
    assert set(DocketItem.objects.filter(urgent=True).values_list("post_key", flat=True)) == {
        "facebook:2",
        "facebook:3",
    }
    assert not list(problems())


def test_a_rule_for_every_urgent_post_steps_back_where_another_is_about_it(polls):
    rule(polls, "any-complaint", deadline_hours=6)
    bring([_said(1, OPEN), _said(2, OPEN, "Hvala svima")])
    actions.run(by=BELT, election=polls)
    assert list(Clock.objects.values_list("rule", flat=True)) == ["polling-day"]
    DocketItem.objects.filter(post_key="facebook:2").delete()
    item = actions.put(by=BELT, election=polls, post_key="facebook:2", reason="A tip", urgent=True)
    assert [held.rule for held in reads.of_item(item)] == ["any-complaint"]


def test_a_rule_that_is_not_urgent_starts_its_clock_and_leaves_the_lane_closed(home, election, users, at):
    rule(election, "quiet", "campaigning", phases=["polling_day"], deadline_hours=0, deadline_days=2,
         deadline_from="discovery")  # fmt: skip
    at.move_to(OPEN + timedelta(hours=3))
    bring([_said(1, OPEN)])
    actions.run(by=BELT, election=election)
    held = Clock.objects.get()
    assert not held.item.urgent and held.begun_at == held.item.put_at
    assert held.due_at == datetime(2027, 10, 14, 22, tzinfo=UTC)


def test_an_ad_that_runs_into_polling_day(home, election, users, at):
    rule(election, "ads", "ad_running", urgent=True, phases=["polling_day"])
    at.move_to(datetime(2027, 10, 12, 14, tzinfo=UTC))
    day = datetime(2027, 10, 8, 9, tzinfo=UTC)
    shown = {"sponsor": "PL", "start": "2027-10-08"}
    bring([
        {**_said(1, day, "A better town"), "kind": "ad", "ad": {**shown, "end": "2027-10-12"}},
        {**_said(2, day, "A better lake"), "kind": "ad", "ad": {**shown, "end": "2027-10-11"}},
    ])  # fmt: skip
    actions.run(by=BELT, election=election)
    held = Clock.objects.get()
    assert held.item.post_key == "facebook:1" and held.item.urgent
    # it began to break the rule at local midnight, not when it was first shown
    assert held.begun_at == datetime(2027, 10, 11, 22, tzinfo=UTC)


def test_the_lane_goes_by_the_deadline_that_can_still_be_met(home, election, users, at):
    rule(election, "slow", deadline_hours=48)
    rule(election, "fast", deadline_hours=24)
    rule(election, "elsewhere", deadline_hours=1, phases=["polling_day"])
    now = clock.now()
    late = make.docket_item(election, "b", urgent=True, rank=0.9, posted_at=now - timedelta(hours=2))
    near = make.docket_item(election, "a", urgent=True, rank=0.1, posted_at=now - timedelta(hours=20))
    calm = make.docket_item(election, "c", urgent=False, rank=1)
    keep_clocks(by=BELT, election=election)
    assert [(held.item_id, held.rule) for held in reads.running(election)] == [
        (near.pk, "fast"), (late.pk, "fast"), (near.pk, "slow"), (late.pk, "slow"),
    ]  # fmt: skip

    def order():
        return list(queries.docket(DocketItem.objects.all()).values_list("pk", flat=True))

    assert order() == [near.pk, late.pk, calm.pk]
    at.advance(hours=25)  # the fast deadline of both is gone, the slow one of the first is nearer
    assert order() == [near.pk, late.pk, calm.pk]
    at.advance(hours=4)  # the first has missed all that it could
    assert order() == [late.pk, near.pk, calm.pk]
    shown = reads.foremost(DocketItem.objects.all())
    assert shown[late.pk].rule == "slow" and shown[near.pk].rule in ("fast", "slow") and calm.pk not in shown
    assert overview.cards(users["coordinator"], election)["clocks"][0].item_id == late.pk
    keep_clocks(by=BELT, election=election)
    assert not list(problems())


def test_coders_are_handed_what_is_due_first(polls, users):
    from besa.coding.actions import next_item
    from besa.evidence.actions import preserve_pending

    bring([_said(1, OPEN + timedelta(hours=2), CALL + " " + "Svi na glasanje!"), _said(2, OPEN, CALL)])
    actions.run(by=BELT, election=polls)
    preserve_pending(by=BELT, election=polls)
    assert next_item(by=users["coder"], election=polls, task="screen").post_key == "facebook:2"
    assert next_item(by=users["coder2"], election=polls, task="screen").post_key == "facebook:1"


def test_a_clock_follows_its_rule_until_it_is_closed(polls, users):
    bring([_said(1, OPEN), _said(2, OPEN + timedelta(hours=1))])
    actions.run(by=BELT, election=polls)
    one, two = Clock.objects.order_by("due_at")
    with pytest.raises(Refused):
        actions.close(by=users["coder"], held=one, outcome="complained", reason="Sent.")
    with pytest.raises(BadInput):
        actions.close(by=users["coordinator"], held=one, outcome="complained", reason=" ")
    actions.close(by=users["coordinator"], held=one, outcome="complained", reason="Number 17 of the panel.")
    with pytest.raises(Conflict):
        actions.close(by=users["coordinator"], held=one, outcome="lapsed", reason="Twice.")
    with transaction.atomic():
        law = LegalRule.objects.get()
        law.deadline_hours = 12
        law.save()
        record(by=BELT, act="test.rule", rows=[law], election=polls.slug)
    keep_clocks(by=BELT, election=polls)
    one.refresh_from_db()
    two.refresh_from_db()
    assert one.due_at == OPEN + timedelta(hours=24) and two.due_at == OPEN + timedelta(hours=13)
    seen = Entry.objects.count()
    keep_clocks(by=BELT, election=polls)
    assert Entry.objects.count() == seen and not list(problems())


def test_what_people_found_harmless_stops_its_clock_by_itself(polls, users, at):
    from besa.coding.actions import next_item, screen, undo_screening
    from besa.evidence.actions import preserve_pending

    with transaction.atomic():
        polls.settings = {"duty_per_signatory": 0}  # what is drawn for the duties is coded whatever the first look says
        polls.save()
        record(by=BELT, act="test.settings", rows=[polls], election=polls.slug)
    bring([_said(1, OPEN)])
    actions.run(by=BELT, election=polls)
    preserve_pending(by=BELT, election=polls)
    item = next_item(by=users["coder"], election=polls, task="screen")
    screen(by=users["coder"], item=item, key="nothing")
    keep_clocks(by=BELT, election=polls)
    assert Clock.objects.get().closed_at is None  # the coder may still take it back
    undo_screening(by=users["coder"], election=polls)
    screen(by=users["coder"], item=next_item(by=users["coder"], election=polls, task="screen"), key="nothing")
    at.advance(minutes=11)
    assert coding.finished(polls, [item.pk], clock.now()) == {item.pk: False}
    keep_clocks(by=BELT, election=polls)
    assert Clock.objects.get().outcome == "no_breach" and not list(problems())


def test_coordinators_are_written_to_once_in_time(polls, users, at):
    users["coordinator"].email = "coordinator@besa.example"
    users["coordinator"].save(update_fields=["email"])
    bring([_said(1, OPEN)])
    actions.run(by=BELT, election=polls)
    assert belt.turn(election=polls)["problems"] == [] and not mail.outbox
    at.move_to(OPEN + timedelta(hours=19))
    belt.turn(election=polls)
    belt.turn(election=polls)
    (sent,) = mail.outbox
    assert sent.to == ["coordinator@besa.example"] and "polling-day" in sent.body and "Panel" in sent.body
    assert CALL not in sent.body


def test_from_polling_day_to_the_complaint_at_the_desk(polls, users, client, at):
    bring([_said(1, OPEN), *(post(number) for number in range(10, 30))])
    actions.run(by=BELT, election=polls)
    at.move_to(OPEN + timedelta(hours=19, minutes=40))
    client.force_login(users["coordinator"])
    held = Clock.objects.get()
    for page in (reverse("home"), reverse("docket"), reverse("clocks"), reverse("docket_item", args=[held.item_id])):
        text = client.get(page).content.decode()
        assert "Due in 4 h (Wed 07:00)" in text and "Panel" in text, page
    listed = client.get(reverse("clocks")).content.decode()
    assert "Article 1" in listed and "24 h" in listed and "polling-day" in listed
    at.advance(hours=5)
    assert "Overdue (Wed 07:00)" in client.get(reverse("docket")).content.decode()
    address = reverse("clock_close", args=[held.pk])
    assert client.post(address, {"outcome": "complained", "reason": ""}).status_code == 400
    assert client.get(address).status_code == 405
    done = client.post(address, {"outcome": "complained", "reason": "Number 17 of the panel."}, follow=True)
    assert "Complaint lodged" in done.content.decode() and "Number 17 of the panel." in done.content.decode()
    assert "Due in" not in client.get(reverse("home")).content.decode()
    client.force_login(users["coder"])
    assert client.get(reverse("clocks")).status_code == 403
    assert client.post(address, {"outcome": "lapsed", "reason": "x"}).status_code == 403
