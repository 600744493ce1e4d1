"""What waits for whom. The rules decide on one post (`rules.turns`); here the same is said in SQL for many."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from statistics import median

from django.db.models import Count, Exists, IntegerField, Min, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast

from besa.base import clock
from besa.base.words import Decision, Sample, Screen
from besa.coding.models import Adjudication, Coding, Lease, Question, Screening
from besa.coding.queries.ties import open_to
from besa.coding.rules import turns
from besa.coding.types import Effort, Given, Standing, Waiting
from besa.evidence.models import Exhibit
from besa.people.models import User
from besa.people.policy import may
from besa.pledge.models import Election
from besa.triage.models import DocketItem
from besa.triage.queries.clocks import DUE_FIRST, by_deadline

#: Languages that whoever reads one of them can read.
_READ_ALIKE = frozenset({"sr", "bs", "hr"})

_CODINGS = Coding.objects.filter(item=OuterRef("pk"))
_FIRST_CALLS_SECOND = Q(alpha_share=True) | Q(verdict__in=turns.CANDIDATES)


def standing(item: DocketItem) -> Standing:
    """Where one post stands, for the rules."""
    return standings([item])[item.pk]


def standings(items: Iterable[DocketItem]) -> dict[int, Standing]:
    """Where each of these posts stands; four looks, however many they are."""
    items = list(items)
    preserved = set(Exhibit.objects.filter(item__in=items, kind="raw").values_list("item_id", flat=True))
    screened = dict(Screening.objects.filter(item__in=items).values_list("item_id", "key"))
    decided = set(Adjudication.objects.filter(item__in=items).values_list("item_id", flat=True))
    codings: dict[int, list[Given]] = {}
    rows = Coding.objects.filter(item__in=items).order_by("place")
    for item, coder, verdict, share in rows.values_list("item_id", "coder_id", "verdict", "alpha_share"):
        codings.setdefault(item, []).append(Given(coder, Decision(verdict), share))
    return {
        item.pk: Standing(
            sample=Sample(item.sample),
            preserved=item.pk in preserved,
            screened=Screen(screened[item.pk]) if item.pk in screened else None,
            codings=tuple(codings.get(item.pk, ())),
            decided=item.pk in decided,
        )
        for item in items
    }


def _waiting(election: Election, task: str, by=None) -> QuerySet[DocketItem]:
    """Posts that wait for this task; with `by`, only those that this person may take."""
    items = DocketItem.objects.filter(election=election)
    screenings = Screening.objects.filter(item=OuterRef("pk"))
    if task == turns.SCREEN:
        items = items.filter(~Exists(screenings))
    elif task == turns.CODE:
        goes_on = Exists(screenings.filter(key__in=turns.GOES_ON)) | (
            Q(sample__in=turns.ALWAYS_CODED) & Exists(screenings)
        )
        first = goes_on & ~Exists(_CODINGS)
        second = Exists(_CODINGS.filter(_FIRST_CALLS_SECOND, place=1)) & ~Exists(_CODINGS.filter(place=2))
        items = items.filter(first | second)
    else:
        other = Coding.objects.filter(item=OuterRef("item"), place=2)
        items = items.filter(
            Exists(_CODINGS.filter(place=2)),
            Exists(_CODINGS.filter(verdict__in=turns.CANDIDATES))
            | Exists(_CODINGS.filter(place=1).filter(Exists(other.exclude(verdict=OuterRef("verdict"))))),
        )
    # asked last, because the questions before it shut out most
    items = items.filter(
        ~Exists(Adjudication.objects.filter(item=OuterRef("pk"))),
        Exists(Exhibit.objects.filter(item=OuterRef("pk"), kind="raw")),
    )
    if by is not None:
        if task != turns.SCREEN:
            items = items.filter(~Exists(_CODINGS.filter(coder=by)))
        if (languages := reads(by)) is not None:
            items = items.filter(language__in=languages)
        items = open_to(items, by, election)
    return items


def reads(user) -> set[str] | None:
    """The languages whose posts this person is given; None for all. What nobody could tell goes to everybody."""
    named = {tag.split("-")[0].lower() for tag in getattr(user, "languages", None) or []}
    if not named:
        return None
    return named | {"und", ""} | (_READ_ALIKE if named & _READ_ALIKE else set())


def due(election: Election, task: str, by, now: datetime) -> QuerySet[DocketItem]:
    """What `by` may take for this task and nobody else holds."""
    others = Lease.objects.filter(item=OuterRef("pk"), task=task, until__gt=now).exclude(coder=by)
    free = _waiting(election, task, by).filter(~Exists(others))
    return free.exclude(Exists(asked_about(by))) if task == turns.CODE else free


def first_due(election: Election, task: str, by, now: datetime, most: int) -> list[DocketItem]:
    """The first of what is due: what is urgent (or a first look called so: `at_once`) by deadline, then by rank.

    What is urgent is little, and put in order; the rest is walked through in the order in which it lies on the docket.
    """
    free = due(election, task, by, now).select_related("election", "account")
    called = Screening.objects.filter(key=Screen.URGENT, item__election=election).values("item")
    # "in" is what the index `docket_rank` can be asked for
    lane = Q(urgent__in=[True]) if task == turns.SCREEN else Q(urgent__in=[True]) | Q(pk__in=called)
    found = list(
        by_deadline(free.filter(lane).annotate(at_once=Q(pk__in=called)), lane=Q(at_once=True))
        .order_by(*DUE_FIRST, "-urgent", "-at_once", "-rank", "id")[:most]
    )  # fmt: skip
    if len(found) < most:
        rest = due(election, task, by, now).filter(urgent__in=[False])
        rest = rest if task == turns.SCREEN else rest.exclude(pk__in=called)
        keys = rest.order_by("-urgent", "-rank", "id").values_list("pk", flat=True)
        keys = list(keys[: most - len(found)])
        rows = free.filter(pk__in=keys).annotate(at_once=Value(False)).in_bulk()
        found += [rows[key] for key in keys if key in rows]
    return found


def asked_about(by) -> QuerySet[Question]:
    """Questions of this person about the post that nobody has answered yet; it waits for that, for them."""
    return Question.objects.filter(item=OuterRef("pk"), coder=by, answered_at=None)


def questions(by, election: Election) -> QuerySet[Question]:
    """Open questions of others that this person may read: none about a post that they may still code themselves."""
    found = Question.objects.filter(item__election=election, answered_at=None).exclude(coder=by)
    if may(by, "coding.code", election.slug):
        own = Coding.objects.filter(item=OuterRef("item"), coder=by)
        found = found.filter(Exists(own))
    return found.select_related("item__election", "item__account", "coder")


def built_on(coding: Coding, now: datetime) -> bool:
    """Has anybody gone on with the post since, or taken it to go on?"""
    others = Coding.objects.filter(item=coding.item, place__gt=coding.place)
    holds = Lease.objects.filter(item=coding.item, until__gt=now).exclude(coder=coding.coder)
    decided = Adjudication.objects.filter(item=coding.item)
    return others.exists() or holds.exists() or decided.exists()


def held(by, election: Election, task: str, now: datetime | None = None) -> Lease | None:
    """The hold that this person has on a post for this task, if it has not run out."""
    return all_held(by, election, task, now or clock.now()).first()


def all_held(by, election: Election, task: str, now: datetime) -> QuerySet[Lease]:
    """All that this person holds for this task, in the order in which it was taken."""
    return (
        Lease.objects.filter(coder=by, task=task, item__election=election, until__gt=now)
        .select_related("item__election", "item__account", "coder")
        .order_by("pk")
    )


def screened_urgent(election: Election) -> set[int]:
    """Docket items that a coder's first look called urgent."""
    found = Screening.objects.filter(item__election=election, key=Screen.URGENT)
    return set(found.values_list("item", flat=True))


