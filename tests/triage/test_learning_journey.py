"""A budget, coders at work, the phase changes, the model is promoted, the next docket is better, the page shows it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from coding_book import VIOLATION, codebook, preserve
from django.db import transaction
from django.urls import reverse

from besa.base.errors import BadInput, Conflict, Refused, Tampered
from besa.base.home import Home
from besa.coding import actions as coding
from besa.coding import queries as decided
from besa.coding.models import Screening
from besa.ledger import verify
from besa.ledger.chain import record
from besa.people.policy import BELT
from besa.site import belt
from besa.site.cli import main
from besa.site.learning import examples_for, train_if_due
from besa.triage import actions
from besa.triage.learning import standing
from besa.triage.learning.types import Example
from besa.triage.models import DocketItem, FrozenTest, Run, TrainedModel
from besa.triage.queries import budgets
from besa.triage.rules.budget import REST
from triage.posts import bring, post

pytestmark = pytest.mark.django_db

_WHO = ("këta", "ata", "të gjithë ata", "komshinjtë tanë", "njerëzit e tyre")
_HATE = ("janë tradhtarë të ndyrë", "duhen dëbuar si parazitë", "tradhtarë e pisa, jashtë", "pisa e parazitë të ndyrë")
_CALM = ("Drama “Tradhtari” vjen në teatër", "roli i tradhtarit në roman", "libri mbi tradhtarët e mesjetës",
         "filmi për tradhtarin shfaqet")  # fmt: skip
_WHERE = ("në Lumas", "te ura", "sot", "në shesh", "mbrëmë", "pas mbledhjes", "te tregu", "në fshat")
_PLAIN = ("takim me qytetarët për ujin", "rruga e re hapet", "orari i autobusëve", "mbledhja e këshillit për arsimin")


def a_week(first: datetime, start: int, chance: Random) -> tuple[list[dict], set[str]]:
    """160 posts that name traitors, one in four of them hate; 60 of hate without that word; 200 others."""
    texts = [(f"{chance.choice(_WHO)} {_HATE[chance.choice([0, 2])]}", True) for _ in range(40)]
    texts += [(f"{chance.choice(_CALM)}", False) for _ in range(120)]
    texts += [(f"{chance.choice(_WHO)} {_HATE[chance.choice([1, 3])]}", True) for _ in range(60)]
    texts += [(chance.choice(_PLAIN), False) for _ in range(200)]
    chance.shuffle(texts)
    made, bad = [], set()
    for at, (text, hateful) in enumerate(texts):
        row = post(start + at, f"{text} {chance.choice(_WHERE)} {chance.choice(_WHERE)} {start + at}", reactions=0,
                   posted_at=first + timedelta(minutes=20 * at % (4 * 24 * 60)))  # fmt: skip
        made.append(row)
        if hateful:
            bad.add(row["post_key"])
    return made, bad


def coders_work(users, election, bad: set[str]) -> int:
    """Everything on the docket is preserved and read to the end, by people who know what is hate."""
    items = DocketItem.objects.filter(election=election).exclude(pk__in=Screening.objects.values("item_id"))
    for item in items:
        preserve(item)
        hateful = item.post_key in bad
        coding.screen(by=users["coder"], item=item, key="look" if hateful else "nothing", seconds=20)
        if hateful:
            for coder in ("coder", "coder2"):
                coding.submit(by=users[coder], item=item, answers=VIOLATION, seconds=180)
            coding.adjudicate(
                by=users["adjudicator"], item=item, decision="violation", answers=VIOLATION, reason="It is.",
                seconds=180,
            )  # fmt: skip
    return len(items)


@pytest.fixture
def budget(home, election, lexicon, users):
    codebook(election)
    election.settings = {"control_per_week": 40, "duty_per_signatory": 0, "uncertain_per_week": 6, "alpha_share": 0,
                         "learn_after": 60, "docket_per_week": 100}  # fmt: skip
    with transaction.atomic():
        election.save()
        record(by=users["coordinator"], act="test.budget", rows=[election], election=election.slug)
    return election


def test_from_the_first_decisions_to_a_better_docket(budget, users, client, at):
    election, chance = budget, Random(7)
    coordinator = users["coordinator"]
    # the coordinator says on the page how many hours there are: at usual speed these read 140 posts a week
    client.force_login(coordinator)
    form = client.get(reverse("budget")).context["form"]
    told = {"week": form.fields["week"].choices[0][0], "hours": f"{140 * budgets.effort(election)[REST].minutes / 60}"}
    assert client.post(reverse("budget"), told).status_code == 302
    # two weeks of the campaign with the lexicon alone
    bad: set[str] = set()
    for number, (moment, start) in enumerate(
        [(datetime(2027, 9, 20, 6, tzinfo=UTC), 10_000), (datetime(2027, 9, 27, 6, tzinfo=UTC), 20_000)]
    ):
        at.move_to(moment + timedelta(days=6))
        posts, hateful = a_week(moment, start, chance)
        bad |= hateful
        bring(posts, f"week{number}")
        assert client.post(reverse("triage_run")).status_code == 302
        assert coders_work(users, election, bad) >= 110
    assert not DocketItem.objects.filter(sample="uncertain").exists(), "nothing is unsure where there is no model"
    before = decided.yields(election)[-1]
    assert before["per_100"] < 45
    page = said(client, "docket_today", week="2027-W39")
    missed = decided.missed_in(election, decided.control(election, ["2027-W39"]))
    hidden = {item for item in bad if item not in set(DocketItem.objects.values_list("post_key", flat=True))}
    assert missed.low <= len(hidden) / 2 + missed.found <= missed.high, "as many as the lexicon cannot find, each week"
    assert f"an estimated {missed.estimate:.0f} (between {missed.low} and {missed.high})" in page
    assert "Minutes as measured" in page and "flagged posts are beyond the hours" in page

    # enough was decided: the belt learns, but nothing changes in the middle of a phase
    version = train_if_due(by=BELT, election=election)
    assert version == "m1" and train_if_due(by=BELT, election=election) == ""
    row = standing.named(election, version)
    assert row.state == "candidate" and row.card["test"]["quality"] > 0.9
    assert row.card["test"]["by_language"] and row.card["data"]["learned_from"] > 100
    with pytest.raises(Conflict, match="phase is running"):
        actions.promote(by=coordinator, election=election, version=version)
    with pytest.raises(Refused):
        actions.promote(by=users["coder"], election=election, version=version)
    client.force_login(coordinator)
    page = client.get(reverse("models")).content.decode()
    assert "A phase is running" in page and "Candidate" in page

    # the day after the vote, when the next phase begins
    at.move_to(datetime(2027, 10, 13, 5, 0, tzinfo=UTC))
    assert client.post(reverse("model_promote", args=[version])).status_code == 302
    assert standing.named(election, version).state == "promoted"
    posts, hateful = a_week(datetime(2027, 10, 13, 6, tzinfo=UTC), 30_000, chance)
    bad |= hateful
    at.move_to(datetime(2027, 10, 17, 20, 0, tzinfo=UTC))
    bring(posts, "week3")
    assert client.post(reverse("triage_run")).status_code == 302
    assert Run.objects.order_by("-id")[0].signals["learned"] > 60
    assert DocketItem.objects.filter(sample="uncertain").count() == 6
    signal = next(
        reason for item in DocketItem.objects.filter(week="2027-W41") for reason in item.reasons
        if reason["detector"] == "learned"
    )  # fmt: skip
    assert signal["concern"] == "hate" and "model m1" in signal["text"] and signal["words"]
    coders_work(users, election, bad)

    # better, and the page says so
    after = decided.yields(election)[-1]
    assert after["week"] == "2027-W41" and after["per_100"] >= before["per_100"] + 25
    learned = decided.missed_in(election, decided.control(election, ["2027-W41"]))
    assert learned.estimate < missed.estimate / 2, "what nothing flags holds fewer violations now"
    assert f"an estimated {learned.estimate:.0f} (between" in said(client, "docket_today", week="2027-W41")
    page = client.get(reverse("models")).content.decode()
    told = dict(re.findall(r'<th scope="row">(2027-W\d+)</th><td>([^<]+)</td>', page))
    assert told == {"2027-W38": "–", "2027-W39": "–", "2027-W41": "m1"}
    assert f"{after['per_100']:.1f}" in page and f"{before['per_100']:.1f}" in page
    assert list(verify.problems()) == []


def said(client, name: str, **asked) -> str:
    """The words of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", client.get(reverse(name), asked).content.decode()).split())


