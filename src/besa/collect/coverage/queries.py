"""The heat map of an election: corpus, imports and live looks, joined by account and day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa

from besa.base.home import Home
from besa.base.weeks import local_bounds, local_date
from besa.collect.models import Import, Poll, Source
from besa.collect.rules import coverage as rules
from besa.collect.rules.coverage import Look, Sums
from besa.corpus import Corpus
from besa.pledge import queries as pledge
from besa.pledge.models import Account, Election, Identity

#: Names under which the corpus knows accounts: their key, their short name; a page for posts that name no author.
_NAMED = """
CREATE TEMP TABLE named AS
WITH held AS (
    SELECT import_id, platform, route, post_key, account_key, host_account_key,
        platform || ':@' || lower(ltrim(account_handle, '@')) AS handle,
        date_diff('day', $first::DATE, (posted_at AT TIME ZONE $zone)::DATE) AS day
    FROM observations WHERE election = $slug AND posted_at >= $start AND posted_at < $end
)
SELECT account, import_id, route, post_key, day FROM held JOIN names ON names.name = held.account_key
UNION ALL
SELECT account, import_id, route, post_key, day FROM held JOIN names ON names.name = held.handle
    AND held.handle IS DISTINCT FROM held.account_key
UNION ALL
SELECT account, import_id, route, post_key, day FROM held JOIN names ON names.name = held.host_account_key
    WHERE account_key IS NULL AND handle IS NULL
"""
_SEEN = "SELECT account, day, count(DISTINCT post_key) FROM named GROUP BY ALL"
_BROUGHT = "SELECT DISTINCT account, import_id FROM named WHERE route = 'watch_list'"
_DAYS_OF_IMPORTS = """
SELECT import_id, platform, list(DISTINCT day) FROM (
    SELECT import_id, platform,
        date_diff('day', $first::DATE, (unnest([posted_at, observed_at]) AT TIME ZONE $zone)::DATE) AS day
    FROM observations WHERE election = $slug AND route = 'watch_list'
) WHERE day >= 0 AND day < $days GROUP BY ALL
"""


@dataclass(frozen=True)
class Brought:
    """What the corpus says, by account: posts by day, and the days that imports with anything of it cover."""

    seen: Mapping[int, Mapping[int, int]]
    looked: Mapping[int, int]
    platforms: frozenset[str]


@dataclass(frozen=True)
class Line:
    """One account and its days."""

    account: int
    key: str
    platform: str
    handle: str
    name: str
    actor: str
    actor_slug: str
    states: str
    seen: Mapping[int, int]
    error: str

    @property
    def sums(self) -> Sums:
        return rules.sums([self.states])

    @property
    def posts(self) -> int:
        return sum(self.seen.values())


@dataclass(frozen=True)
class Heat:
    """All watched accounts over the days of the election's phases so far, by platform and actor."""

    days: tuple[date, ...] = ()
    lines: tuple[Line, ...] = ()
    by_platform: Mapping[str, Sums] = field(default_factory=dict)
    #: Platform -> imports that wait for eyes: what is missing may be in them.
    held: Mapping[str, list[Import]] = field(default_factory=dict)

    @property
    def sums(self) -> Sums:
        return rules.sums(line.states for line in self.lines)


def heat(election: Election, *, until: date | None = None, looks: Iterable[Look] | None = None) -> Heat:
    """The heat map up to a day (default: the election's today).

    `looks`: what live sources saw, an account and a day each (default: `live_looks`). An account is reached where
    a live source is set on it, or where its platform is imported for the watch-list at all.
    """
    calendar = _calendar(election, until)
    if not calendar:
        return Heat()
    looks = list(live_looks(election, calendar[0], calendar[-1]) if looks is None else looks)
    accounts = list(
        Account.objects.filter(election=election, watched=True)
        .order_by("platform", "name", "key")
        .values_list("pk", "key", "platform", "handle", "name")
    )
    brought = _brought(election, calendar, accounts)
    places = {day: at for at, day in enumerate(calendar)}
    watched, failed = defaultdict(int), {}
    for look in sorted(looks, key=lambda look: look.day):
        if look.day in places:
            watched[look.account] |= look.looked << places[look.day]
            if look.error:
                failed[look.account] = look.error
    sourced = {look.account for look in looks}
    owners, listed = _owners(election, calendar)
    monitored, everywhere = _monitored(election, places), (1 << len(calendar)) - 1
    lines = []
    for pk, key, platform, handle, name in accounts:
        seen = brought.seen.get(pk, {})
        line = rules.states(
            len(calendar), listed=listed.get(pk, everywhere) & monitored,
            reached=pk in sourced or platform in brought.platforms,
            looked=brought.looked.get(pk, 0) | watched.get(pk, 0), seen=seen,
        )  # fmt: skip
        actor, slug = owners.get(pk, ("", ""))
        lines.append(Line(pk, key, platform, handle, name, actor, slug, line, seen, failed.get(pk, "")))
    lines.sort(key=lambda line: (line.platform, (line.actor or line.name or line.key).casefold(), line.key))
    grouped = defaultdict(list)
    for line in lines:
        grouped[line.platform].append(line.states)
    by_platform = {platform: rules.sums(of) for platform, of in grouped.items()}
    return Heat(calendar, tuple(lines), by_platform, _held(election))


