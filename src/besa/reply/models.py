"""Telling people what was found about them, hearing them, and what they then did."""

from __future__ import annotations

from django.db import models

from besa.base.words import GoneCause, RemedyKind, ReplyKind
from besa.coding.models import Finding
from besa.ledger.fields import WordField
from besa.outbox.models import Message
from besa.pledge.models import Actor, Election


class Notice(models.Model):
    """One notice to one named person, outlet or party about one finding.

    `token_sha256` opens the reply page once; `deadline_at` NULL until the mail has left.
    """

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="+")
    recipient = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="+")
    as_party = models.BooleanField(default=False)
    language = models.CharField(max_length=10)
    address = models.EmailField(blank=True)
    state = WordField(["intent", "served", "unreachable"], default="intent")
    message = models.ForeignKey(Message, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    token_sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    served_at = models.DateTimeField(null=True, blank=True)
    deadline_at = models.DateTimeField(null=True, blank=True)
    redeemed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["finding", "recipient"], name="one_notice_each")]


class Reply(models.Model):
    """What they answered, verbatim. Pausing kinds need a decision before publication."""

    notice = models.OneToOneField(Notice, on_delete=models.PROTECT, related_name="+")
    kind = WordField(ReplyKind)
    text = models.TextField()
    at = models.DateTimeField()


class ReplyDecision(models.Model):
    """What was decided on a pausing reply: `upheld` (the reply is right: not attributed) or `set_aside`."""

    reply = models.OneToOneField(Reply, on_delete=models.PROTECT, related_name="+")
    outcome = WordField(["upheld", "set_aside"])
    reason = models.TextField()
    by = models.CharField(max_length=150)
    at = models.DateTimeField()


class Remedy(models.Model):
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="+")
    kind = WordField(RemedyKind)
    gone_cause = WordField(GoneCause, blank=True)
    vantage_points = models.PositiveSmallIntegerField(default=0)
    seen_at = models.DateTimeField()
    note = models.TextField(blank=True)
    by = models.CharField(max_length=150)


class DoorSession(models.Model):
    """A short session at the Door, made by POST from a one-use link."""

    key_sha256 = models.CharField(max_length=64, primary_key=True)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()


class Case(models.Model):
    """Findings that belong together, and what is handed over of them. `number` counts from 1 in each election."""

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    note = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["election", "number"], name="case_number_once")]


class CaseFinding(models.Model):
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["case", "finding"], name="finding_once_in_a_case")]


class Dossier(models.Model):
    """A sealed file of a case as it was handed out; its bytes lie in the vault under `sha256`."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=10)
    recipient = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    files = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["-id"]
