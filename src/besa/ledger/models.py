"""The chain of acts. Never updated, never deleted; only salts may be erased."""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """One act: who, what, when, why, and the salted hashes of the rows it made."""

    seq = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    act = models.CharField(max_length=80)
    election = models.CharField(max_length=60, blank=True)
    reason = models.TextField(blank=True)
    demo_time = models.BooleanField(default=False)
    rows_digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["seq"]


class Trace(models.Model):
    """One row that an act made or changed, as its salted hash; '' where the act erased it."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+")
    table = models.CharField(max_length=80)
    pk_text = models.CharField(max_length=80)
    row_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["table", "pk_text", "-entry"], name="trace_of_row")]
        ordering = ["id"]


class Salt(models.Model):
    """Kept apart so that it can be erased: without it a hash of a short text cannot be guessed back."""

    trace = models.OneToOneField(Trace, on_delete=models.CASCADE, primary_key=True, related_name="+")
    salt = models.CharField(max_length=32)
