"""A run fills the docket once, whatever happens on the way."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from django.db import transaction

from besa.base.errors import BadInput, Conflict, NotFound, Refused
from besa.ledger import verify
from besa.ledger.chain import head
from besa.people.policy import BELT
from besa.triage import actions, queries
from besa.triage.actions import runs as running
from besa.triage.detectors import parallel
from besa.triage.models import DocketItem, Run
from besa.triage.queries import arrivals
from triage.posts import bring, post

pytestmark = pytest.mark.django_db


def a_corpus():
    return bring(
        [post(number) for number in range(200)]
        + [post(1000 + number, f"Ata janë tradhtarët e popullit, lista {number}") for number in range(100)]
        + [post(2000, "Kujdes: votimi shtyhet për nesër!", account_key="facebook:@ana.pl", account_handle="ana.pl")]
        + [post(3000, posted_at=datetime(2027, 8, 1, tzinfo=UTC)), post(3001, posted_at=None)]
        + [post(4000 + number, account_key="facebook:@ben.ph", account_handle="ben.ph") for number in range(5)]
    )


def test_the_docket_holds_the_best_ranked_within_the_budget_and_both_samples(home, election, lexicon):
    a_corpus()
    done = actions.run(by=BELT, election=election)
    assert done["posts"] == 308
    assert done["signals"]["lexicon"] == 101
    held = Run.objects.get(run_id=done["run"])
    assert (held.state, held.outside, held.flagged, held.docketed) == ("done", 2, 101, done["docketed"])
    assert "1 posts without a time" in held.problems[0]["problem"]
    samples = Counter(DocketItem.objects.values_list("sample", flat=True))
    assert samples["ranked"] == 60 and samples["control"] == 10
    assert samples["duty"] == DocketItem.objects.filter(account__handle__in=["ana.pl", "ben.ph"]).exclude(
        sample__in=["ranked", "control"]).count() == 2  # fmt: skip
    assert not any(item.reasons for item in DocketItem.objects.filter(sample="control"))
    assert list(verify.problems()) == []


def test_a_voting_lie_is_urgent_and_tells_why_in_words(home, election, lexicon):
    a_corpus()
    actions.run(by=BELT, election=election)
    item = DocketItem.objects.get(post_key="facebook:2000")
    assert item.urgent and item.account.handle == "ana.pl" and item.language == "sq"
    assert item.week == "2027-W37" and item.phase == "campaign" and item.keep
    reason = item.reasons[0]
    assert reason["concern"] == "false_voting" and "votimi shtyhet" in reason["text"]
    assert [item.text[start:end] for start, end in reason["spans"]] == ["votimi shtyhet"]
    assert queries.visible_to(BELT, election).count() == 0, "the belt does not read the docket"


def test_running_again_with_nothing_new_changes_nothing(home, election, lexicon):
    a_corpus()
    actions.run(by=BELT, election=election)
    before, items = head(), list(DocketItem.objects.values_list("post_key", "rank"))
    again = actions.run(by=BELT, election=election)
    assert (again["posts"], again["docketed"], again["run"]) == (0, 0, None)
    assert head() == before and list(DocketItem.objects.values_list("post_key", "rank")) == items


def test_a_second_import_adds_only_what_the_budget_leaves_and_every_urgent_post(home, election, lexicon):
    a_corpus()
    actions.run(by=BELT, election=election)
    bring([post(5000 + number, f"Tradhtarë, përsëri {number}") for number in range(30)]
          + [post(6000, "VOTIMI   SHTYHET")], "b")  # fmt: skip
    done = actions.run(by=BELT, election=election)
    assert done["posts"] == 31
    assert DocketItem.objects.filter(sample="ranked").count() == 61
    assert DocketItem.objects.get(post_key="facebook:6000").urgent


@pytest.mark.parametrize("broken", ["add_signals", "fill", "record"])
def test_a_run_that_was_cut_off_is_finished_by_the_next_with_nothing_lost_or_doubled(
    home, election, lexicon, monkeypatch, broken
):
    a_corpus()
    wanted = {}

    def stop(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        if broken == "add_signals":
            patched.setattr(running.Corpus, "add_signals", stop)
        elif broken == "fill":
            patched.setattr(running, "fill", stop)
        else:
            real = running.record
            patched.setattr(running, "record", lambda **k: stop() if k["act"] == "triage.run" else real(**k))
        with pytest.raises(KeyboardInterrupt):
            actions.run(by=BELT, election=election)
    assert Run.objects.get().state == "intent" and DocketItem.objects.count() == 0
    done = actions.run(by=BELT, election=election)
    wanted = {"posts": 308, "lexicon": 101}
    assert {"posts": done["posts"], "lexicon": done["signals"]["lexicon"]} == wanted
    assert Run.objects.get().state == "done"
    corpus = running.Corpus(home.corpus)
    assert corpus.rows("SELECT count(*) n, count(DISTINCT signal_id) d FROM signals WHERE detector = 'lexicon'") == [
        {"n": 101, "d": 101}
    ]
    assert DocketItem.objects.count() == done["docketed"] and list(verify.problems()) == []


def test_a_detector_that_fails_on_a_post_loses_that_signal_only_and_says_so(home, election, lexicon, monkeypatch):
    bring([post(number, f"Tradhtarë {number}") for number in range(8)])
    from besa.triage.detectors import DETECTORS
    from besa.triage.types import Detector

    def fragile(batch, resources, seed):
        if "facebook:3" in batch["post_key"].to_pylist():
            raise ValueError("cannot read this one")
        return DETECTORS[0].detect(batch, resources, seed)

    alone = (Detector("lexicon", "1", fragile),)
    monkeypatch.setattr(parallel, "detectors", lambda: alone)
    monkeypatch.setattr(running, "detectors", lambda: alone)
    done = actions.run(by=BELT, election=election)
    assert done["signals"] == {"lexicon": 7}
    problems = Run.objects.get().problems
    assert [problem["post_key"] for problem in problems] == ["facebook:3"]
    assert "cannot read this one" in problems[0]["problem"]


def test_several_processes_find_what_one_finds_slice_by_slice(home, election, lexicon, monkeypatch):
    bring([post(number, f"Tradhtarë {number}" if number % 3 else "", language="sq" if number % 2 else None)
           for number in range(90)])  # fmt: skip
    corpus = running.Corpus(home.corpus)
    posts, resources = arrivals.new_posts(corpus, election, -1, 0), queries.resources(election)

    def looked() -> list:
        slices = arrivals.in_slices(corpus, posts, 0, size=20)
        told = parallel.look(slices, posts.num_rows, resources, 7, ("sq", "sr"))
        return [(one.kept.to_pylist(), [(name, found.to_pylist()) for name, found in one.found]) for one in told]

    by_one = looked()
    monkeypatch.setattr(parallel, "WORTH_IT", 0)
    monkeypatch.setattr(parallel.os, "cpu_count", lambda: 2)
    assert looked() == by_one
    kept = [row for rows, _ in by_one for row in rows]
    assert sum(len(rows) for _, found in by_one for _, rows in found) == 60
    assert len({row["mark"] for row in kept}) == 90 and {row["language"] for row in kept} == {"sq"}
    assert len({row["said"] for row in kept}) == 90 and {row["doubt"] for row in kept} == {None}


def test_a_detector_that_fails_on_every_post_is_told_with_a_number(home, election, lexicon, monkeypatch):
    bring([post(number, f"Tradhtarë {number}") for number in range(8)])
    from besa.triage.types import Detector

    alone = (Detector("lexicon", "1", lambda batch, resources, seed: batch.select(["post_key"])),)
    monkeypatch.setattr(parallel, "detectors", lambda: alone)
    monkeypatch.setattr(running, "detectors", lambda: alone)
    monkeypatch.setattr(running, "_MOST_PROBLEMS", 3)
    assert actions.run(by=BELT, election=election)["signals"] == {}
    problems = Run.objects.get().problems
    assert [bool(problem["post_key"]) for problem in problems] == [False, True, True, True]
    assert problems[0]["problem"] == "5 more posts failed"


def test_two_runs_at_once_are_refused(home, election, lexicon):
    bring([post(1)])
    with running.alone(home, election), pytest.raises(Conflict):
        actions.run(by=BELT, election=election)


def test_copies_from_several_accounts_are_flagged(home, election, lexicon):
    text = "Nesër të gjithë bashkë te liqeni, sillni edhe fqinjët tuaj!"
    moment = datetime(2027, 9, 14, 9, 0, 30, tzinfo=UTC)
    bring([post(number, text, account_key=f"facebook:{number}", posted_at=moment) for number in range(4)])
    done = actions.run(by=BELT, election=election)
    assert Run.objects.get().problems == []
    assert done["signals"] == {"coordination": 4, "copies": 4}
    assert len(set(DocketItem.objects.values_list("family", flat=True))) == 1


def test_by_hand_a_post_needs_a_reason_and_comes_once(home, election, lexicon, users):
    bring([post(1)])
    item = actions.put(by=users["analyst"], election=election, post_key="facebook:1", reason="A reader wrote to us")
    assert (item.sample, item.put_reason) == ("hand", "A reader wrote to us")
    with pytest.raises(Conflict):
        actions.put(by=users["analyst"], election=election, post_key="facebook:1", reason="Again")
    with pytest.raises(NotFound):
        actions.put(by=users["analyst"], election=election, post_key="facebook:99", reason="Which")
    with pytest.raises(BadInput):
        actions.put(by=users["analyst"], election=election, post_key="facebook:1", reason=" ")
    with pytest.raises(Refused):
        actions.put(by=users["editor"], election=election, post_key="facebook:1", reason="No")
    assert list(verify.problems()) == []


def test_what_was_said_in_a_closed_group_is_read_only_where_somebody_asks_for_it(home, election, lexicon, users):
    said = "Ata janë tradhtarët e popullit, thonë në grup"
    bring([post(number) for number in range(20)] + [post(9000, said, channel="closed", route="tip")])
    actions.run(by=BELT, election=election)
    assert not DocketItem.objects.filter(post_key="facebook:9000").exists()
    assert queries.funnel(election)["collected"] == 20, "a lead is not counted"
    item = actions.put(
        by=users["coordinator"], election=election, post_key="facebook:9000", reason="A tip to look into."
    )
    assert item.channel == "closed"


def test_the_funnel_counts_posts_of_the_week(home, election, lexicon):
    a_corpus()
    assert queries.funnel(election, "2027-W37") == {"collected": 306, "flagged": 0, "docketed": 0}
    done = actions.run(by=BELT, election=election)
    assert queries.funnel(election, "2027-W37") == {"collected": 306, "flagged": 101, "docketed": done["docketed"]}
    assert queries.funnel(election)["collected"] == 306
    assert queries.funnel(election, "2027-W38") == {"collected": 0, "flagged": 0, "docketed": 0}
    assert queries.unread(election, "2027-W37") == 101 - DocketItem.objects.exclude(reasons=[]).count()


def test_filters_of_the_docket(home, election, lexicon, users):
    a_corpus()
    actions.run(by=BELT, election=election)
    seen = queries.visible_to(users["coordinator"], election)
    assert queries.docket(seen, concern="false_voting").count() == 1
    assert queries.docket(seen, concern="hate", sample="ranked").count() == 60
    assert queries.docket(seen, week="2027-W37").first().urgent
    assert queries.choices(election)["sample"] == ["control", "duty", "ranked"]
    with transaction.atomic():
        assert queries.pending(election) == 0
