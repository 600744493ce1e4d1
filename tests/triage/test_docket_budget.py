"""Coder-hours: what a post costs, what the hours buy, what is left unread, and the page that says so."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from coding_book import VIOLATION, codebook, preserve
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from besa.base.errors import BadInput, Refused
from besa.coding import actions as coding
from besa.coding import queries as decided
from besa.ledger import verify
from besa.people.policy import BELT
from besa.site import triaging
from besa.triage import actions
from besa.triage.models import Budget, DocketItem, Evaluation, Pace, Run
from besa.triage.queries import budgets
from besa.triage.rules.budget import REST, USUAL, Candidate, Hours, efforts, within
from triage.posts import bring, post

LANGUAGES = st.sampled_from(["sq", "sr", "tr"])


# the rules


def test_a_few_measurements_move_little_and_many_decide():
    one = efforts({"sq": {"screen": (1, 600.0)}})["sq"]
    many = efforts({"sq": {"screen": (500, 8.0), "code": (200, 60.0)}})
    assert USUAL["screen"] < one.screen < 150
    assert abs(many["sq"].screen - 8) < 0.5 and abs(many["sq"].code - 60) < 6
    assert many[REST].screen < USUAL["screen"], "another language leans on those that were measured"
    assert efforts({})[REST].minutes == pytest.approx((20 + 0.5 * (1.7 * 180 + 0.6 * 180)) / 60)


def test_double_coding_and_decisions_are_counted():
    plain = {"screen": (900, 10.0), "code": (900, 60.0), "adjudicate": (900, 60.0), "goes_on": (900, 1.0)}
    once = efforts({"sq": plain | {"codings": (900, 1.0), "decided": (900, 0.0)}})["sq"].minutes
    twice = efforts({"sq": plain | {"codings": (900, 2.0), "decided": (900, 1.0)}})["sq"].minutes
    assert once == pytest.approx(70 / 60, rel=0.05) and twice == pytest.approx(190 / 60, rel=0.05)


@given(
    st.lists(st.tuples(LANGUAGES, st.booleans()), max_size=40),
    st.dictionaries(LANGUAGES, st.floats(0, 50), max_size=3),
    st.floats(0, 90),
)
def test_no_pool_is_overspent_but_by_urgent_posts_and_none_is_passed_over_for_a_worse_one(asked, own, rest):
    costs = {"sq": 2.0, "sr": 3.0, REST: 5.0}
    candidates = [Candidate(f"x:{at}", language, urgent) for at, (language, urgent) in enumerate(asked)]
    candidates.sort(key=lambda one: not one.urgent)
    left = {**own, REST: rest}
    before = dict(left)
    taken = within(candidates, left, costs)
    assert all(one in taken for one in candidates if one.urgent)
    for pool, minutes in left.items():
        mine = [one for one in taken if (one.language if one.language in own else REST) == pool]
        spent = sum(costs.get(one.language, costs[REST]) for one in mine)
        assert before[pool] - spent == pytest.approx(minutes)
        assert minutes >= 0 or all(one.urgent for one in mine) or any(one.urgent for one in mine)
        if not any(one.urgent for one in mine):
            assert minutes >= 0
    for language in {one.language for one in candidates}:
        same = [one in taken for one in candidates if one.language == language and not one.urgent]
        pool = language if language in own else REST
        if len({one.language for one in candidates if (one.language if one.language in own else REST) == pool}) == 1:
            assert same == sorted(same, reverse=True), "of one language the better ranked go first"


def test_the_days_release_their_share():
    monday = date(2027, 9, 13)
    hours = Hours(40, {"sr": 10}, (8, 8, 8, 8, 8, 0, 0))
    assert [hours.released(monday, monday + timedelta(days=at)) for at in (-1, 0, 4, 9)] == [0, 0.2, 1, 1]
    assert hours.pools(0.5) == {"sr": 300.0, REST: 900.0} and Hours(40).released(monday, monday) == 1


# the docket


def a_week(n: int = 60) -> None:
    bring(
        [post(number, language="sq") for number in range(100)]
        + [post(1000 + number, f"Tradhtarët e popullit, lista {number}", language="sq") for number in range(n)]
        + [post(2000 + number, f"Izdajnik naroda, lista {number}", language="sr") for number in range(n)]
        + [post(3000, "Kujdes: votimi shtyhet për nesër!", language="sq")]
    )


@pytest.mark.django_db
def test_the_hours_of_each_language_fill_the_docket_and_the_rest_is_told(home, election, lexicon, users):
    actions.set_budget(by=users["coordinator"], election=election, week="2027-W37", hours=4, languages={"sr": 1})
    a_week()
    actions.run(by=BELT, election=election)
    minutes = budgets.effort(election)[REST].minutes
    items = DocketItem.objects.all()
    by_language = Counter(items.values_list("language", flat=True))
    assert abs(by_language["sr"] - 60 / minutes) <= 1, "its own hour, samples included"
    assert abs(by_language["sq"] - 180 / minutes) <= 1
    assert Counter(items.values_list("sample", flat=True))["control"] == 10
    assert items.get(post_key="facebook:3000").urgent
    unread = Run.objects.get().unread["2027-W37"]
    ranked = Counter(items.filter(sample="ranked").values_list("language", flat=True))
    assert unread["sr"]["posts"] == 60 - ranked["sr"] and unread["sr"]["mostly"] == "hate"
    worst = min(items.filter(sample="ranked", language="sr", urgent=False).values_list("rank", flat=True))
    assert unread["sr"]["highest"] <= worst
    assert all(item.ranking["mostly"] for item in items.filter(sample="ranked"))
    assert list(verify.problems()) == []


@pytest.mark.django_db
def test_nothing_is_ranked_in_without_hours_but_samples_and_what_is_urgent(home, election, lexicon, users):
    actions.set_budget(by=users["coordinator"], election=election, week="2027-W30", hours=0)
    a_week(10)
    actions.run(by=BELT, election=election)
    assert Counter(DocketItem.objects.values_list("sample", flat=True)) == {"control": 10, "ranked": 1}
    assert DocketItem.objects.get(sample="ranked").urgent


@pytest.mark.django_db
def test_days_hold_hours_back_until_they_come(home, election, lexicon, users, at):
    days = [0, 0, 1, 1, 1, 1, 2]
    actions.set_budget(by=users["coordinator"], election=election, week="2027-W37", hours=6, days=days)
    a_week()
    actions.run(by=BELT, election=election)
    wednesday = DocketItem.objects.count()
    bring([post(9000, "Tradhtarë, prapë", language="sq")], "b")
    at.move_to(datetime(2027, 9, 17, 20, 0, tzinfo=UTC))
    actions.run(by=BELT, election=election)
    assert 10 <= wednesday < 20 and DocketItem.objects.count() >= 2.5 * wednesday


@pytest.mark.django_db
def test_what_does_not_add_up_is_refused(election, users):
    set_budget = {"by": users["coordinator"], "election": election, "week": "2027-W37"}
    with pytest.raises(BadInput, match="more hours"):
        actions.set_budget(**set_budget, hours=4, languages={"sq": 5})
    with pytest.raises(BadInput, match="add up"):
        actions.set_budget(**set_budget, hours=4, days=[1] * 7)
    with pytest.raises(BadInput):
        actions.set_budget(**set_budget, hours=-1)
    with pytest.raises(Refused):
        actions.set_budget(**set_budget | {"by": users["coder"]}, hours=4)
    assert not Budget.objects.exists()


@pytest.fixture
def read(home, election, lexicon, users):
    """A week of which a part is read: slowly, so that a post costs more than is usual."""
    codebook(election)
    a_week()
    triaging.run(by=BELT, election=election)
    for item in [*DocketItem.objects.filter(sample="ranked")[:24], *DocketItem.objects.filter(sample="control")]:
        preserve(item)
        hateful = bool(item.reasons)
        coding.screen(by=users["coder"], item=item, key="look" if hateful else "nothing", seconds=60)
        if hateful:
            for coder in ("coder", "coder2"):
                coding.submit(by=users[coder], item=item, answers=VIOLATION, seconds=400)
            coding.adjudicate(by=users["adjudicator"], item=item, decision="violation", answers=VIOLATION,
                              reason="It is.", seconds=300)  # fmt: skip
    return election


@pytest.mark.django_db
def test_measured_minutes_are_handed_down_once_a_day(read):
    assert not Pace.objects.exists(), "nothing was measured at the first run"
    usual = budgets.effort(read)[REST].minutes
    triaging.run(by=BELT, election=read)
    triaging.run(by=BELT, election=read)
    held = Pace.objects.get().measured
    assert held["sq"]["screen"][1] == 60 and held["sq"]["code"][1] == 400 and held["sq"]["codings"][1] == 2
    assert budgets.effort(read)["sq"].minutes > 1.5 * usual
    assert list(verify.problems()) == []


@pytest.mark.django_db
def test_the_page_of_today_says_hours_unread_and_missed(read, users, client):
    client.force_login(users["coordinator"])
    assert client.get(reverse("budget")).status_code == 200
    told = {"week": "2027-W37", "hours": "6", "of_sr": "2"}
    weeks = dict(client.get(reverse("budget")).context["form"].fields["week"].choices)
    told["week"] = next(iter(weeks))
    wrong = client.post(reverse("budget"), told | {"of_sr": "9"})
    assert wrong.status_code == 400 and "more hours than the week" in wrong.content.decode()
    assert client.post(reverse("budget"), told).status_code == 302
    assert Budget.objects.get().languages == {"sr": 2.0}
    bring([post(9000 + n, f"Tradhtarë, prapë {n}", language="sq") for n in range(5)], "b")
    triaging.run(by=BELT, election=read)
    page = client.get(reverse("docket_today"), {"week": "2027-W37"}).content.decode()
    missed = decided.missed_in(read, decided.control(read, ["2027-W37"]))
    assert missed.read > 0 and missed.found == 0 and missed.high > 0
    said = re.sub(r"<[^>]+>|\s+", " ", page)
    assert f"Of {missed.unflagged} posts that no detector flagged, an estimated 0" in " ".join(said.split())
    unread = sum(row["posts"] for row in budgets.unread(read, "2027-W37").values())
    assert unread and f">{unread}</b>" in page and "will not be read" in page
    assert "Lumëria" in page or "Duty sample" in page
    assert client.get(reverse("home")).status_code == 200
    client.force_login(users["coder"])
    assert client.get(reverse("docket_today")).status_code == 403
    assert client.get(reverse("budget")).status_code == 403


@pytest.mark.django_db
def test_pages_before_anything_is_there(home, election, users, client):
    client.force_login(users["coordinator"])
    for name in ("docket_today", "docket_figures"):
        assert 'class="empty"' in client.get(reverse(name)).content.decode()


@pytest.mark.django_db
def test_the_figures_page_shows_what_was_confirmed_and_what_was_measured(read, users, client, tmp_path):
    told = {row.language: row for row in decided.precision(read) if row.detector == "lexicon"}
    assert told["sq"].read == told["sq"].confirmed > 0
    file = tmp_path / "labelled.csv"
    file.write_text("text,label\nTakim nesër,sq\nVidimo se sutra,sr\n")
    figures = {"n": 2, "accuracy": 0.987, "by_label": {"sq": {"n": 1, "accuracy": 1.0}, "sr": {"n": 1}}}
    keep = {"election": read, "kind": "language", "path": file, "figures": figures, "options": {"text": "", "seed": 0}}
    with pytest.raises(Refused):
        actions.keep_evaluation(by=users["coder"], **keep)
    actions.keep_evaluation(by=users["analyst"], **keep)
    row = Evaluation.objects.get()
    assert len(row.sha256) == 64 and row.versions["lexicon"] == "2" and row.options == {}
    client.force_login(users["analyst"])
    page = client.get(reverse("docket_figures")).content.decode()
    assert "0.987" in page and "labelled.csv" in page and "by label" in page and "95 % interval" in page
    assert list(verify.problems()) == []
