"""Two passes of reading, the decision, and the finding that it makes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from besa.base.words import (
    AccountStatus,
    ActorKind,
    Decision,
    FindingType,
    Gender,
    Grade,
    Platform,
    Screen,
    SignatoryStatus,
    TargetKind,
    TieKind,
)
from besa.ledger.fields import WordField
from besa.people.models import User
from besa.pledge.models import Actor, Area, Clause, Election
from besa.triage.models import DocketItem


class Codebook(models.Model):
    """`body`: {variables: [{name, kind, labels, help, examples, block, of, when, required, values: […]}]}.

    A version by which anybody has answered never changes; `queries.book` tells what a later one asks anew.
    """

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    version = models.CharField(max_length=20)
    body = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["election", "version"], name="codebook_version_once")]


class Screening(models.Model):
    """First pass: nothing, look, urgent. One per post. `once`: the browser's own mark, for sending it again."""

    item = models.OneToOneField(DocketItem, on_delete=models.PROTECT, related_name="+")
    coder = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    key = WordField(Screen)
    seconds = models.FloatField(default=0)
    at = models.DateTimeField()
    once = models.CharField(max_length=40, blank=True)

    LEDGER_LATER = ("once",)


class Lease(models.Model):
    """A post that somebody holds for a while; comes and goes without a ledger entry."""

    item = models.ForeignKey(DocketItem, on_delete=models.CASCADE, related_name="+")
    coder = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    task = WordField(["screen", "code", "adjudicate"])
    place = models.PositiveSmallIntegerField(default=1)
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "task", "place"], name="one_lease_per_place"),
        ]


class Draft(models.Model):
    coder = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    item = models.ForeignKey(DocketItem, on_delete=models.CASCADE, related_name="+")
    answers = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["coder", "item"], name="one_draft")]


class Coding(models.Model):
    """One coder's answers. `place` 1 or 2: two at most, by two people, neither sees the other's.

    `alpha_share`: part of the random double-coded share from which agreement is computed. `once`: the browser's own
    mark, for sending it again. `settled`: its coder has asked what the machine saw; the answers stand from then on.
    """

    item = models.ForeignKey(DocketItem, on_delete=models.PROTECT, related_name="+")
    coder = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    codebook = models.ForeignKey(Codebook, on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField()
    verdict = WordField(Decision)
    note = models.TextField(blank=True)
    alpha_share = models.BooleanField(default=False)
    seconds = models.FloatField(default=0)
    at = models.DateTimeField()
    once = models.CharField(max_length=40, blank=True)
    settled = models.BooleanField(default=False)

    LEDGER_LATER = ("once", "settled")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "coder"], name="one_coding_per_coder"),
            models.UniqueConstraint(fields=["item", "place"], name="one_coding_per_place"),
            models.CheckConstraint(condition=Q(place__in=[1, 2]), name="two_codings_at_most"),
        ]


class Question(models.Model):
    """What a coder asks about a post before answering; the post waits for this coder until it is answered."""

    item = models.ForeignKey(DocketItem, on_delete=models.PROTECT, related_name="+")
    coder = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="question_has_text")]


class Adjudication(models.Model):
    """The decision on one post, by somebody who did not code it, with a written reason.

    `copy_of`: the finding whose decision was extended to this post, a copy that nobody coded apart.
    """

    item = models.OneToOneField(DocketItem, on_delete=models.PROTECT, related_name="+")
    adjudicator = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decision = WordField(Decision)
    answers = models.JSONField(default=dict)
    reason = models.TextField()
    seconds = models.FloatField(default=0)
    at = models.DateTimeField()
    copy_of = models.ForeignKey("Finding", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    codebook = models.ForeignKey(Codebook, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    LEDGER_LATER = ("copy_of_id", "codebook_id")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="decision_has_reason")]


