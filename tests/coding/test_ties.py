"""Whoever is tied to somebody is never handed a post by them, of their party, or against them."""

from __future__ import annotations

from datetime import date

import pytest
from coding_book import NO_ISSUE, VIOLATION, post
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from besa.base.errors import BadInput, BesaError, Conflict, Refused
from besa.coding import actions, queries
from besa.coding.models import Adjudication, Coding, Lease, Screening
from besa.coding.rules import turns
from besa.ledger.chain import record
from besa.ledger.verify import problems
from besa.people.models import Membership
from besa.people.policy import BELT
from besa.pledge.models import Actor

LAKE, HILL = {"pl", "ana-pl", "ben-pl"}, {"ph", "ana-ph", "ben-ph"}
AGAINST_HILL = {**VIOLATION, "source": "", "source_class": "mayor_candidate"}


@pytest.fixture
def people(desk, election):
    """Three people, each of whom may both code and decide."""
    found = [desk["coder"], desk["coder2"], desk["coder3"]]
    with transaction.atomic():
        rows = [Membership.objects.create(user=one, election=election.slug, role="adjudicator") for one in found]
        record(by=BELT, act="test.roles", rows=rows)
    return found


def docket(election):
    """(post, all whom it touches by account or text), written down by hand."""
    lake = post(election, "One.", account_key="facebook:@ana.pl")
    return [
        (lake, LAKE),
        (post(election, "Two.", account_key="facebook:@ben.ph"), HILL),
        (post(election, "A guest.", account_key="facebook:@x", host_account_key="facebook:@ana.pl"), LAKE),
        (post(election, "I answer.", account_key="facebook:@y", parent_key=lake.post_key), LAKE),
        (post(election, "Shame on the Party of the Hill!", account_key="facebook:@z"), HILL),
        (post(election, "Nobody in it.", account_key="facebook:@n"), set()),
    ]


def touched(item, known):
    """With all whom the coders named in it by now."""
    told = set(known)
    for answers in Coding.objects.filter(item=item).values_list("answers", flat=True):
        for slug in [answers["source"], *(target["actor"] for target in answers["targets"])]:
            told |= next((side for side in (LAKE, HILL) if slug in side), set())
    return told


_who, _which = st.integers(0, 2), st.integers(0, 5)
_said = st.sampled_from([VIOLATION, NO_ISSUE, AGAINST_HILL])
STEPS = st.one_of(
    st.tuples(st.just("tie"), _who, st.sampled_from(sorted(LAKE | HILL))),
    st.tuples(st.just("take"), _who, st.sampled_from(turns.TASKS)),
    st.tuples(st.just("batch"), _who, st.sampled_from(["screen", "code"])),
    st.tuples(st.just("screen"), _who, _which),
    st.tuples(st.just("submit"), _who, _which, _said),
    st.tuples(st.just("decide"), _who, _which, _said),
    st.tuples(st.just("recuse"), _who, _which),
    *[st.tuples(st.just("go_on"), _who, _said)] * 4,
    st.tuples(st.just("wait"), st.sampled_from([1, 21, 101])),
)


def walk(step, people, items, election, at):
    name, *rest = step
    if name == "wait":
        at.advance(minutes=rest[0])
        return
    by = people[rest[0]]
    if name == "tie":
        actor = Actor.objects.get(election=election, slug=rest[1])
        actions.declare_tie(by=by, person=by, election=election, actor=actor, kind="family")
    elif name == "take":
        actions.next_item(by=by, election=election, task=rest[1])
    elif name == "batch":
        actions.take_batch(by=by, election=election, task=rest[1])
    elif name == "screen":
        actions.screen(by=by, item=items[rest[1]], key="look")
    elif name == "submit":
        actions.submit(by=by, item=items[rest[1]], answers=rest[2])
    elif name == "decide":
        said = rest[2]
        actions.adjudicate(by=by, item=items[rest[1]], decision=said["verdict"], answers=said, reason="So.")
    elif name == "recuse":
        actions.recuse(by=by, item=items[rest[1]], reason="I know them.")
    else:
        for task in reversed(turns.TASKS):
            if item := actions.next_item(by=by, election=election, task=task):
                if task == "screen":
                    actions.screen(by=by, item=item, key="look")
                elif task == "code":
                    actions.submit(by=by, item=item, answers=rest[1])
                else:
                    decided = rest[1]["verdict"]
                    actions.adjudicate(by=by, item=item, decision=decided, answers=rest[1], reason="So.")
                return


def _work():
    return {
        *(("screen", *row) for row in Screening.objects.values_list("coder", "item")),
        *(("code", *row) for row in Coding.objects.values_list("coder", "item")),
        *(("adjudicate", *row) for row in Adjudication.objects.values_list("adjudicator", "item")),
    }


