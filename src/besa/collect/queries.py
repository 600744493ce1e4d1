"""Reads about imports and mappings, and the preview of a file before it is imported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import Any

from django.db.models import Max, Q, QuerySet

from besa.base import clock
from besa.collect.actions.opening import Source as Opened
from besa.collect.actions.reading import rows
from besa.collect.live.keys import key_of
from besa.collect.models import Import, Mapping, Poll, Source
from besa.collect.rules.columns import Columns
from besa.collect.types import Connector, Counts, Post
from besa.pledge.queries import phases

#: How many rows a preview reads.
PREVIEW_ROWS = 2_000


def imports(election) -> QuerySet[Import]:
    """All imports of an election, newest first."""
    return Import.objects.filter(election=election.slug if election else "").select_related("mapping")


def pending() -> QuerySet[Import]:
    """Imports that were begun and not finished: running now, or to be settled by `actions.recover`."""
    return Import.objects.filter(state="intent")


def mappings() -> list[Mapping]:
    """The newest version of each saved mapping, by name."""
    newest = Mapping.objects.values("name").annotate(last=Max("id")).values("last")
    return list(Mapping.objects.filter(pk__in=newest).order_by("name"))


@dataclass(frozen=True)
class Preview:
    posts: list[Post]
    counts: Counts
    whole: bool


def preview(source: Opened, connector: Connector, *, limit: int = 10) -> Preview:
    """What an import would make of the first rows of a file. Writes nothing."""
    columns = Columns(connector, {})
    posts: list[Post] = []
    for row in islice(rows(source), PREVIEW_ROWS):
        read = columns.take(row)
        if read and len(posts) < limit:
            posts.append(read[0])
    counts = columns.finish()
    return Preview(posts, counts, whole=counts.read < PREVIEW_ROWS)


@dataclass(frozen=True)
class SeenPath:
    """A column or dotted path of a file, in how many of the looked-at rows it stands, and what stood there."""

    path: str
    rows: int
    sample: str


def paths_seen(source: Opened, *, look_at: int = 200, limit: int = 600) -> list[SeenPath]:
    """Columns and dotted paths of the first rows, in the order in which they come."""
    counts: dict[str, int] = {}
    samples: dict[str, str] = {}
    for row in islice(rows(source), look_at):
        if not isinstance(row.raw, dict):
            continue
        for path, value in dict(_leaves(row.raw)).items():
            counts[path] = counts.get(path, 0) + 1
            if path not in samples and value not in (None, ""):
                samples[path] = str(value)[:120].encode("utf-8", "replace").decode().replace("\x00", "")
    return [SeenPath(path, count, samples.get(path, "")) for path, count in islice(counts.items(), limit)]


def _leaves(value: Any, path: str = "", depth: int = 0):
    if isinstance(value, dict) and value and depth < 6:
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else str(key), depth + 1)
    elif isinstance(value, list) and value and isinstance(value[0], dict) and depth < 6:
        yield from _leaves(value[0], f"{path}[]", depth + 1)
    elif path:
        yield path, value


# Live sources

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
