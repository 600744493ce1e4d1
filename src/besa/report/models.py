"""Frozen weeks, their words, their sign-off, and the editions made of them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from besa.evidence.models import Stamp
from besa.ledger.fields import WordField
from besa.people.models import User
from besa.pledge.models import Election


class Freeze(models.Model):
    """The facts of one report as they stood at the cut-off: a folder of Parquet named by its hash."""

    name = models.CharField(max_length=64, unique=True)
    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    kind = WordField(["weekly", "final"])
    week = models.CharField(max_length=8)
    corpus_version = models.BigIntegerField()
    ledger_seq = models.BigIntegerField()
    ledger_head = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]


class Prose(models.Model):
    """The editor's free text for one freeze and language."""

    freeze = models.ForeignKey(Freeze, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=10)
    text = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["freeze", "language"], name="one_prose")]


class SignOff(models.Model):
    """Four eyes: two different people, neither of whom made the freeze alone."""

    freeze = models.ForeignKey(Freeze, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["freeze", "by"], name="one_sign_off_each")]


class Publication(models.Model):
    """An edition that was written: its hash is its name."""

    freeze = models.ForeignKey(Freeze, on_delete=models.PROTECT, related_name="+")
    edition = models.CharField(max_length=64, unique=True)
    number = models.PositiveIntegerField()
    previous = models.CharField(max_length=64, blank=True)
    change_note = models.TextField(blank=True)
    path = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [models.CheckConstraint(condition=Q(number__gte=1), name="editions_from_one")]


class EditionStamp(Stamp):
    """Of the envelope (its `sha256`) of an edition, and so of all that the envelope names: the edition, the one
    before, and the head of the ledger."""

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["publication", "authority"], name="one_edition_stamp_of_each")]
