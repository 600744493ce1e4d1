"""Taking, screening, coding, deciding: one at a time, never one's own, nothing lost."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from coding_book import COMPLIANCE, NO_ISSUE, VIOLATION, post
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

import make
from besa.base import clock
from besa.base.errors import BadInput, Conflict, Refused
from besa.coding import actions, queries
from besa.coding.models import Adjudication, Coding, Draft, Finding, FindingTarget, Lease, Screening
from besa.ledger.chain import record
from besa.ledger.verify import problems
from besa.people.models import Membership
from besa.people.policy import BELT
from besa.pledge.models import Actor, Affiliation, Clause


@pytest.fixture
def item(desk, election):
    return post(election)


def screened(desk, item, key="look"):
    actions.screen(by=desk["coder"], item=item, key=key)
    return item


def coded(desk, item, first=VIOLATION, second=VIOLATION):
    screened(desk, item)
    actions.submit(by=desk["coder"], item=item, answers=first)
    actions.submit(by=desk["coder2"], item=item, answers=second)
    return item


def decide(desk, item, decision="violation", answers=VIOLATION, reason="It is.", by="adjudicator"):
    return actions.adjudicate(by=desk[by], item=item, decision=decision, answers=answers, reason=reason, seconds=30)


def whole():
    return list(problems()) == []


def test_a_post_goes_all_the_way_to_a_finding(desk, election, item, at):
    assert actions.next_item(by=desk["coder"], election=election, task="screen") == item
    actions.screen(by=desk["coder"], item=item, key="look", seconds=4)
    assert actions.next_item(by=desk["coder"], election=election, task="code") == item
    actions.submit(by=desk["coder"], item=item, answers=VIOLATION, note="Clear.", seconds=90)
    assert actions.next_item(by=desk["coder"], election=election, task="code") is None
    assert actions.next_item(by=desk["coder2"], election=election, task="code") == item
    actions.submit(by=desk["coder2"], item=item, answers={**VIOLATION, "severity": 1}, seconds=70)
    assert actions.next_item(by=desk["adjudicator"], election=election, task="adjudicate") == item
    made = decide(desk, item)
    finding = Finding.objects.get(adjudication=made)
    assert finding.number == f"{election.slug}-0001"
    assert (finding.source.slug, finding.party.slug, finding.clause.slug) == ("ana-pl", "pl", "hate")
    assert (finding.identity_grade, finding.affiliation_grade) == ("confirmed", "confirmed")
    assert (finding.signatory_status, finding.party_signatory_status) == ("never", "signed")
    assert (finding.week, finding.phase, finding.content) == (item.week, item.phase, item.family)
    assert finding.area.slug == "lumas"
    target = FindingTarget.objects.get(finding=finding)
    assert (target.actor.slug, target.gender, target.party.slug) == ("ana-ph", "woman", "ph")
    assert not Lease.objects.exists() and not Draft.objects.exists()
    assert whole()


def test_a_lead_from_a_closed_group_makes_no_finding(desk, election):
    item = post(election, channel="closed")
    coded(desk, item)
    for decision in ("violation", "compliance"):
        with pytest.raises(BadInput, match="closed group") as raised:
            decide(desk, item, decision)
        assert "public post" in raised.value.remedy
    assert not Finding.objects.exists() and not Adjudication.objects.exists()
    decide(desk, item, "no_issue", {"verdict": "no_issue"})
    assert Adjudication.objects.count() == 1 and not Finding.objects.exists() and whole()


def test_a_compliance_makes_a_finding_and_harsh_speech_none(desk, election):
    one, two = post(election), post(election)
    for item in (one, two):
        coded(desk, item, COMPLIANCE, COMPLIANCE)
    decide(desk, one, "compliance", COMPLIANCE)
    decide(desk, two, "harsh_but_permitted", COMPLIANCE)
    assert Finding.objects.get().type == "constructive_dialogue"
    assert Adjudication.objects.get(item=two).answers["clauses"] == []


def test_numbers_run_on(desk, election):
    for _ in range(3):
        decide(desk, coded(desk, post(election)))
    numbers = list(Finding.objects.values_list("number", flat=True))
    assert numbers == [f"{election.slug}-000{n}" for n in (1, 2, 3)]


def test_what_is_not_preserved_is_given_to_nobody(desk, election):
    bare = make.docket_item(election)
    assert actions.next_item(by=desk["coder"], election=election, task="screen") is None
    with pytest.raises(Conflict, match="preserved"):
        actions.screen(by=desk["coder"], item=bare, key="look")


def test_urgent_comes_first_then_rank(desk, election):
    low, high = post(election, rank=0.1), post(election, rank=0.9)
    rush = post(election, rank=0.0, urgent=True)
    order = []
    while item := actions.next_item(by=desk["coder"], election=election, task="screen"):
        order.append(item)
        actions.screen(by=desk["coder"], item=item, key="urgent" if item == low else "look")
    assert order == [rush, high, low]
    assert actions.next_item(by=desk["coder"], election=election, task="code") == rush
    actions.submit(by=desk["coder"], item=rush, answers=NO_ISSUE)
    assert actions.next_item(by=desk["coder"], election=election, task="code") == low


def test_nothing_ends_there_but_samples_go_on(desk, election, no_share):
    for sample, goes_on in [("ranked", False), ("hand", False), ("control", True), ("duty", True)]:
        item = screened(desk, post(election, sample=sample), "nothing")
        assert (actions.next_item(by=desk["coder2"], election=election, task="code") == item) is goes_on
        if goes_on:
            actions.submit(by=desk["coder2"], item=item, answers=NO_ISSUE)


def test_two_people_never_hold_the_same_post(desk, election, item, at):
    assert actions.next_item(by=desk["coder"], election=election, task="screen") == item
    assert actions.next_item(by=desk["coder"], election=election, task="screen") == item
    assert actions.next_item(by=desk["coder2"], election=election, task="screen") is None
    with pytest.raises(Conflict, match="somebody else has it"):
        actions.screen(by=desk["coder2"], item=item, key="look")
    at.advance(minutes=21)
    assert actions.next_item(by=desk["coder2"], election=election, task="screen") == item
    with pytest.raises(Conflict, match="somebody else has it"):
        actions.screen(by=desk["coder"], item=item, key="look")
    assert Lease.objects.count() == 1


def test_giving_back_lets_others_have_it(desk, election, item):
    actions.next_item(by=desk["coder"], election=election, task="screen")
    actions.release(by=desk["coder"], item=item, task="screen")
    assert actions.next_item(by=desk["coder2"], election=election, task="screen") == item


def test_sending_twice_counts_once(desk, election, item):
    screened(desk, item)
    with pytest.raises(Conflict):
        actions.screen(by=desk["coder"], item=item, key="nothing")
    actions.submit(by=desk["coder"], item=item, answers=VIOLATION)
    with pytest.raises(Conflict, match="already"):
        actions.submit(by=desk["coder"], item=item, answers=NO_ISSUE)
    actions.submit(by=desk["coder2"], item=item, answers=VIOLATION)
    with pytest.raises(Conflict):
        actions.submit(by=desk["coder3"], item=item, answers=VIOLATION)
    assert Draft.objects.get(coder=desk["coder3"]).answers == VIOLATION
    decide(desk, item)
    with pytest.raises(Conflict):
        decide(desk, item, by="adjudicator2")
    assert (Screening.objects.count(), Coding.objects.count(), Finding.objects.count()) == (1, 2, 1)
    assert whole()


def test_whoever_was_too_late_keeps_a_draft(desk, election, no_share, at, item):
    screened(desk, item)
    actions.next_item(by=desk["coder"], election=election, task="code")
    at.advance(minutes=21)
    actions.next_item(by=desk["coder2"], election=election, task="code")
    with pytest.raises(Conflict, match="draft"):
        actions.submit(by=desk["coder"], item=item, answers=VIOLATION)
    assert Draft.objects.get(coder=desk["coder"]).answers == VIOLATION
    actions.submit(by=desk["coder2"], item=item, answers=NO_ISSUE)


def test_a_draft_holds_the_post(desk, election, item, at):
    screened(desk, item)
    actions.next_item(by=desk["coder"], election=election, task="code")
    at.advance(minutes=15)
    actions.save_draft(by=desk["coder"], item=item, answers={"verdict": "violation"})
    at.advance(minutes=15)
    assert actions.next_item(by=desk["coder2"], election=election, task="code") is None


def test_nobody_decides_on_their_own_coding(desk, election, item):
    with_both = desk["coder"]
    with transaction.atomic():
        role = Membership.objects.create(user=with_both, election=election.slug, role="adjudicator")
        record(by=BELT, act="test.role", rows=[role])
    with_both.__dict__.pop("_besa_roles", None)
    coded(desk, item)
    assert actions.next_item(by=with_both, election=election, task="adjudicate") is None
    with pytest.raises(Refused, match="own work"):
        decide(desk, item, by="coder")


def test_nothing_is_decided_on_one_coding(desk, election, item):
    screened(desk, item)
    actions.submit(by=desk["coder"], item=item, answers=VIOLATION)
    assert actions.next_item(by=desk["adjudicator"], election=election, task="adjudicate") is None
    with pytest.raises(Conflict):
        decide(desk, item)


def test_chance_sends_the_unremarkable_to_a_second_coder(desk, election, all_share):
    item = screened(desk, post(election))
    actions.submit(by=desk["coder"], item=item, answers=NO_ISSUE)
    actions.submit(by=desk["coder2"], item=item, answers=NO_ISSUE)
    assert actions.next_item(by=desk["adjudicator"], election=election, task="adjudicate") is None
    assert list(Coding.objects.values_list("alpha_share", flat=True)) == [True, True]


def test_roles_are_held_to(desk, election, item):
    for name in ("editor", "analyst", "adjudicator"):
        with pytest.raises(Refused):
            actions.next_item(by=desk[name], election=election, task="code")
    with pytest.raises(Refused):
        actions.screen(by=desk["adjudicator"], item=item, key="look")
    with pytest.raises(Refused):
        decide(desk, item, by="coder")


def test_a_decision_needs_a_reason_and_good_answers(desk, election, item):
    coded(desk, item)
    with pytest.raises(BadInput, match="why"):
        decide(desk, item, reason="  ")
    with pytest.raises(actions.Faulty) as caught:
        decide(desk, item, answers={**VIOLATION, "source": "", "source_class": "supporter"})
    assert caught.value.faults[0].variable == "clauses"
    with pytest.raises(BadInput, match="not a decision"):
        decide(desk, item, decision="guilty")
    assert not Adjudication.objects.exists() and whole()


def test_a_clause_that_is_switched_off_judges_nobody(desk, election, item):
    with transaction.atomic():
        clause = Clause.objects.get(slug="hate")
        clause.on = False
        clause.save()
        record(by=BELT, act="test.off", rows=[clause])
    screened(desk, item)
    with pytest.raises(BadInput, match="switched off"):
        actions.submit(by=desk["coder"], item=item, answers=VIOLATION)


def test_who_it_was_stays_frozen_when_the_watch_list_changes(desk, election, item):
    decide(desk, coded(desk, item))
    with transaction.atomic():
        actor = Actor.objects.get(slug="ana-pl")
        actor.gender = "man"
        actor.save()
        held = Affiliation.objects.get(actor=actor)
        held.grade = "disputed"
        held.save()
        record(by=BELT, act="test.change", rows=[actor, held])
    finding = Finding.objects.get()
    assert (finding.source_gender, finding.party.slug, finding.affiliation_grade) == ("woman", "pl", "confirmed")


# Taking a screening back


def test_a_screening_can_be_taken_back(desk, election, item, at):
    actions.next_item(by=desk["coder"], election=election, task="screen")
    actions.screen(by=desk["coder"], item=item, key="nothing")
    at.advance(minutes=5)
    assert actions.undo_screening(by=desk["coder"], election=election) == item
    assert not Screening.objects.exists()
    assert queries.held(desk["coder"], election, "screen").item == item
    actions.screen(by=desk["coder"], item=item, key="look")
    assert whole()


def test_a_screening_stands_once_others_have_built_on_it(desk, election, item, at):
    with pytest.raises(Conflict, match="anything"):
        actions.undo_screening(by=desk["coder"], election=election)
    screened(desk, item)
    actions.next_item(by=desk["coder2"], election=election, task="code")
    with pytest.raises(Conflict):
        actions.undo_screening(by=desk["coder"], election=election)
    actions.submit(by=desk["coder2"], item=item, answers=NO_ISSUE)
    with pytest.raises(Conflict):
        actions.undo_screening(by=desk["coder"], election=election)


def test_a_screening_stands_after_ten_minutes(desk, election, item, at):
    screened(desk, item)
    at.advance(minutes=11)
    with pytest.raises(Conflict):
        actions.undo_screening(by=desk["coder"], election=election)


# Reads


def test_people_get_posts_they_can_read(desk, election):
    coder = desk["coder"]
    coder.languages = ["sr-Latn"]
    foreign, own, near = post(election, language="sq"), post(election, language="sr"), post(election, language="bs")
    unsure = post(election, language="und")
    given = set()
    while item := actions.next_item(by=coder, election=election, task="screen"):
        given.add(item)
        actions.screen(by=coder, item=item, key="nothing")
    assert given == {own, near, unsure}
    assert queries.unread_languages(election, "screen", coder) == {"sq": 1}
    assert [(w.task, w.language, w.count) for w in queries.pending(election)] == [("screen", "sq", 1)]
    assert list(queries.backlog(election, "screen")) == [foreign]


def test_measured_minutes_become_hours(desk, election, no_share):
    for seconds in (100, 200, 300):
        item = screened(desk, post(election))
        actions.submit(by=desk["coder"], item=item, answers=NO_ISSUE, seconds=seconds)
    for _ in range(18):
        screened(desk, post(election))
    by_task = {one.task: one for one in queries.effort(election)}
    assert (by_task["code"].median_seconds, by_task["code"].waiting) == (200, 18)
    assert by_task["code"].hours_needed == pytest.approx(1.0)
    assert by_task["adjudicate"].hours_needed is None


def test_seconds_are_measured_from_the_hold_where_the_page_did_not(desk, election, item, at):
    actions.next_item(by=desk["coder"], election=election, task="screen")
    at.advance(seconds=12)
    assert actions.screen(by=desk["coder"], item=item, key="look").seconds == 12
    assert actions.submit(by=desk["coder"], item=item, answers=NO_ISSUE, seconds=10**9).seconds == 3600


def test_agreement_is_that_of_the_random_share_alone(desk, election):
    inside, outside = [], []
    while len(inside) < 12 or len(outside) < 3:
        item = post(election)
        (inside if queries.in_alpha_share(item) else outside).append(item)
    for at, item in enumerate(inside[:12]):
        first = VIOLATION if at % 2 else NO_ISSUE
        coded(desk, item, first, first)
    for item in outside[:3]:
        coded(desk, item, VIOLATION, NO_ISSUE)
    by_name = {one.variable: one for one in queries.agreement(election)}
    verdict = by_name["verdict"]
    assert (verdict.alpha, verdict.doubles, verdict.n_units, verdict.coders) == (1.0, 12, 12, 2)
    assert by_name["severity"].level == "ordinal" and by_name["severity"].doubles == 6
    assert by_name["woman_targeted"].alpha == 1.0
    assert by_name["clause"].alpha == 1.0 and by_name["speech_act"].alpha is None
    assert verdict.rare == () and by_name["source"].rare == ()
    assert queries.agreement(election, until=datetime(2027, 1, 1, tzinfo=UTC))[0].n_units == 0


def test_a_coder_reads_only_their_own_coding_until_both_are_in(desk, election, item):
    screened(desk, item)
    actions.submit(by=desk["coder"], item=item, answers=VIOLATION)
    seen = lambda name: queries.visible_to(desk[name], election).count()  # noqa: E731
    assert {name: seen(name) for name in ("coder", "coder2", "adjudicator", "editor")} == {
        "coder": 1, "coder2": 0, "adjudicator": 0, "editor": 0,
    }  # fmt: skip
    actions.submit(by=desk["coder2"], item=item, answers=NO_ISSUE)
    assert {name: seen(name) for name in ("coder", "coder2", "coder3", "adjudicator")} == {
        "coder": 1, "coder2": 1, "coder3": 0, "adjudicator": 2,
    }  # fmt: skip


def test_the_cost_of_asking_does_not_grow_with_rows(desk, election, all_share):
    def cost(ask):
        with CaptureQueriesContext(connection) as captured:
            ask()
        return len(captured)

    def all_of_it():
        return [
            cost(lambda: list(queries.due(election, "screen", desk["coder3"], clock.now()))),
            cost(lambda: queries.awaits(desk["coder3"], election)),
            cost(lambda: queries.pending(election)),
            cost(lambda: queries.effort(election)),
            cost(lambda: queries.agreement(election)),
            cost(lambda: queries.targets_of(list(queries.findings(election)))),
        ]

    for _ in range(2):
        decide(desk, coded(desk, post(election)))
    post(election)
    before = all_of_it()
    for _ in range(6):
        decide(desk, coded(desk, post(election)))
        post(election)
    # less is fine: what a role is was asked the first time only
    assert all(after <= first for after, first in zip(all_of_it(), before, strict=True))


def test_actors_are_found_as_people_type(desk, election):
    assert [row.slug for row in queries.find_actors(election, "Ana")] == ["ana-ph", "ana-pl"]
    assert queries.find_actors(election, "PL")[0].slug in ("ana-pl", "ben-pl", "pl")
    assert queries.find_actors(election, "   ") == []
    assert queries.find_actors(election, "%") == []


def test_findings_are_narrowed_down(desk, election):
    decide(desk, coded(desk, post(election)))
    decide(desk, coded(desk, post(election), COMPLIANCE, COMPLIANCE), "compliance", COMPLIANCE)
    count = lambda **chosen: queries.findings(election, chosen).count()  # noqa: E731
    assert (count(), count(decision="violation"), count(party="pl"), count(party="ph")) == (2, 1, 2, 0)
    assert (count(q="Ana of PH"), count(q="-0002"), count(q="nobody")) == (1, 1, 0)
