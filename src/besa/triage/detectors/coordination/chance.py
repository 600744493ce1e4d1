"""How often two accounts would have met anyway: the null model that tells hyperactive accounts from coordinated ones.

Time is cut into blocks of 60 windows (an hour for a minute). The null model keeps who shared what in which block, so
how active an account is, which things it likes, how popular they are, and the rhythm of the day and of the news; only
*when within the block* each share fell is left to chance (interval jitter: A. Amarasingham et al., “Conditional
modeling and the jitter method of spike resynchronization”, J. Neurophysiol. 107, 2012). Then

- two shares of one object in one block meet with a chance p0 that only the window and the block decide (about 1 in 30);
- where accounts that are under no suspicion met more often than that over this object in this block, p is their rate,
  drawn towards p0 by 1 meeting in 1/p0 pairs: what everybody shares within ten minutes brings everybody together.
  Where hardly any such account shared it, p is the rate of all who did, unless most of their pairs met, since then
  it is they who are in question;
- a block in which both shared the object is one opportunity, with a chance of p for each two of their shares, at most
  1; `expected` is the sum over the opportunities, and so many meetings are no likelier than in as many opportunities
  of equal chance with this sum (W. Hoeffding, Annals of Mathematical Statistics 27, 1956).

A meeting counts once per object and block, and once per pair of posts. Ties of one meeting are never told from chance.
All pairs of accounts that shared anything in one block are tests made; of the ties told faster than chance, the share
that is not is held to FALSE_SHARE on average (Benjamini and Hochberg, 1995).
"""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.special import bdtrc

from besa.triage.detectors.coordination.near import SECOND, Rule, Shares, along, ends, key_of, place, spread

BLOCK_WINDOWS = 60
FALSE_SHARE = 0.05
#: So few shares of accounts under no suspicion do not tell what is usual.
_TELLING = 5
#: Of so many shares with whole minutes, the source tells no seconds.
_WHOLE_MINUTES = 0.1


def judged(shares: Shares, ties: pl.DataFrame) -> pl.DataFrame:
    """The ties with `expected` (meetings by chance), `q` and `faster` (than chance would have it).

    Judged twice: first every account with a tie counts as a suspect whose meetings say nothing of what is usual,
    then only the accounts of ties that were told faster than chance; a tie must be told so both times.
    """
    tested = ties.filter(pl.col("weight") > 1)["key"].sort()
    if tested.is_empty():
        return ties.with_columns(expected=pl.lit(None, pl.Float64), q=1.0, faster=False)
    keys, tests = tested.to_numpy(), _tests(shares)
    met, expected, q = _met(shares, keys), np.full(len(keys), np.nan), np.ones(len(keys))
    # so many meetings it takes at least: nobody could have missed no opportunity more often by chance
    least = np.log(FALSE_SHARE * len(keys) / tests) / np.log(by_chance(shares.rule, grain(shares.at)))
    asked = suspects = np.flatnonzero(met >= max(least, 1))
    for _ in range(2):
        if not len(asked):
            break
        times, expected[asked] = _opportunities(shares, keys[asked], keys[suspects])
        q[asked] = adjusted(bdtrc(met[asked] - 1.0, times, expected[asked] / times), tests)
        asked = suspects = np.flatnonzero(q <= FALSE_SHARE)
    told = pl.DataFrame({"key": tested, "expected": expected, "q": q}).fill_nan(None)
    return ties.join(told, on="key", how="left", maintain_order="left").with_columns(
        pl.col("q").fill_null(1.0), faster=pl.col("q").fill_null(1.0) <= FALSE_SHARE
    )


def blocks(shares: Shares) -> np.ndarray:
    """One number for each object and block of time, in the order of the sorted shares."""
    block = shares.at // (BLOCK_WINDOWS * max(shares.rule.reach, SECOND))
    new = (np.diff(shares.thing) != 0) | (np.diff(block) != 0)
    return np.cumsum(np.concatenate([[0], new])) if len(block) else block


def by_chance(rule: Rule, grain: int) -> float:
    """p0: two moments of one block, told to the `grain` (microseconds), lie within the window."""
    reach = max(rule.reach, SECOND)
    cells, steps = BLOCK_WINDOWS * reach // grain, rule.reach // grain
    return (cells + steps * (2 * cells - steps - 1)) / cells**2