def hand_examples():
    chance = Random(3)
    made, bad = a_week(datetime(2027, 9, 14, 6, tzinfo=UTC), 50_000, chance)
    return [
        Example(row["post_key"], row["text"], "sq", frozenset({"hate"} if row["post_key"] in bad else ()), row["text"])
        for row in made
    ]


def test_the_frozen_test_set_is_fixed_by_the_first_training(budget, users):
    handed = hand_examples()
    one = actions.train(by=users["analyst"], election=budget, examples=handed[:300])
    members = FrozenTest.objects.get().members
    two = actions.train(by=users["analyst"], election=budget, examples=handed)
    assert FrozenTest.objects.get().members == members
    assert one.card["test"]["n"] == two.card["test"]["n"] == len(members)
    assert [row.version for row in standing.trained(budget)] == ["m2", "m1"]
    with pytest.raises(BadInput, match="too little"):
        actions.train(by=users["analyst"], election=budget, examples=handed[:20])
    with pytest.raises(Refused):
        actions.train(by=users["coder"], election=budget, examples=handed)
    assert list(verify.problems()) == []


def test_a_model_no_better_than_the_one_in_force_stays_a_candidate(budget, users, at):
    at.move_to(datetime(2027, 10, 13, 8, 0, tzinfo=UTC))
    handed = hand_examples()
    actions.train(by=BELT, election=budget, examples=handed)
    actions.promote(by=users["coordinator"], election=budget, version="m1")
    same = actions.train(by=BELT, election=budget, examples=handed)
    assert same.card["test"]["before"] == same.card["test"]["quality"]
    with pytest.raises(Conflict, match="not better"):
        actions.promote(by=users["coordinator"], election=budget, version="m2")
    assert TrainedModel.objects.get(state="promoted").version == "m1"


