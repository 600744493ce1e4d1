"""Mail against a real SMTP server that refuses, breaks off and comes back."""

from __future__ import annotations

import socket
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from hypothesis import given
from hypothesis import strategies as st

from besa.base import clock
from besa.outbox.actions import put, send_due
from besa.outbox.models import Message
from besa.outbox.rules import MOST_ATTEMPTS, delay
from besa.people.policy import BELT


class Server:
    """Keeps what it took; `refuse` holds how many mails it will refuse first, `dead` drops the line."""

    def __init__(self):
        self.taken, self.refuse, self.dead, self.bad = [], 0, False, set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.bad:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.dead:
            server.transport.close()
            return "421 gone"
        if self.refuse:
            self.refuse -= 1
            return "451 try again later"
        self.taken.append((envelope.rcpt_tos, envelope.content.decode()))
        return "250 OK"


@pytest.fixture
def server(db, at, settings):
    handler = Server()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield handler
    controller.stop()


def letter(to="ana@pl.example", **fields):
    return put(by=BELT, to=to, subject="Notice", body="Open [link] please", link="https://x.example/one", **fields)


def test_a_mail_leaves_with_its_link_and_the_link_is_forgotten(server):
    message = letter()
    assert send_due(by=BELT) == {"sent": 1, "failed": 0}
    [(to, content)] = server.taken
    assert to == ["ana@pl.example"] and "https://x.example/one" in content
    message.refresh_from_db()
    assert (message.state, message.link, message.sent_at) == ("sent", "", clock.now())
    assert send_due(by=BELT) == {"sent": 0, "failed": 0}


def test_a_refusal_delays_that_mail_only(server, at):
    server.refuse = 1
    first, second = letter(), letter("ben@pl.example")
    assert send_due(by=BELT) == {"sent": 1, "failed": 0}
    first.refresh_from_db()
    assert first.state == "intent" and "451" in first.last_error and first.due_at == at.now() + delay(1)
    assert [to for to, _ in server.taken] == [[second.to]]
    assert send_due(by=BELT)["sent"] == 0
    at.advance(minutes=5)
    assert send_due(by=BELT)["sent"] == 1


def test_a_broken_line_loses_nothing(server, at):
    letters = [letter(f"p{n}@pl.example") for n in range(3)]
    server.dead = True
    assert send_due(by=BELT) == {"sent": 0, "failed": 0}
    server.dead = False
    at.advance(minutes=5)
    assert send_due(by=BELT)["sent"] == 3
    assert sorted(to for [to], _ in server.taken) == sorted(message.to for message in letters)


def test_no_server_at_all_is_only_a_delay(server, at, settings):
    letter()
    reachable, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    assert send_due(by=BELT) == {"sent": 0, "failed": 0}
    settings.EMAIL_PORT = reachable
    at.advance(minutes=5)
    assert send_due(by=BELT)["sent"] == 1


def test_given_up_after_eight_attempts_and_the_link_forgotten(server, at):
    server.bad.add("ana@pl.example")
    message = letter()
    outcomes = []
    for _ in range(MOST_ATTEMPTS + 2):
        outcomes.append(send_due(by=BELT)["failed"])
        at.advance(hours=12)
    message.refresh_from_db()
    assert (message.state, message.attempts, message.link) == ("failed", MOST_ATTEMPTS, "")
    assert "550" in message.last_error and sum(outcomes) == 1 and not server.taken


def test_a_crash_between_sending_and_marking_sends_twice_with_the_same_id(server, at, monkeypatch):
    letter()

    def crash(message, **changes):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("besa.outbox.actions._mark", crash)
        send_due(by=BELT)
    assert send_due(by=BELT)["sent"] == 0  # still claimed by the one that died
    at.advance(minutes=6)
    assert send_due(by=BELT)["sent"] == 1
    ids = [next(line for line in text.splitlines() if line.startswith("Message-ID")) for _, text in server.taken]
    assert len(ids) == 2 and ids[0] == ids[1]


def test_two_workers_do_not_send_the_same_mail(server, monkeypatch):
    letter()
    import besa.outbox.actions as post

    claim = post._claim

    def late(message):
        """Another worker claims between our reading and our claim."""
        assert claim(Message.objects.get(pk=message.pk))
        return claim(message)

    monkeypatch.setattr(post, "_claim", late)
    assert send_due(by=BELT) == {"sent": 0, "failed": 0}
    assert not server.taken


def test_a_line_break_in_a_subject_adds_no_header(server):
    put(by=BELT, to="ana@pl.example", subject="Notice\r\nBcc: all@x.example", body="x")
    assert send_due(by=BELT)["sent"] == 1
    [(to, content)] = server.taken
    assert to == ["ana@pl.example"] and "\nBcc:" not in content


@given(st.integers(1, MOST_ATTEMPTS))
def test_each_wait_is_longer(attempts):
    assert timedelta(0) < delay(attempts) < delay(attempts + 1)