class Finding(models.Model):
    """A decided violation or compliance. Who it was is frozen here as it was known that day."""

    adjudication = models.OneToOneField(Adjudication, on_delete=models.PROTECT, related_name="+")
    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=80)
    decision = WordField(["violation", "compliance"])
    type = WordField(FindingType)
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="+")
    other_clauses = models.JSONField(default=list, blank=True)
    severity = models.PositiveSmallIntegerField(default=0)
    content = models.CharField(max_length=64)
    platform = WordField(Platform)
    language = models.CharField(max_length=10)
    route = models.CharField(max_length=40)
    sample = models.CharField(max_length=40)
    posted_at = models.DateTimeField()
    week = models.CharField(max_length=8)
    phase = models.CharField(max_length=40)
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(Actor, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    source_class = WordField(ActorKind, default="unknown")
    source_gender = WordField(Gender, default="unknown")
    identity_grade = WordField(Grade, default="unknown")
    account_status = WordField(AccountStatus, default="authentic")
    party = models.ForeignKey(Actor, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    affiliation_grade = WordField(Grade, default="unknown")
    how_affiliated = models.TextField(blank=True)
    signatory_status = WordField(SignatoryStatus, default="never")
    party_signatory_status = WordField(SignatoryStatus, default="never")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["election", "number"], name="finding_number_once"),
        ]


class FindingTarget(models.Model):
    """Whom it was against; several per finding."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="+")
    kind = WordField(TargetKind)
    actor = models.ForeignKey(Actor, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    actor_kind = WordField(ActorKind, default="unknown")
    party = models.ForeignKey(Actor, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    gender = WordField(Gender, default="unknown")
    community = models.CharField(max_length=80, blank=True)
    ground = models.CharField(max_length=60, blank=True)


class FindingReview(models.Model):
    """Somebody looked again at a finding because the watch-list now says something else of who it was.

    `known`: what the watch-list said when it was looked at; when that changes once more, the review is open again.
    """

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="+")
    known = models.JSONField()
    outcome = WordField(["stands", "erratum"])
    reason = models.TextField()
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="review_has_reason")]


class NameCheck(models.Model):
    """After a coder answered: whom the machine also read in the post (`offered`), and whom the coder then took over.

    The coding itself stays as it was given; whoever decides sees both.
    """

    coding = models.OneToOneField(Coding, on_delete=models.PROTECT, related_name="+")
    offered = models.JSONField()
    added = models.JSONField(default=list)
    at = models.DateTimeField()


class Tie(models.Model):
    """Whom of the watch-list somebody at the desk is close to (or at odds with), from when to when.

    Never deleted: a tie that ended still keeps its holder away from posts of that time.
    """

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    actor = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="+")
    kind = WordField(TieKind)
    first = models.DateField(null=True, blank=True)
    last = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    declared_by = models.CharField(max_length=150)
    declared_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first=None) | Q(last=None) | Q(last__gte=models.F("first")), name="tie_runs_forward"
            )
        ]


class Recusal(models.Model):
    """Somebody gave this post back because they know somebody in it; it is never offered to them again."""

    item = models.ForeignKey(DocketItem, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "person"], name="recused_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="recusal_has_reason"),
        ]


class Preference(models.Model):
    """Languages and topics that somebody is not given. One row by themselves, one by the coordinator; both hold."""

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_coordinator = models.BooleanField()
    languages = models.JSONField(default=list, blank=True)
    topics = models.JSONField(default=list, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["election", "person", "by_coordinator"], name="preference_once"),
        ]


class Care(models.Model):
    """How much of what is hard to read one person is given a day, and who is there for them. The newest row holds.

    `posts`, `minutes`: of high-harm posts, a local day; 0 is no limit. `told`: whoever a distress flag goes to.
    """

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    posts = models.PositiveIntegerField(default=0)
    minutes = models.PositiveIntegerField(default=0)
    told = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()


class Distress(models.Model):
    """Somebody asks for help with what they read. Only `told` and whoever wrote it ever see it."""

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    told = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
