"""An import whose shape changed waits outside the corpus until somebody has looked; rows are read again on demand."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from besa.base.errors import BadInput, Conflict, Refused
from besa.base.home import Home
from besa.collect.actions import holding, import_file, read_again, recover, refuse, release, releasing
from besa.collect.connectors import connector
from besa.collect.models import Import
from besa.collect.rules.change import EARLIER, FALL, FIELDS, SMALLEST, changes, with_all
from besa.corpus import Corpus
from besa.ledger.models import Entry
from besa.ledger.verify import problems
from besa.triage import queries as triage

pytestmark = pytest.mark.django_db


def rows_of(first: int, number: int, **changed) -> list[dict]:
    """Posts as Apify's Facebook scraper writes them."""
    return [
        {
            "facebookUrl": "https://www.facebook.com/lumas", "postId": str(at), "pageName": "lumas",
            "url": f"https://www.facebook.com/lumas/posts/{at}", "time": "2027-09-14T08:00:00.000Z",
            "user": {"id": "77", "name": "Lumas"}, "text": f"Post number {at}", "likes": at, "comments": 1, "shares": 2,
            "facebookId": "77", "isVideo": False, **changed,
        }
        for at in range(first, first + number)
    ]  # fmt: skip


@pytest.fixture
def bring(home, election, users, tmp_path):
    def bring(rows: list[dict], name: str = "posts.json"):
        path = tmp_path / name
        path.write_text(json.dumps(rows))
        return import_file(by=users["coordinator"], election=election, path=path, connector="apify")

    return bring


@pytest.fixture
def steady(bring):
    """Three imports that are as they should be."""
    for at in range(EARLIER):
        assert bring(rows_of(1000 * at, 120))["state"] == "done"


def observations() -> int:
    return Corpus(Home.here().corpus).rows("SELECT count(*) AS n FROM observations")[0]["n"]


def renamed(rows: list[dict]) -> list[dict]:
    """The tool calls the text something else from now on."""
    return [{("postText" if key == "text" else key): value for key, value in row.items()} for row in rows]


def test_a_field_that_runs_empty_holds_the_import(bring, steady, election):
    before, digest = observations(), Corpus(Home.here().corpus).digest()
    row = bring(renamed(rows_of(9000, 120)))
    assert row["state"] == "held" and row["read"] == 120 == sum(row["skipped"].values()) and row["mapped"] == 0
    assert row["skipped"] == {"held": 120} and row["unmapped_keys"]["postText"] == 120
    assert {(change["what"], change["name"]) for change in row["changes"]} == {("field", "text"), ("key", "postText")}
    assert observations() == before and Corpus(Home.here().corpus).digest() == digest
    assert triage.new_posts(Corpus(Home.here().corpus), election, -1, 2).num_rows == before
    assert not list(problems())
    assert Entry.objects.filter(act="import.hold").exists()


def test_small_files_and_short_histories_hold_nothing(bring):
    for at in range(EARLIER - 1):
        bring(rows_of(1000 * at, 120))
    assert bring(renamed(rows_of(9000, 120)))["state"] == "done"
    bring(rows_of(20_000, 120))
    assert bring(renamed(rows_of(30_000, SMALLEST - 1)))["state"] == "done"


def test_rows_that_are_no_posts_any_more_are_kept_too(bring, steady):
    """A shape that changed so far that not one row is read would otherwise be lost."""
    row = bring([{"ref": at, "error": "", "body": "moved"} for at in range(150)])
    assert row["state"] == "held" and row["changes"][0]["what"] == "posts"
    held = Import.objects.get(state="held")
    from besa.collect.actions.reading import rows

    assert len([found for found in rows(holding.source_of(held.import_id)) if found.raw]) == 150


