"""Terms that are looked for, runs, and the docket: what awaits people."""

from __future__ import annotations

from django.db import models

from besa.base.words import Channel, CheckResult, Concern, Platform, PostKind, Route, Sample
from besa.ledger.fields import WordField
from besa.pledge.models import Account, Election

RUN_STATES = ("intent", "done", "failed")
MODEL_STATES = ("candidate", "promoted", "retired")


class Term(models.Model):
    """One lexicon entry. `match`: word (whole word), stem (any ending), phrase."""

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=10)
    term = models.CharField(max_length=120)
    match = WordField(["word", "stem", "phrase"])
    concern = WordField(Concern)
    clause = models.SlugField(max_length=40, blank=True)
    strength = models.FloatField(default=0.5)
    note = models.TextField(blank=True)
    counter_examples = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["election", "language", "term", "concern"], name="term_once"),
        ]


class Run(models.Model):
    """One pass of the detectors over the posts that are new since the pass before."""

    run_id = models.CharField(max_length=40, unique=True)
    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    state = WordField(RUN_STATES, default="intent")
    from_version = models.BigIntegerField(default=-1)
    corpus_version = models.BigIntegerField()
    seed = models.BigIntegerField()
    posts = models.PositiveIntegerField(default=0)
    flagged = models.PositiveIntegerField(default=0)
    docketed = models.PositiveIntegerField(default=0)
    outside = models.PositiveIntegerField(default=0)
    signals = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)


class DocketItem(models.Model):
    """A post copied once out of the corpus, with the reasons why people should look at it.

    `reasons`: [{concern, clause, score, words, text, spans}] in the order of weight. `family` is the
    SHA-256 of the normal text: copies of one content share it. `week`, `phase` by local date.
    """

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    post_key = models.CharField(max_length=300)
    observation_id = models.CharField(max_length=64)
    corpus_version = models.BigIntegerField()
    platform = WordField(Platform)
    kind = WordField(PostKind)
    channel = WordField(Channel, default="public")
    url = models.TextField(blank=True)
    parent_key = models.CharField(max_length=300, blank=True)
    account_key = models.CharField(max_length=300, blank=True)
    account_handle = models.CharField(max_length=300, blank=True)
    account_name = models.CharField(max_length=300, blank=True)
    host_account_key = models.CharField(max_length=300, blank=True)
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    title = models.TextField(blank=True)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=10, default="und")
    script = models.CharField(max_length=10, blank=True)
    posted_at = models.DateTimeField()
    reactions = models.BigIntegerField(null=True, blank=True)
    comments = models.BigIntegerField(null=True, blank=True)
    shares = models.BigIntegerField(null=True, blank=True)
    views = models.BigIntegerField(null=True, blank=True)
    media = models.JSONField(default=list, blank=True)
    ad = models.JSONField(default=dict, blank=True)
    family = models.CharField(max_length=64)
    route = WordField(Route)
    sample = WordField(Sample)
    week = models.CharField(max_length=8)
    phase = models.CharField(max_length=40)
    rank = models.FloatField(default=0)
    reasons = models.JSONField(default=list)
    urgent = models.BooleanField(default=False)
    keep = models.BooleanField(default=True)
    put_at = models.DateTimeField()
    put_reason = models.TextField(blank=True)
    run = models.ForeignKey(Run, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["election", "post_key"], name="post_docketed_once")]
        indexes = [
            models.Index(fields=["election", "-urgent", "-rank"], name="docket_rank"),
            models.Index(fields=["election", "week"], name="docket_week"),
        ]


class TrainedModel(models.Model):
    """A version of the model that learns. Its bytes lie in the vault under `sha256`; `card` says what it can do."""

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    version = models.CharField(max_length=20)
    state = WordField(MODEL_STATES, default="candidate")
    sha256 = models.CharField(max_length=64)
    examples = models.PositiveIntegerField()
    card = models.JSONField()
    trained_at = models.DateTimeField()
    promoted_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["election", "version"], name="model_version_once"),
            models.UniqueConstraint(
                fields=["election"], condition=models.Q(state="promoted"), name="one_promoted_model"
            ),
        ]


class FrozenTest(models.Model):
    """Posts that no model of this election ever learns from; fixed at the first training. `members`: hashed keys."""

    election = models.OneToOneField(Election, on_delete=models.PROTECT, related_name="+")
    members = models.JSONField()
    made_at = models.DateTimeField()


class CheckedClaim(models.Model):
    """A claim that others have checked, as they published it. `rating` is theirs, `verdict` is what we read in it.

    `digest` tells claims apart: language, normal text, reviewer and address. `translations`: {language: text}.
    """

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    claim = models.TextField()
    language = models.CharField(max_length=10)
    translations = models.JSONField(default=dict, blank=True)
    verdict = WordField(CheckResult)
    rating = models.CharField(max_length=200)
    reviewer = models.CharField(max_length=200)
    url = models.TextField(blank=True)
    checked_on = models.DateField(null=True, blank=True)
    clause = models.SlugField(max_length=40, blank=True)
    file_name = models.CharField(max_length=255)
    by = models.CharField(max_length=150)
    taken_at = models.DateTimeField()
    set_aside_at = models.DateTimeField(null=True, blank=True)
    set_aside_reason = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["election", "digest"], name="checked_claim_once")]
