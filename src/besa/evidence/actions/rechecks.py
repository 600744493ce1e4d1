"""Looking again, later: whether what was preserved still stands. Both answers matter."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.db.models import Max

from besa.base import clock
from besa.base.home import Home
from besa.evidence.actions.log_ins import log_in_for
from besa.evidence.actions.pages import PAUSE
from besa.evidence.capturers import standing
from besa.evidence.capturers.log_ins import State
from besa.evidence.capturers.standing import wait
from besa.evidence.capturers.walls import Shown
from besa.evidence.capturers.worker import Worker
from besa.evidence.models import Recheck
from besa.ledger.chain import record
from besa.net.pace import Pace, host_of
from besa.people import policy
from besa.pledge.models import Election
from besa.triage.models import DocketItem

_LONGEST = 20_000


def recheck_due(
    *, by, election: Election, decided: frozenset[int] = frozenset(), limit: int = 5, worker: Worker | None = None,
    pause: float = PAUSE,
) -> int:  # fmt: skip
    """Look again at the posts that are due, those of decided violations (`decided`: docket items) first; how many.

    Off until the election's setting `capture_pages` says so. One page of a host in a turn.
    """
    policy.check(by, "evidence.preserve", election.slug)
    if not election.settings.get("capture_pages"):
        return 0
    waiting = due(election, decided)
    seen: set[str] = set()
    pace = Pace(Home.here().staging / "net" / "pace", seconds=pause)
    own, worker = worker is None, worker or Worker()
    try:
        for item in waiting:
            if len(seen) >= limit:
                break
            if (host := host_of(item.url)) not in seen:
                seen.add(host)
                with pace.turn(item.url):
                    _look(by, election, item, worker)
    finally:
        if own:
            worker.stop()
    return len(seen)


def due(election: Election, decided: frozenset[int]) -> list[DocketItem]:
    """Kept public posts whose last look (or else their coming in) is long enough ago; decided violations first.

    A post that was gone three times in a row is not asked for again.
    """
    now = clock.now()
    looks: dict[int, list[str]] = {}
    for row in Recheck.objects.filter(item__election=election).values("item", "state").order_by("id"):
        looks.setdefault(row["item"], []).append(row["state"])
    last = dict(Recheck.objects.filter(item__election=election).values_list("item").annotate(at=Max("at")))
    items = DocketItem.objects.filter(election=election, keep=True, channel="public").exclude(url="")
    found = [
        item
        for item in items
        if now - last.get(item.pk, item.put_at) >= wait(now - item.put_at, decided=item.pk in decided)
        and looks.get(item.pk, [])[-3:] != ["gone"] * 3
    ]
    return sorted(found, key=lambda item: (item.pk not in decided, last.get(item.pk, item.put_at), item.pk))


def _look(by, election: Election, item: DocketItem, worker: Worker) -> Recheck:
    """From outside, and where a log-in of the host is kept also from inside."""
    outside, log_in = _seen(item, worker), log_in_for(election, item.url)
    inside = _seen(item, worker, log_in[1]) if log_in else None
    found, reach = standing.together(outside.judged, inside.judged if inside else None, outside.shown)
    told = inside if inside and found is inside.judged else outside
    with transaction.atomic():
        row = Recheck.objects.create(
            item=item, at=clock.now(), state=found.state, cause=found.cause, status=told.shown.status,
            address=told.shown.address, alike=round(found.alike, 4),
            text=told.shown.text if found.state == "edited" else "",
            problem=told.problem[:500], reach=reach, outside=outside.judged.state,
            inside=inside.judged.state if inside else "", log_in=log_in[0] if log_in else "",
        )  # fmt: skip
        record(by=by, act="evidence.recheck", rows=[row], election=election.slug)
    return row


@dataclass(frozen=True)
class _Seen:
    shown: Shown
    judged: standing.Judged
    problem: str


def _seen(item: DocketItem, worker: Worker, log_in: State | None = None) -> _Seen:
    place = Path(tempfile.mkdtemp(prefix="capture-", dir=Home.here().staging))
    try:
        facts = worker.capture(item.url, place, log_in) if log_in else worker.capture(item.url, place)
        text = (place / "text.txt").read_text("utf-8")[:_LONGEST] if (place / "text.txt").exists() else ""
    finally:
        shutil.rmtree(place, ignore_errors=True)
    # what the browser took for a log-in wall counts as one, whatever it was told by
    shown = Shown(item.url, facts.address or item.url, facts.status, text, password=facts.wall == "log_in")
    judged = standing.Judged("unknown") if facts.problem else standing.judge(shown, item.text)
    return _Seen(shown, judged, facts.problem)
