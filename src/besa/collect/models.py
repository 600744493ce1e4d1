"""Files and fetches that brought posts in."""

from __future__ import annotations

from django.db import models

from besa.base.words import Channel, Concern, Route, TipRefusal, TipState
from besa.ledger.fields import WordField
from besa.pledge.models import Election

IMPORT_STATES = ("intent", "done", "failed", "held")


class Mapping(models.Model):
    """A saved column mapping for the generic connector, by version; never edited, only superseded."""

    name = models.SlugField(max_length=80)
    version = models.PositiveIntegerField(default=1)
    body = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="mapping_once")]


class Import(models.Model):
    """One file. `intent` until its single corpus commit is found in the corpus log, then `done`."""

    import_id = models.CharField(max_length=40, unique=True)
    election = models.CharField(max_length=60)
    file_name = models.CharField(max_length=255)
    file_sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    connector = models.CharField(max_length=60)
    connector_version = models.CharField(max_length=20)
    mapping = models.ForeignKey(Mapping, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    route = WordField(Route)
    state = WordField(IMPORT_STATES, default="intent")
    read = models.PositiveIntegerField(default=0)
    mapped = models.PositiveIntegerField(default=0)
    duplicate = models.PositiveIntegerField(default=0)
    skipped = models.JSONField(default=dict)
    unmapped_keys = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    corpus_version = models.BigIntegerField(null=True, blank=True)
    seconds = models.FloatField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    by = models.CharField(max_length=150)

    class Meta:
        ordering = ["-id"]

    @property
    def left_out(self) -> int:
        return sum(self.skipped.values())


class Tip(models.Model):
    """What somebody outside told us through the Door. Nothing here says who: that is in `TipContact`.

    `number_sha256`: of the tracking number, which only the sender has. `same`: what the link leads to, by which
    several tips of one post find each other. `picture_sha256`: the bytes as sent; `copy_sha256`: a copy to look at,
    without what the sender's device wrote into them. `bytes`: both together.
    """

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    number_sha256 = models.CharField(max_length=64, unique=True)
    concern = WordField(Concern, blank=True)
    channel = WordField(Channel, default="public")
    link = models.TextField(blank=True)
    same = models.CharField(max_length=300, blank=True, db_index=True)
    note = models.TextField(blank=True)
    picture_sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    copy_sha256 = models.CharField(max_length=64, blank=True)
    bytes = models.PositiveIntegerField(default=0)
    language = models.CharField(max_length=10)
    consent = models.TextField()
    state = WordField(TipState, default="received")
    duplicate_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    refusal = WordField(TipRefusal, blank=True)
    remark = models.TextField(blank=True)
    post_key = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True, blank=True)
    looked_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["election", "state"], name="tip_queue")]


class TipContact(models.Model):
    """How the sender of a tip can be reached: apart, encrypted, and erased when no longer needed."""

    tip = models.OneToOneField(Tip, on_delete=models.PROTECT, related_name="+")
    sealed = models.TextField()