def finished(election: Election, items: Iterable[int], now: datetime) -> dict[int, bool]:
    """Of these docket items those that nobody has to work on any more, and whether a violation was found there.

    A first look that may still be taken back is not the end.
    """
    settled = Screening.objects.filter(item=OuterRef("pk"), at__lte=now - turns.UNDO)
    found = DocketItem.objects.filter(Exists(settled), pk__in=list(items))
    for task in turns.TASKS:
        found = found.exclude(pk__in=_waiting(election, task).values("pk"))
    breach = Adjudication.objects.filter(item=OuterRef("pk"), decision=Decision.VIOLATION)
    return dict(found.annotate(breach=Exists(breach)).values_list("pk", "breach"))


def awaits(by, election: Election, tasks: Iterable[str] = turns.TASKS) -> dict[str, int]:
    """How many posts this person may take, for each of these tasks that is theirs; a hold of others does not count."""
    return {task: _waiting(election, task, by).count() for task in tasks if may(by, turns.ACTS[task], election.slug)}


def pending(election: Election) -> list[Waiting]:
    """What waits, by task and language, with the moment since when."""
    found = []
    for task in turns.TASKS:
        rows = (
            _waiting(election, task)
            .values("language")
            .annotate(count=Count("id"), oldest=Min("put_at"), rush=Sum(Cast("urgent", IntegerField())))
            .order_by("language")
        )
        found += [Waiting(task, row["language"], row["count"], row["oldest"], row["rush"] or 0) for row in rows]
    return found


