"""Files and fetches that brought posts in, and the live sources that are polled."""

from __future__ import annotations

from django.db import models

from besa.base.words import Route
from besa.collect.live import NAMES as LIVE
from besa.ledger.fields import WordField
from besa.pledge.models import Account, Election

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


class Source(models.Model):
    """What is polled: an account of the watch-list (`derived` from it), or an address that somebody added.

    `memory` is what the connector must know for the next look: how far the last whole one reached, what the server
    said for conditional requests, what still waits. `next_at` and `failures` say when the next poll is due.
    """

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    connector = WordField(LIVE)
    address = models.CharField(max_length=500)
    name = models.CharField(max_length=200, blank=True)
    minutes = models.PositiveIntegerField()
    key_name = models.CharField(max_length=40, blank=True)
    derived = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    added_at = models.DateTimeField()
    by = models.CharField(max_length=150)
    next_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    memory = models.JSONField(default=dict, blank=True)

    #: Caches that change with each poll; what a poll found stands in its own row, and in the import.
    LEDGER_EXEMPT = ("next_at", "failures", "memory")

    class Meta:
        ordering = ["connector", "name", "id"]
        constraints = [models.UniqueConstraint(fields=["election", "connector", "address"], name="source_once")]


class Poll(models.Model):
    """One look at one source: `seen` posts in the answer, `new` of them not in the corpus before.

    `error` says why it failed, or what of it did; `gap`: nothing in the feed was known, so something may have been
    missed since the poll before. `import_id` names the import that took what was new.
    """

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_index=True)
    ok = models.BooleanField()
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    not_modified = models.BooleanField(default=False)
    seen = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)
    gap = models.BooleanField(default=False)
    error = models.TextField(blank=True)
    import_id = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["source", "-at"], name="poll_by_source")]
