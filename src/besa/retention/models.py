"""What must stay (holds), what went (erasures), and the hashes of files that are not there any more."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from besa.base.words import ErasureGround, HeldKind, RecordKind
from besa.ledger.fields import WordField
from besa.pledge.models import Election

#: What can be erased on request, beside the kinds of records that a rule is about.
REQUESTS = ("post", "account", "exhibit")


class Hold(models.Model):
    """As long as it is not lifted, nothing of this is erased. `key`: number of the case, finding or exhibit, key of
    the post or account."""

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    kind = WordField(HeldKind)
    key = models.CharField(max_length=400)
    reason = models.TextField()
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.CharField(max_length=150, blank=True)
    lifted_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["election", "kind", "key"], condition=Q(lifted_at=None), name="one_open_hold_of_each"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="hold_has_reason"),
        ]


class Erasure(models.Model):
    """First the intent, then (`cleared`) all stores are rid of it, then (`done`) also the database's own file.

    `subject`: what is sought, {posts, accounts, exhibits}; empty once it is cleared, and `marks` holds the keyed
    hashes by which it is found again in an older backup. `held`: what stays and why. `left`: what people must do.
    """

    LEDGER_EXEMPT = ("progress",)

    erasure_id = models.CharField(max_length=40, unique=True)
    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    ground = WordField(ErasureGround)
    what = WordField([*RecordKind, *REQUESTS])
    subject = models.JSONField(default=dict, blank=True)
    marks = models.JSONField(default=dict, blank=True)
    reason = models.TextField()
    state = WordField(["intent", "cleared", "done"], default="intent")
    by = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    held = models.JSONField(default=list, blank=True)
    left = models.JSONField(default=dict, blank=True)
    progress = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="erasure_has_reason")]


class Tombstone(models.Model):
    """A file of the vault that was erased: its hash stays."""

    erasure = models.ForeignKey(Erasure, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()
