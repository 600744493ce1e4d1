"""The pure decisions: do answers fit, whose turn is it, what is frozen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from coding_book import BODY, COMPLIANCE, NO_ISSUE, TARGET, VIOLATION
from hypothesis import given
from hypothesis import strategies as st

from besa.base.words import Decision, Grade, Sample, Screen, SignatoryStatus
from besa.coding.rules import answers as rules
from besa.coding.rules import freezing, turns
from besa.coding.types import ActorFacts, Affiliated, ClauseFacts, Given, Record, Standing

BOUND = ("party", "mayor_candidate", "council_candidate")
CLAUSES = {
    "hate": ClauseFacts("hate", "prohibition", BOUND, True),
    "off": ClauseFacts("off", "prohibition", BOUND, False),
    "everybody": ClauseFacts("everybody", "prohibition", ("all",), True),
    "dialogue": ClauseFacts("dialogue", "duty", BOUND, True),
}
ACTORS = {
    "ana-pl": ActorFacts("ana-pl", "mayor_candidate", "woman", "Hill people", 7),
    "ana-ph": ActorFacts("ana-ph", "mayor_candidate", "woman"),
    "pl": ActorFacts("pl", "party"),
    "ph": ActorFacts("ph", "party"),
    "daily": ActorFacts("daily", "media"),
}


def faults(answers, **more):
    cleaned = rules.clean({**answers, **more}, BODY)
    return {str(fault) for fault in rules.faults(cleaned, BODY, clauses=CLAUSES, actors=ACTORS)}


@pytest.mark.parametrize("answers", [VIOLATION, NO_ISSUE, COMPLIANCE])
def test_good_answers_have_no_faults(answers):
    assert faults(answers) == set()


@pytest.mark.parametrize(
    ("change", "variable", "word"),
    [
        ({"verdict": "guilty"}, "verdict", "guilty"),
        ({"verdict": ""}, "verdict", "Choose"),
        ({"type": "constructive_dialogue"}, "type", "compliance"),
        ({"type": ""}, "type", "Choose"),
        ({"clauses": []}, "clauses", "at least one"),
        ({"clauses": ["hate", "off"]}, "clauses", "switched off"),
        ({"clauses": ["nowhere"]}, "clauses", "no clause"),
        ({"clauses": ["dialogue"]}, "clauses", "duty"),
        ({"clauses": "hate"}, "clauses", "list"),
        ({"source": "nobody"}, "source", "watch-list"),
        ({"source": "daily"}, "clauses", "media"),
        ({"source": "", "source_class": "supporter"}, "clauses", "supporter"),
        ({"severity": 4}, "severity", "scale"),
        ({"severity": True}, "severity", "scale"),
        ({"severity": None}, "severity", "answered"),
        ({"speech_act": ""}, "speech_act", "answered"),
        ({"host": 3}, "host", "text"),
        ({"host": "x" * 4001}, "host", "4000"),
        ({"form": ["text", "smoke"]}, "form", "smoke"),
        ({"targets": [{**TARGET, "kind": "planet"}]}, "targets", "planet"),
        ({"targets": [{**TARGET, "actor": "nobody"}]}, "targets", "watch-list"),
        ({"targets": [{**TARGET, "gender": "lady"}]}, "targets", "lady"),
        ({"targets": [{**TARGET, "kind": "group"}]}, "targets", "which group"),
        ({"targets": [{"kind": "group"}]}, "targets", "which group"),
        ({"targets": ["ana-ph"]}, "targets", "nothing else"),
        ({"targets": [{**TARGET, "party": "pl"}]}, "targets", "nothing else"),
        ({"surprise": 1}, "surprise", "no such variable"),
    ],
)
def test_each_fault_names_variable_and_reason(change, variable, word):
    found = faults(VIOLATION, **change)
    assert any(fault.startswith(f"{variable}:") and word in fault for fault in found), found


def test_a_clause_that_binds_all_binds_a_supporter():
    assert faults(VIOLATION, source="", source_class="supporter", clauses=["everybody"]) == set()


def test_an_act_of_compliance_needs_a_duty():
    assert any("duty" in fault for fault in faults(COMPLIANCE, clauses=["hate"]))


def test_an_unlabelled_ad_breaks_a_duty_and_hate_does_not():
    assert faults(VIOLATION, type="untransparent_ad", clauses=["dialogue"]) == set()
    assert any("duty" in fault for fault in faults(VIOLATION, clauses=["dialogue"]))


def test_what_the_verdict_makes_moot_is_emptied():
    cleaned = rules.clean({**VIOLATION, "verdict": "harsh_but_permitted"}, BODY)
    assert (cleaned["type"], cleaned["clauses"], cleaned["severity"]) == ("", [], None)
    assert cleaned["targets"] == [TARGET]


_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*VIOLATION, "form", "other"]), _JUNK))
def test_no_answers_whatever_break_the_rules(change):
    """Either they are refused with reasons, or they are whole answers of the codebook."""
    cleaned = rules.clean({**VIOLATION, **change}, BODY)
    found = rules.faults(cleaned, BODY, clauses=CLAUSES, actors=ACTORS)
    assert all(fault.variable and str(fault) for fault in found)
    if not found:
        assert set(cleaned) == set(rules.variables(BODY))
        if cleaned["verdict"] in ("violation", "compliance"):
            freezing.finding_of(cleaned, cleaned["verdict"], record())


def test_differing_answers_are_named_and_order_is_no_difference():
    other = {**VIOLATION, "targets": [dict(TARGET)], "severity": 0}
    assert rules.differing(VIOLATION, other, BODY) == {"severity"}
    two = [TARGET, {**TARGET, "actor": "pl"}]
    assert rules.differing({**VIOLATION, "targets": two}, {**VIOLATION, "targets": two[::-1]}, BODY) == set()
    assert rules.differing({**VIOLATION, "clauses": ["hate", "x"]}, {**VIOLATION, "clauses": ["x", "hate"]}, BODY) == {
        "clauses"
    }
    assert "severity" not in rules.agreed(VIOLATION, other, BODY)


# Whose turn


def test_the_path_of_a_candidate_for_publication():
    first, second = Given(1, Decision.VIOLATION), Given(2, Decision.NO_ISSUE)
    at = lambda **more: turns.due(Standing(Sample.RANKED, **{"preserved": True, **more}))  # noqa: E731
    assert at(preserved=False) is None
    assert at().task == "screen"
    assert at(screened=Screen.NOTHING) is None
    assert at(screened=Screen.LOOK).place == 1
    assert at(screened=Screen.LOOK, codings=(first,)).place == 2
    assert at(screened=Screen.LOOK, codings=(first, second)).task == "adjudicate"
    assert at(screened=Screen.LOOK, codings=(first, second), decided=True) is None


@pytest.mark.parametrize("sample", [Sample.CONTROL, Sample.DUTY])
def test_samples_are_coded_whatever_the_screening_said(sample):
    assert turns.due(Standing(sample, True, Screen.NOTHING)).task == "code"


def test_one_coding_of_no_issue_needs_no_second_unless_chance_says_so():
    alone = Standing(Sample.RANKED, True, Screen.LOOK, (Given(1, Decision.NO_ISSUE),))
    chosen = Standing(Sample.RANKED, True, Screen.LOOK, (Given(1, Decision.NO_ISSUE, True),))
    agree = Standing(Sample.RANKED, True, Screen.LOOK, (*chosen.codings, Given(2, Decision.NO_ISSUE, True)))
    differ = Standing(Sample.RANKED, True, Screen.LOOK, (*chosen.codings, Given(2, Decision.HARSH_BUT_PERMITTED, True)))
    assert turns.due(alone) is None
    assert turns.due(chosen).place == 2
    assert turns.due(agree) is None
    assert turns.due(differ).task == "adjudicate"


def test_nobody_goes_on_with_their_own():
    one = Standing(Sample.RANKED, True, Screen.LOOK, (Given(1, Decision.VIOLATION),))
    two = Standing(Sample.RANKED, True, Screen.LOOK, (*one.codings, Given(2, Decision.VIOLATION)))
    assert not turns.may_take(one, "code", 1)
    assert turns.may_take(one, "code", 2)
    assert [turns.may_take(two, "adjudicate", user) for user in (1, 2, 3)] == [False, False, True]


def test_the_random_share_is_the_same_again_and_of_about_its_size():
    keys = [f"facebook:{n}" for n in range(5000)]
    chosen = {key for key in keys if turns.in_alpha_share(key, seed="s", share=0.2)}
    assert chosen == {key for key in reversed(keys) if turns.in_alpha_share(key, seed="s", share=0.2)}
    assert 900 < len(chosen) < 1100
    assert chosen != {key for key in keys if turns.in_alpha_share(key, seed="t", share=0.2)}
    assert not any(turns.in_alpha_share(key, seed="s", share=0) for key in keys)
    assert all(turns.in_alpha_share(key, seed="s", share=1) for key in keys)


def test_an_undo_ends_after_ten_minutes_or_when_somebody_built_on_it():
    at = datetime(2027, 9, 15, tzinfo=UTC)
    may = lambda minutes, **more: turns.may_undo(  # noqa: E731
        screened_at=at, now=at + timedelta(minutes=minutes), **{"codings": 0, "held": False, **more}
    )
    assert may(10)
    assert not may(11)
    assert not may(1, codings=1)
    assert not may(1, held=True)


# What is frozen


def record(**more):
    facts = {
        "actors": ACTORS,
        "clauses": CLAUSES,
        "identity": ("ana-pl", Grade.CONFIRMED),
        "affiliations": {
            "ana-pl": Affiliated("pl", Grade.CONFIRMED, "candidate list"),
            "ana-ph": Affiliated("ph", Grade.PROBABLE, "own page"),
        },
        "statuses": {"pl": SignatoryStatus.SIGNED},
        "account_area": 3,
    }
    return Record(**{**facts, **more})


def finding(change=None, **more):
    return freezing.finding_of(rules.clean({**VIOLATION, **(change or {})}, BODY), Decision.VIOLATION, record(**more))


def test_who_it_was_is_frozen_with_its_grades():
    frozen = finding()
    assert (frozen.source, frozen.source_class, frozen.source_gender, frozen.area) == (
        "ana-pl", "mayor_candidate", "woman", 7,
    )  # fmt: skip
    assert (frozen.identity_grade, frozen.party, frozen.affiliation_grade) == ("confirmed", "pl", "confirmed")
    assert (frozen.signatory_status, frozen.party_signatory_status) == ("never", "signed")
    target = frozen.targets[0]
    assert (target.actor, target.gender, target.party) == ("ana-ph", "woman", "ph")


@pytest.mark.parametrize("grade", [Grade.UNKNOWN, Grade.DISPUTED])
def test_a_party_is_never_guessed(grade):
    frozen = finding(affiliations={"ana-pl": Affiliated("pl", grade, "hearsay")})
    assert (frozen.party, frozen.affiliation_grade, frozen.party_signatory_status) == ("", grade, "never")


def test_a_supporters_comment_is_nobodys_but_the_supporters():
    frozen = finding({"source": "", "source_class": "supporter", "clauses": ["everybody"], "host": "Party of the Lake"})
    assert (frozen.source, frozen.source_class, frozen.party) == ("", "supporter", "")
    assert frozen.identity_grade == "unknown"


def test_a_fake_profile_makes_the_candidate_the_target():
    frozen = finding({"account_status": "impersonation", "clauses": ["everybody"], "targets": []})
    assert (frozen.source, frozen.source_class, frozen.party) == ("", "anonymous_page", "")
    assert [(target.actor, target.gender) for target in frozen.targets] == [("ana-pl", "woman")]
    assert frozen.source_gender == "unknown"


@pytest.mark.parametrize(("status", "kind"), [("parody", "anonymous_page"), ("claimed_hacked", "unknown")])
def test_an_account_that_is_not_the_persons_names_nobody(status, kind):
    frozen = finding({"account_status": status, "clauses": ["everybody"]})
    assert (frozen.source, frozen.source_class, frozen.identity_grade) == ("", kind, "unknown")
    assert {target.actor for target in frozen.targets} == {"ana-ph"}


def test_a_candidate_is_not_bound_by_what_a_fake_profile_says():
    assert any("anonymous_page" in fault for fault in faults(VIOLATION, account_status="impersonation"))


def test_an_identity_that_the_watch_list_does_not_hold_is_not_confirmed():
    assert finding(identity=("", Grade.UNKNOWN)).identity_grade == "unknown"
    assert finding(identity=("ana-ph", Grade.CONFIRMED)).identity_grade == "disputed"
    assert finding(identity=("ana-pl", Grade.PROBABLE)).identity_grade == "probable"


def test_gender_comes_from_the_watch_list_and_never_from_a_coder():
    targets = [
        {**TARGET, "actor": "ana-ph", "gender": "man"},
        {**TARGET, "actor": "", "gender": "woman", "community": "guessed"},
        {"kind": "group", "actor": "", "gender": "woman", "community": "Lake people", "ground": "ethnicity"},
    ]
    frozen = finding({"targets": targets})
    assert [(target.gender, target.community) for target in frozen.targets] == [
        ("woman", ""), ("unknown", ""), ("woman", "Lake people"),
    ]  # fmt: skip


def test_a_party_speaks_for_itself():
    frozen = finding({"source": "pl", "source_class": "party"}, identity=("pl", Grade.CONFIRMED))
    assert (frozen.source, frozen.party, frozen.source_gender) == ("pl", "pl", "unknown")
    assert frozen.signatory_status == frozen.party_signatory_status == "signed"