def test_release_lets_the_rows_in_once(bring, steady, election, users):
    before = observations()
    row = bring(renamed(rows_of(9000, 120)))
    with pytest.raises(Refused):
        release(by=users["coder"], election=election, import_id=row["import"], reason="looks right")
    with pytest.raises(BadInput):
        release(by=users["analyst"], election=election, import_id=row["import"], reason=" ")
    done = release(by=users["analyst"], election=election, import_id=row["import"], reason="The tool was updated.")
    assert done["state"] == "done" and done["read"] == done["mapped"] == 120 and not done["skipped"]
    assert observations() == before + 120 and not holding.place(row["import"]).exists()
    with pytest.raises(Conflict):
        release(by=users["analyst"], election=election, import_id=row["import"], reason="again")
    entry = Entry.objects.get(act="import.release")
    assert entry.reason == "The tool was updated." and not list(problems())
    # what was released is part of the history: the next of this shape is none of a surprise
    assert bring(renamed(rows_of(50_000, 120)))["state"] == "done"


def test_refusing_deletes_the_rows_and_keeps_what_was_noticed(bring, steady, election, users):
    before = observations()
    row = bring(renamed(rows_of(9000, 120)))
    held = refuse(by=users["coordinator"], election=election, import_id=row["import"], reason="Not ours.")
    assert held.state == "refused" and held.changes and not holding.place(row["import"]).exists()
    assert observations() == before and not list(problems())
    with pytest.raises(Conflict):
        read_again(by=users["coordinator"], election=election, import_id=row["import"])


def test_a_held_import_is_read_again_once_the_connector_knows_the_shape(bring, steady, election, users, monkeypatch):
    row = bring(renamed(rows_of(9000, 120)))
    again = read_again(by=users["coordinator"], election=election, import_id=row["import"])
    assert again["state"] == "held", "the same connector sees the same"
    monkeypatch.setattr(releasing, "connector", lambda name: newer(name))
    done = read_again(by=users["coordinator"], election=election, import_id=row["import"])
    assert done["state"] == "done" and done["mapped"] == 120
    texts = Corpus(Home.here().corpus).rows("SELECT text, connector_version FROM posts WHERE native_id = '9000'")
    assert texts == [{"text": "Post number 9000", "connector_version": "99"}] and not list(problems())


def newer(name: str):
    """The connector of some later version, which knows the new name of the text."""
    old = connector(name)

    def parse(raw):
        return old.parse({**raw, "text": raw.get("text") or raw.get("postText")})

    manifest = replace(old.manifest, version="99", mapped=old.manifest.mapped | {"postText"})
    return replace(old, manifest=manifest, parse=parse)


def test_what_went_in_is_corrected_without_doubling(bring, election, users, monkeypatch):
    """Only rows that come out differently are added, and from then on they stand for the old ones."""
    right, wrong = rows_of(0, 60), renamed(rows_of(5000, 60))
    row = bring(right + wrong)
    assert row["state"] == "done" and observations() == 120
    corpus, version = Corpus(Home.here().corpus), Corpus(Home.here().corpus).version()
    with pytest.raises(Conflict, match="this very version"):
        read_again(by=users["coordinator"], election=election, import_id=row["import"])
    monkeypatch.setattr(releasing, "connector", lambda name: newer(name))
    again = read_again(by=users["coordinator"], election=election, import_id=row["import"])
    assert (again["read"], again["mapped"], again["duplicate"]) == (120, 60, 60)
    assert observations() == 120 and corpus.rows("SELECT count(*) AS n FROM posts")[0]["n"] == 120
    assert not corpus.rows("SELECT 1 FROM observations WHERE text IS NULL")
    assert len(corpus.rows("SELECT 1 FROM observations WHERE text IS NULL", version=version)) == 60, "history stays"
    new = triage.new_posts(corpus, election, version, corpus.version())
    assert new.num_rows == 60, "triage looks again at what was corrected, and at nothing else"
    with pytest.raises(Conflict, match="this very version"):
        read_again(by=users["coordinator"], election=election, import_id=row["import"])
    with pytest.raises(Conflict, match="this very version"):
        read_again(by=users["coordinator"], election=election, import_id=again["import"])
    duplicates = bring(right + wrong)
    assert duplicates["mapped"] == 0 and duplicates["duplicate"] == 120 and observations() == 120
    assert not list(problems())


