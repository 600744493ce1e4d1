"""Writing intents, and sending what is due."""

from __future__ import annotations

from datetime import datetime
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import F

from besa.base import clock
from besa.outbox.models import Message
from besa.outbox.rules import CLAIM, MOST_ATTEMPTS, delay

LINK = "[link]"


def put(*, by, to: str, subject: str, body: str, link: str = "", language: str = "en") -> Message:
    """Write the intent to send a mail; call it inside the transaction that it belongs to."""
    return Message.objects.create(
        to=to,
        subject=" ".join(subject.split())[:300],
        body=body,
        link=link,
        language=language,
        written_at=clock.now(),
        due_at=clock.now(),
    )


def send_due(*, by, limit: int = 100) -> dict[str, int]:
    """Send what is due, oldest first; returns how many were `sent` and `failed` (given up).

    Not to be called inside a transaction: a mail is claimed, sent and marked one by one.
    """
    sent = failed = 0
    connection = get_connection(fail_silently=False)
    due = Message.objects.filter(state="intent", due_at__lte=clock.now()).order_by("due_at", "id")
    for message in list(due[:limit]):
        if not _claim(message):
            continue
        try:
            connection.send_messages([_mail(message)])
        except (SMTPException, OSError, ValueError) as error:
            connection.close()
            failed += _put_off(message, error)
        else:
            _mark(message, state="sent", sent_at=clock.now(), link="", last_error="")
            sent += 1
    connection.close()
    return {"sent": sent, "failed": failed}


def _claim(message: Message) -> bool:
    """Move the due time forward, if nobody else did: one worker per mail, and a crash frees it again."""
    now: datetime = clock.now()
    mine = Message.objects.filter(pk=message.pk, state="intent", due_at=message.due_at)
    if not mine.update(due_at=now + CLAIM, attempts=F("attempts") + 1):
        return False
    message.attempts += 1
    return True


def _put_off(message: Message, error: Exception) -> int:
    reason = f"{type(error).__name__}: {error}"[:1000]
    if message.attempts >= MOST_ATTEMPTS:
        _mark(message, state="failed", link="", last_error=reason)
        return 1
    _mark(message, due_at=clock.now() + delay(message.attempts), last_error=reason)
    return 0


def _mark(message: Message, **changes) -> None:
    Message.objects.filter(pk=message.pk).update(**changes)


def _mail(message: Message) -> EmailMessage:
    """The same Message-ID at each attempt, so that a mail sent twice is seen as one."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    return EmailMessage(
        subject=message.subject,
        body=message.body.replace(LINK, message.link) if message.link else message.body,
        to=[message.to],
        headers={
            "Message-ID": f"<besa.{message.pk}.{int(message.written_at.timestamp())}@{domain}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": message.language,
        },
    )
