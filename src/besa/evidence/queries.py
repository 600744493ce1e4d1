"""Reads of evidence: what is kept of a post, and what still has to be."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from besa.collect.models import CapturedFile
from besa.evidence.capturers.standing import changes
from besa.evidence.models import Custody, Exhibit, PageCapture, Recheck, TimeStamp
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


def captured_files(election: Election, limit: int) -> list[tuple[int, CapturedFile]]:
    """Files that people captured of posts on the docket and that are no exhibits yet: (docket item, file).

    Sealed originals stay where they are: they show who captured.
    """
    there = Exhibit.objects.filter(item=OuterRef("item"), sha256=OuterRef("sha256"))
    item = DocketItem.objects.filter(election=election, post_key=OuterRef("capture__post_key")).values("pk")[:1]
    found = (
        CapturedFile.objects.filter(capture__election=election.slug, sealed=False)
        .annotate(item=Subquery(item))
        .filter(~Exists(there), item__isnull=False)
        .select_related("capture")
        .order_by("id")
    )
    return [(file.item, file) for file in found[:limit]]


def visible_to(user, election: Election | None) -> QuerySet[Exhibit]:
    if election is None or not policy.may(user, "evidence.see", election.slug):
        return Exhibit.objects.none()
    return Exhibit.objects.filter(item__election=election)


def stamps(item: DocketItem) -> dict[int, list[TimeStamp]]:
    """Exhibit -> its time-stamps, wanted or there."""
    found: dict[int, list[TimeStamp]] = {}
    for stamp in TimeStamp.objects.filter(exhibit__item=item).order_by("id"):
        found.setdefault(stamp.exhibit_id, []).append(stamp)
    return found


def rechecks(item: DocketItem) -> list[tuple[Recheck, list[tuple[str, str]]]]:
    """Each later look at the post, the newest first, with the words that changed where it was edited."""
    rows = Recheck.objects.filter(item=item).order_by("-id")
    return [(row, changes(item.text, row.text) if row.state == "edited" else []) for row in rows]


def page_of(item: DocketItem) -> PageCapture | None:
    return PageCapture.objects.filter(item=item).first()
