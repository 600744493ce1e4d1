"""Who opened a piece of evidence, and who took a copy: written before the bytes leave."""

from __future__ import annotations

from django.db import transaction

from besa.base import clock
from besa.evidence.models import Custody, Exhibit
from besa.evidence.queries import hands_today
from besa.ledger.chain import record
from besa.people import policy


@transaction.atomic
def hand_out(*, by, exhibit: Exhibit, act: str) -> Custody:
    """Note that `by` looks at it (`viewed`) or takes a copy (`copied`): once for each person, act and local day.

    More often would drown who had it in hands in who looked at it again.
    """
    policy.check(by, "evidence.see", exhibit.item.election.slug)
    Exhibit.objects.select_for_update().get(pk=exhibit.pk)
    if known := hands_today(by, [exhibit], act).get(exhibit.pk):
        return known
    row = Custody.objects.create(exhibit=exhibit, act=act, by=by.username, at=clock.now())
    record(by=by, act=f"evidence.{act}", rows=[row], election=exhibit.item.election.slug)
    return row
