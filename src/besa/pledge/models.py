"""The election, the Code, who signed it, and who is watched."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from besa.base.words import (
    AccountStatus,
    ActorKind,
    Duty,
    Gender,
    Grade,
    PhaseKind,
    Platform,
    SignatureKind,
)
from besa.ledger.fields import WordField
from besa.outbox.models import Message


class Election(models.Model):
    slug = models.SlugField(max_length=60, unique=True)
    names = models.JSONField(default=dict)
    country = models.JSONField(default=dict)
    operator = models.JSONField(default=dict)
    timezone = models.CharField(max_length=60)
    languages = models.JSONField(default=list)
    post_languages = models.JSONField(default=list)
    reply_hours = models.PositiveIntegerField(default=48)
    demo = models.BooleanField(default=False)
    settings = models.JSONField(default=dict)
    pack_digest = models.CharField(max_length=64, blank=True)


class Phase(models.Model):
    """Local days first..last, both included. Phases do not overlap (checked at loading)."""

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    kind = WordField(PhaseKind)
    names = models.JSONField(default=dict)
    first = models.DateField()
    last = models.DateField()
    monitored = models.BooleanField(default=True)

    class Meta:
        ordering = ["first"]
        constraints = [
            models.UniqueConstraint(fields=["election", "kind", "first"], name="phase_once"),
            models.CheckConstraint(condition=Q(last__gte=models.F("first")), name="phase_runs_forward"),
        ]


class LegalRule(models.Model):
    """A deadline of an authority. `looks_for`: a LegalKind or a Concern that starts the clock; '' is any
    urgent post that no other rule is about.

    It holds in `phases` (whole local days), or in `spans` ([[from, until], …], local, until excluded), or always.
    The deadline is in hours, or in local days after that of the event; `working_days` leaves out weekends and the
    election's holidays. A rule without an `article` or a `source` is a lead that a lawyer has yet to confirm.
    """

    LEDGER_LATER = ("looks_for", "spans", "deadline_days", "working_days", "clause", "urgent", "source")

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    slug = models.SlugField(max_length=60)
    names = models.JSONField(default=dict)
    article = models.CharField(max_length=200, blank=True)
    authority = models.CharField(max_length=200)
    source = models.TextField(blank=True)
    looks_for = models.CharField(max_length=40, blank=True)
    clause = models.SlugField(max_length=40, blank=True)
    urgent = models.BooleanField(default=False)
    deadline_hours = models.PositiveIntegerField(default=0)
    deadline_days = models.PositiveIntegerField(default=0)
    working_days = models.BooleanField(default=False)
    deadline_from = WordField(["event", "discovery"])
    phases = models.JSONField(default=list)
    spans = models.JSONField(default=list, blank=True)
    evidence = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["election", "slug"], name="legal_rule_once")]


class Code(models.Model):
    """One version of the signed text. `sha256` is of the canonical texts; a signature binds it."""

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    version = models.CharField(max_length=20)
    effective_from = models.DateField()
    titles = models.JSONField(default=dict)
    preambles = models.JSONField(default=dict)
    source = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["election", "version"], name="code_version_once")]


class Principle(models.Model):
    code = models.ForeignKey(Code, on_delete=models.PROTECT, related_name="+")
    slug = models.SlugField(max_length=40)
    names = models.JSONField(default=dict)
    texts = models.JSONField(default=dict)
    order = models.PositiveIntegerField()

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["code", "slug"], name="principle_once")]


class Clause(models.Model):
    principle = models.ForeignKey(Principle, on_delete=models.PROTECT, related_name="+")
    slug = models.SlugField(max_length=40)
    titles = models.JSONField(default=dict)
    texts = models.JSONField(default=dict)
    bound_kinds = models.JSONField(default=list)
    duty = WordField(Duty)
    on = models.BooleanField(default=True)
    reconstructed = models.BooleanField(default=False)
    urgent = models.BooleanField(default=False)
    source = models.TextField(blank=True)
    order = models.PositiveIntegerField()

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["principle", "slug"], name="clause_once")]


class Area(models.Model):
    """A municipality. `monitored` is the user's choice."""

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    slug = models.SlugField(max_length=60)
    names = models.JSONField(default=dict)
    monitored = models.BooleanField(default=False)

    class Meta:
        ordering = ["slug"]
        constraints = [models.UniqueConstraint(fields=["election", "slug"], name="area_once")]


class Actor(models.Model):
    """A monitored person, party, outlet, organisation or page.

    Gender and community only from the candidate list or the person's own words (`*_source`).
    """

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    slug = models.SlugField(max_length=80)
    kind = WordField(ActorKind)
    name = models.CharField(max_length=200)
    names = models.JSONField(default=dict, blank=True)
    short_name = models.CharField(max_length=40, blank=True)
    aliases = models.JSONField(default=list, blank=True)
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    gender = WordField(Gender, default="unknown")
    gender_source = models.CharField(max_length=200, blank=True)
    community = models.CharField(max_length=80, blank=True)
    community_source = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10, default="en")
    contact_email = models.EmailField(blank=True)

    class Meta:
        ordering = ["slug"]
        constraints = [models.UniqueConstraint(fields=["election", "slug"], name="actor_once")]


