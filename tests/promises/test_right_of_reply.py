"""Nobody is named before they were told and had their time: random walks through all that can happen."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import timedelta

import pytest
import reply_made as made

from besa.base.errors import BesaError
from besa.base.words import PAUSING_REPLIES, ReplyKind
from besa.coding.models import Finding
from besa.ledger.verify import problems
from besa.outbox.actions import send_due
from besa.outbox.models import Message
from besa.people.policy import BELT
from besa.pledge.models import Actor
from besa.reply import actions, queries
from besa.reply.models import Notice, Reply, ReplyDecision


class Walk:
    def __init__(self, election, users, at, seed: int):
        self.election, self.users, self.at = election, users, at
        self.chance = random.Random(seed)

    def find(self):
        made.finding(
            self.election,
            source=self.chance.choice(["ana-pl", "ben-pl", "pl", None]),
            party=self.chance.choice(["pl", None]),
            identity_grade=self.chance.choice(["confirmed", "confirmed", "probable"]),
            affiliation_grade=self.chance.choice(["confirmed", "probable"]),
        )

    def lose_address(self):
        actor = self.chance.choice(list(Actor.objects.filter(election=self.election)))
        made.change(actor, contact_email="")

    def serve(self):
        actions.serve_notices(by=self.users["coordinator"], election=self.election)

    def send(self):
        send_due(by=BELT, limit=self.chance.randint(1, 3))

    def give_up(self):
        Message.objects.filter(state="intent").update(state="failed", link="")

    def mark(self):
        actions.mark_served(by=BELT)

    def answer(self):
        if notice := Notice.objects.order_by("?").first():
            actions.leave_reply(notice=notice, kind=self.chance.choice(list(ReplyKind)), text="words")

    def decide(self):
        if replies := queries.undecided(self.election):
            outcome = self.chance.choice(["upheld", "set_aside"])
            actions.decide_reply(by=self.users["adjudicator"], reply=replies[0], outcome=outcome, reason="because")

    def wait(self):
        self.at.advance(hours=self.chance.choice([1, 7, 30, 60]))

    def step(self):
        steps = [self.find, self.serve, self.send, self.mark, self.mark, self.answer, self.decide, self.wait, self.wait]
        steps += [self.lose_address, self.give_up] if self.chance.random() < 0.2 else []
        with suppress(BesaError):  # refused steps are part of the walk
            self.chance.choice(steps)()


def _told(notice: Notice | None, now) -> bool:
    """Looked up here in plain words, apart from the rules: served, and answered or out of time."""
    if notice is None or notice.state != "served" or notice.message.sent_at is None:
        return False
    answered = Reply.objects.filter(notice=notice).exists()
    return answered or now >= max(notice.deadline_at, notice.message.sent_at + timedelta(hours=48))


@pytest.mark.parametrize("seed", range(5))
def test_no_walk_names_anybody_too_early(election, users, at, seed):
    walk = Walk(election, users, at, seed)
    for _ in range(40):
        walk.step()
        for pk, got in queries.attributions(election, at.now()).items():
            if not got.named:
                assert not got.party_named
                continue
            finding = Finding.objects.get(pk=pk)
            notices = {notice.recipient_id: notice for notice in Notice.objects.filter(finding=finding)}
            assert finding.identity_grade == "confirmed" and finding.account_status == "authentic"
            assert _told(notices.get(finding.source_id), at.now())
            if got.party_named and finding.party_id != finding.source_id:
                assert finding.affiliation_grade == "confirmed" and _told(notices.get(finding.party_id), at.now())
            for reply in Reply.objects.filter(notice__finding=finding, kind__in=list(PAUSING_REPLIES)):
                assert ReplyDecision.objects.get(reply=reply).outcome == "set_aside"
    assert list(problems()) == []


def test_the_walks_do_name_somebody_in_the_end(election, users, at):
    """A walk that never names anyone would prove nothing."""
    walk = Walk(election, users, at, 0)
    made.finding(election)
    for step in (walk.serve, walk.send, walk.send, walk.send, walk.mark):
        step()
    at.advance(hours=72)
    assert [got.named for got in queries.attributions(election, at.now()).values()] == [True]
