"""Erasure in a real home: counted before and after, in every byte; what a hold keeps stays; the ledger stays whole."""

from __future__ import annotations

import pytest
from canary import HANDLE, NAME, REASON, TEXT, batch, fill, hits, observation
from django.db import transaction

from besa.base.errors import BadInput, Conflict, Erased
from besa.coding.models import Coding
from besa.collect.names.queries import author
from besa.corpus import Corpus
from besa.corpus.index.keeping import Index
from besa.evidence.models import Custody, Exhibit
from besa.ledger import verify
from besa.ledger.chain import record
from besa.people.policy import BELT
from besa.retention import actions
from besa.retention.models import Erasure, Tombstone
from besa.site import indexing
from besa.triage.models import DocketItem
from besa.vault import Vault


@pytest.fixture
def filled(home, election, users) -> DocketItem:
    return fill(home, election, users["coder"])


def erase(users, election, what="account", **subject) -> Erasure:
    subject = subject or {"accounts": [f"facebook:@{HANDLE}"]}
    row = actions.order(
        by=users["coordinator"], election=election, what=what, ground="person", reason=REASON, subject=subject
    )
    return actions.finish(by=users["coordinator"], erasure=row)


def test_an_account_is_gone_from_every_byte_and_the_rest_is_whole(home, election, users, filled):
    words = (NAME, HANDLE, TEXT, "A second one", "ta harrojmë këtë", "900011112222")
    before = hits(home, *words)
    assert len(before) > 8, "the measure sees what is there"
    row = erase(users, election)
    assert hits(home, *words) == []
    assert row.counts == {"posts": 2, "docketed": 1, "evidence": 2, "files": 3}
    assert Corpus(home.corpus).rows("SELECT count(*) AS n FROM observations") == [{"n": 2}]
    assert [row["n"] for row in Corpus(home.corpus).rows("SELECT count(*) AS n FROM observations", version=0)] == [1]
    filled.refresh_from_db()
    assert filled.text == "" and filled.post_key.startswith("erased:") and filled.week == "2027-W37"
    assert Coding.objects.get().verdict == "no_issue", "decisions stay"
    assert list(verify.problems()) == []


@pytest.mark.parametrize("others", [False, True], ids=["alone", "named by others"])
def test_the_index_for_searching_forgets_it(home, election, users, filled, others):
    if others:
        Corpus(home.corpus).append([batch([observation("facebook:other", text=f"{NAME} iku")])], import_id="i9")
    indexing.refresh()
    index = Index(home.index, Corpus(home.corpus))
    before = index.state().posts
    assert before and any(TEXT.encode() in path.read_bytes() for path in home.index.rglob("*") if path.is_file())
    erase(users, election)
    assert not [path for path in home.index.rglob("*") if path.is_file() and NAME.encode() in path.read_bytes()]
    assert index.state().posts < before
    indexing.refresh()
    left = Corpus(home.corpus).rows("SELECT count(*) AS n FROM posts")[0]["n"]
    assert 0 < index.state().posts == left < before
    assert not [path for path in home.index.rglob("*") if path.is_file() and NAME.encode() in path.read_bytes()]


def test_the_vault_and_custody_say_when_and_why(home, election, users, filled):
    erase(users, election)
    for exhibit in Exhibit.objects.all():
        with pytest.raises(Erased, match=r"2027-09-15.*person concerned"):
            Vault(home.vault).get(exhibit.sha256)
        assert Custody.objects.filter(exhibit=exhibit, act="erased", by="coordinator").count() == 1
    assert Tombstone.objects.count() == 3


def test_who_answers_keeps_their_words_and_their_thread(home, election, users, filled):
    erase(users, election)
    answer = Corpus(home.corpus).rows("SELECT text, parent_key FROM posts WHERE post_key = 'facebook:778'")[0]
    filled.refresh_from_db()
    assert answer["parent_key"] == f"facebook:{filled.post_key}"
    assert answer["text"].startswith("@account-") and answer["text"].endswith("has no shame")


def test_a_hold_keeps_it_and_says_why(home, election, users, filled):
    hold = actions.set_hold(
        by=users["data_protection"], election=election, kind="post", key=filled.post_key, reason="The court has it."
    )
    row = erase(users, election)
    filled.refresh_from_db()
    assert filled.text == TEXT and row.counts["posts"] == 1
    assert [(one["hold"], one["reason"]) for one in row.held] == [(hold.pk, "The court has it.")]
    assert Vault(home.vault).get(Exhibit.objects.get(kind="raw").sha256)
    assert hits(home, "A second one") == [] and hits(home, TEXT) != []
    with pytest.raises(Conflict):
        actions.set_hold(
            by=users["coordinator"], election=election, kind="post", key=filled.post_key, reason="Once more."
        )
    actions.lift(by=users["coordinator"], hold=hold, reason="The court is done.")
    erase(users, election, what="post", posts=[filled.post_key])
    assert hits(home, TEXT) == []


def test_one_piece_of_evidence(home, election, users, filled):
    shot = Exhibit.objects.get(kind="screenshot")
    erase(users, election, what="exhibit", exhibits=[shot.pk])
    filled.refresh_from_db()
    assert filled.text == TEXT and not Vault(home.vault).has(shot.sha256)
    assert Vault(home.vault).has(Exhibit.objects.get(kind="raw").sha256)


def test_a_reason_that_names_them_is_refused(home, election, users, filled):
    with pytest.raises(BadInput, match="names"):
        actions.order(
            by=users["coordinator"], election=election, what="account", ground="person",
            reason=f"{NAME} wrote to us", subject={"accounts": [f"facebook:@{HANDLE}"]},
        )  # fmt: skip
    assert not Erasure.objects.exists()


def test_what_comes_in_again_goes_again(home, election, users, filled):
    erase(users, election)
    mine = {"account_key": f"facebook:@{HANDLE}", "account_handle": HANDLE, "account_name": NAME, "import_id": "i3"}
    new = observation("facebook:900011119999", text="Once more", **mine)
    Corpus(home.corpus).append([batch([new])], import_id="i3")
    assert actions.keep_erased(election=election) == 1
    assert hits(home, NAME, "Once more") == []
    assert actions.keep_erased(election=election) == 0


def test_the_list_erases_again_in_an_older_home(home, election, users, filled):
    """As after a restore: the ledger knows of no erasure, the list does."""
    erase(users, election)
    text = home.erasures.read_text()
    assert NAME not in text and HANDLE not in text
    mine = {"account_key": f"facebook:@{HANDLE}", "account_handle": HANDLE, "account_name": NAME, "import_id": "i3"}
    Corpus(home.corpus).append([batch([observation("facebook:900011112222", text=TEXT, **mine)])], import_id="i3")
    with transaction.atomic():
        stones = [(stone._meta.db_table, str(stone.pk)) for stone in Tombstone.objects.all()]
        gone = [*stones, *[(row._meta.db_table, str(row.pk)) for row in Erasure.objects.all()]]
        Tombstone.objects.all().delete()
        Erasure.objects.all().delete()
        record(by=BELT, act="test.older", erased=gone)
    assert actions.erase_again() == 1
    assert hits(home, NAME, TEXT) == [] and Erasure.objects.count() == 1
    assert list(verify.problems()) == []


def test_who_was_erased_keeps_the_code_under_which_pages_showed_them(home, election, users, filled):
    before = author(filled, election).code
    erase(users, election)
    filled.refresh_from_db()
    assert author(filled, election).code == before and author(filled, election).private
