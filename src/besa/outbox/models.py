"""Mail that is to leave. The intent is written first; sending marks it."""

from __future__ import annotations

from django.db import models


class Message(models.Model):
    """At least once: `sent` is marked after the server took it; a crash between sends twice, not never.

    `link`: a one-use link that stands in the mail where `body` says `[link]`; '' once it was sent
    or given up, so that what is stored opens nothing.
    """

    to = models.EmailField()
    subject = models.CharField(max_length=300)
    body = models.TextField()
    link = models.CharField(max_length=500, blank=True)
    language = models.CharField(max_length=10, default="en")
    state = models.CharField(max_length=10, default="intent")
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    written_at = models.DateTimeField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["intent", "sent", "failed"]), name="message_state_is_known"
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="message_due")]