def live_looks(election: Election, first: date, last: date) -> list[Look]:
    """What live sources saw of accounts of the watch-list, one Look for each poll; and one, in vain, for each account
    that a source is set on, so that it counts as reached before its first poll."""
    start, end = local_bounds(first, last, election.timezone)
    of = {"source__election": election, "source__account__isnull": False, "at__gte": start, "at__lt": end}
    polls = Poll.objects.filter(**of).order_by("at").values_list("source__account", "at", "ok", "error")
    live = Source.objects.filter(election=election, active=True).exclude(account=None).values_list("account", flat=True)
    looks = [Look(account, local_date(at, election.timezone), ok, error) for account, at, ok, error in polls]
    return looks + [Look(account, last, False) for account in live]


def _calendar(election: Election, until: date | None) -> tuple[date, ...]:
    phases = pledge.phases(election)
    if not phases:
        return ()
    first = min(phase.first for phase in phases)
    last = min(max(phase.last for phase in phases), until or pledge.today(election))
    return tuple(first + timedelta(days=at) for at in range((last - first).days + 1))


def _monitored(election: Election, places: Mapping[date, int]) -> int:
    """The days inside a monitored phase."""
    found = 0
    for phase in pledge.phases(election):
        if phase.monitored:
            found |= rules.bits(at for day, at in places.items() if phase.first <= day <= phase.last)
    return found


def _owners(election: Election, calendar) -> tuple[dict[int, tuple[str, str]], dict[int, int]]:
    """Account -> (name, slug) of its actor, and the days on which somebody was known to hold it."""
    owners, listed = {}, defaultdict(int)
    rows = Identity.objects.filter(account__election=election).order_by("id")
    for pk, name, slug, first, last in rows.values_list("account", "actor__name", "actor__slug", "first", "last"):
        owners.setdefault(pk, (name, slug))
        start = max((first - calendar[0]).days, 0) if first else 0
        end = min((last - calendar[0]).days + 1, len(calendar)) if last else len(calendar)
        listed[pk] |= ((1 << max(end, 0)) - 1) & ~((1 << start) - 1)
    return owners, dict(listed)


def _held(election: Election) -> dict[str, list[Import]]:
    found: dict[str, list[Import]] = defaultdict(list)
    for row in Import.objects.filter(election=election.slug, state="held").order_by("id"):
        for platform in {group.partition("/")[0] for group in row.filled}:
            found[platform].append(row)
    return dict(found)


_known: dict[tuple, Brought] = {}


def _brought(election: Election, calendar: tuple[date, ...], accounts: list[tuple]) -> Brought:
    """Counted by DuckDB over columns; remembered until the corpus, the days or the watch-list change."""
    root = Home.here().corpus
    key = (str(root), Corpus(root).version(), election.slug, calendar[0], len(calendar), hash(tuple(accounts)))
    if key not in _known:
        if len(_known) >= 8:
            _known.clear()
        _known[key] = _count(election, root, calendar, accounts)
    return _known[key]


def _count(election: Election, root: Path, calendar: tuple[date, ...], accounts: list[tuple]) -> Brought:
    start, end = local_bounds(calendar[0], calendar[-1], election.timezone)
    names: dict[str, int] = {}
    for pk, _key, platform, handle, _name in accounts:
        if handle:
            names.setdefault(f"{platform}:@{handle.lstrip('@').lower()}", pk)
    names |= {key: pk for pk, key, *_rest in accounts}
    shared = {"slug": election.slug, "zone": election.timezone, "first": calendar[0]}
    con = Corpus(root).connect()
    try:
        con.register("names", pa.table({"name": list(names), "account": pa.array(names.values(), pa.int64())}))
        con.execute(_NAMED, {**shared, "start": start, "end": end})
        seen: dict[int, dict[int, int]] = defaultdict(dict)
        for account, day, posts in con.execute(_SEEN).fetchall():
            seen[account][day] = posts
        covers, platforms = {}, set()
        for import_id, platform, days in con.execute(_DAYS_OF_IMPORTS, {**shared, "days": len(calendar)}).fetchall():
            covers[import_id, platform] = rules.covered(days)
            platforms.add(platform)
        of = {pk: platform for pk, _key, platform, *_rest in accounts}
        looked: dict[int, int] = defaultdict(int)
        for account, import_id in con.execute(_BROUGHT).fetchall():
            looked[account] |= covers.get((import_id, of[account]), 0)
    finally:
        con.close()
    return Brought(dict(seen), dict(looked), frozenset(platforms))
