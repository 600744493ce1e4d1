"""What is far from an account's own past: posts a day, reactions to a post, newcomers among its commenters.

Each is compared with the account itself, never with others, and only upwards. The rate of false alarms on noise is held
below `FALSE_ALARMS` (tests/triage/test_unusual.py measures it on simulated accounts).
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

#: At most so many alarms per account-day (per post, for reactions) where nothing but chance is at work, be it as bursty
#: as a geometric law. Steadier accounts give far fewer; some that post in fits give more.
FALSE_ALARMS = 0.0025
#: Days that a day is compared with, the fewest that will do, and the fewest of its own sort (working day or weekend)
#: for which only those count.
DAYS, LEAST_DAYS, LEAST_ALIKE = 28, 14, 8
#: Posts before a post that its reactions are compared with.
POSTS = 20
#: The tail beyond which a figure is called unusual: stricter than the promise, since the past is known from few days.
_TAIL = 1e-4
LEAST_POSTS, _LEAST_REACTIONS, _LEAST_COMMENTERS = 5, 50, 10
#: How many times the usual it must be, so that large accounts are not flagged for a few more.
_TIMES, _TIMES_REACTIONS, _TIMES_NEWCOMERS = 2.0, 4.0, 1.5
#: Robust deviations above the median, for logarithms of reactions; and the least that one deviation counts for.
_FAR, _LEAST_SPREAD = 7.0, 0.25
_SPIKES_BEFORE = 3
#: So many days after it was made an account is new.
NEW_DAYS = 30
_COMMENT_DAYS, _COMMENTERS = 7, 50


def volume(counts: np.ndarray, seen: np.ndarray, weekend: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which days of which accounts are unusual, and what was usual: both accounts x days.

    `counts`: posts, accounts x days; `seen`: whether a day counts for an account (it was known by then, and something
    was collected on that day); `weekend`: for each day. The tail is that of a negative binomial with mean and variance
    of the past, from which up to `_SPIKES_BEFORE` unusual days are left out: more of them are a new habit.
    """
    accounts, days = counts.shape
    unusual, usual = np.zeros((accounts, days), bool), np.full((accounts, days), np.nan)
    for day in range(LEAST_DAYS, days):
        past = np.arange(max(0, day - DAYS), day)
        alike = weekend[past] == weekend[day]
        few = (seen[:, past] & alike).sum(axis=1) < LEAST_ALIKE
        before = unusual[:, past]
        before &= (before.sum(axis=1) <= _SPIKES_BEFORE)[:, None]
        counted = seen[:, past] & (alike | few[:, None]) & ~before
        known = (seen[:, past].sum(axis=1) >= LEAST_DAYS) & seen[:, day]
        found = counts[:, day]
        worth = np.flatnonzero(known & (found >= LEAST_POSTS))
        if len(worth):
            mean, variance = _past(counts[np.ix_(worth, past)], counted[worth])
            usual[worth, day] = mean
            unusual[worth, day] = (_count_tail(found[worth], mean, variance) < _TAIL) & (found[worth] >= _TIMES * mean)
    return unusual, usual


def _past(counts: np.ndarray, counted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance with which the next day is foretold; what is not counted is left out."""
    n = counted.sum(axis=1)
    mean = (np.where(counted, counts, 0).sum(axis=1) + 0.5) / n
    spread = np.where(counted, (counts - mean[:, None]) ** 2, 0).sum(axis=1) / np.maximum(n - 1, 1)
    # the past is short: the mean may be larger than it looked, and so may what varies beyond chance
    beyond = np.maximum(spread - mean, 0) * (1 + 2 / np.sqrt(n))
    return mean, (mean + beyond) * (1 + 1 / n) + 1e-9


def _count_tail(found: np.ndarray, mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """The chance of so many or more under a negative binomial."""
    from scipy.special import betainc  # loaded where it is used

    return betainc(found, mean**2 / (variance - mean), 1 - mean / variance)


def _share_tail(found: int, of: int, a: float, b: float) -> float:
    """The chance of so many or more under a beta-binomial."""
    from scipy.special import betaln, gammaln

    k = np.arange(found, of + 1)
    ways = gammaln(of + 1) - gammaln(k + 1) - gammaln(of - k + 1)
    return float(np.exp(ways + betaln(k + a, of - k + b) - betaln(a, b)).sum())


def reactions(of: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which posts of one account (in the order of time) drew far more than its `POSTS` posts before, and the median."""
    unusual, usual = np.zeros(len(of), bool), np.full(len(of), np.nan)
    if len(of) <= POSTS:
        return unusual, usual
    past = sliding_window_view(np.log1p(of.astype(float)), POSTS)[:-1]
    middle = np.median(past, axis=1)
    spread = np.maximum(1.4826 * np.median(np.abs(past - middle[:, None]), axis=1), _LEAST_SPREAD)
    here, median = of[POSTS:], np.expm1(middle)
    far = (np.log1p(here) - middle) / spread >= _FAR
    unusual[POSTS:] = far & (here >= _LEAST_REACTIONS) & (here >= _TIMES_REACTIONS * median)
    usual[POSTS:] = median
    return unusual, usual


def newcomers(fresh: np.ndarray, all_of_them: np.ndarray, days: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """On which days of one page too many commenters were never seen before, and the share that is usual there.

    `fresh` of `all_of_them` on each of `days` (numbers, rising; only days with comments). The share varies from day to
    day by more than chance: how much more is taken from the past, and the tail is that of a beta-binomial.
    """
    unusual, usual = np.zeros(len(days), bool), np.full(len(days), np.nan)
    for at in range(_COMMENT_DAYS, len(days)):
        past = slice(int(np.searchsorted(days, days[at] - DAYS)), at)
        k, n = fresh[past].astype(float), all_of_them[past].astype(float)
        if len(k) < _COMMENT_DAYS or n.sum() < _COMMENTERS or all_of_them[at] < _LEAST_COMMENTERS:
            continue
        share = (k.sum() + 0.5) / (n.sum() + 1)
        chance = share * (1 - share)
        beyond = max(0.0, float(((k - n * share) ** 2 / (n * chance)).sum() / (len(k) - 1)) - 1)
        # correlation within a day, and that of a share known from so many commenters only
        alike = min(0.9, beyond / max(n.mean() - 1, 1) * (1 + 1.5 / np.sqrt(len(k))) + 1 / n.sum())
        size, many = int(all_of_them[at]), 1 / alike - 1
        usual[at] = share
        unusual[at] = fresh[at] >= _TIMES_NEWCOMERS * share * size and (
            _share_tail(int(fresh[at]), size, share * many, (1 - share) * many) < _TAIL
        )
    return unusual, usual