def test_a_release_that_dies_leaves_the_import_held(bring, steady, election, users, monkeypatch):
    row = bring(renamed(rows_of(9000, 120)))
    with monkeypatch.context() as patch:
        patch.setattr(releasing, "_back", lambda *_: None)
        patch.setattr("besa.collect.actions.importing._carry_out", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            release(by=users["coordinator"], election=election, import_id=row["import"], reason="fine")
    assert Import.objects.get(import_id=row["import"]).state == "intent"
    recover(by=users["coordinator"])
    assert Import.objects.get(import_id=row["import"]).state == "held" and holding.place(row["import"]).exists()
    assert release(by=users["coordinator"], election=election, import_id=row["import"], reason="fine")["mapped"] == 120


def test_nothing_secret_waits_with_a_held_import(bring, steady, home):
    rows = renamed(rows_of(9000, 120, link="https://x.example/?access_token=CANARYTOKEN"))
    row = bring(rows)
    assert row["state"] == "held" and Import.objects.get(state="held").redacted == 120
    import gzip

    assert b"CANARYTOKEN" not in gzip.decompress(holding.place(row["import"]).read_bytes())


def test_the_page_shows_what_changed_and_takes_the_decision(bring, steady, users, election):
    row = bring(renamed(rows_of(9000, 120)))
    client = Client()
    client.force_login(users["coordinator"])
    page = client.get(f"/desk/collect/{row['import']}/").content.decode()
    assert "needs eyes" in page and "postText" in page and "Post number 9000" in page and "100.0" in page
    assert client.post(f"/desk/collect/{row['import']}/held/", {"decision": "release"}).status_code == 302
    assert Import.objects.get(import_id=row["import"]).state == "held", "without a reason nothing happens"
    client.post(f"/desk/collect/{row['import']}/held/", {"decision": "release", "reason": "A new version."})
    assert Import.objects.get(import_id=row["import"]).state == "done"
    assert "What was noticed" in client.get(f"/desk/collect/{row['import']}/").content.decode()


# the rule

SHARES = st.floats(0, 1)


def filled(rows: int, share: float) -> dict:
    groups = {"facebook/post": {"rows": rows, **{name: round(rows * share) for name in FIELDS}}}
    return with_all(groups, rows)


@given(st.lists(SHARES, min_size=EARLIER, max_size=8), SHARES, st.integers(SMALLEST, 5000))
def test_a_field_is_noticed_exactly_when_it_is_far_below_its_lowest(shares, now, rows):
    earlier = [(filled(1000, share), []) for share in shares]
    found = {change.name for change in changes(filled(rows, now), {}, earlier)}
    gap = min(round(1000 * share) / 1000 for share in shares) - round(rows * now) / rows
    assert found == (set(FIELDS) if gap > FALL else set())


@given(st.lists(SHARES, max_size=8), SHARES, st.integers(0, SMALLEST - 1), st.integers(0, 2000))
def test_small_imports_are_never_held(shares, now, rows, keys):
    earlier = [(filled(1000, share), []) for share in shares]
    assert changes(filled(rows, now), {"new": keys}, earlier) == []


@given(st.lists(SHARES, min_size=EARLIER, max_size=8), st.randoms(use_true_random=False))
def test_what_was_seen_before_is_no_change(shares, chance):
    """An import like one of its own history is never held, whatever the others were."""
    earlier = [(filled(1000, share), ["key"]) for share in shares]
    assert changes(filled(1000, chance.choice(shares)), {"key": 1000}, earlier) == []


@given(st.integers(0, 400))
def test_a_new_key_counts_when_nearly_every_row_has_it(rows):
    earlier = [(filled(400, 1.0), ["known"])] * EARLIER
    found = changes(filled(400, 1.0), {"known": 400, "new": rows}, earlier)
    assert [change.name for change in found] == (["new"] if rows >= 360 else [])
