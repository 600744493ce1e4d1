"""How often a detector was right, as people decided."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from besa.coding.queries.samples import told_of
from besa.pledge.models import Election
from besa.triage.models import DocketItem


@dataclass(frozen=True)
class Precision:
    """Of `read` posts in a language that a detector flagged and people read to the end, `confirmed` break the Code."""

    detector: str
    language: str
    read: int
    confirmed: int


def precision(election: Election) -> list[Precision]:
    """By detector and language. What it flagged and nobody read says nothing here."""
    read, confirmed = Counter(), Counter()
    flagged = DocketItem.objects.filter(election=election).exclude(reasons=[])
    for item, finished in told_of(flagged, "language", "reasons"):
        if finished:
            for detector in {reason["detector"] for reason in item.reasons}:
                read[detector, item.language] += 1
                confirmed[detector, item.language] += item.bad
    return [Precision(*key, read[key], confirmed[key]) for key in sorted(read)]
