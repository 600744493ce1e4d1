"""Findings for the tests of this room, made without the coding room."""

from __future__ import annotations

import itertools

from django.db import transaction

import make
from besa.base import clock
from besa.coding.models import Adjudication, Finding
from besa.ledger.chain import record
from besa.people.models import User
from besa.people.policy import BELT
from besa.pledge.models import Actor, Clause

_numbers = itertools.count(1)


@transaction.atomic
def finding(election, *, source: str | None = "ana-pl", party: str | None = "pl", **fields) -> Finding:
    """A decided violation by Ana of the Party of the Lake, confirmed unless said otherwise."""
    item = make.docket_item(election, fields.pop("text", "An invented text."))
    adjudicator = User.objects.filter(username="adjudicator").first() or make.user("adjudicator", "adjudicator")
    adjudication = Adjudication.objects.create(
        item=item, adjudicator=adjudicator, decision="violation", reason="because", at=clock.now()
    )
    actors = {actor.slug: actor for actor in Actor.objects.filter(election=election)}
    made = Finding.objects.create(
        **{
            "adjudication": adjudication,
            "election": election,
            "number": f"F-{next(_numbers):04}",
            "decision": "violation",
            "type": "hate_speech",
            "clause": Clause.objects.get(principle__code__election=election, slug="hate"),
            "content": item.family,
            "platform": "facebook",
            "language": "en",
            "route": item.route,
            "sample": item.sample,
            "posted_at": item.posted_at,
            "week": item.week,
            "phase": item.phase,
            "source": actors.get(source),
            "identity_grade": "confirmed",
            "party": actors.get(party),
            "affiliation_grade": "confirmed" if party else "unknown",
            "decided_at": clock.now(),
            **fields,
        }
    )
    record(by=BELT, act="test.finding", rows=[adjudication, made], election=election.slug)
    return made


@transaction.atomic
def change(row, **fields):
    """Change a row and vouch for it."""
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    record(by=BELT, act="test.change", rows=[row])
    return row
