"""Reads of evidence: what is kept of a post, and what still has to be."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from besa.evidence.models import Custody, Exhibit
from besa.people import policy
from besa.pledge.models import Election
from besa.triage.models import DocketItem

_RAW = Exhibit.objects.filter(item=OuterRef("pk"), kind="raw")


def exhibits(item: DocketItem) -> list[Exhibit]:
    """What is kept of this post, the raw record first."""
    return sorted(Exhibit.objects.filter(item=item), key=lambda exhibit: (exhibit.kind != "raw", exhibit.pk))


def preserved(item: DocketItem) -> bool:
    """Whether the raw record lies in the vault; before that nobody codes the post."""
    return Exhibit.objects.filter(item=item, kind="raw").exists()


def unpreserved(election: Election) -> QuerySet[DocketItem]:
    """Kept posts whose raw record is not yet in the vault: what vanishes soonest first, then the oldest."""
    waiting = DocketItem.objects.filter(~Exists(_RAW), election=election, keep=True)
    return waiting.order_by("-urgent", "posted_at", "id")


def pending(election: Election) -> int:
    return unpreserved(election).count()


def custody(item: DocketItem) -> dict[int, list[Custody]]:
    """Exhibit -> who did what with it, oldest first."""
    found: dict[int, list[Custody]] = {}
    for entry in Custody.objects.filter(exhibit__item=item).order_by("id"):
        found.setdefault(entry.exhibit_id, []).append(entry)
    return found


def visible_to(user, election: Election | None) -> QuerySet[Exhibit]:
    if election is None or not policy.may(user, "evidence.see", election.slug):
        return Exhibit.objects.none()
    return Exhibit.objects.filter(item__election=election)