def test_bytes_that_changed_in_the_vault_are_not_used(budget, users, at):
    at.move_to(datetime(2027, 10, 13, 8, 0, tzinfo=UTC))
    made = actions.train(by=BELT, election=budget, examples=hand_examples())
    actions.promote(by=users["coordinator"], election=budget, version=made.version)
    path = next(Home.here().vault.rglob(f"{made.sha256}*"))
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    standing.opened.cache_clear()
    with pytest.raises(Tampered):
        standing.promoted(budget)


def test_coders_see_nothing_of_it(budget, users, client, at):
    client.force_login(users["coder"])
    assert client.get(reverse("models")).status_code == 403
    at.move_to(datetime(2027, 10, 13, 8, 0, tzinfo=UTC))
    handed = hand_examples()
    made = actions.train(by=BELT, election=budget, examples=handed)
    actions.promote(by=users["coordinator"], election=budget, version=made.version)
    posts, _ = a_week(datetime(2027, 10, 13, 6, tzinfo=UTC), 70_000, Random(5))
    bring(posts)
    actions.run(by=BELT, election=budget)
    item = next(item for item in DocketItem.objects.filter(sample="ranked")
                if any(reason["detector"] == "learned" for reason in item.reasons))  # fmt: skip
    preserve(item)
    coding.screen(by=users["coder"], item=item, key="look")
    shown = [
        client.get(reverse("code_item", args=[item.pk])).content.decode(),
        client.post(reverse("evidence_add", args=[item.pk]), {}).content.decode(),
    ]
    for page in shown:
        assert item.text[:30] in page and "model m1" not in page and "<mark>" not in page and "likely" not in page


def test_a_labelled_file_and_the_command(budget, users, tmp_path, capsys, at):
    at.move_to(datetime(2027, 10, 13, 8, 0, tzinfo=UTC))
    handed = hand_examples()
    file = tmp_path / "labelled.csv"
    file.write_text("text,label\n" + "".join(f'"{row.text}",{int(bool(row.concerns))}\n' for row in handed))
    rows, source = examples_for(budget, str(file), concern="hate", language="sq")
    assert len(rows) == len(handed) and "labelled.csv" in source
    with pytest.raises(BadInput):
        examples_for(budget, str(file), concern="weather")
    made = actions.train(by=users["analyst"], election=budget, examples=rows, source=source)
    assert made.card["cross_validated"]["hate"]["macro_f1"] > 0.9
    assert belt.turn(election=budget)["trained"] == ""
    assert main(["model", "show"]) == 2
