"""The second pass: drafts, answers, taking them back, and asking first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from besa.base import clock
from besa.base.errors import BadInput, Conflict
from besa.coding import queries
from besa.coding.actions.shared import believable, checked, go_on, locked, take_turn
from besa.coding.actions.taking import hold_for
from besa.coding.models import Coding, Draft, Lease, Question
from besa.coding.rules import turns
from besa.coding.types import Turn
from besa.ledger.chain import record
from besa.people.policy import check
from besa.triage.models import DocketItem


@transaction.atomic
def save_draft(*, by, item: DocketItem, answers: Mapping[str, Any]) -> Draft:
    """Keep half-made answers for their author alone; nothing is checked. The hold on the post is renewed."""
    check(by, "coding.code", item.election.slug)
    draft, _ = Draft.objects.update_or_create(
        coder=by, item=item, defaults={"answers": dict(answers), "at": clock.now()}
    )
    until = clock.now() + turns.LEASE
    Lease.objects.filter(item=item, coder=by, task=turns.CODE, until__lt=until).update(until=until)
    return draft


def submit(
    *, by, item: DocketItem, answers: Mapping[str, Any], note: str = "", seconds: float = 0, once: str = ""
) -> Coding:
    """One coder's answers. Raises Faulty (answers), Conflict (somebody else, or no longer needed).

    Where somebody else was quicker the answers are kept as a draft. The same again with the same mark `once`
    changes nothing.
    """
    try:
        return _submit(by, item, answers, note, seconds, once[:40])
    except Conflict:
        if not Coding.objects.filter(item=item, coder=by).exists():
            save_draft(by=by, item=item, answers={**answers, "note": note} if note else answers)
        raise


@transaction.atomic
def _submit(by, item: DocketItem, answers: Mapping[str, Any], note: str, seconds: float, once: str) -> Coding:
    election = item.election
    check(by, "coding.code", election.slug)
    if own := Coding.objects.filter(item=item, coder=by).first():
        if once and own.once == once:
            return own
        raise Conflict(gettext("You have coded this post already."), remedy=go_on())
    turn = take_turn(by, item, turns.CODE)
    codebook = queries.active_codebook(election)
    answers = checked(answers, codebook.body, item)
    first = Coding.objects.filter(item=item, place=1).first()
    made = Coding.objects.create(
        item=item,
        coder=by,
        place=turn.place,
        codebook=codebook,
        answers=answers,
        verdict=answers["verdict"],
        note=note.strip(),
        alpha_share=first.alpha_share if first else queries.in_alpha_share(item),
        seconds=believable(seconds, by, item, turns.CODE),
        at=clock.now(),
        once=once,
    )
    Lease.objects.filter(item=item, task=turns.CODE, place=turn.place).delete()
    Lease.objects.filter(item=item, task=turns.CODE, coder=by).delete()
    Draft.objects.filter(item=item, coder=by).delete()
    record(by=by, act="coding.submit", rows=[made], election=election.slug)
    return made


@transaction.atomic
def undo_coding(*, by, item: DocketItem) -> Draft:
    """Take one's own answers back while nobody has built on them; they become a draft, and the post is held again."""
    election, now = item.election, clock.now()
    check(by, "coding.code", election.slug)
    item = locked(item)
    own = Coding.objects.filter(item=item, coder=by).first()
    if own is None:
        raise Conflict(gettext("There is nothing of yours to take back."), remedy=go_on())
    if queries.built_on(own, now) or not turns.may_undo_coding(coded_at=own.at, now=now, settled=own.settled):
        raise Conflict(
            gettext("Your answers can no longer be taken back."),
            remedy=gettext("Tell the coordinator what you would say now."),
        )
    pk, place = own.pk, own.place
    draft, _ = Draft.objects.update_or_create(
        coder=by, item=item, defaults={"answers": {**own.answers, "note": own.note}, "at": now}
    )
    own.delete()
    Lease.objects.filter(item=item, task=turns.CODE, until__lte=now).delete()
    hold_for(by, item, Turn(turns.CODE, place), now)
    record(
        by=by,
        act="coding.undo",
        erased=[(Coding._meta.db_table, str(pk))],
        election=election.slug,
        reason=f"docket item {item.pk}: answers taken back",
    )
    return draft


@transaction.atomic
def settle(*, by, item: DocketItem) -> Coding:
    """Ask what the machine saw in a post that one has coded; the answers stand from then on."""
    check(by, "coding.code", item.election.slug)
    own = Coding.objects.filter(item=item, coder=by).first()
    if own is None:
        raise Conflict(gettext("What the machine saw is shown once you have answered."), remedy=go_on())
    if not own.settled:
        own.settled = True
        own.save(update_fields=["settled"])
        record(by=by, act="coding.settle", rows=[own], election=item.election.slug)
    return own


@transaction.atomic
def ask(*, by, item: DocketItem, text: str) -> Question:
    """Ask about a post before answering; it is free for others meanwhile, and the draft stays."""
    check(by, "coding.code", item.election.slug)
    if not text.strip():
        raise BadInput(gettext("Write down what you want to ask."))
    if not turns.may_take(queries.standing(item), turns.CODE, by.pk):
        raise Conflict(gettext("This post does not wait to be coded by you."), remedy=go_on())
    made = Question.objects.create(item=item, coder=by, text=text.strip()[:2000], at=clock.now())
    Lease.objects.filter(item=item, coder=by, task=turns.CODE).delete()
    record(by=by, act="coding.ask", rows=[made], election=item.election.slug)
    return made


@transaction.atomic
def answer_question(*, by, question: Question, text: str) -> Question:
    """Answer a coder; the post comes back to them."""
    election = question.item.election
    check(by, "coding.answer", election.slug)
    if not text.strip():
        raise BadInput(gettext("Write down the answer."))
    if question.answered_at or not queries.questions(by, election).filter(pk=question.pk).exists():
        raise Conflict(gettext("This question does not wait for you."))
    question.answer, question.answered_by, question.answered_at = text.strip()[:2000], by, clock.now()
    question.save(update_fields=["answer", "answered_by", "answered_at"])
    record(by=by, act="coding.answer", rows=[question], election=election.slug)
    return question
