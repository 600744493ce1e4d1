"""Pages of docketed posts, captured by a browser: wanted first, then captured, retried, or closed with a reason."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import Exists, OuterRef

from besa.base import clock
from besa.base.errors import BadInput, DiskFloor, Refused
from besa.base.home import Home
from besa.collect.rules.addresses import untracked
from besa.evidence import rules
from besa.evidence.actions.log_ins import log_in_for
from besa.evidence.capturers.seen import Facts
from besa.evidence.capturers.worker import LONGEST, Worker
from besa.evidence.models import Custody, Exhibit, PageCapture
from besa.ledger.chain import record
from besa.net import guard
from besa.net.pace import Pace, host_of
from besa.people import policy
from besa.pledge.models import Election
from besa.triage.models import DocketItem
from besa.vault import Vault

#: Attempts before a page is given up, and the wait after the first that failed; it doubles.
ATTEMPTS, _WAIT = 4, timedelta(minutes=2)
#: Seconds between the end of one capture of a host and the next.
PAUSE = 5.0
#: Free disk (bytes) that a capture needs before it begins.
FLOOR = 512 << 20
#: So many things that were left out or refused are named of a page.
_MOST = 200
#: Seconds after which what a killed capture left in the staging folder is nobody's.
_LEFT = 3_600
#: File -> (kind of exhibit, media type).
_KEPT = {
    "screenshot.png": ("screenshot", "image/png"),
    "screenshot-window.png": ("screenshot", "image/png"),
    "page.pdf": ("document", "application/pdf"),
    "page.html": ("archive", "text/html"),
    "text.txt": ("document", "text/plain"),
    "page.wacz": ("archive", "application/wacz"),
}


@dataclass(frozen=True)
class Kept:
    """A file of a capture that lies in the vault."""

    kind: str
    media_type: str
    sha256: str
    size: int
    note: str = ""
    looks: dict[str, Any] = field(default_factory=dict)


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


def checked(url: str) -> str:
    """The address as it is asked for, without what tracks its reader. Raises BadInput for what is not of the public
    web as far as its spelling tells; where a name leads is looked at when it is opened."""
    url = untracked(url.strip())
    try:
        guard.checked(url, resolver=lambda host, port: ["93.184.215.14"])
    except Refused as error:
        raise BadInput(
            error.message, where=error.where, remedy="Only addresses of the public web are preserved."
        ) from None
    return url


def want_page(*, by, item: DocketItem, url: str, reason: str = "") -> PageCapture:
    """Somebody wants this page kept with a post, now. The one that already waits, or a new intent. Raises BadInput."""
    policy.check(by, "evidence.preserve", item.election.slug)
    url, now = checked(url), clock.now()
    with transaction.atomic():
        list(DocketItem.objects.select_for_update().filter(pk=item.pk).values_list("pk", flat=True))
        if waiting := PageCapture.objects.filter(item=item, url=url, state="wanted").first():
            return waiting
        made = PageCapture.objects.create(item=item, url=url, wanted_at=now, next_at=now, reason=reason.strip())
        record(by=by, act="evidence.want_page", rows=[made], reason=reason.strip(), election=item.election.slug)
    return made


def capture_pages(
    *, by, election: Election, limit: int = 20, worker: Worker | None = None, only: Collection[int] | None = None,
    pause: float = PAUSE, advance: Callable[[int], None] | None = None,
) -> dict[str, int]:  # fmt: skip
    """Open what is due, urgent posts first; `captured, not_evidence, failed, waiting`.

    One page of a host in a turn; with `only` (numbers of intents) all of these, at the pace of their hosts. The files
    are in the vault before any row speaks of them, and an attempt is written down before it begins: a crash leaves an
    intent that is tried again later, or closed after its last attempt. Raises DiskFloor before anything is opened.
    """
    policy.check(by, "evidence.preserve", election.slug)
    counts = dict.fromkeys(("captured", "not_evidence", "failed", "waiting"), 0)
    _clear()
    due = PageCapture.objects.filter(item__election=election, state="wanted", next_at__lte=clock.now())
    due = due.select_related("item").order_by("-item__urgent", "next_at", "id")
    waiting = list(due[: limit * 5] if only is None else due.filter(pk__in=only))
    seen: set[str] = set()
    own, worker = worker is None, worker or Worker()
    pace = Pace(Home.here().staging / "net" / "pace", seconds=pause)
    try:
        for wanted in waiting:
            host = host_of(wanted.url)
            if only is None and (host in seen or len(seen) >= limit):  # the next turn takes the next of this host
                continue
            seen.add(host)
            with pace.turn(wanted.url):
                outcome = _one(by, election, wanted, worker)
            if outcome:
                counts[outcome] += 1
            if advance:
                advance(1)
    finally:
        if own:
            worker.stop()
    return counts


def _clear() -> None:
    """What captures that were killed left behind: nothing speaks of it."""
    home = Home.here()
    with tempfile.NamedTemporaryFile(dir=home.staging) as mark:
        now = Path(mark.name).stat().st_mtime  # files are as old as their own clock says
    for left in home.staging.glob("capture-*"):
        if now - left.stat().st_mtime > _LEFT:
            shutil.rmtree(left, ignore_errors=True)
    Vault(home.vault).clear(before=now - _LEFT)


def _one(by, election: Election, wanted: PageCapture, worker: Worker) -> str:
    """What came of it; '' where another process has it in hand."""
    home, kept, host = Home.here(), {}, ""
    if _low(home):
        raise _full(home)
    if (outcome := _begun(by, election, wanted)) is not None:
        return outcome
    place = Path(tempfile.mkdtemp(prefix="capture-", dir=home.staging))
    try:
        facts = worker.capture(wanted.url, place)
        if facts.wall == "log_in" and (log_in := log_in_for(election, wanted.url)):
            host, state = log_in
            shutil.rmtree(place)
            facts = worker.capture(wanted.url, place, state)
        if facts.problem and _low(home):
            raise _full(home)
        if not facts.problem and not facts.wall:
            kept = _stored(Vault(home.vault), place, facts)
        if kept:
            return _captured(by, election, wanted, facts, kept, host)
        return _closed(by, election, wanted, facts, host)
    except (OSError, OperationalError, DiskFloor):
        if not _low(home):
            raise
        _in_vain(by, election, wanted)
        raise _full(home) from None
    except KeyboardInterrupt:
        _in_vain(by, election, wanted)
        raise
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _low(home: Home) -> bool:
    return shutil.disk_usage(home.staging).free < FLOOR


def _full(home: Home) -> DiskFloor:
    return DiskFloor(
        f"Less than {FLOOR >> 20} MB free where this installation lies ({home.root}): no page is opened.",
        remedy="Free some space; what waits is captured then, and nothing is half-written.",
    )


def _stored(vault: Vault, place: Path, facts: Facts) -> dict[str, Kept]:
    """The files of a capture, in the vault."""
    files = [(name, *_KEPT[name], "") for name in _KEPT]
    files += [(one["file"], "media", one["media_type"], one["address"]) for one in facts.media]
    kept = {}
    for name, kind, media_type, note in files:
        path = place / name
        if path.exists():
            with path.open("rb") as file:
                sha256 = vault.put(file)
            looks = rules.looks(media_type, path.read_bytes()) if kind == "media" else {}
            kept[name] = Kept(kind, media_type, sha256, path.stat().st_size, note, looks)
    return kept


@transaction.atomic
def _begun(by, election: Election, wanted: PageCapture) -> str | None:
    """None: the attempt is written down and may begin. '': another process was first. `failed`: all attempts there
    are were cut off."""
    wanted = PageCapture.objects.select_for_update().get(pk=wanted.pk)
    now = clock.now()
    if wanted.state != "wanted" or wanted.next_at > now:
        return ""
    if wanted.attempts >= ATTEMPTS:
        wanted.state = "failed"
        wanted.problem = wanted.problem or "Besa was stopped each time while the page was open."
        wanted.save()
        record(by=by, act="evidence.page_not_captured", rows=[wanted], election=election.slug)
        return "failed"
    wanted.attempts += 1
    wanted.next_at = now + 2 * timedelta(seconds=LONGEST) + _again(wanted.attempts)
    wanted.save()
    record(by=by, act="evidence.open_page", rows=[wanted], election=election.slug)
    return None


def _in_vain(by, election: Election, wanted: PageCapture) -> None:
    """The attempt does not count: what stopped it was not the page. Where even this cannot be written, it counts."""
    with contextlib.suppress(OperationalError), transaction.atomic():
        wanted = PageCapture.objects.select_for_update().get(pk=wanted.pk)
        if wanted.state == "wanted":
            wanted.attempts, wanted.next_at = wanted.attempts - 1, clock.now()
            wanted.save()
            record(by=by, act="evidence.page_put_back", rows=[wanted], election=election.slug)


def _again(attempts: int) -> timedelta:
    return _WAIT * 2 ** (attempts - 1)


@transaction.atomic
def _captured(by, election: Election, wanted: PageCapture, facts: Facts, kept: dict[str, Kept], log_in: str) -> str:
    wanted = PageCapture.objects.select_for_update().get(pk=wanted.pk)
    if wanted.state != "wanted":  # another worker was first
        return wanted.state
    now = clock.now()
    why = f"browser: {facts.browser}" + (f", logged in at {log_in}" if log_in else "")
    exhibits, entries = [], []
    for name, one in kept.items():
        exhibit, new = Exhibit.objects.get_or_create(
            item_id=wanted.item_id, sha256=one.sha256,
            defaults={
                "kind": one.kind, "size": one.size, "media_type": one.media_type, "file_name": name,
                "captured_at": now, "note": one.note, **one.looks,
            },
        )  # fmt: skip
        if new:
            exhibits.append(exhibit)
            entries.append(Custody.objects.create(exhibit=exhibit, act="captured", by=by.username, at=now, reason=why))
    wanted.state, wanted.captured_at, wanted.problem, wanted.wall = "captured", now, "", ""
    wanted.facts, wanted.log_in = _told(facts), log_in
    wanted.save()
    record(by=by, act="evidence.capture_page", rows=[wanted, *exhibits, *entries], election=election.slug)
    return "captured"


@transaction.atomic
def _closed(by, election: Election, wanted: PageCapture, facts: Facts, log_in: str) -> str:
    wanted = PageCapture.objects.select_for_update().get(pk=wanted.pk)
    if wanted.state != "wanted":
        return wanted.state
    wanted.problem, wanted.wall, wanted.facts = facts.problem[:500], facts.wall, _told(facts)
    wanted.log_in = log_in
    refused = bool(facts.refused) and not facts.status
    if facts.wall and not facts.problem and (facts.wall != "error" or facts.status in (404, 410)):
        wanted.state = "not_evidence"
    elif refused or wanted.attempts >= ATTEMPTS:
        wanted.state = "not_evidence" if facts.wall and not facts.problem else "failed"
    else:
        wanted.next_at = clock.now() + _again(wanted.attempts)
    wanted.save()
    record(by=by, act="evidence.page_not_captured", rows=[wanted], election=election.slug)
    return "waiting" if wanted.state == "wanted" else wanted.state


def _told(facts: Facts) -> dict:
    names = ("asked", "address", "status", "title", "consent", "way", "headers", "certificate", "resources", "left_out",
             "cut", "refused", "began", "seconds", "browser", "log_in")  # fmt: skip
    told = {name: getattr(facts, name) for name in names}
    # a hostile page has any number of them
    return {name: value[:_MOST] if isinstance(value, list) else value for name, value in told.items()}
