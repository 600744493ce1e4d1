"""A small codebook and what tests of the coding room need to begin with."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

import make
from besa.base import clock, words
from besa.base.ids import sha256_hex
from besa.coding.models import Codebook
from besa.evidence.models import Exhibit
from besa.ledger.chain import record
from besa.people.policy import BELT


def _one(name, enum, keys="", only=None):
    values = [value for value in enum if only is None or value in only]
    return {
        "name": name, "kind": "one", "level": "nominal", "labels": {"en": name.title()},
        "help": {"en": f"Help on {name}."},
        "values": [
            {"value": str(value), "labels": {"en": words.label(enum, value)}, "key": keys[at : at + 1]}
            for at, value in enumerate(values)
        ],
    }  # fmt: skip


def _scale(name, first, last):
    return {
        "name": name, "kind": "scale", "level": "ordinal", "labels": {"en": name.title()},
        "values": [{"value": n, "labels": {"en": str(n)}, "key": str(n)} for n in range(first, last + 1)],
    }  # fmt: skip


BODY = {
    "variables": [
        _one("verdict", words.Decision, "vchbnjo"),
        _one("type", words.FindingType),
        {"name": "clauses", "kind": "clauses", "level": "nominal", "labels": {"en": "Clauses"}},
        _one("speech_act", words.SpeechAct, "arceiq"),
        {"name": "source", "kind": "actor", "level": "nominal", "labels": {"en": "Source"}},
        _one("source_class", words.ActorKind),
        _one("account_status", words.AccountStatus, "ahipu"),
        {"name": "host", "kind": "text", "labels": {"en": "Host"}},
        {"name": "targets", "kind": "targets", "level": "nominal", "labels": {"en": "Targets"}},
        _scale("severity", 0, 3),
        _scale("confidence", 1, 3),
        {
            "name": "form", "kind": "many", "level": "nominal", "labels": {"en": "Form"},
            "values": [{"value": v, "labels": {"en": v}} for v in ("text", "picture", "video")],
        },
    ]
}  # fmt: skip

TARGET = {"kind": "person", "actor": "ana-ph", "gender": "woman", "community": "", "ground": ""}

VIOLATION = {
    "verdict": "violation", "type": "hate_speech", "clauses": ["hate"], "speech_act": "asserts", "source": "ana-pl",
    "source_class": "mayor_candidate", "account_status": "authentic", "host": "", "targets": [TARGET],
    "severity": 2, "confidence": 3,
}  # fmt: skip

NO_ISSUE = {
    "verdict": "no_issue", "type": "", "clauses": [], "speech_act": "asserts", "source": "ana-pl",
    "source_class": "mayor_candidate", "account_status": "authentic", "host": "", "targets": [], "severity": None,
    "confidence": 3,
}  # fmt: skip

COMPLIANCE = {**VIOLATION, "verdict": "compliance", "type": "constructive_dialogue", "clauses": ["dialogue"],
              "targets": [], "severity": 0}  # fmt: skip


@transaction.atomic
def codebook(election, body=BODY, version="1") -> Codebook:
    made = Codebook.objects.create(election=election, version=version, body=body)
    record(by=BELT, act="test.codebook", rows=[made], election=election.slug)
    return made


@transaction.atomic
def preserve(item) -> Exhibit:
    made = Exhibit.objects.create(
        item=item, kind="raw", sha256=sha256_hex(item.post_key), size=1, media_type="application/json",
        captured_at=clock.now(),
    )  # fmt: skip
    record(by=BELT, act="test.preserve", rows=[made], election=item.election.slug)
    return made


def post(election, text="An invented text.", **fields):
    """A docketed and preserved post."""
    item = make.docket_item(election, text, **fields)
    preserve(item)
    return item


def in_share(item, wanted: bool) -> bool:
    from besa.coding.queries import in_alpha_share

    return in_alpha_share(item) is wanted


LONG_AGO = datetime(2027, 8, 1, tzinfo=UTC)
