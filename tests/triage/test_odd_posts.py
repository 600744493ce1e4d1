"""What no sane program would post: it costs nobody else a signal, and no detector its run."""

from __future__ import annotations

import pytest

from besa.people.policy import BELT
from besa.triage import actions
from besa.triage.models import Run
from triage.posts import bring, post

pytestmark = pytest.mark.django_db

_AD = {"kind": "ad", "ad": {"sponsor": "Page", "start": "yesterday", "end": "99999-99-99"}}
ODD = [
    {"kind": "article", "url": "http://[x/y", "links": ["http://[", "https://[::1", "//", ""]},
    {"links": ["https://example.org:port/a", "\ud7ff", "http://" + "a" * 20_000]},
    {"hashtags": ["", "\0", "#" * 5_000], "text": "\0\u202e" * 50, "title": "\ufeff"},
    {"text": None, "text_normal": None, "title": None, "account_key": None, "posted_at": None},
    {"media": [{"kind": None, "url": "x", "sha256": None, "pdq": None}], "account_handle": "@@@"},
    {"text": "“" * 9_000 + "a" * 60_000, "kind": "article"},
    {"reactions": 2**62, "comments": 2**61, "shares": 0},
    _AD | {"links": ["http://[x/y", "https://portal.example/a"], "url": "http://]"},
]


def test_no_odd_post_stops_a_detector_or_takes_a_signal_of_another(home, election, lexicon):
    bring(
        [post(number, **fields) if "text" in fields else post(number, f"Fjala {number}", **fields)
         for number, fields in enumerate(ODD)]
        + [post(100 + number, f"Tradhtarë {number}") for number in range(3)]
        + [post(200, kind="article", url="https://portal.example/a", account_key="web:portal")]
    )  # fmt: skip
    done = actions.run(by=BELT, election=election)
    assert [one for one in Run.objects.get().problems if one["detector"]] == []
    assert done["signals"]["lexicon"] == 3 and done["signals"]["library"] == 1
