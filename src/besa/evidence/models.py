"""What was preserved before anyone judged it, and who touched it since."""

from __future__ import annotations

from django.db import models

from besa.base.words import GoneCause
from besa.ledger.fields import WordField
from besa.pledge.models import Election
from besa.triage.models import DocketItem


class Exhibit(models.Model):
    """One file in the vault that belongs to a docketed post. `pdq`, `quality`: of a picture, its perceptual hash."""

    item = models.ForeignKey(DocketItem, on_delete=models.PROTECT, related_name="+")
    kind = WordField(["raw", "screenshot", "recording", "archive", "document", "media"])
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

    @property
    def is_picture(self) -> bool:
        return self.kind == "screenshot" or (self.kind == "media" and bool(self.pdq))


class Custody(models.Model):
    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="+")
    act = WordField(["captured", "viewed", "copied", "exported", "handed_over", "sealed", "erased"])
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]


class Stamp(models.Model):
    """One authority's word on when something existed at the latest. `wanted` is the intent row: the gap until
    `at` is shown. `answer_sha256`, `chain_sha256`: the answer (DER) and the certificates (PEM) in the vault."""

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
        abstract = True


class TimeStamp(Stamp):
    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exhibit", "authority"], name="one_stamp_of_each_authority")]
        indexes = [models.Index(fields=["state", "next_at"], name="stamps_due")]


class PageCapture(models.Model):
    """A page of a docketed post as a browser shows it: first the intent, then what came of it.

    `not_evidence`: a wall or an error page was shown (`wall`), and nothing was kept as evidence. `facts`: address in
    the end, status, headers, certificate, what was left out or refused. `log_in`: the host whose kept log-in was used.
    `next_at` lies behind the longest capture while one is open, so that two never open the same page.
    """

    item = models.ForeignKey(DocketItem, on_delete=models.PROTECT, related_name="+")
    url = models.TextField()
    state = WordField(["wanted", "captured", "not_evidence", "failed"], default="wanted")
    wanted_at = models.DateTimeField()
    next_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    wall = WordField(["error", "log_in", "consent", "empty"], blank=True)
    problem = models.TextField(blank=True)
    facts = models.JSONField(default=dict, blank=True)
    captured_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    log_in = models.CharField(max_length=253, blank=True)

    LEDGER_LATER = ("reason", "log_in")

    class Meta:
        indexes = [models.Index(fields=["state", "next_at"], name="captures_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "url"], condition=models.Q(state="wanted"), name="one_open_capture_of_a_page"
            )
        ]


class LogIn(models.Model):
    """What a browser needs to stand logged in at one host, enciphered (`sealed`; emptied when it ends).

    `until`: when the last of it lapses by itself, where it says so."""

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    host = models.CharField(max_length=253)
    sealed = models.TextField(blank=True)
    cookies = models.PositiveIntegerField(default=0)
    until = models.DateTimeField(null=True, blank=True)
    stored_at = models.DateTimeField()
    by = models.CharField(max_length=150)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["host", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["election", "host"], condition=models.Q(ended_at=None), name="one_log_in_of_a_host"
            )
        ]


class Recheck(models.Model):
    """One later look at a post: still up, edited (`text` is what stood there), gone with its cause as far as it can
    be told, or unknown (a wall, an error). Rows are added, never changed.

    `outside` and `inside`: what was found without and with the log-in `log_in`; `reach`: for whom it is so."""

    item = models.ForeignKey(DocketItem, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    state = WordField(["up", "edited", "gone", "unknown"])
    cause = WordField(GoneCause, blank=True)
    status = models.PositiveSmallIntegerField(default=0)
    address = models.TextField(blank=True)
    alike = models.FloatField(default=0)
    text = models.TextField(blank=True)
    problem = models.TextField(blank=True)
    log_in = models.CharField(max_length=253, blank=True)
    outside = WordField(["up", "edited", "gone", "unknown"], blank=True)
    inside = WordField(["up", "edited", "gone", "unknown"], blank=True)
    reach = WordField(["all", "log_in", "public", "region"], blank=True)

    LEDGER_LATER = ("log_in", "outside", "inside", "reach")

    class Meta:
        ordering = ["id"]
