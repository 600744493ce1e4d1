"""One decision for a family of copies: by a person, post by post, and never where blind coders are to judge."""

from __future__ import annotations

import pytest
from coding_book import VIOLATION, post
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from besa.base.errors import BadInput, Conflict, Refused
from besa.base.words import Sample, Screen
from besa.coding import actions, queries
from besa.coding.models import Adjudication, Coding, Draft, Finding, Lease
from besa.coding.rules import copies as rules
from besa.coding.rules import turns
from besa.coding.types import Given, Standing
from besa.ledger.verify import problems
from besa.people.models import Membership
from besa.triage.models import Family

FAMILY = "f" * 64
TEXT = "They are all traitors and shall leave the town of Lumas at once"


@pytest.fixture
def decided(desk, no_share):
    """A finding on the first post of a family."""
    first = post(no_share, TEXT, family=FAMILY)
    actions.screen(by=desk["coder"], item=first, key="look")
    actions.submit(by=desk["coder"], item=first, answers=VIOLATION)
    actions.submit(by=desk["coder2"], item=first, answers=VIOLATION)
    actions.adjudicate(
        by=desk["adjudicator"], item=first, decision="violation", answers=VIOLATION, reason="The words are there."
    )
    return Finding.objects.get()


def copy(election, text=TEXT + " today", account="facebook:@ben.ph", **fields):
    return post(election, text, family=FAMILY, account_key=account, **fields)


def extend(desk, finding, *items, by="adjudicator", kind="", reason="Word for word."):
    return actions.extend(by=desk[by], finding=finding, items=dict.fromkeys(items, kind), reason=reason)


def test_each_copy_gets_its_own_finding_by_its_own_author(desk, decided, no_share):
    other, unknown = copy(no_share), copy(no_share, TEXT, account="x:somebody")
    extend(desk, decided, other)
    extend(desk, decided, unknown, kind="media", by="adjudicator2")
    first, second, third = Finding.objects.order_by("id")
    assert (second.source.slug, second.source_class, second.party.slug) == ("ben-ph", "council_candidate", "ph")
    assert (third.source, third.source_class, third.identity_grade) == (None, "media", "unknown")
    assert first.content == second.content == third.content, "one content, three instances"
    assert len({row.number for row in (first, second, third)}) == 3
    assert (second.adjudication.copy_of, second.adjudication.reason) == (
        first,
        f"Copy of {first.number}: Word for word.",
    )
    assert second.adjudication.answers | {"source": "", "source_class": ""} == first.adjudication.answers | {
        "source": "", "source_class": ""}  # fmt: skip
    assert list(problems()) == []


def test_blind_coding_and_agreement_are_left_alone(desk, decided, no_share):
    before = queries.agreement(no_share)
    extend(desk, decided, copy(no_share))
    assert Coding.objects.count() == 2 and queries.agreement(no_share) == before
    assert all(effort.done == 1 for effort in queries.effort(no_share) if effort.task == "screen")


def test_what_somebody_began_to_judge_keeps_its_own_decision(desk, decided, no_share):
    coded, held, closed, control = (
        copy(no_share), copy(no_share), copy(no_share, channel="closed"), copy(no_share, sample="control"),
    )  # fmt: skip
    actions.screen(by=desk["coder"], item=held, key="look")
    assert actions.next_item(by=desk["coder3"], election=no_share, task="code") == held
    actions.screen(by=desk["coder"], item=coded, key="look")
    answers = {**VIOLATION, "verdict": "borderline", "source": "ben-ph", "source_class": "council_candidate"}
    actions.submit(by=desk["coder"], item=coded, answers=answers)
    for item in (coded, held, closed, control, decided.adjudication.item):
        with pytest.raises((Conflict, BadInput)):
            extend(desk, decided, item)
    assert {row.item.pk: bool(row.obstacle) for row in queries.copies_of(decided)} == dict.fromkeys(
        [coded.pk, held.pk, closed.pk, control.pk], True
    )
    assert Adjudication.objects.count() == 1


def test_a_post_in_the_share_that_chance_codes_twice_is_not_offered(desk, decided, election):
    item = copy(election)
    assert not queries.obstacle(item)
    item.election.settings = {"alpha_share": 1}
    assert "Chance drew it" in queries.obstacle(item)


def test_who_may_not(desk, decided, no_share):
    item = copy(no_share)
    for name in ("coder", "coordinator", "editor", "analyst", "administrator"):
        with pytest.raises(Refused):
            extend(desk, decided, item, by=name)
    Membership.objects.create(user=desk["coder"], role="adjudicator", election=no_share.slug)
    desk["coder"].__dict__.pop("_besa_roles", None)
    with pytest.raises(Refused, match="own work"):
        extend(desk, decided, item, by="coder")
    assert Finding.objects.count() == 1


def test_all_or_nothing_and_nobody_is_judged_by_a_clause_that_does_not_bind_them(desk, decided, no_share):
    good, private = copy(no_share), copy(no_share, account="x:somebody")
    with pytest.raises(BadInput, match="does not bind"):
        extend(desk, decided, good, private)
    with pytest.raises(BadInput):
        extend(desk, decided, good, reason=" ")
    with pytest.raises(BadInput):
        extend(desk, decided)
    with pytest.raises(BadInput, match="no copy"):
        extend(desk, decided, post(no_share, TEXT, family="e" * 64))
    assert Finding.objects.count() == 1 and list(problems()) == []


