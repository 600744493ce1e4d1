"""From posts to what is unusual: counted per account and day in the database, judged by `rules.unusual`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import ibis
import numpy as np
import polars as pl
import pyarrow as pa
from ibis import _

from besa.collect.rules.made import PATHS, account_made
from besa.corpus.engines.flow import flow
from besa.triage.rules import unusual

VOLUME, REACTIONS, NEWCOMERS, NEW_ACCOUNT, NEW_COMMENTERS = KINDS = (
    "volume", "reactions", "newcomers", "new_account", "new_commenters"
)  # fmt: skip
#: No more days than these are looked at, counted back from the newest post.
_DAYS = 200
#: Accounts judged at a time, so that memory stays flat.
_AT_ONCE = 2000
_COMMENTS = ("comment", "reply")
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Spike:
    """One figure of an account that is far from its own past, and the post that stands for it.

    `figure` and `usual`: posts a day, reactions to the post, or share of commenters never seen before, or made in the
    `unusual.NEW_DAYS` before (0 to 1). Of a new account: its posts and comments that day, and its age in days.
    """

    kind: str
    account_key: str
    day: date
    figure: float
    usual: float
    post_key: str


def find(posts: ibis.Table, timezone: str, until: datetime | None = None) -> list[Spike]:
    """All spikes of these posts. `until`: later posts are left out, since a stray date would be the newest."""
    told = _dated(posts, timezone, until)
    if told is None:
        return []
    told, last = told
    found = [*_volume(told, last), *_reactions(told), *_newcomers(told)]
    if (made := _made(told)) is not None:
        found += [*_new_accounts(told, made), *_new_commenters(told, made)]
    return sorted(found, key=lambda spike: (spike.day, spike.account_key, spike.kind, spike.post_key))


def daily(posts: ibis.Table, timezone: str, accounts: list[str], last: date, days: int) -> dict[str, list[int]]:
    """Posts a day of these accounts, for so many days up to the last."""
    told = _dated(posts.filter(posts.account_key.isin(accounts)), timezone, None)
    counts = {account: [0] * days for account in accounts}
    if told is None:
        return counts
    for row in _per_day(told[0]).to_pyarrow().to_pylist():
        at = days - 1 - ((last - _EPOCH).days - row["day"])
        if 0 <= at < days:
            counts[row["account_key"]][at] = row["posts"]
    return counts


def _dated(posts: ibis.Table, timezone: str, until: datetime | None) -> tuple[ibis.Table, int] | None:
    """The posts of the last days with their local `day` (since 1970), and the last day."""
    posts = posts.filter(posts.account_key.notnull(), posts.posted_at.notnull())
    if until is not None:
        posts = posts.filter(posts.posted_at <= until)
    newest = posts.posted_at.max().to_pyarrow().as_py()
    if newest is None:
        return None
    newest = newest if newest.tzinfo else newest.replace(tzinfo=UTC)
    oldest = newest - timedelta(days=_DAYS)
    zone = ZoneInfo(timezone)
    # DuckDB answers with a fraction, and a cast alone would round it into the next day
    at = posts.posted_at.epoch_seconds().floor().cast("int64")
    (_since, offset), *changes = _offsets(oldest, newest, zone)
    local = at + offset
    for moment, other in changes:
        local = ibis.ifelse(at >= moment, at + other, local)
    posts = posts.filter(posts.posted_at >= oldest)
    return posts.mutate(at=at, day=(local / 86400).floor().cast("int64")), _day(newest, zone)


def _day(moment: datetime, zone: ZoneInfo) -> int:
    return (moment.astimezone(zone).date() - _EPOCH).days


def _offsets(first: datetime, last: datetime, zone: ZoneInfo) -> list[tuple[int, int]]:
    """(second since 1970, seconds ahead of UTC from then on): the first, and each change, found to the quarter hour."""
    found, at = [], first.replace(minute=0, second=0, microsecond=0)
    while at <= last + timedelta(days=1):
        ahead = int(at.astimezone(zone).utcoffset().total_seconds())
        if not found or found[-1][1] != ahead:
            while found and int((at - _QUARTER).astimezone(zone).utcoffset().total_seconds()) == ahead:
                at -= _QUARTER
            found.append((int(at.timestamp()), ahead))
        at += timedelta(hours=12)
    return found


_QUARTER = timedelta(minutes=15)


def _per_day(told: ibis.Table) -> ibis.Table:
    # the day's first post stands for it: later ones do not change which that is
    return told.group_by(["account_key", "day"]).aggregate(posts=told.count(), first=_first(told))


def _volume(told: ibis.Table, last: int) -> list[Spike]:
    counted = pl.from_arrow(_per_day(told).to_pyarrow())
    days = sorted(counted["day"].unique())
    span = np.arange(days[0], last + 1)
    collected = np.isin(span, days)
    # 1 January 1970 was a Thursday
    weekend = (span + 3) % 7 >= 5
    busy = counted.group_by("account_key").agg(pl.col("posts").max()).filter(pl.col("posts") >= unusual.LEAST_POSTS)
    names = sorted(busy["account_key"])
    found = []
    for start in range(0, len(names), _AT_ONCE):
        part = names[start : start + _AT_ONCE]
        place = pl.DataFrame({"account_key": part, "row": range(len(part))}, schema_overrides={"row": pl.Int64})
        held = counted.join(place, on="account_key")
        rows, columns = held["row"].to_numpy(), held["day"].to_numpy() - span[0]
        counts = np.zeros((len(part), len(span)))
        counts[rows, columns] = held["posts"].to_numpy()
        known_from = np.full(len(part), len(span))
        np.minimum.at(known_from, rows, columns)
        seen = (np.arange(len(span)) >= known_from[:, None]) & collected
        far, usual = unusual.volume(counts, seen, weekend)
        firsts = dict(zip(zip(rows.tolist(), columns.tolist(), strict=True), held["first"], strict=True))
        for row, column in zip(*np.nonzero(far), strict=True):
            found.append(
                Spike(VOLUME, part[row], _date(span[column]), counts[row, column], usual[row, column],
                      firsts[row, column].partition(" ")[2])
            )  # fmt: skip
    return found


def _reactions(told: ibis.Table) -> list[Spike]:
    parts = [told[name].fill_null(0) for name in ("reactions", "comments", "shares")]
    known = told.reactions.notnull() | told.comments.notnull() | told.shares.notnull()
    own = told.filter(known, ~told.kind.isin(_COMMENTS)).mutate(drew=parts[0] + parts[1] + parts[2])
    often = own.group_by("account_key").having(own.count() > unusual.POSTS).aggregate(n=own.count())
    own = own.semi_join(often, "account_key").select("account_key", "post_key", "at", "day", "drew")
    found = []
    for account, group in _by_account(own.order_by("account_key", "at", "post_key")):
        far, usual = unusual.reactions(group["drew"].to_numpy())
        for at in np.flatnonzero(far).tolist():
            found.append(
                Spike(REACTIONS, account, _date(group["day"][at]), group["drew"][at], usual[at], group["post_key"][at])
            )
    return found


def _by_account(rows: ibis.Table) -> Iterator[tuple[str, pl.DataFrame]]:
    """Each account with its rows, which come account by account."""
    held: list[pl.DataFrame] = []
    for table in flow(rows):
        for (account,), group in pl.from_arrow(table).group_by("account_key", maintain_order=True):
            if held and held[0]["account_key"][0] != account:
                yield held[0]["account_key"][0], pl.concat(held)
                held = []
            held.append(group)
    if held:
        yield held[0]["account_key"][0], pl.concat(held)


def _newcomers(told: ibis.Table) -> list[Spike]:
    """An account is new on the day on which this corpus first saw it."""
    born = told.group_by("account_key").aggregate(born=told.day.min())
    once = _commenters(told).inner_join(born, "account_key")
    return _waves(NEWCOMERS, once.mutate(fresh=_.born == _.day))


def _commenters(told: ibis.Table) -> ibis.Table:
    """Who commented where on which day, with the first of these comments."""
    hosted = told.filter(
        told.kind.isin(_COMMENTS), told.host_account_key.notnull(), told.host_account_key != told.account_key
    )  # fmt: skip
    return hosted.group_by(["host_account_key", "day", "account_key"]).aggregate(first=_first(hosted))


def _first(of: ibis.Table) -> ibis.Value:
    return (of.at.cast("string").lpad(12, "0") + ibis.literal(" ") + of.post_key).min()


def _waves(kind: str, once: ibis.Table) -> list[Spike]:
    """Days on which too many of a page's commenters are `fresh`."""
    per_day = once.group_by(["host_account_key", "day"]).aggregate(
        fresh=_.fresh.sum(), everybody=_.count(), first=_["first"].min()
    )
    rows = pl.from_arrow(per_day.to_pyarrow()).sort("host_account_key", "day")
    found = []
    for (host,), group in rows.group_by("host_account_key", maintain_order=True):
        fresh, everybody = group["fresh"].to_numpy(), group["everybody"].to_numpy()
        far, usual = unusual.newcomers(fresh, everybody, group["day"].to_numpy())
        for at in np.flatnonzero(far).tolist():
            found.append(
                Spike(kind, host, _date(group["day"][at]), fresh[at] / everybody[at], usual[at],
                      group["first"][at].partition(" ")[2])
            )  # fmt: skip
    return found


