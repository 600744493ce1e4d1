"""Files and fetches that brought posts in."""

from __future__ import annotations

from django.db import models

from besa.base.words import Route
from besa.ledger.fields import WordField
from besa.pledge.models import Election

#: `held`: its shape changed; the rows wait outside the corpus until somebody releases or refuses them.
IMPORT_STATES = ("intent", "done", "failed", "held", "refused")


class Mapping(models.Model):
    """A saved column mapping for the generic connector, by version; never edited, only superseded."""

    name = models.SlugField(max_length=80)
    version = models.PositiveIntegerField(default=1)
    body = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="mapping_once")]


class LiftedName(models.Model):
    """A private person whose name those who must may see; gone again when it is covered. `known_by`: `rules.names`."""

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    known_by = models.CharField(max_length=400)
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=300)
    reason = models.TextField()
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["election", "known_by"], name="name_lifted_once")]


class Import(models.Model):
    """One file. `intent` until its single corpus commit is found in the corpus log, then `done`.

    `filled` and `changes`: see `rules.change`. `again`: the import whose rows this one read once more.
    """

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
    redacted = models.PositiveIntegerField(default=0)
    filled = models.JSONField(default=dict)
    changes = models.JSONField(default=list)
    again = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
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