def grain(at: np.ndarray) -> int:
    """How finely times are told: minutes, seconds, or less."""
    if (at % (60 * SECOND) == 0).mean() > _WHOLE_MINUTES:
        return 60 * SECOND
    return SECOND if (at % SECOND == 0).all() else 1


def adjusted(chance: np.ndarray, tests: int) -> np.ndarray:
    """Benjamini and Hochberg's q of each chance, among `tests` of which the others came out at 1."""
    order = np.argsort(chance)
    ranked = chance[order] * tests / np.arange(1, len(chance) + 1)
    q = np.empty(len(chance))
    q[order] = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1)
    return q


def _met(shares: Shares, keys: np.ndarray) -> np.ndarray:
    """How often each two tied accounts met within a block."""
    block, parts = blocks(shares), []
    for left, right in shares.pairs():
        tie, known = place(keys, key_of(shares.account[left], shares.account[right]))
        known &= block[left] == block[right]
        left, right = left[known], right[known]
        posts = shares.post[left] ^ (shares.post[right] << np.uint64(1))
        parts.append(pl.DataFrame({"tie": tie[known], "block": block[left], "posts": posts}))
    counted = pl.concat(parts).group_by("tie").agg(pl.col("block", "posts").n_unique())
    met = np.zeros(len(keys), dtype=np.int64)
    met[counted["tie"].to_numpy()] = counted.select(pl.min_horizontal("block", "posts")).to_series().to_numpy()
    return met


def _opportunities(shares: Shares, keys: np.ndarray, suspects: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How often each two accounts might have met, and how often they would have by chance."""
    block = blocks(shares)
    rate = _rates(shares, block, _held(shares, suspects))
    held = _held(shares, keys)
    shared = pl.DataFrame({"block": block[held], "account": shares.account[held]})
    shared = shared.group_by("block", "account").agg(n=pl.len()).sort("block")
    block, account, n = shared["block"].to_numpy(), shared["account"].to_numpy(), shared["n"].to_numpy().astype(float)
    times, expected = np.zeros(len(keys), dtype=np.int64), np.zeros(len(keys))
    for left, right in spread(np.searchsorted(block, block, side="right")):
        tie, known = place(keys, key_of(account[left], account[right]))
        tie, left, right = tie[known], left[known], right[known]
        times += np.bincount(tie, minlength=len(keys))
        expected += np.bincount(tie, np.minimum(n[left] * n[right] * rate[block[left]], 1), len(keys))
    return times, expected


def _rates(shares: Shares, block: np.ndarray, suspect: np.ndarray) -> np.ndarray:
    """The chance p of each block that two shares in it meet."""
    p0, size = by_chance(shares.rule, grain(shares.at)), int(block[-1]) + 1

    def counted(some: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        reach = shares.rule.reach
        close = ends(along(block[some], shares.at[some], reach), reach) - np.arange(len(some)) - 1
        n = np.bincount(block[some], minlength=size)
        return n, n * (n - 1) / 2, np.bincount(block[some], close, size)

    n, pairs, close = counted(np.flatnonzero(~suspect))
    _, all_pairs, all_close = counted(np.arange(len(block)))
    alone = n < _TELLING
    rate = np.where(alone, all_close + 1, close + 1) / (np.where(alone, all_pairs, pairs) + 1 / p0)
    return np.where(alone & (2 * all_close > all_pairs), p0, np.maximum(rate, p0))


def _held(shares: Shares, keys: np.ndarray) -> np.ndarray:
    """Whether each share is of an account that these ties hold."""
    held = np.zeros(len(shares.names), dtype=bool)
    held[keys >> 32] = held[keys & 0xFFFFFFFF] = True
    return held[shares.account]


def _tests(shares: Shares) -> int:
    """No fewer than the pairs of accounts that might have met: each two shares of one block, at most all accounts."""
    n, accounts = np.bincount(blocks(shares)), len(shares.names)
    return max(1, int(min((n * (n - 1) // 2).sum(), accounts * (accounts - 1) // 2)))
