"""Pages of docketed posts, captured by a browser: wanted first, then captured, retried, or closed with a reason."""

from __future__ import annotations

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import Exists, OuterRef

from besa.base import clock
from besa.base.home import Home
from besa.evidence.capturers.browser import Facts
from besa.evidence.capturers.worker import Worker
from besa.evidence.models import Custody, Exhibit, PageCapture
from besa.ledger.chain import record
from besa.net.pace import host_of
from besa.people import policy
from besa.pledge.models import Election
from besa.triage.models import DocketItem
from besa.vault import Vault

#: Attempts before a page is given up, and the wait after the first that failed; it doubles.
ATTEMPTS, _WAIT = 4, timedelta(minutes=2)
#: File -> (kind of exhibit, media type).
_KEPT = {
    "screenshot.png": ("screenshot", "image/png"),
    "screenshot-window.png": ("screenshot", "image/png"),
    "page.pdf": ("document", "application/pdf"),
    "page.html": ("archive", "text/html"),
    "text.txt": ("document", "text/plain"),
    "page.wacz": ("archive", "application/wacz"),
}


def want_pages(*, by, election: Election) -> int:
    """An intent for each kept post that has an address and none yet; how many were new. Off until the election's
    setting `capture_pages` says so: nothing is opened unasked."""
    policy.check(by, "evidence.preserve", election.slug)
    if not election.settings.get("capture_pages"):
        return 0
    with transaction.atomic():
        there = PageCapture.objects.filter(item=OuterRef("pk"))
        items = DocketItem.objects.filter(~Exists(there), election=election, keep=True, channel="public").exclude(
            url=""
        )  # fmt: skip
        now = clock.now()
        made = PageCapture.objects.bulk_create(
            [PageCapture(item=item, url=item.url, wanted_at=now, next_at=now) for item in items.order_by("id")[:500]]
        )
        if made:
            record(by=by, act="evidence.want_page", rows=made, election=election.slug)
    return len(made)


def capture_pages(*, by, election: Election, limit: int = 20, worker: Worker | None = None) -> dict[str, int]:
    """Open what is due, urgent posts first; `captured, not_evidence, failed, waiting`.

    The files are in the vault before any row speaks of them, so that a crash leaves the intent as it was.
    """
    policy.check(by, "evidence.preserve", election.slug)
    counts = dict.fromkeys(("captured", "not_evidence", "failed", "waiting"), 0)
    due = PageCapture.objects.filter(item__election=election, state="wanted", next_at__lte=clock.now())
    seen: set[str] = set()
    own = worker is None
    worker = worker or Worker()
    try:
        for wanted in list(due.select_related("item").order_by("-item__urgent", "next_at", "id")[: limit * 5]):
            host = host_of(wanted.url)
            if host in seen:  # one page of a host in a turn: the next turn takes the next
                continue
            seen.add(host)
            counts[_one(by, election, wanted, worker)] += 1
            if len(seen) >= limit:
                break
    finally:
        if own:
            worker.stop()
    return counts


def _one(by, election: Election, wanted: PageCapture, worker: Worker) -> str:
    place = Path(tempfile.mkdtemp(prefix="capture-", dir=Home.here().staging))
    try:
        facts = worker.capture(wanted.url, place)
        if facts.problem or facts.wall:
            return _closed(by, election, wanted, facts)
        vault = Vault(Home.here().vault)
        kept = {}
        for name in _KEPT:
            if (place / name).exists():
                with (place / name).open("rb") as file:
                    kept[name] = (vault.put(file), (place / name).stat().st_size)
        return _captured(by, election, wanted, facts, kept)
    finally:
        shutil.rmtree(place, ignore_errors=True)


@transaction.atomic
def _captured(by, election: Election, wanted: PageCapture, facts: Facts, kept: dict[str, tuple[str, int]]) -> str:
    wanted = PageCapture.objects.select_for_update().get(pk=wanted.pk)
    if wanted.state != "wanted":  # another worker was first
        return wanted.state
    now = clock.now()
    exhibits, entries = [], []
    for name, (sha256, size) in kept.items():
        kind, media_type = _KEPT[name]
        exhibit, new = Exhibit.objects.get_or_create(
            item_id=wanted.item_id, sha256=sha256,
            defaults={"kind": kind, "size": size, "media_type": media_type, "file_name": name, "captured_at": now},
        )  # fmt: skip
        if new:
            exhibits.append(exhibit)
            entries.append(
                Custody.objects.create(
                    exhibit=exhibit, act="captured", by=by.username, at=now, reason=f"browser: {facts.browser}"
                )
            )
    wanted.state, wanted.captured_at, wanted.problem = "captured", now, ""
    wanted.attempts, wanted.facts = wanted.attempts + 1, _told(facts)
    wanted.save()
    record(by=by, act="evidence.capture_page", rows=[wanted, *exhibits, *entries], election=election.slug)
    return "captured"


@transaction.atomic
def _closed(by, election: Election, wanted: PageCapture, facts: Facts) -> str:
    wanted = PageCapture.objects.select_for_update().get(pk=wanted.pk)
    wanted.attempts += 1
    wanted.problem, wanted.wall, wanted.facts = facts.problem[:500], facts.wall, _told(facts)
    refused = bool(facts.refused) and not facts.status
    if facts.wall and not facts.problem and (facts.wall != "error" or facts.status in (404, 410)):
        wanted.state = "not_evidence"
    elif refused or wanted.attempts >= ATTEMPTS:
        wanted.state = "not_evidence" if facts.wall and not facts.problem else "failed"
    else:
        wanted.next_at = clock.now() + _WAIT * 2 ** (wanted.attempts - 1)
    wanted.save()
    record(by=by, act="evidence.page_not_captured", rows=[wanted], election=election.slug)
    return "waiting" if wanted.state == "wanted" else wanted.state


def _told(facts: Facts) -> dict:
    names = ("asked", "address", "status", "title", "consent", "way", "headers", "certificate", "resources", "left_out",
             "refused", "began", "seconds", "browser")  # fmt: skip
    return {name: getattr(facts, name) for name in names}
