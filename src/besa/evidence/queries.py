"""Reads of evidence: what is kept of a post, and what still has to be."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from itertools import islice

from django.core.cache import cache
from django.db.models import Case, Count, Exists, F, OuterRef, QuerySet, Subquery, When

from besa.base import clock, pdq
from besa.base.home import Home
from besa.base.weeks import local_date
from besa.collect.models import CapturedFile
from besa.evidence.archive import checker
from besa.evidence.capturers.standing import changes
from besa.evidence.models import Custody, Exhibit, LogIn, PageCapture, Recheck, TimeStamp
from besa.evidence.rules import ARCHIVES
from besa.people import policy
from besa.pledge.models import Election
from besa.triage.models import DocketItem
from besa.vault import Vault

#: So many faults of an archive are named.
_NAMED = 5
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


def hands_today(by, exhibits: Iterable[Exhibit], act: str) -> dict[int, Custody]:
    """Exhibit -> the entry that says that `by` looked at it (or took a copy) today, by the election's own date."""
    found, now = {}, clock.now()
    rows = Custody.objects.filter(exhibit__in=exhibits, by=by.username, act=act, at__gt=now - timedelta(days=1))
    for row in rows.select_related("exhibit__item__election"):
        zone = row.exhibit.item.election.timezone
        if local_date(row.at, zone) == local_date(now, zone):
            found[row.exhibit_id] = row
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


def same_pictures(item: DocketItem) -> list[DocketItem]:
    """Other docketed posts of which a picture is kept that looks like one of this post, as it is,
    turned or mirrored; earliest first."""
    telling = Exhibit.objects.filter(item__election=item.election_id, quality__gte=pdq.WORTH).exclude(pdq="")
    others = list(telling.exclude(item=item).values_list("item_id", "pdq"))
    hashes = [hashed for _, hashed in others]
    vault = Vault(Home.here().vault)
    own = [one for exhibit in telling.filter(item=item) for one in pdq.turned(vault.get(exhibit.sha256))]
    found = {others[at][0] for at in pdq.near(own, hashes)}
    return list(
        DocketItem.objects.filter(pk__in=found).select_related("account", "election").order_by("posted_at", "id")
    )


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


def pages_of(item: DocketItem) -> list[PageCapture]:
    """The captures of this post's pages, the newest first."""
    return list(PageCapture.objects.filter(item=item).order_by("-id"))


def captures(election: Election, state: str = "") -> QuerySet[PageCapture]:
    """All captures of an election: what waits first, in its order; then what came of the others, the newest first."""
    found = PageCapture.objects.filter(item__election=election)
    found = found.filter(state=state) if state else found
    waits = Case(When(state="wanted", then=0), default=1)
    return found.select_related("item__account").order_by(
        waits, Case(When(state="wanted", then=F("next_at"))), "-captured_at", "-id"
    )


def capture_counts(election: Election) -> dict[str, int]:
    """State -> how many captures."""
    found = PageCapture.objects.filter(item__election=election).values_list("state").annotate(n=Count("id"))
    return dict.fromkeys(("wanted", "captured", "not_evidence", "failed"), 0) | dict(found.order_by())


def log_ins(election: Election) -> list[LogIn]:
    """The log-ins that are kept now."""
    return list(LogIn.objects.filter(election=election, ended_at=None))


def archive_problems(exhibit: Exhibit) -> list[dict[str, str]] | None:
    """What is not whole inside a web archive, the first few; None for other files and where its bytes are not there.

    The bytes under a hash never change, so the answer is kept for a while.
    """
    vault = Vault(Home.here().vault)
    if exhibit.media_type not in {kind.media_type for kind in ARCHIVES.values()} or not vault.has(exhibit.sha256):
        return None
    key = f"archive-{exhibit.sha256}"
    found = cache.get(key)
    if found is None:
        found = list(islice(checker.problems(vault.path_of(exhibit.sha256)), _NAMED))
        cache.set(key, found, 3600)
    return found
