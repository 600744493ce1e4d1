"""Reads about live sources and their polls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.db.models import Max, Q, QuerySet

from besa.base import clock
from besa.collect.live.keys import key_of
from besa.collect.models import Poll, Source
from besa.pledge.queries import phases

#: Before the first phase posts are read back so far; and so far where no phases are known.
_BEFORE = timedelta(days=7)
_WITHOUT_PHASES = timedelta(days=30)


def sources(election) -> QuerySet[Source]:
    return Source.objects.filter(election=election).select_related("account")


def polled(election) -> list[Source]:
    """Sources that are switched on, whose account is still watched and whose key is there."""
    on = sources(election).filter(Q(account=None) | Q(account__watched=True), active=True)
    return [source for source in on if not source.key_name or key_of(source.key_name)]


def due(election, now: datetime) -> list[Source]:
    """What is to be polled now, the longest overdue first."""
    ready = [source for source in polled(election) if source.next_at is None or source.next_at <= now]
    return sorted(ready, key=lambda source: (source.next_at is not None, source.next_at or now, source.pk))


def rest(election, most: float = 60.0) -> float:
    """Seconds for which nothing will be due."""
    now = clock.now()
    left = [(source.next_at - now).total_seconds() if source.next_at else 0.0 for source in polled(election)]
    return max(1.0, min([most, *left]))


def polled_since(election) -> datetime:
    """Nothing older than this is fetched from live sources."""
    first = next((phase.first for phase in phases(election)), None)
    now = clock.now()
    start = datetime.combine(first, time.min, UTC) if first else now - _WITHOUT_PHASES
    return min(start, now) - _BEFORE


def last_polls(election) -> dict[int, Poll]:
    """The newest poll of each source."""
    newest = Poll.objects.filter(source__election=election).values("source").annotate(last=Max("id")).values("last")
    return {poll.source_id: poll for poll in Poll.objects.filter(pk__in=newest)}


@dataclass(frozen=True)
class SourceRow:
    """A source as the desk shows it; `state` is off, unwatched, no_key, new, failing, backlog or ok."""

    source: Source
    last: Poll | None
    state: str


def source_rows(election) -> list[SourceRow]:
    """All sources with their last poll, those that need somebody first."""
    last = last_polls(election)
    keys = {
        name: bool(key_of(name)) for name in sources(election).values_list("key_name", flat=True).distinct() if name
    }
    rows = []
    for source in sources(election):
        poll = last.get(source.pk)
        if not source.active:
            state = "off"
        elif source.account and not source.account.watched:
            state = "unwatched"
        elif source.key_name and not keys[source.key_name]:
            state = "no_key"
        elif poll is None:
            state = "new"
        elif not poll.ok:
            state = "failing"
        else:
            state = "backlog" if poll.waiting else "ok"
        rows.append(SourceRow(source, poll, state))
    order = ("failing", "no_key", "new", "backlog", "ok", "off", "unwatched")
    return sorted(rows, key=lambda row: (order.index(row.state), row.source.name.casefold(), row.source.pk))


def polls_of(source: Source, limit: int = 50) -> list[Poll]:
    return list(Poll.objects.filter(source=source)[:limit])