def test_a_draft_and_a_hold_for_screening_go_with_the_decision(desk, decided, no_share):
    item = copy(no_share)
    assert actions.next_item(by=desk["coder2"], election=no_share, task="screen") == item
    extend(desk, decided, item)
    assert not Lease.objects.filter(item=item).exists() and not Draft.objects.filter(item=item).exists()
    assert turns.due(queries.standing(item)) is None


def test_the_pages(desk, decided, no_share):
    judge, coder = Client(), Client()
    judge.force_login(desk["adjudicator"])
    coder.force_login(desk["coder"])
    offered, private, other = copy(no_share), copy(no_share, account="x:somebody"), copy(no_share, sample="duty")
    address = reverse("finding_copies", args=[decided.number])
    assert coder.get(address).status_code == 403
    assert address in judge.get(reverse("finding", args=[decided.number])).text
    page = judge.get(address)
    assert page.status_code == 200 and "<ins> today</ins>" in page.text
    assert f'value="{offered.pk}"' in page.text and f'value="{other.pk}"' not in page.text
    assert "Chance drew it" in page.text and Adjudication.objects.count() == 1
    sent = {"item": [private.pk], f"class-{private.pk}": "unknown", "reason": "The same."}
    page = judge.post(address, sent)
    assert page.status_code == 422 and "does not bind" in page.text and "The same." in page.text
    page = judge.post(address, {"item": [offered.pk], "reason": "The same."}, follow=True)
    assert "1 copy was decided likewise." in page.text
    made = Finding.objects.order_by("-id").first()
    assert made.number in page.text
    assert decided.number in judge.get(reverse("finding", args=[made.number])).text


def test_after_a_decision_its_copies_are_offered(desk, no_share):
    first, second = post(no_share, TEXT, family=FAMILY), copy(no_share)
    actions.screen(by=desk["coder"], item=first, key="look")
    for name in ("coder", "coder2"):
        actions.submit(by=desk[name], item=first, answers=VIOLATION)
    judge = Client()
    judge.force_login(desk["adjudicator"])
    judge.post(reverse("coding_take", args=["adjudicate"]))
    sent = {name: value for name, value in VIOLATION.items() if not isinstance(value, list)}
    sent |= {"clauses-primary": "hate", "reason": "There.", "source": "Ana of PL (ana-pl)", "then": "next"}
    page = judge.post(reverse("adjudicate_item", args=[first.pk]), sent)
    assert page.url == reverse("finding_copies", args=[Finding.objects.get().number])
    assert second.text.split()[-1] in judge.get(page.url).text


standings = st.builds(
    Standing,
    sample=st.sampled_from(Sample),
    preserved=st.booleans(),
    screened=st.one_of(st.none(), st.sampled_from(Screen)),
    codings=st.sampled_from([(), (Given(1, "violation"),), (Given(1, "violation"), Given(2, "no_issue"))]),
    decided=st.booleans(),
)


@given(standings, st.sampled_from(["public", "closed", "private"]), st.booleans(), st.booleans())
def test_a_post_is_offered_only_where_no_blind_judgement_is_due_or_begun(standing, channel, drawn, held):
    if not rules.obstacle(standing, channel=channel, drawn=drawn, held=held):
        assert standing.preserved and not standing.decided and not standing.codings and channel == "public"
        assert not drawn and not held and standing.sample not in (Sample.CONTROL, Sample.DUTY)


words = st.lists(st.sampled_from(["a", "b", "hate", "them", "them!", "\n"]), max_size=12).map(" ".join)


@given(words, words)
def test_differences_spell_out_the_copy_and_mark_what_is_not_in_the_first(first, other):
    pieces = rules.differences(first, other)
    assert "".join(text for text, how in pieces if how != "left_out") == other
    if first == other:
        assert {how for _, how in pieces} <= {"same"}


def test_how_far_it_went_is_told_to_the_adjudicator_and_not_to_coders(desk, no_share):
    item = post(no_share, TEXT, family=FAMILY)
    held = Family(
        election=no_share, key=FAMILY, kind="text", first_key=item.post_key, first_at=item.posted_at,
        posts=7, accounts=5, platforms=["facebook", "x"], languages=["sq"], days={"2027-09-14": 7},
        members=[item.post_key],
    )  # fmt: skip
    held.save()
    said = "7 posts by 5 accounts"
    for name in ("coder", "coder2"):
        browser = Client()
        browser.force_login(desk[name])
        if name == "coder":
            actions.screen(by=desk[name], item=item, key="look")
        assert said not in browser.post(reverse("coding_take", args=["code"]), follow=True).text
        actions.submit(by=desk[name], item=item, answers=VIOLATION)
    judge = Client()
    judge.force_login(desk["adjudicator"])
    page = judge.post(reverse("coding_take", args=["adjudicate"]), follow=True)
    assert said in page.text and reverse("family", args=[FAMILY]) in page.text
