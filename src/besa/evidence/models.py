"""What was preserved before anyone judged it, and who touched it since."""

from __future__ import annotations

from django.db import models

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

    LEDGER_LATER = ("pdq", "quality")

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