def backlog(election: Election, task: str) -> QuerySet[DocketItem]:
    """Posts that wait for a task, longest waiting first."""
    return _waiting(election, task).order_by("put_at", "id")


def unread_languages(election: Election, task: str, by) -> dict[str, int]:
    """Posts that wait in languages that this person does not read: they are a gap, not zero."""
    if (languages := reads(by)) is None:
        return {}
    rows = _waiting(election, task).exclude(language__in=languages).values("language").annotate(n=Count("id"))
    return {row["language"]: row["n"] for row in rows.order_by("language")}


def effort(election: Election, waits: Iterable[Waiting] | None = None) -> list[Effort]:
    """Measured seconds of each task, and the coder-hours that what waits (`pending`) will take.

    A first coding counts for itself and for the second that it calls for as often as it did so far.
    """
    waiting = dict.fromkeys(turns.TASKS, 0)
    for row in pending(election) if waits is None else waits:
        waiting[row.task] += row.count
    firsts = Coding.objects.filter(item__election=election, place=1).aggregate(
        n=Count("id"), doubled=Count("id", filter=_FIRST_CALLS_SECOND)
    )
    load = {**waiting}
    if firsts["n"]:
        first = _waiting(election, turns.CODE).filter(~Exists(_CODINGS)).count()
        load[turns.CODE] += first * firsts["doubled"] / firsts["n"]
    found = []
    for task, model in ((turns.SCREEN, Screening), (turns.CODE, Coding), (turns.ADJUDICATE, Adjudication)):
        done = model.objects.filter(item__election=election)
        measured = list(done.filter(seconds__gt=0).values_list("seconds", flat=True))
        middle = median(measured) if measured else None
        hours = load[task] * sum(measured) / len(measured) / 3600 if measured else None
        found.append(Effort(task, done.count(), middle, waiting[task], hours))
    return found


def visible_to(user: User, election: Election) -> QuerySet[Coding]:
    """The codings this person may read: their own, and, for those who judge or edit, those of posts that
    no coder will be given any more. A first coding is nobody's to read while a second one is due."""
    codings = Coding.objects.filter(item__election=election)
    if not (may(user, "coding.adjudicate", election.slug) or may(user, "finding.see", election.slug)):
        return codings.filter(coder=user)
    second = Coding.objects.filter(item=OuterRef("item"), place=2)
    decided = Adjudication.objects.filter(item=OuterRef("item"))
    return codings.filter(Q(coder=user) | Exists(second) | Exists(decided) | ~_FIRST_CALLS_SECOND)
