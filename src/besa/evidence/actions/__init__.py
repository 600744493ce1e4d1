"""Every write of evidence: bytes into the vault first, then the rows that speak of them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

import pyarrow as pa
from django.db import transaction

from besa.base import clock
from besa.base.errors import BadInput
from besa.base.home import Home
from besa.base.words import TipState
from besa.collect.models import Tip
from besa.corpus import Corpus
from besa.evidence import queries, rules
from besa.evidence.models import Custody, Exhibit
from besa.ledger.chain import record
from besa.people import policy
from besa.pledge.models import Election
from besa.triage.models import DocketItem
from besa.vault import Vault

#: Posts in one transaction: small, so that others who write need not wait.
_BATCH = 100


def preserve_pending(
    *, by, election: Election, limit: int | None = None, advance: Callable[[int], None] | None = None
) -> int:
    """The raw record of every kept post, exactly as received, into the vault; how many were new.

    A post whose record the corpus does not hold (any more) stays waiting and is shown as such.
    """
    policy.check(by, "evidence.preserve", election.slug)
    home = Home.here()
    corpus, vault = Corpus(home.corpus), Vault(home.vault)
    waiting = iter(list(queries.unpreserved(election).values_list("pk", "observation_id")[:limit]))
    done = 0
    while batch := list(islice(waiting, _BATCH)):
        raws = _raws(corpus, [observation_id for _, observation_id in batch])
        stored = {
            pk: (vault.put(raw), len(raw)) for pk, observation_id in batch if (raw := raws.get(observation_id))
        }  # fmt: skip
        done += _exhibit_raws(by, election, stored)
        if advance:
            advance(len(batch))
    while new := exhibit_captured(by=by, election=election):
        done += new
    _exhibit_tips(by, election)
    return done


@transaction.atomic
def _exhibit_tips(by, election: Election) -> None:
    """The screenshots of tips that became docketed posts, in the copy without traces of their sender."""
    taken = Tip.objects.filter(election=election, state=TipState.TAKEN_UP).exclude(copy_sha256="").exclude(post_key="")
    pictures = dict(taken.values_list("post_key", "copy_sha256"))
    if not pictures:
        return
    items = dict(DocketItem.objects.filter(election=election, post_key__in=pictures).values_list("post_key", "pk"))
    there = set(Exhibit.objects.filter(item__in=items.values()).values_list("item_id", "sha256"))
    vault, now = Vault(Home.here().vault), clock.now()
    wanted = [(pk, pictures[key]) for key, pk in items.items() if (pk, pictures[key]) not in there]
    exhibits = Exhibit.objects.bulk_create(
        [
            Exhibit(
                item_id=pk, kind="screenshot", sha256=sha256, size=len(data), media_type="image/jpeg",
                file_name="tip.jpg", captured_at=now, note="screenshot that came with a tip",
                **rules.looks("image/jpeg", data),
            )
            for pk, sha256 in wanted
            for data in [vault.get(sha256)]
        ]
    )  # fmt: skip
    if exhibits:
        entries = _captured(by, exhibits, "came with a tip")
        record(by=by, act="evidence.preserve", rows=[*exhibits, *entries], election=election.slug)


def _raws(corpus: Corpus, observation_ids: list[str]) -> dict[str, bytes]:
    con = corpus.connect()
    try:
        con.register("wanted", pa.table({"observation_id": pa.array(observation_ids, pa.string())}))
        rows = con.sql(
            # a second reading of a row (`id.2`) holds the same raw row as the first
            """SELECT wanted.observation_id, raw FROM wanted JOIN observations AS seen
            ON split_part(seen.observation_id, '.', 1) = split_part(wanted.observation_id, '.', 1)
            WHERE raw IS NOT NULL"""
        ).to_arrow_table()
    finally:
        con.close()
    return {row["observation_id"]: row["raw"].encode() for row in rows.to_pylist()}


@transaction.atomic
def _exhibit_raws(by, election: Election, stored: dict[int, tuple[str, int]]) -> int:
    # The lock makes a second worker wait, who then finds the exhibits of the first.
    list(DocketItem.objects.select_for_update().filter(pk__in=stored).values_list("pk", flat=True))
    there = set(Exhibit.objects.filter(item__in=stored, kind="raw").values_list("item_id", flat=True))
    now = clock.now()
    exhibits = Exhibit.objects.bulk_create(
        [
            Exhibit(
                item_id=pk, kind="raw", sha256=sha256, size=size, media_type=rules.RAW_TYPE,
                file_name="record.json", captured_at=now,
            )
            for pk, (sha256, size) in stored.items()
            if pk not in there
        ]
    )  # fmt: skip
    if not exhibits:
        return 0
    entries = _captured(by, exhibits, "the record as the source gave it")
    record(by=by, act="evidence.preserve", rows=[*exhibits, *entries], election=election.slug)
    return len(exhibits)


def exhibit_captured(*, by, election: Election) -> int:
    """Make what people captured of docketed posts exhibits of them; the bytes are in the vault. How many were new."""
    policy.check(by, "evidence.preserve", election.slug)
    found, vault = queries.captured_files(election, _BATCH), Vault(Home.here().vault)
    looks = {
        file.pk: rules.looks(file.media_type, vault.get(file.sha256))
        for _, file in found if file.media_type.startswith("image/")
    }  # fmt: skip
    return _exhibit_captured(by, election, found, looks)


@transaction.atomic
def _exhibit_captured(by, election: Election, found: list, looks: dict[int, dict]) -> int:
    list(DocketItem.objects.select_for_update().filter(pk__in=[item for item, _ in found]).values_list("pk", flat=True))
    exhibits, entries = [], []
    for item, file in found:
        exhibit, made = Exhibit.objects.get_or_create(
            item_id=item, sha256=file.sha256,
            defaults={
                "kind": rules.kind_of_captured(file.kind, file.media_type), "size": file.size,
                "media_type": file.media_type, "file_name": file.file_name, "captured_at": file.capture.seen_at,
                **looks.get(file.pk, {}),
            },
        )  # fmt: skip
        if made:
            exhibits.append(exhibit)
            entries.append(
                Custody.objects.create(
                    exhibit=exhibit, act="captured", by=file.capture.by, at=file.capture.received_at,
                    reason="captured by hand",
                )
            )  # fmt: skip
    if exhibits:
        record(by=by, act="evidence.captured", rows=[*exhibits, *entries], election=election.slug)
    return len(exhibits)


def _captured(by, exhibits: list[Exhibit], reason: str) -> list[Custody]:
    now = clock.now()
    return Custody.objects.bulk_create(
        [Custody(exhibit=exhibit, act="captured", by=by.username, at=now, reason=reason) for exhibit in exhibits]
    )


def add_file(
    *, by, item: DocketItem, kind: str, data: bytes, media_type: str, file_name: str, note: str = ""
) -> Exhibit:
    """Keep a screenshot, recording or document of a post. Raises BadInput.

    What the file is, its bytes say (`media_type` and `file_name` are only what the sender claims).
    The same file twice is one exhibit.
    """
    slug = item.election.slug
    policy.check(by, "evidence.preserve", slug)
    if len(data) > rules.LARGEST:
        raise BadInput(
            f"The file is larger than {rules.LARGEST >> 20} MB.",
            remedy="Send a shorter or smaller one.",
        )
    recognised = rules.recognised(data)
    if recognised is None:
        raise BadInput(
            f"“{file_name}” is not a picture, PDF, video or web archive that can be kept ({media_type or 'unknown'}).",
            remedy="Send PNG, JPEG, WebP, GIF, PDF, MP4, WebM, WACZ or WARC.",
        )
    sha256, looks = Vault(Home.here().vault).put(data), rules.looks(recognised.media_type, data)
    with transaction.atomic():
        list(DocketItem.objects.select_for_update().filter(pk=item.pk).values_list("pk", flat=True))
        if known := Exhibit.objects.filter(item=item, sha256=sha256).first():
            return known
        exhibit = Exhibit.objects.create(
            item=item,
            kind=kind if kind == "archive" and recognised.kind == "document" else recognised.kind,
            sha256=sha256,
            size=len(data),
            media_type=recognised.media_type,
            file_name=rules.safe_name(file_name, recognised.suffix),
            captured_at=clock.now(),
            note=note.strip(),
            **looks,
        )
        entries = _captured(by, [exhibit], note.strip() or "added by hand")
        record(by=by, act="evidence.add", rows=[exhibit, *entries], election=slug)
    return exhibit