def _held():
    return set(Lease.objects.values_list("task", "coder", "item"))


@settings(max_examples=25)
@given(steps=st.lists(STEPS, min_size=5, max_size=30))
def test_no_walk_hands_a_tied_person_a_post(people, election, at, steps):
    point = transaction.savepoint()
    try:
        held = docket(election)
        items, known = [item for item, _ in held], {item.pk: who for item, who in held}
        away: dict[int, set] = {by.pk: set() for by in people}
        recused: set[tuple[int, int]] = set()
        for step in steps:
            # what stood in the post when the step was made; one's own answers are no tie of before
            before = {item.pk: touched(item, known[item.pk]) for item in items}
            work, leases = _work(), _held()
            try:
                walk(step, people, items, election, at)
            except BesaError as error:
                assert str(error)
                assert _work() == work
            else:
                if step[0] == "tie":
                    away[people[step[1]].pk] |= LAKE if step[2] in LAKE else HILL
                elif step[0] == "recuse":
                    recused.add((people[step[1]].pk, items[step[2]].pk))
            for _, who, what in (_work() - work) | (_held() - leases):
                assert not away[who] & before[what], step
                assert (who, what) not in recused, step
        assert not {(who, what) for _, who, what in _held()} & recused
        for _, who, what in _held():
            assert not away[who] & known[what], "declaring a tie frees what it keeps away"
        assert list(problems()) == []
    finally:
        transaction.savepoint_rollback(point)


def test_the_walks_get_somewhere(people, election, at):
    """Somebody tied to one side works on the other, and nobody gets through what is left for others."""
    held = docket(election)
    lake = Actor.objects.get(election=election, slug="ben-pl")
    actions.declare_tie(by=people[0], person=people[0], election=election, actor=lake, kind="work")
    for _ in range(10):
        walk(("go_on", 0, NO_ISSUE), people, [], election, at)
    done = {what for task, who, what in _work() if task == "screen"}
    assert done == {item.pk for item, who in held if not who & LAKE}


def test_a_tie_that_is_over_counts_for_the_posts_of_its_time(people, election, at):
    actor = Actor.objects.get(election=election, slug="pl")
    old = post(election, "Then.", posted_at=at.now().replace(day=2))
    new = post(election, "Now.", posted_at=at.now().replace(day=14))
    actions.declare_tie(
        by=people[0], person=people[0], election=election, actor=actor, kind="member", first=date(2020, 1, 1),
        last=date(2027, 9, 5),
    )  # fmt: skip
    offered = queries.due(election, "screen", people[0], at.now())
    assert set(offered) == {new}
    with pytest.raises(Refused):
        actions.screen(by=people[0], item=old, key="look")
    actions.screen(by=people[0], item=new, key="look")


def test_a_tie_is_declared_by_oneself_or_the_coordinator_and_ended_by_the_coordinator_alone(people, desk, election):
    actor = Actor.objects.get(election=election, slug="pl")
    about = {"election": election, "actor": actor, "kind": "family"}
    with pytest.raises(Refused):
        actions.declare_tie(by=people[0], person=people[1], **about)
    tie = actions.declare_tie(by=desk["coordinator"], person=people[0], **about)
    with pytest.raises(Refused):
        actions.end_tie(by=people[0], tie=tie, last=date(2027, 9, 1), reason="Over.")
    with pytest.raises(BadInput):
        actions.end_tie(by=desk["coordinator"], tie=tie, last=date(2027, 9, 1), reason=" ")
    own = actions.declare_tie(by=desk["coordinator"], person=desk["coordinator"], **about)
    with pytest.raises(Conflict):
        actions.end_tie(by=desk["coordinator"], tie=own, last=date(2027, 9, 1), reason="Over.")


def test_what_somebody_does_not_take_is_not_given_to_them(people, desk, election, at):
    hate = post(election, "a")
    plain = post(election, "b", reasons=[])
    second = [{"concern": "ad"}, {"concern": "privacy"}]
    private = post(election, "c", reasons=second)
    turkish = post(election, "d", language="tr", reasons=[])
    by = people[0]
    actions.prefer(by=by, person=by, election=election, languages=[], topics=["hate"])
    assert set(queries.due(election, "screen", by, at.now())) == {plain, private, turkish}
    actions.prefer(by=desk["coordinator"], person=by, election=election, languages=["tr"], topics=["privacy"])
    assert set(queries.due(election, "screen", by, at.now())) == {plain}
    assert hate in queries.due(election, "screen", people[1], at.now())


def test_nobody_takes_all_while_others_are_at_it(people, election):
    for n in range(6):
        post(election, f"{n}")
    first = actions.take_batch(by=people[0], election=election, task="screen", most=2)
    second = actions.take_batch(by=people[1], election=election, task="screen")
    assert (len(first), len(second)) == (2, 2)
