"""Random walks over the whole room: whatever people do in whatever order, the rules hold and the ledger is whole."""

from __future__ import annotations

import pytest
from coding_book import COMPLIANCE, NO_ISSUE, VIOLATION, post
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

import make
from besa.base.errors import BesaError
from besa.coding import actions, queries
from besa.coding.models import Adjudication, Coding, Draft, Finding, Lease, Question, Screening
from besa.coding.rules import turns
from besa.ledger.chain import record
from besa.ledger.verify import problems
from besa.people.models import Membership
from besa.people.policy import BELT, may

HARSH = {**NO_ISSUE, "verdict": "harsh_but_permitted"}
ANSWERS = [VIOLATION, NO_ISSUE, HARSH, COMPLIANCE, {**VIOLATION, "clauses": []}]

_people, _posts = st.integers(0, 3), st.integers(0, 2)
STEPS = st.one_of(
    st.tuples(st.just("take"), _people, st.sampled_from(turns.TASKS)),
    st.tuples(st.just("take"), _people, st.sampled_from(turns.TASKS)),
    st.tuples(st.just("screen"), _people, _posts, st.sampled_from(["nothing", "look", "look", "urgent"])),
    st.tuples(st.just("submit"), _people, _posts, st.sampled_from(ANSWERS)),
    st.tuples(st.just("submit"), _people, _posts, st.sampled_from(ANSWERS)),
    st.tuples(st.just("decide"), _people, _posts, st.sampled_from(ANSWERS)),
    st.tuples(st.just("go_on"), _people, st.sampled_from(ANSWERS)),
    st.tuples(st.just("go_on"), _people, st.sampled_from(ANSWERS)),
    st.tuples(st.just("undo"), _people),
    st.tuples(st.just("draft"), _people, _posts, st.sampled_from(ANSWERS)),
    st.tuples(st.just("batch"), _people, st.sampled_from(["screen", "code"])),
    st.tuples(st.just("resend"), _people, _posts, st.sampled_from(ANSWERS)),
    st.tuples(st.just("take_back"), _people, _posts),
    st.tuples(st.just("settle"), _people, _posts),
    st.tuples(st.just("ask"), _people, _posts),
    st.tuples(st.just("release"), _people, _posts, st.sampled_from(turns.TASKS)),
    st.tuples(st.just("wait"), st.sampled_from([1, 9, 21, 101])),
)


@pytest.fixture
def people(desk, election):
    """Four people; the last two may both code and decide, where trouble would come from."""
    found = [desk["coder"], desk["coder2"], desk["coder3"], make.user("both", "adjudicator", election.slug)]
    with transaction.atomic():
        roles = [
            Membership.objects.create(user=found[2], election=election.slug, role="adjudicator"),
            Membership.objects.create(user=found[3], election=election.slug, role="coder"),
        ]
        record(by=BELT, act="test.roles", rows=roles)
    return found


def walk(step, people, posts, election, at):
    """One step; whatever is refused must be refused with words, and change nothing."""
    name, *rest = step
    if name == "wait":
        at.advance(minutes=rest[0])
        return
    by = people[rest[0]]
    by.__dict__.pop("_besa_roles", None)
    if name == "take":
        actions.next_item(by=by, election=election, task=rest[1])
    elif name == "screen":
        actions.screen(by=by, item=posts[rest[1]], key=rest[2])
    elif name == "submit":
        actions.submit(by=by, item=posts[rest[1]], answers=rest[2])
    elif name == "decide":
        answers = rest[2]
        actions.adjudicate(by=by, item=posts[rest[1]], decision=answers["verdict"], answers=answers, reason="So.")
    elif name == "go_on":
        _go_on(by, election, rest[1])
    elif name == "undo":
        actions.undo_screening(by=by, election=election)
    elif name == "batch":
        actions.take_batch(by=by, election=election, task=rest[1])
    elif name == "resend":
        # the browser that heard no answer, and a second tab
        for _ in range(2):
            actions.submit(by=by, item=posts[rest[1]], answers=rest[2], once=f"mark-{rest[0]}-{rest[1]}")
    elif name == "take_back":
        given = Coding.objects.filter(coder=by, item=posts[rest[1]]).values_list("answers", flat=True).first()
        actions.undo_coding(by=by, item=posts[rest[1]])
        kept = Draft.objects.get(coder=by, item=posts[rest[1]]).answers
        assert {**given, "note": ""} == kept, "what is taken back is a draft again"
    elif name == "settle":
        actions.settle(by=by, item=posts[rest[1]])
    elif name == "ask":
        actions.ask(by=by, item=posts[rest[1]], text="Is it?")
    elif name == "draft":
        actions.save_draft(by=by, item=posts[rest[1]], answers=rest[2])
    else:
        actions.release(by=by, item=posts[rest[1]], task=rest[2])


