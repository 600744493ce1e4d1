"""Periods of keeping: when something falls due, what then goes, and that nothing else does."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from canary import HANDLE, NAME, TEXT, batch, fill, hits, observation, ruled
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

import make
from besa.base.errors import NotFound, Refused
from besa.coding.models import Coding
from besa.collect.models import Tip, TipContact
from besa.corpus import Corpus
from besa.evidence.models import Exhibit
from besa.ledger import verify
from besa.ledger.chain import record
from besa.people.policy import BELT
from besa.retention import actions, rules
from besa.retention.models import Erasure
from besa.retention.queries.due import due
from besa.triage.models import DocketItem
from besa.vault import Vault

COURT = "The court has it."


@pytest.fixture
def filled(home, election, users) -> DocketItem:
    item = fill(home, election, users["coder"])
    with transaction.atomic():
        tip = Tip.objects.create(
            election=election, number_sha256="0" * 64, link="https://f.example/9", note="Look at this", language="en",
            consent="yes", received_at=make.clock.now(), picture_sha256=Vault(home.vault).put(b"a tip's picture"),
        )  # fmt: skip
        contact = TipContact.objects.create(tip=tip, sealed="enciphered")
        record(by=BELT, act="test.tip", rows=[tip, contact])
    watched = observation("facebook:5", text="Of a candidate", account_key="facebook:@ana.pl", account_handle="ana.pl")
    Corpus(home.corpus).append([batch([watched | {"import_id": "i9"}])], import_id="i9")
    ruled(election)
    return item


def counted(election) -> dict[str, int]:
    return {one.kind: one.rows for one in due(election)}


def run(kind: str, election, by) -> Erasure:
    row = actions.order(by=by, election=election, what=kind, reason="No longer needed.")
    return actions.finish(by=by, erasure=row)


def test_the_day_is_counted_from_the_vote(filled, election, at):
    assert {one.day for one in due(election)} == {date(2027, 11, 11)} and not any(one.due for one in due(election))
    at.move_to(datetime(2027, 11, 11, 1, tzinfo=UTC))
    assert {one.kind for one in due(election) if one.due} >= {"private_posts", "tips", "tip_contacts", "work_times"}


def test_each_kind_goes_and_nothing_else(home, filled, election, users):
    before = counted(election)
    assert before == {
        "private_posts": 3, "non_findings": 1, "exhibits": 0, "tips": 1, "tip_contacts": 1, "work_times": 1,
        "desk_log": 1,
    }  # fmt: skip
    for kind in ("private_posts", "tip_contacts", "tips", "work_times", "desk_log", "non_findings"):
        run(kind, election, users["data_protection"])
        before[kind] = 0
        assert counted(election) == before, kind
        assert list(verify.problems()) == [], kind
    assert hits(home, TEXT, NAME, "A second one", "Look at this", "enciphered", "a tip's picture") == []
    rows = Corpus(home.corpus).rows("SELECT post_key FROM posts")
    assert rows == [{"post_key": "facebook:5"}], "who is on the watch-list stays"
    assert Tip.objects.count() == Coding.objects.count() == DocketItem.objects.count() == 1, "counts stay"


def test_the_belt_erases_only_what_its_rule_lets_it(home, filled, election, at):
    at.move_to(datetime(2027, 11, 11, 1, tzinfo=UTC))
    assert actions.run_due(election=election) == 0
    ruled(election, by_itself=True)
    assert actions.run_due(election=election) == 6 and actions.run_due(election=election) == 0
    assert hits(home, HANDLE) == []


def test_before_the_day_nothing_goes_by_itself(filled, election):
    ruled(election, by_itself=True)
    assert actions.run_due(election=election) == 0 and not Erasure.objects.exists()


def test_held_records_outlive_their_period(home, filled, election, users):
    raw = Exhibit.objects.get(kind="raw")
    actions.set_hold(
        by=users["coordinator"], election=election, kind="exhibit", key=str(raw.pk), reason="The court has it."
    )
    with pytest.raises(NotFound):
        run("non_findings", election, users["coordinator"])
    assert Vault(home.vault).get(raw.sha256)


def test_who_may_not_is_refused(filled, election, users):
    with pytest.raises(Refused):
        run("tips", election, users["coder"])
    with pytest.raises(Refused):
        actions.set_hold(
            by=users["editor"], election=election, kind="post", key=filled.post_key, reason="The court has it."
        )


_SAID = tuple("ne nuk do ta harrojmë këtë turp të madh kurrë arben berisha".split())  # noqa: SIM905
_WORDS = st.lists(st.sampled_from(_SAID), max_size=30)


@given(_WORDS)
def test_nothing_that_is_covered_can_be_read_again(words):
    said = "kurrë nuk do ta harrojmë këtë turp"
    cover = rules.Cover({"Arben Berisha": "account-X"}, [said])
    left = cover(" ".join(words))
    runs = {tuple(said.split()[at : at + rules.RUN]) for at in range(len(said.split()) - rules.RUN + 1)}
    kept = left.replace("[…]", "\n").split("\n")
    assert not any(tuple(part.split()[at : at + rules.RUN]) in runs for part in kept for at in range(30))
    assert "arben berisha" not in left and cover(left) == left
    if not any(tuple(words[at : at + rules.RUN]) in runs for at in range(30)):
        assert left == " ".join(words).replace("arben berisha", "account-X"), "what is not meant stays as it is"


@pytest.mark.parametrize(
    "value, covered",
    [
        ("@arben.b says", "@X says"), ("ARBEN.B", "X"), ("arben.bb", "arben.bb"), ("karben.b", "karben.b"),
        ({"a": ["arben.b", 5, None]}, {"a": ["X", 5, None]}), ("", ""),
    ],
)  # fmt: skip
def test_names_are_covered_as_whole_words_in_anything(value, covered):
    assert rules.Cover({"arben.b": "X", "abc": "too short"})(value) == covered
