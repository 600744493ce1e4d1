"""Spikes of watched accounts, each with a line of its last days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import ibis

from besa.base import clock
from besa.base.home import Home
from besa.corpus import Corpus
from besa.pledge.models import Account, Election
from besa.triage.detectors.spikes import Spike, daily, find
from besa.triage.queries.arrivals import all_posts

#: What the page shows: the newest spikes, and the days of each line.
_MOST, LINE_DAYS = 50, 42
_WIDTH, _HEIGHT = 210, 36


@dataclass(frozen=True)
class Shown:
    """A spike as the page shows it. `points`: the line in an SVG of 210 x 36; `mark`: where the day stands in it."""

    account: Account
    spike: Spike
    points: str
    mark: tuple[float, float]
    highest: int


_held: dict[tuple, list[tuple[int, Spike, list[int]]]] = {}


def spikes(election: Election) -> list[Shown]:
    """The newest first; remembered until the corpus or the watch-list changes."""
    index = _watched(election)
    corpus, until = Corpus(Home.here().corpus), clock.now()
    key = (str(corpus.root), election.pk, corpus.version(), hash(frozenset(index.items())))
    if key not in _held:
        _held.clear()
        _held[key] = _found(corpus, election, index, until)
    accounts = Account.objects.in_bulk([pk for pk, _, _ in _held[key]])
    return [_shown(accounts[pk], spike, line) for pk, spike, line in _held[key] if pk in accounts]


def _watched(election: Election) -> dict[str, int]:
    """Watched accounts by key, and by `platform:@handle`: imports name an account by one or the other."""
    rows = list(Account.objects.filter(election=election, watched=True).values_list("pk", "platform", "key", "handle"))
    index = {f"{platform}:@{handle.lstrip('@').lower()}": pk for pk, platform, _, handle in rows if handle}
    return index | {key: pk for pk, _, key, _ in rows}


def _found(corpus: Corpus, election: Election, index: dict[str, int], until: datetime) -> list:
    version = corpus.version()
    if version < 0:
        return []
    with all_posts(corpus, election, version) as (posts, _):
        found = find(posts, election.timezone, until)
        of = _accounts(posts, {spike.account_key for spike in found}, index)
        found = [spike for spike in found if spike.account_key in of]
        found = sorted(found, key=lambda spike: (spike.day, spike.account_key, spike.kind), reverse=True)[:_MOST]
        lines: dict[tuple, list[int]] = {}
        for day in {spike.day for spike in found}:
            keys = [spike.account_key for spike in found if spike.day == day]
            last = day + timedelta(days=LINE_DAYS // 6)
            for account, line in daily(posts, election.timezone, keys, last, LINE_DAYS).items():
                lines[account, day] = line
    return [(of[spike.account_key], spike, lines[spike.account_key, spike.day]) for spike in found]


def _accounts(posts: ibis.Table, keys: set[str], index: dict[str, int]) -> dict[str, int]:
    """Which watched account a key of the corpus is: by itself, or by the handle that came with it."""
    named = posts.filter(posts.account_key.isin(sorted(keys))).select("account_key", "platform", "account_handle")
    found = {}
    for row in named.distinct().to_pyarrow().to_pylist():
        by_handle = f"{row['platform']}:@{(row['account_handle'] or '').lstrip('@').lower()}"
        if pk := index.get(row["account_key"]) or index.get(by_handle):
            found[row["account_key"]] = pk
    return found


def _shown(account: Account, spike: Spike, line: list[int]) -> Shown:
    highest = max(*line, 1)
    places = [
        (round(2 + at * (_WIDTH - 4) / (len(line) - 1), 1), round(_HEIGHT - 3 - count * (_HEIGHT - 6) / highest, 1))
        for at, count in enumerate(line)
    ]
    points = " ".join(f"{x},{y}" for x, y in places)
    return Shown(account, spike, points, places[len(line) - 1 - LINE_DAYS // 6], highest)
