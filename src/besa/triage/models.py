"""Terms that are looked for, runs, and the docket: what awaits people."""

from __future__ import annotations

from django.db import models

from besa.base.words import Channel, CheckResult, ClockOutcome, Concern, Platform, PostKind, Route, Sample
from besa.ledger.fields import WordField
from besa.pledge.models import Account, Election

RUN_STATES = ("intent", "done", "failed")
FAMILY_KINDS = ("text", "picture")
MODEL_STATES = ("candidate", "promoted", "retired")


class Term(models.Model):
    """One lexicon entry. `match`: word (whole word), stem (any ending), phrase. Retired: sought no more."""

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=10)
    term = models.CharField(max_length=120)
    match = WordField(["word", "stem", "phrase"])
    concern = WordField(Concern)
    clause = models.SlugField(max_length=40, blank=True)
    strength = models.FloatField(default=0.5)
    note = models.TextField(blank=True)
    counter_examples = models.JSONField(default=list, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    LEDGER_LATER = ("retired_at",)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["election", "language", "term", "concern"], name="term_once"),
        ]


class Run(models.Model):
    """One pass of the detectors over the posts that are new since the pass before.

    `unread`: {week: {language: {posts, highest, mostly}}}, the flagged posts of the weeks in which it brought some
    that no budget reads: how many, and the rank and the heaviest concern of the best of them. `again`: {term, first,
    last} where a term is sought in posts of these weeks that were looked at before.
    """

    LEDGER_LATER = ("unread", "again")

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
    unread = models.JSONField(default=dict)
    again = models.JSONField(default=dict, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)


class DocketItem(models.Model):
    """A post copied once out of the corpus, with the reasons why people should look at it.

    `reasons`: [{concern, clause, score, words, text, spans}] in the order of weight. `family` is the
    key of its `Family`, or of its own normal text where nothing else says nearly the same. `week`, `phase` by local
    date.
    """

    LEDGER_LATER = ("ranking",)

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
    ranking = models.JSONField(default=dict, blank=True)
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


class Clock(models.Model):
    """The deadline that one rule of the election law sets for one post.

    `rule` is the slug; its names, article and authority are kept as they were known when the clock was last set, so
    that a clock outlives its rule. `begun_at` is the event or its discovery, as the rule says.
    """

    item = models.ForeignKey(DocketItem, on_delete=models.PROTECT, related_name="+")
    rule = models.SlugField(max_length=60)
    names = models.JSONField(default=dict)
    article = models.CharField(max_length=200, blank=True)
    authority = models.CharField(max_length=200)
    begun_at = models.DateTimeField()
    due_at = models.DateTimeField()
    set_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=150, blank=True)
    outcome = WordField(ClockOutcome, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [models.UniqueConstraint(fields=["item", "rule"], name="clock_once")]
        indexes = [models.Index(fields=["closed_at", "due_at"], name="clock_due")]


class Family(models.Model):
    """Public posts with nearly the same text, or with pictures that look the same, of two accounts or more.

    `key`: of a text, the SHA-256 of the normal text of `first_key`, the earliest post, of which all others are
    near-copies; docketed members bear it as their `family`. `days`: posts by local date. `members`: post keys.
    """

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    kind = WordField(FAMILY_KINDS)
    first_key = models.CharField(max_length=300)
    first_at = models.DateTimeField()
    posts = models.PositiveIntegerField()
    accounts = models.PositiveIntegerField()
    platforms = models.JSONField()
    languages = models.JSONField()
    days = models.JSONField()
    members = models.JSONField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["election", "key"], name="family_once")]


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


class Budget(models.Model):
    """Coder-hours a week, from `week` on until a later row says otherwise.

    `languages`: {language: hours}; what they leave is for all others. `days`: hours of Monday to Sunday, or empty.
    """

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    week = models.CharField(max_length=8)
    hours = models.FloatField()
    languages = models.JSONField(default=dict, blank=True)
    days = models.JSONField(default=list, blank=True)
    set_at = models.DateTimeField()


class Pace(models.Model):
    """What reading a post took so far, as it was measured that day: {language: {measure: [n, value]}}.

    Measures: those of `rules.budget.USUAL`. It is handed down by whoever knows the codings, before a run.
    """

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    measured = models.JSONField()
    measured_at = models.DateTimeField()


class Evaluation(models.Model):
    """Figures that were measured on somebody's labelled file, as `besa evaluate --keep` gave them.

    `versions`: of Besa, of each detector, and of the model that was promoted then.
    """

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    options = models.JSONField(default=dict, blank=True)
    figures = models.JSONField()
    versions = models.JSONField(default=dict)
    measured_at = models.DateTimeField()


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


class SavedView(models.Model):
    """A search of the explorer under a name: `asked` is what its address asks for."""

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    asked = models.JSONField(default=dict)
    by = models.CharField(max_length=150)
    saved_at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["election", "by", "name"], condition=models.Q(dropped_at=None), name="saved_view_once"
            )
        ]
