"""A canary: one private account whose name, handle and words stand in every store of a home, and the search for it."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import connection, transaction

import make
from besa.base.ids import sha256_hex
from besa.base.words import RecordKind
from besa.coding.models import Codebook, Coding
from besa.collect.models import Import
from besa.corpus import Corpus
from besa.corpus.schema import OBSERVATIONS, SIGNALS
from besa.evidence.actions import add_file, preserve_pending
from besa.ledger.chain import record
from besa.people.policy import BELT
from besa.pledge.models import Election
from besa.triage.models import DocketItem
from besa.vault import Vault

NAME, HANDLE = "Kanarina Fluturaku", "kanarina.fluturaku"
TEXT = "Kurrë nuk do ta harrojmë këtë turp të madh"
REASON = "Asked for in letter 12 of the year 2027."
PNG = b"\x89PNG\r\n\x1a\n" + b"picture of the canary" * 9


def observation(post_key: str, **fields) -> dict:
    told = {
        "post_key": post_key, "platform": "facebook", "kind": "comment", "election": "tirona-2027",
        "posted_at": make.clock.now(), "import_id": "i1", "connector": "test", **fields,
    }  # fmt: skip
    told["raw"] = json.dumps({name: value for name, value in told.items() if name != "posted_at"}, ensure_ascii=False)
    return told | {"observation_id": sha256_hex(told["raw"])}


def batch(rows, schema=OBSERVATIONS) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(rows, schema=schema)


def fill(home, election, coder) -> DocketItem:
    """One private account with a docketed comment, another comment, an edit of it; others answer and mention it."""
    mine = {
        "election": election.slug,
        "account_key": f"facebook:@{HANDLE}",
        "account_handle": HANDLE,
        "account_name": NAME,
    }
    corpus = Corpus(home.corpus)
    rows = [
        observation("facebook:900011112222", text=TEXT, **mine),
        observation("facebook:900011113333", text="A second one, unlike the first", **mine),
        observation("facebook:777", text="Of somebody else", account_key="facebook:@other", account_handle="other"),
    ]
    corpus.append([batch(rows)], import_id="i1")
    delivered = json.dumps([row["raw"] for row in rows], ensure_ascii=False).encode()
    with transaction.atomic():
        delivery = Import.objects.create(
            import_id="i1", election=election.slug, file_name="a.json", size=len(delivered), connector="test",
            file_sha256=Vault(home.vault).put(delivered), connector_version="1", route="watch_list", state="done",
            started_at=make.clock.now(), by="operator",
        )  # fmt: skip
        record(by=BELT, act="test.import", rows=[delivery])
    answer = observation(
        "facebook:778", text=f"@{HANDLE} has no shame", parent_key="facebook:900011112222", import_id="i2",
        account_key="facebook:@other", account_handle="other",
    )  # fmt: skip
    corpus.append([batch([observation("facebook:900011112222", text=TEXT + "!", import_id="i2", **mine), answer])],
                  import_id="i2")  # fmt: skip
    signal = {"signal_id": "s1", "post_key": "facebook:900011112222", "reason": "turp", "detector": "lexicon"}
    corpus.add_signals([batch([signal], SIGNALS)], run_id="r1")
    seen = corpus.rows("SELECT observation_id FROM posts WHERE post_key = 'facebook:900011112222'")[0]
    item = make.docket_item(
        election, TEXT, post_key="facebook:900011112222", kind="comment", url=f"https://f.example/{HANDLE}/1",
        account_key=mine["account_key"], account_handle=HANDLE, account_name=NAME,
        observation_id=seen["observation_id"],
    )  # fmt: skip
    preserve_pending(by=BELT, election=election)
    add_file(by=coder, item=item, kind="screenshot", data=PNG, media_type="image/png", file_name=f"{HANDLE}.png")
    with transaction.atomic():
        book = Codebook.objects.create(election=election, version="canary", body={})
        coding = Coding.objects.create(
            item=item, coder=coder, place=1, codebook=book, answers={"host": NAME}, verdict="no_issue",
            note=f"{NAME} writes “nuk do ta harrojmë këtë turp”", seconds=42, at=make.clock.now(),
        )  # fmt: skip
        record(by=BELT, act="test.coding", rows=[book, coding])
    (home.mail / "1.log").write_text(f"Subject: x\n\n{TEXT}\n")
    (home.logs / "desk.log").write_text(f"{HANDLE} seen")
    return item


DAYS = 30


def ruled(election: Election, *, by_itself: bool = False) -> Election:
    election.settings = {
        "retention": [
            {"kind": kind, "days": DAYS, "from": "polling_day", "ground": {"en": "No longer needed."},
             "by_itself": by_itself} for kind in RecordKind
        ]
    }  # fmt: skip
    with transaction.atomic():
        election.save()
        record(by=BELT, act="test.rules", rows=[election])
    return election


def hits(home, *words: str) -> list[str]:
    """Files of the home in whose bytes, unpacked, one of the words stands; the database is asked in its own words."""
    found = files_with(home.root, *words)
    if connection.vendor == "sqlite":
        said = "\n".join(connection.connection.iterdump())
        found += [f"database: {word}" for word in words if word in said]
    return found


def files_with(root: Path, *words: str) -> list[str]:
    """Every file under `root`, as it lies there and unpacked, in which one of the words stands."""
    found = []
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        data = path.read_bytes() + b"".join(_inside(path))
        found += [
            f"{path.relative_to(root)}: {word}"
            for word in words
            if word.encode() in data or json.dumps(word)[1:-1].encode() in data
        ]
    return found


def _inside(path: Path):
    if path.suffix == ".parquet":
        yield str(pq.read_table(path).to_pylist()).encode()
    elif path.suffix == ".gz":
        yield gzip.decompress(path.read_bytes())
    elif zipfile.is_zipfile(io.BytesIO(path.read_bytes())):
        with zipfile.ZipFile(path) as packed:
            yield from (packed.read(name) for name in packed.namelist())