def _made(told: ibis.Table) -> ibis.Table | None:
    """Account and day on which it was made, of those of whom a source says so; None where there are none."""
    if not {"connector", "raw"} <= set(told.columns):
        return None
    telling = told.filter(told.connector.isin(sorted(PATHS)))
    one = telling.group_by("account_key").aggregate(post_key=telling.post_key.max())
    rows = telling.semi_join(one, ["account_key", "post_key"]).select("account_key", "connector", "raw")
    keys, days = [], []
    for batch in flow(rows):
        for key, connector, raw in zip(*(batch[name].to_pylist() for name in rows.columns), strict=True):
            if made := account_made(connector, raw):
                keys.append(key)
                days.append((made.date() - _EPOCH).days)
    return ibis.memtable(pa.table({"account_key": keys, "made": pa.array(days, pa.int64())})) if keys else None


def _new_accounts(told: ibis.Table, made: ibis.Table) -> list[Spike]:
    """The first day on which an account posted or commented often while it was new."""
    per_day = _per_day(told).inner_join(made, "account_key").mutate(age=_.day - _.made)
    per_day = per_day.filter(_.age <= unusual.NEW_DAYS, _.posts >= unusual.LEAST_POSTS)
    rows = pl.from_arrow(per_day.to_pyarrow()).sort("account_key", "day").unique("account_key", keep="first")
    return [
        Spike(NEW_ACCOUNT, row["account_key"], _date(row["day"]), row["posts"], max(0, row["age"]),
              row["first"].partition(" ")[2])
        for row in rows.to_dicts()
    ]  # fmt: skip


def _new_commenters(told: ibis.Table, made: ibis.Table) -> list[Spike]:
    """As `_newcomers`, by the day on which the accounts were made; others are not counted."""
    once = _commenters(told).inner_join(made, "account_key")
    return _waves(NEW_COMMENTERS, once.mutate(fresh=_.day - _.made <= unusual.NEW_DAYS))


def _date(day: int) -> date:
    return _EPOCH + timedelta(days=int(day))
