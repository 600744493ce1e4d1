"""Pictures are hashed by how they look when they come in, and the same ones are found."""

from __future__ import annotations

import io

import numpy as np
import pytest
from django.db import transaction
from PIL import Image

import make
from besa.base import clock, pdq
from besa.collect.actions import capture
from besa.collect.types import NewFile
from besa.corpus import Corpus
from besa.evidence import actions, queries
from besa.evidence.actions.pictures import UNSEEN, hash_pictures
from besa.evidence.models import Exhibit
from besa.ledger.chain import record
from besa.ledger.verify import problems
from besa.people.policy import BELT
from besa.triage import actions as triage
from besa.triage.models import DocketItem

pytestmark = pytest.mark.django_db


def picture(seed: int, turn: int = 0, kind: str = "PNG") -> bytes:
    light = np.kron(np.random.default_rng(seed).integers(0, 255, (12, 16)), np.ones((48, 48)))
    out = io.BytesIO()
    Image.fromarray(np.rot90(light, turn).astype(np.uint8)).save(out, kind)
    return out.getvalue()


def added(item, data):
    return actions.add_file(by=BELT, item=item, kind="screenshot", data=data, media_type="", file_name="a.png")


def test_what_is_added_is_hashed_and_found_again_squeezed_and_turned(home, election):
    items = [make.docket_item(election, f"Post {number}") for number in range(5)]
    first = added(items[0], picture(1))
    added(items[1], picture(1, kind="JPEG"))
    added(items[2], picture(1, turn=1))
    added(items[3], picture(2))
    document = added(items[4], b"%PDF-1.7\n" + b"0" * 100)
    assert (first.pdq, first.quality) == pdq.hashed(picture(1)) and first.quality >= pdq.WORTH
    assert (document.pdq, document.quality) == ("", 0)
    assert queries.same_pictures(items[0]) == [items[1], items[2]]
    assert queries.same_pictures(items[3]) == queries.same_pictures(items[4]) == []
    assert list(problems()) == []


def test_exhibits_of_before_stay_vouched_for(home, election):
    """A row from before the columns were there has the hash of a row without them."""
    exhibit = added(make.docket_item(election), b"%PDF-1.7\n" + b"0" * 100)
    assert not exhibit.pdq and "pdq" in Exhibit.LEDGER_LATER
    Exhibit.objects.filter(pk=exhibit.pk).update(pdq="0" * 64)
    assert [one["where"] for one in problems()] == [f"evidence_exhibit row {exhibit.pk}"]
    exhibit.refresh_from_db()
    record(by=BELT, act="test.mend", rows=[exhibit], election=election.slug)
    assert list(problems()) == []


def test_what_people_captured_is_hashed_in_corpus_and_evidence(home, election, users):
    said = {"by": users["analyst"], "election": election, "docket_reason": "look", "text": "Një tekst."}
    for number, seed in enumerate((7, 7)):
        capture(
            **said, token=f"token-000{number}", url=f"https://www.facebook.com/ana.pl/posts/70010020030040{number}",
            account_handle=f"page{number}", seen_at=clock.now(), posted_at=clock.now(),
            files=[NewFile("file", picture(seed, kind=("PNG", "JPEG")[number]), "image/png", "p.png")],
        )  # fmt: skip
    media = Corpus(home.corpus).rows("SELECT media[1].pdq AS pdq, media[1].sha256 AS sha256 FROM posts")
    assert pdq.distance(*(row["pdq"] for row in media)) <= pdq.NEAR
    triage.put_captured(by=BELT, election=election)
    actions.preserve_pending(by=BELT, election=election)
    shots = Exhibit.objects.filter(kind="screenshot")
    assert {row.sha256 for row in shots} == {row["sha256"] for row in media}
    assert {row.pdq for row in shots} == {row["pdq"] for row in media}
    one, other = DocketItem.objects.order_by("id")
    assert queries.same_pictures(one) == [other]
    assert list(problems()) == []


def test_pictures_of_before_get_their_hash_a_few_at_a_time_and_broken_ones_are_not_tried_for_ever(home, election):
    held = [added(make.docket_item(election, f"Post {number}"), picture(number)) for number in range(3)]
    broken = added(make.docket_item(election, "Broken"), picture(9)[:60])
    with transaction.atomic():
        for row in (*held, broken):
            row.pdq, row.quality, row.media_type = "", 0, "image/png"
            row.save()
        record(by=BELT, act="test.before", rows=[*held, broken], election=election.slug)
    assert [hash_pictures(by=BELT, election=election, limit=2) for _ in range(3)] == [2, 2, 0]
    assert [Exhibit.objects.get(pk=row.pk).pdq for row in held] == [pdq.hashed(picture(n))[0] for n in range(3)]
    assert Exhibit.objects.get(pk=broken.pk).pdq == UNSEEN
    assert queries.same_pictures(held[0].item) == [] and list(problems()) == []