def _go_on(by, election, answers):
    """Do whatever one holds or can take, the furthest first: without this few walks would reach an end."""
    for task in reversed(turns.TASKS):
        try:
            item = actions.next_item(by=by, election=election, task=task)
        except BesaError:
            continue
        if item is None:
            continue
        if task == "screen":
            actions.screen(by=by, item=item, key="look")
        elif task == "code":
            actions.submit(by=by, item=item, answers=answers)
        else:
            actions.adjudicate(by=by, item=item, decision=answers["verdict"], answers=answers, reason="So.")
        return


def holds(posts, people, election, now):
    waiting = {task: set(queries.backlog(election, task).values_list("pk", flat=True)) for task in turns.TASKS}
    offered = {
        (task, by.pk): set(queries.due(election, task, by, now).values_list("pk", flat=True))
        for task in turns.TASKS
        for by in people
    }
    for item in posts:
        codings = list(Coding.objects.filter(item=item).order_by("place"))
        assert [coding.place for coding in codings] == list(range(1, len(codings) + 1))
        assert len({coding.coder_id for coding in codings}) == len(codings) <= 2
        screening = Screening.objects.filter(item=item).first()
        if codings:
            assert screening and (screening.key != "nothing" or item.sample in ("control", "duty"))
        if len(codings) == 2:
            assert codings[0].alpha_share or codings[0].verdict in turns.CANDIDATES
        decision = Adjudication.objects.filter(item=item).first()
        if decision:
            assert len(codings) == 2
            assert decision.adjudicator_id not in {coding.coder_id for coding in codings}
            assert Finding.objects.filter(adjudication=decision).exists() == (
                decision.decision in ("violation", "compliance")
            )
        # the same question in Python and in SQL
        standing = queries.standing(item)
        turn = turns.due(standing)
        for task in turns.TASKS:
            assert (item.pk in waiting[task]) == (turn is not None and turn.task == task)
            holders = set(Lease.objects.filter(item=item, task=task, until__gt=now).values_list("coder", flat=True))
            for by in people:
                asked = task == "code" and Question.objects.filter(item=item, coder=by, answered_at=None).exists()
                free = holders <= {by.pk} and not asked
                assert (item.pk in offered[task, by.pk]) == (turns.may_take(standing, task, by.pk) and free)
        for coding in codings:
            for by in people:
                if by.pk != coding.coder_id and turns.may_take(standing, "code", by.pk):
                    assert not queries.visible_to(by, election).filter(pk=coding.pk).exists()
    held = list(Lease.objects.filter(until__gt=now).values_list("item", "task", "place"))
    assert len(held) == len(set(held))


@settings(max_examples=20)
@given(steps=st.lists(STEPS, min_size=5, max_size=30))
def test_whatever_people_do_the_rules_hold(people, election, at, steps):
    with _rolled_back():
        posts = [post(election), post(election, sample="control"), post(election, urgent=True)]
        for step in steps:
            before, said = _counts(), _said()
            try:
                walk(step, people, posts, election, at)
            except BesaError as error:
                assert str(error)
                # a second tab is refused after the first was taken
                assert _counts() == before or step[0] == "resend"
            assert all(one in _said() for one in said if not _by(step, one, people)), "no coding of others is touched"
            if refused := step[0] == "submit" and _counts() == before:
                by, item = people[step[1]], posts[step[2]]
                assert refused and _kept_somewhere(by, item, step[3], election)
        holds(posts, people, election, at.now())
        assert list(problems()) == []


def _said():
    return set(Coding.objects.values_list("coder", "item", "verdict"))


def _by(step, coding, people):
    return step[0] != "wait" and people[step[1]].pk == coding[0]


def _kept_somewhere(by, item, answers, election):
    """Whoever was too late finds their answers in a draft, whoever had answered their coding."""
    coded = Coding.objects.filter(coder=by, item=item).exists()
    draft = Draft.objects.filter(coder=by, item=item).values_list("answers", flat=True).first()
    faulty = answers.get("verdict") == "violation" and not answers["clauses"]
    barred = not may(by, "coding.code", election.slug)
    return coded or faulty or barred or (draft is not None and draft["verdict"] == answers["verdict"])


def _counts():
    return [model.objects.count() for model in (Screening, Coding, Adjudication, Finding)]


def _rolled_back():
    """Each example begins with an empty docket."""
    from contextlib import contextmanager

    @contextmanager
    def block():
        point = transaction.savepoint()
        try:
            yield
        finally:
            transaction.savepoint_rollback(point)

    return block()


def test_the_walks_reach_the_end(people, election, at):
    """A walk that only goes on ends in findings: the property above is not true of nothing."""
    posts = [post(election), post(election, sample="control")]
    for n in range(40):
        try:
            walk(("go_on", n % 4, VIOLATION), people, posts, election, at)
        except BesaError:
            continue
    assert Finding.objects.count() == 2
    assert not Draft.objects.exists()
    holds(posts, people, election, at.now())
