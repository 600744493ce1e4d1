"""Threads around docketed posts; and what a batch costs the more there is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa
from coding_book import post
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from besa.base.home import Home
from besa.base.ids import sha256_hex
from besa.coding.queries import around, threads
from besa.coding.queries.threads import _indexed, _walked
from besa.corpus import Corpus
from besa.corpus.schema import OBSERVATIONS
from besa.site.indexing import refresh

AT = datetime(2027, 9, 14, 9, 30, tzinfo=UTC)


def said(key: str, minutes: int, parent: str | None = None, **fields) -> dict:
    return {
        "observation_id": sha256_hex(f"{key} {fields}"), "post_key": key, "platform": "facebook", "native_id": key,
        "kind": "comment" if parent else "post", "parent_key": parent, "root_key": parent, "channel": "public",
        "account_key": f"facebook:{minutes}", "text": f"Said at {minutes}.", "text_normal": "said", "language": "en",
        "posted_at": AT + timedelta(minutes=minutes), "observed_at": AT + timedelta(days=1), "connector": "test",
        **fields,
    }  # fmt: skip


def collected(election, rows: list[dict]) -> None:
    rows = [{"election": election.slug, **row} for row in rows]
    columns = [pa.array([row.get(field.name) for row in rows], field.type) for field in OBSERVATIONS]
    Corpus(Home.here().corpus).append([pa.RecordBatch.from_arrays(columns, schema=OBSERVATIONS)], import_id="test")


def test_the_index_and_a_walk_through_the_corpus_tell_the_same_thread(desk, election):
    collected(election, [
        said("f:parent", 0), *(said(f"f:{number}", number, "f:parent") for number in range(1, 12)),
        said("f:1", 1, "f:parent", text="Said otherwise later.", observed_at=AT + timedelta(days=2)),
        said("f:other", 2, "f:lost", gone_cause="author"), said("f:reply", 3, "f:4"),
    ])  # fmt: skip
    items = [
        post(election, post_key=key, parent_key=parent, posted_at=AT + timedelta(minutes=minutes))
        for key, parent, minutes in (("f:2", "f:parent", 2), ("f:other", "f:lost", 2), ("f:parent", "", 0),
                                     ("f:unknown", "f:parent", 10))
    ]  # fmt: skip
    walked = _walked(items)
    assert _indexed(items) == {}  # there is none yet
    refresh()
    indexed = _indexed(items)
    assert set(indexed) == {item.pk for item in items[:3]}
    first, lost, alone, unknown = (threads.threads(items)[item.pk] for item in items)
    assert [row["text"] for row in first.parent] == ["Said at 0."]
    assert {row["post_key"] for row in first.beside} >= {"f:1", "f:4"} and len(first.beside) == 4
    assert "Said otherwise later." in {row["text"] for row in first.beside}
    assert (lost.gone, lost.parent, lost.beside) == ("author", (), ()) and alone == threads.Thread()
    assert [row["post_key"] for row in unknown.parent] == ["f:parent"]
    for item in items:
        told, other = indexed.get(item.pk, walked[item.pk]), walked[item.pk]
        same = [[(row["post_key"], row["text"], row["posted_at"]) for row in rows] for rows in
                (told.parent, told.beside, other.parent, other.beside)]  # fmt: skip
        assert same[0] == same[2] and same[1] == same[3] and told.gone == other.gone
    assert around(items)[items[1].pk].parent_missing


def test_a_batch_and_its_pages_ask_no_more_where_more_waits(desk, election):
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(desk["coder"])

    def cost(address: str, **given) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.post(address, given).status_code in (200, 302)
        return len(seen)

    def all_of_it() -> list[int]:
        client.post(reverse("coding_give_all_back", args=["screen"]))
        taken = [cost(reverse("coding_take", args=["screen"])), cost(reverse("coding_take", args=["screen"]))]
        client.post(reverse("coding_give_all_back", args=["screen"]))
        return [*taken, cost(reverse("coding_batch", args=["screen"])), cost(reverse("coding_batch", args=["screen"]))]

    for number in range(14):
        post(election, posted_at=AT, rank=number / 100)
    few = all_of_it()
    for number in range(40):
        post(election, posted_at=AT, rank=number / 100)
    assert all_of_it() == few
