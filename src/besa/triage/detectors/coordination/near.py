"""Who shared the same thing within a window: the definition of CooRTweet, by one sort and a binary search.

A share is one account passing on one object (a link, a text, a set of hashtags, an image) in one post at one moment.
Shares are a table `object_id, account_id, content_id` (text), `at` (microseconds since 1970).

1. Accounts with fewer than `participation` shares are left out.
2. Two shares of one object by two accounts in two posts, at most `window` seconds apart (the end included), are a pair.
   A post that is the object itself is in no pair.
3. A pair stays where the account of either side has `participation` shares among the posts that are paired.
4. Two accounts with `repetition` pairs or more are tied; the number of pairs is the weight of the tie.

Sorted by object and time, the neighbours of a share stand right behind it: no two shares are compared in vain.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow.compute as pc

NAMES = ("object_id", "account_id", "content_id", "at")
SECOND = 1_000_000
#: Pairs held in memory at once; more are gone through in parts.
_PAIRS_AT_ONCE = 4_000_000


@dataclass(frozen=True)
class Rule:
    """`window` in seconds; `participation`: shares an account needs; `repetition`: pairs a tie needs."""

    window: float = 60
    participation: int = 2
    repetition: int = 1

    @property
    def reach(self) -> int:
        return round(self.window * SECOND)


class Shares:
    """Shares of objects that were shared more than once, sorted by object and time, and the pairs among them.

    `thing`, `account`: codes, of accounts in `names`; `post`: hash of the post; `at`; `row`: where the share stands in
    `kept`, the shares of accounts with enough of them. `near`: places of shares with a neighbour within the window.
    """

    def __init__(self, shares: pl.DataFrame, rule: Rule):
        self.rule = rule
        told = [pl.col(name).is_not_null() & (pl.col(name) != "") for name in NAMES[:3]]
        kept = shares.select(NAMES).filter(*told, pl.col("at").is_not_null())
        account, self.names = _codes(kept["account_id"])
        often = np.bincount(account)[account] >= rule.participation
        if not often.all():
            kept, account = kept.filter(often), account[often]
        self.kept = kept
        (thing, _), at = _codes(kept["object_id"]), kept["at"].to_numpy()
        row = np.flatnonzero((np.bincount(thing)[thing] > 1) & (kept["object_id"] != kept["content_id"]).to_numpy())
        order = pl.DataFrame({"thing": thing[row], "at": at[row]}).select(pl.arg_sort_by("thing", "at"))
        self.row = row[order.to_series().to_numpy()]
        self.thing, self.account, self.at = thing[self.row], account[self.row], at[self.row]
        close = np.diff(along(self.thing, self.at, rule.reach)) <= rule.reach
        self.near = np.flatnonzero(np.append(close, False) | np.insert(close, 0, False)[: len(self.row)])
        self._until = ends(along(self.thing[self.near], self.at[self.near], rule.reach), rule.reach)
        # of a million posts two have the same hash of 64 bits with a chance of 1 in 30 million
        post = kept["content_id"].hash().to_numpy()
        self.post = post[self.row]
        self._stays = np.ones(len(self.near), dtype=bool)
        if rule.participation > 1:
            self._stays = self._staying(post, account)

    def pairs(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """The pairs of rules 2 and 3 in parts: places of the earlier and of the later share."""
        for left, right in self._pairs():
            stays = self._stays[left] | self._stays[right]
            yield self.near[left[stays]], self.near[right[stays]]

    def _pairs(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        account, post = self.account[self.near], self.post[self.near]
        for left, right in spread(self._until):
            paired = (account[left] != account[right]) & (post[left] != post[right])
            yield left[paired], right[paired]

    def _staying(self, post: np.ndarray, account: np.ndarray) -> np.ndarray:
        """Which near shares stand in a post of an account with enough shares in paired posts (rule 3).

        `post`, `account` of all shares kept: a paired post may pass on other objects too.
        """
        paired = np.zeros(len(self.near), dtype=bool)
        for left, right in self._pairs():
            paired[left] = paired[right] = True
        near = self.post[self.near]
        counted = among(post, near[paired])
        active = np.bincount(account[counted], minlength=len(self.names)) >= self.rule.participation
        return among(near, post[counted & active[account]])


def pairs(shares: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    """Every pair: `object_id, account_id, account_id_y, content_id, content_id_y, time_delta`; `_y` is the later."""
    found = Shares(shares, rule)
    parts = list(found.pairs()) or [(np.empty(0, int), np.empty(0, int))]
    first, second = (found.kept[found.row[np.concatenate(side)]] for side in zip(*parts, strict=True))
    later = second.select(account_id_y="account_id", content_id_y="content_id", at_y="at")
    return pl.concat([first, later], how="horizontal").select(
        "object_id", "account_id", "account_id_y", "content_id", "content_id_y",
        time_delta=(pl.col("at_y") - pl.col("at")) / SECOND,
    )  # fmt: skip


def ties(shares: Shares) -> pl.DataFrame:
    """Tied accounts: `key` (as `key_of`), `weight`, `objects`, `mean_delta` in seconds."""
    parts = [_NO_PART]
    for left, right in shares.pairs():
        key = key_of(shares.account[left], shares.account[right])
        part = pl.DataFrame(
            {"key": key, "thing": shares.thing[left], "weight": 1, "delta": shares.at[right] - shares.at[left]},
            schema=_NO_PART.schema,
        )  # fmt: skip
        parts.append(part.group_by("key", "thing").sum())
    found = pl.concat(parts).group_by("key", "thing").sum()
    found = found.group_by("key").agg(pl.col("weight", "delta").sum(), objects=pl.len().cast(pl.Int64))
    return found.filter(pl.col("weight") >= shares.rule.repetition).select(
        "key", "weight", "objects", mean_delta=pl.col("delta") / pl.col("weight") / SECOND
    )


def named(shares: Shares, ties: pl.DataFrame) -> pl.DataFrame:
    """The ties with `account_a < account_b` in place of the key, sorted by them."""
    keys = ties["key"].to_numpy()
    both = pl.DataFrame({"one": shares.names.gather(keys >> 32), "other": shares.names.gather(keys & 0xFFFFFFFF)})
    both = both.select(account_a=pl.min_horizontal(pl.all()), account_b=pl.max_horizontal(pl.all()))
    return pl.concat([both, ties.drop("key")], how="horizontal").sort("account_a", "account_b")


_NO_PART = pl.DataFrame(schema={"key": pl.Int64, "thing": pl.Int32, "weight": pl.Int64, "delta": pl.Int64})


def key_of(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Two account codes as one number, whichever comes first."""
    return (np.minimum(one, other).astype(np.int64) << 32) | np.maximum(one, other)


