"""What was preserved before anyone judged it, and who touched it since."""

from __future__ import annotations

from django.db import models

from besa.base.words import GoneCause
from besa.ledger.fields import WordField
from besa.triage.models import DocketItem


class Exhibit(models.Model):
    """One file in the vault that belongs to a docketed post. `pdq`, `quality`: of a picture, its perceptual hash."""

    item = models.ForeignKey(DocketItem, on_delete=models.PROTECT, related_name="+")
    kind = WordField(["raw", "screenshot", "recording", "archive", "document"])
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    file_name = models.CharField(max_length=255, blank=True)
    captured_at = models.DateTimeField()
    note = models.TextField(blank=True)
    pdq = models.CharField(max_length=64, blank=True)
    quality = models.PositiveSmallIntegerField(default=0)
    erased_at = models.DateTimeField(null=True, blank=True)

    LEDGER_LATER = ("pdq", "quality", "erased_at")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "sha256"], name="exhibit_once")]


class Custody(models.Model):
    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="+")
    act = WordField(["captured", "viewed", "copied", "exported", "handed_over", "sealed", "erased"])
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]


class TimeStamp(models.Model):
    """One authority's word on when an exhibit existed at the latest. `wanted` is the intent row: the gap until
    `at` is shown. `answer_sha256`, `chain_sha256`: the answer (DER) and the certificates (PEM) in the vault."""

    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="+")
    authority = models.CharField(max_length=100)
    state = WordField(["wanted", "stamped"], default="wanted")
    wanted_at = models.DateTimeField()
    next_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True)
    at = models.DateTimeField(null=True, blank=True)
    serial = models.CharField(max_length=80, blank=True)
    answer_sha256 = models.CharField(max_length=64, blank=True)
    chain_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exhibit", "authority"], name="one_stamp_of_each_authority")]
        indexes = [models.Index(fields=["state", "next_at"], name="stamps_due")]


class PageCapture(models.Model):
    """The page of a docketed post as a browser shows it: first the intent, then what came of it.

    `not_evidence`: a wall or an error page was shown (`wall`), and nothing was kept as evidence. `facts`: address in
    the end, status, headers, certificate, what was left out or refused.
    """

    item = models.OneToOneField(DocketItem, on_delete=models.PROTECT, related_name="+")
    url = models.TextField()
    state = WordField(["wanted", "captured", "not_evidence", "failed"], default="wanted")
    wanted_at = models.DateTimeField()
    next_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    wall = WordField(["error", "log_in", "consent", "empty"], blank=True)
    problem = models.TextField(blank=True)
    facts = models.JSONField(default=dict, blank=True)
    captured_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "next_at"], name="captures_due")]


class Recheck(models.Model):
    """One later look at a post: still up, edited (`text` is what stood there), gone with its cause as far as it can
    be told, or unknown (a wall, an error). Rows are added, never changed."""

    item = models.ForeignKey(DocketItem, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    state = WordField(["up", "edited", "gone", "unknown"])
    cause = WordField(GoneCause, blank=True)
    status = models.PositiveSmallIntegerField(default=0)
    address = models.TextField(blank=True)
    alike = models.FloatField(default=0)
    text = models.TextField(blank=True)
    problem = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
