"""Files and fetches that brought posts in, and the live sources that are polled."""

from __future__ import annotations

from django.db import models

from besa.base.words import CapturedKind, Channel, Concern, Device, Platform, PostKind, Route, TipRefusal, TipState
from besa.collect.live import NAMES as LIVE
from besa.ledger.fields import WordField
from besa.people.models import User
from besa.pledge.models import Account, Election

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

    LEDGER_LATER = ("consent", "again_id", "changes", "filled", "redacted")

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