def place(keys: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each wanted one stands in the sorted `keys` (not empty), and whether it does."""
    at = np.searchsorted(keys, wanted).clip(max=len(keys) - 1)
    return at, keys[at] == wanted


def among(values: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    return pl.Series(values).is_in(pl.Series(wanted).unique().implode()).to_numpy()


def along(group: np.ndarray, at: np.ndarray, reach: int) -> np.ndarray:
    """Sorted times laid end to end, groups more than `reach` apart, so that one search serves all groups."""
    if not len(at):
        return np.empty(0, np.int64)
    step = np.minimum(np.diff(at, prepend=at[0]), reach + 1)
    step[1:][np.diff(group) != 0] = reach + 1
    return np.cumsum(step)


def ends(along: np.ndarray, reach: int) -> np.ndarray:
    """For each place, the first one behind it that lies out of reach."""
    return np.searchsorted(along, along + reach, side="right")


def spread(until: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """All (place, later place before `until[place]`), in parts."""
    place = np.arange(len(until))
    count = until - place - 1
    total = np.cumsum(count)
    begin = 0
    while begin < len(until):
        done = total[begin - 1] if begin else 0
        end = max(begin + 1, int(np.searchsorted(total, done + _PAIRS_AT_ONCE, side="right")))
        some = count[begin:end]
        left = np.repeat(place[begin:end], some)
        first = np.repeat(total[begin:end] - some - done, some)
        yield left, left + 1 + np.arange(len(left)) - first
        begin = end


def _codes(column: pl.Series) -> tuple[np.ndarray, pl.Series]:
    """A number for each value, and the values by number."""
    encoded = pc.dictionary_encode(column.to_arrow())
    return encoded.indices.to_numpy(zero_copy_only=False).astype(np.int32), pl.Series(encoded.dictionary)
