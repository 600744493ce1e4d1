"""Files and fetches that brought posts in."""

from __future__ import annotations

from django.db import models

from besa.base.words import CapturedKind, Channel, Device, Platform, PostKind, Route
from besa.ledger.fields import WordField
from besa.people.models import User

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
    #: For what came from a closed group: which member agreed, when and how.
    consent = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["-id"]

    @property
    def left_out(self) -> int:
        return sum(self.skipped.values())


class UploadToken(models.Model):
    """What a tool of one person shows instead of a log-in: shown once, kept as its hash, for one election."""

    LEDGER_EXEMPT = ("last_used_at",)

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    election = models.CharField(max_length=60)
    name = models.CharField(max_length=80)
    token_sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]


class Capture(models.Model):
    """A post or comment that a person looked at and kept. `token` is made by the sender: sent twice, it is one.

    `entered` is the import that brought it into the corpus; without one it still has to go there. Where there is a
    `docket_reason`, triage puts it on the docket.
    """

    token = models.CharField(max_length=80, unique=True)
    election = models.CharField(max_length=60)
    by = models.CharField(max_length=150)
    url = models.TextField(blank=True)
    platform = WordField(Platform)
    kind = WordField(PostKind)
    account_handle = models.CharField(max_length=300, blank=True)
    account_name = models.CharField(max_length=300, blank=True)
    title = models.TextField(blank=True)
    text = models.TextField(blank=True)
    parent_url = models.TextField(blank=True)
    counts = models.JSONField(default=dict)
    seen_at = models.DateTimeField()
    posted_at = models.DateTimeField(null=True, blank=True)
    posted_precision = WordField(["second", "day"], blank=True)
    note = models.TextField(blank=True)
    channel = WordField(Channel)
    language = models.CharField(max_length=10, blank=True)
    device = WordField(Device)
    thread = models.JSONField(default=dict)
    video = models.JSONField(default=dict)
    docket_reason = models.TextField(blank=True)
    urgent = models.BooleanField(default=False)
    post_key = models.CharField(max_length=600, db_index=True)
    received_at = models.DateTimeField()
    entered = models.ForeignKey(Import, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]


class CapturedFile(models.Model):
    """A file of a capture; its bytes lie in the vault under `sha256`.

    `sealed`: the original where taking the operator out would spoil the evidence; the vault holds it enciphered,
    and `original_sha256` is that of the bytes as they were taken.
    """

    capture = models.ForeignKey(Capture, on_delete=models.PROTECT, related_name="+")
    kind = WordField(CapturedKind)
    sha256 = models.CharField(max_length=64)
    original_sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    file_name = models.CharField(max_length=255)
    scrubbed = models.BooleanField(default=False)
    sealed = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["capture", "original_sha256"], name="captured_file_once")]


class Upload(models.Model):
    """A file on its way from a phone, piece by piece; its bytes lie in the home. Gone when its capture is made.

    `token` and `number`: of which capture it is which file. Nothing that people decided, so not in the ledger.
    """

    token = models.CharField(max_length=80)
    number = models.PositiveSmallIntegerField()
    election = models.CharField(max_length=60)
    by = models.CharField(max_length=150)
    kind = WordField(CapturedKind)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    scrubbed = models.BooleanField(default=False)
    sealed = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "number"], name="upload_once")]