class Affiliation(models.Model):
    """Person (or outlet, page) -> party, graded, with how it is known and from when to when."""

    LEDGER_LATER = ("proposed_by", "confirmed_by")

    actor = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="+")
    party = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="+")
    grade = WordField(Grade)
    how_known = models.TextField(blank=True)
    first = models.DateField(null=True, blank=True)
    last = models.DateField(null=True, blank=True)
    proposed_by = models.CharField(max_length=150, blank=True)
    confirmed_by = models.CharField(max_length=150, blank=True)


class Account(models.Model):
    """`key` is the corpus's account_key, `platform:native id` or `platform:@handle`."""

    LEDGER_LATER = ("status_first", "status_last", "gone_on", "gone_evidence")

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    platform = WordField(Platform)
    key = models.CharField(max_length=200)
    handle = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=200, blank=True)
    url = models.URLField(max_length=500, blank=True)
    status = WordField(AccountStatus, default="authentic")
    status_evidence = models.TextField(blank=True)
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    status_first = models.DateField(null=True, blank=True)
    status_last = models.DateField(null=True, blank=True)
    watched = models.BooleanField(default=True)
    gone_on = models.DateField(null=True, blank=True)
    gone_evidence = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["election", "key"], name="account_once")]


class Identity(models.Model):
    """Account -> actor, graded. `confirmed` needs two independent proofs and a second pair of eyes.

    `proposed_by` said “confirmed”; until somebody else agrees (`confirmed_by`) the grade is `probable`.
    """

    LEDGER_LATER = ("proposed_by", "confirmed_by")

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    actor = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="+")
    grade = WordField(Grade)
    how_known = models.TextField(blank=True)
    first = models.DateField(null=True, blank=True)
    last = models.DateField(null=True, blank=True)
    proposed_by = models.CharField(max_length=150, blank=True)
    confirmed_by = models.CharField(max_length=150, blank=True)


class ListImport(models.Model):
    """One table of candidates and accounts that was taken into the watch-list, in one transaction."""

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=255)
    file_sha256 = models.CharField(max_length=64)
    counts = models.JSONField(default=dict)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=150, blank=True)
    undone_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]


class ListChange(models.Model):
    """What stood in a row of the watch-list before and after a change. Never edited; the newest is what stands."""

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(ListImport, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    table = WordField(["actor", "affiliation", "account", "identity"])
    row = models.BigIntegerField()
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    actor = models.ForeignKey(Actor, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    before = models.JSONField(null=True)
    after = models.JSONField()
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["table", "row"], name="list_change_of_row")]


class Signatory(models.Model):
    """An actor that pledged, with the office (not the private data) of its Code keeper."""

    actor = models.OneToOneField(Actor, on_delete=models.PROTECT, related_name="+")
    keeper_office = models.CharField(max_length=200, blank=True)
    keeper_email = models.EmailField(blank=True)
    language = models.CharField(max_length=10, default="en")


class Signature(models.Model):
    """From `signed_on` until the day before `withdrawn_on`; binds the text by its SHA-256.

    `carried_from`: the signature of a party that merged into this one or was renamed; it goes on here.
    """

    LEDGER_LATER = ("carried_from_id",)

    signatory = models.ForeignKey(Signatory, on_delete=models.PROTECT, related_name="+")
    code = models.ForeignKey(Code, on_delete=models.PROTECT, related_name="+")
    kind = WordField(SignatureKind)
    signed_on = models.DateField()
    signer = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10, default="en")
    text_sha256 = models.CharField(max_length=64)
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawal_reason = models.TextField(blank=True)
    carried_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["signed_on"]
        constraints = [
            models.UniqueConstraint(fields=["signatory"], condition=Q(withdrawn_on=None), name="one_open_signature"),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None) | Q(withdrawn_on__gte=models.F("signed_on")),
                name="withdrawn_after_signing",
            ),
        ]


class Invitation(models.Model):
    """Somebody wants to sign for a body: asked at the Door, or called up at the ceremony.

    `asked` -> `invited` (a person verified the authority; a one-use link went out) -> `signed`; or `refused`, `ended`.
    Of link and session only hashes are kept; both are '' once they open nothing any more.
    """

    STATES = ("asked", "invited", "signed", "refused", "ended")

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    actor = models.ForeignKey(Actor, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = WordField(SignatureKind)
    state = WordField(STATES)
    body = models.CharField(max_length=200)
    person = models.CharField(max_length=200, blank=True)
    office = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=10, default="en")
    note = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    authority = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    message = models.ForeignKey(Message, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    token_sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    redeemed_at = models.DateTimeField(null=True, blank=True)
    session_sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    session_until = models.DateTimeField(null=True, blank=True)
    signature = models.ForeignKey(Signature, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["election", "actor"], condition=Q(state="invited"), name="one_open_invitation"
            ),
        ]


class Acknowledgement(models.Model):
    """Proof that a signatory was reminded of the Code on a day, and who there acknowledged it."""

    signatory = models.ForeignKey(Signatory, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    how = models.CharField(max_length=300)
    acknowledged_by = models.CharField(max_length=200, blank=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["on", "id"]
