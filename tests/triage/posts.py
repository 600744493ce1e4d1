"""Invented posts put straight into a corpus."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from besa.base.home import Home
from besa.base.text import normal
from besa.corpus import Corpus
from besa.corpus.schema import OBSERVATIONS

FIRST = datetime(2027, 9, 14, 8, 0, tzinfo=UTC)


def post(number: int, text: str = "", **fields) -> dict:
    text = text or f"Takimi {number} me qytetarët, {number} pyetje për ujin, {number} për rrugët."
    made = {
        "post_key": f"facebook:{number}", "native_id": str(number), "platform": "facebook", "kind": "post",
        "channel": "public", "account_key": f"facebook:{number % 50}", "account_handle": f"page{number % 50}",
        "text": text, "text_normal": normal(text), "posted_at": FIRST + timedelta(minutes=7 * (number % 700)),
        "reactions": number % 90, "route": "watch_list", "election": "tirona-2027", "connector": "test",
        "raw": f'{{"id": {number}}}',
    } | fields  # fmt: skip
    made.setdefault("observation_id", hashlib.sha256(f"{made['post_key']} {made['text']}".encode()).hexdigest())
    return made


def bring(posts: list[dict], name: str = "a") -> Corpus:
    corpus = Corpus(Home.here().corpus)
    for row in posts:
        row["import_id"] = name
    corpus.append([pa.RecordBatch.from_pylist(posts, schema=OBSERVATIONS)], import_id=name)
    return corpus
