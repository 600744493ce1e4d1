"""From the finding to the mail, the reply and the name; each step in the ledger."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import reply_made as made
from django.core import mail

from besa.base import clock
from besa.base.errors import BadInput, Conflict, NotFound, Refused
from besa.base.ids import sha256_hex
from besa.coding.models import Finding
from besa.ledger.models import Entry
from besa.ledger.verify import problems
from besa.outbox.actions import send_due
from besa.outbox.models import Message
from besa.people.policy import BELT
from besa.pledge.models import Actor
from besa.reply import actions, queries
from besa.reply.models import DoorSession, Notice, Remedy, Reply
from besa.reply.types import Why


@pytest.fixture(autouse=True)
def _whole_ledger(db):
    yield
    assert list(problems()) == []


@pytest.fixture
def serve(election, users):
    def run() -> int:
        made_ = actions.serve_notices(by=users["coordinator"], election=election)
        send_due(by=BELT)
        actions.mark_served(by=BELT)
        return made_

    return run


def token_in(message) -> str:
    return re.search(r"/door/reply/([^/\s]+)/", message.body)[1]


def attribution(election, finding, **later):
    return queries.attributions(election, clock.now() + timedelta(**later))[finding.pk]


def test_the_person_and_the_party_are_told_each_in_a_mail_of_their_own(election, serve):
    finding = made.finding(election)
    assert serve() == 2
    assert [m.to for m in mail.outbox] == [["ana@pl.example"], ["keeper@pl.example"]]
    assert token_in(mail.outbox[0]) != token_in(mail.outbox[1])
    notices = Notice.objects.filter(finding=finding).order_by("as_party")
    assert [n.state for n in notices] == ["served", "served"]
    assert [n.token_sha256 for n in notices] == [sha256_hex(token_in(m)) for m in mail.outbox]
    assert serve() == 0 and len(mail.outbox) == 2


def test_the_token_is_nowhere_in_the_database_once_sent(election, serve):
    made.finding(election)
    serve()
    token = token_in(mail.outbox[0])
    message = Message.objects.first()
    assert "[link]" in message.body and message.link == ""
    for model in (Message, Notice, Entry):
        assert not any(token in str(row) for row in model.objects.values())


def test_a_hostile_text_in_the_quote_stays_text(election, serve):
    made.finding(election, text="{link} {operator} [link] %(n)s <b>")
    serve()
    body = mail.outbox[0].body
    assert body.count("/door/reply/") == 1 and "{operator}" in body


def test_named_only_after_the_deadline(election, serve):
    finding = made.finding(election)
    assert attribution(election, finding).why == Why.NOT_TOLD
    actions_before = Notice.objects.count()
    assert actions_before == 0
    serve()
    assert attribution(election, finding, hours=47).named is False
    named = attribution(election, finding, hours=72)
    assert named.named and named.party_named


def test_no_mail_no_clock_no_name(election, users):
    finding = made.finding(election)
    actions.serve_notices(by=users["coordinator"], election=election)
    actions.mark_served(by=BELT)
    assert set(Notice.objects.values_list("deadline_at", flat=True)) == {None}
    assert attribution(election, finding, days=30).why == Why.NOT_TOLD


def test_who_has_no_address_is_not_named_until_reached(election, users, serve):
    made.change(Actor.objects.get(slug="ana-pl"), contact_email="")
    finding = made.finding(election)
    serve()
    assert attribution(election, finding, days=30).why == Why.NOT_REACHED
    notice = Notice.objects.get(finding=finding, as_party=False)
    actions.serve_again(by=users["coordinator"], notice=notice, address="ana@new.example", reason="found it")
    send_due(by=BELT)
    actions.mark_served(by=BELT)
    assert attribution(election, finding, days=30).named


def test_a_mail_given_up_leaves_the_person_unreached(election, users):
    finding = made.finding(election, party=None)
    actions.serve_notices(by=users["coordinator"], election=election)
    Message.objects.update(state="failed", link="")
    actions.mark_served(by=BELT)
    assert attribution(election, finding, days=30).why == Why.NOT_REACHED


@pytest.mark.parametrize(
    "fields",
    [
        {"source": None},
        {"identity_grade": "probable"},
        {"account_status": "impersonation"},
        {"decision": "compliance", "type": "constructive_dialogue"},
    ],
)
def test_nobody_is_told_who_would_not_be_named(election, serve, fields):
    made.finding(election, **fields)
    assert serve() == 0


def test_a_party_of_unsure_affiliation_is_neither_told_nor_named(election, serve):
    finding = made.finding(election, affiliation_grade="probable")
    assert serve() == 1
    got = attribution(election, finding, days=3)
    assert (got.named, got.party_named, got.party_why) == (True, False, Why.AFFILIATION_NOT_CONFIRMED)


def test_a_link_opens_once_into_a_short_session(election, serve):
    made.finding(election)
    serve()
    token = token_in(mail.outbox[0])
    key = actions.redeem(token=token)
    assert DoorSession.objects.get().key_sha256 == sha256_hex(key)
    with pytest.raises(Conflict):
        actions.redeem(token=token)
    with pytest.raises(NotFound):
        actions.redeem(token="guess")


def test_a_new_link_replaces_the_old_and_keeps_the_deadline(election, serve, at):
    made.finding(election)
    serve()
    old = token_in(mail.outbox[0])
    due = Notice.objects.first().deadline_at
    with pytest.raises(Conflict):
        actions.request_link(token=old)
    at.advance(minutes=11)
    actions.request_link(token=old)
    send_due(by=BELT)
    new = token_in(mail.outbox[-1])
    assert mail.outbox[-1].to == mail.outbox[0].to and new != old
    with pytest.raises(NotFound):
        actions.redeem(token=old)
    actions.redeem(token=new)
    assert Notice.objects.first().deadline_at == due


def test_one_reply_word_for_word(election, serve):
    finding = made.finding(election)
    serve()
    notice = Notice.objects.get(as_party=False)
    words = "  It was a joke.\n\n<script>alert(1)</script> “ç” "
    actions.leave_reply(notice=notice, kind="answer", text=words)
    assert Reply.objects.get().text == words
    with pytest.raises(Conflict):
        actions.leave_reply(notice=notice, kind="answer", text="again")
    for kind, text in [("shout", "x"), ("answer", "  "), ("answer", "x" * 10_001)]:
        with pytest.raises(BadInput):
            actions.leave_reply(notice=notice, kind=kind, text=text)
    assert attribution(election, finding).why == Why.REPLIED


def test_a_dispute_waits_for_its_decision(election, users, serve):
    finding = made.finding(election)
    serve()
    reply = actions.leave_reply(notice=Notice.objects.get(as_party=False), kind="hacked", text="Not me.")
    assert queries.undecided(election) == [reply]
    assert attribution(election, finding, days=30).why == Why.REPLY_UNDECIDED
    with pytest.raises(BadInput):
        actions.decide_reply(by=users["adjudicator"], reply=reply, outcome="set_aside", reason=" ")
    with pytest.raises(Refused):
        actions.decide_reply(by=users["coder"], reply=reply, outcome="set_aside", reason="no")
    actions.decide_reply(by=users["adjudicator"], reply=reply, outcome="upheld", reason="police report")
    with pytest.raises(Conflict):
        actions.decide_reply(by=users["adjudicator"], reply=reply, outcome="set_aside", reason="changed my mind")
    assert queries.undecided(election) == []
    assert attribution(election, finding, days=30).why == Why.REPLY_UPHELD


def test_only_a_removal_by_the_author_seen_twice_is_a_remedy(election, users, serve, at):
    finding = made.finding(election)
    by = users["coordinator"]

    def removal(**fields):
        return actions.record_remedy(
            by=by, finding=finding, **{"kind": "removed", "gone_cause": "author", "vantage_points": 2, **fields}
        )

    with pytest.raises(BadInput):
        removal()
    serve()
    at.advance(hours=1)
    for wrong in ({"vantage_points": 1}, {"gone_cause": "platform"}, {"seen_at": at.now() + timedelta(hours=1)}):
        with pytest.raises(BadInput):
            removal(**wrong)
    removal()
    with pytest.raises(BadInput):
        removal(kind="apologised", gone_cause="", note="")
    removal(kind="apologised", gone_cause="", note="on their page")
    assert Remedy.objects.count() == 2


def test_attributions_cost_the_same_for_one_and_for_many(election, serve, django_assert_num_queries):
    made.finding(election)
    serve()
    with django_assert_num_queries(9):
        queries.attributions(election, clock.now())
    for _ in range(5):
        made.finding(election)
    serve()
    assert Finding.objects.count() == 6
    with django_assert_num_queries(9):
        queries.attributions(election, clock.now())


def test_all_of_it_is_in_the_ledger(election, users, serve):
    made.finding(election, party=None)
    serve()
    notice = Notice.objects.get()
    actions.redeem(token=token_in(mail.outbox[0]))
    reply = actions.leave_reply(notice=notice, kind="hacked", text="x")
    actions.decide_reply(by=users["adjudicator"], reply=reply, outcome="set_aside", reason="no sign of it")
    acts = list(Entry.objects.exclude(act__startswith="test").values_list("act", "by"))
    assert acts == [
        ("notice.serve", "coordinator"),
        ("notice.served", "belt"),
        ("notice.opened", "door"),
        ("reply.leave", "door"),
        ("reply.decide", "adjudicator"),
    ]
