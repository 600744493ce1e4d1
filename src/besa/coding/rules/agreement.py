"""Agreement between coders: Krippendorff's alpha, its interval, and what it allows one to say.

Alpha: Krippendorff, Content Analysis (4th ed.), chapter 12, in the form of counts per unit. AC1: Gwet (2008), Computing
inter-rater reliability and its variance in the presence of high agreement; its form for many coders and gaps.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from besa.base.words import N_
from besa.coding.types import Alpha

LEVELS = ("nominal", "ordinal", "interval", "ratio")
#: Labels that were given less often than this prove nothing.
RARE_BELOW = 10
#: Fewer answers with a partner than this (ten posts coded twice) allow no verdict.
FEW_BELOW = 20
#: Krippendorff's customary floors.
TENTATIVE_BELOW, GOOD_FROM = 0.667, 0.8

#: Numbers worked on at once in a bootstrap: bounds its memory.
_AT_ONCE = 4_000_000


@dataclass(frozen=True)
class _Table:
    """Ratings boiled down: units that were given the same values are alike, and are kept once.

    `counts` (patterns x values) how often a unit of the pattern was given each value; `times` how many units there
    are of each; `domain` the values in their order.
    """

    domain: list
    counts: sparse.csr_array
    times: np.ndarray
    coders: int

    @property
    def sizes(self) -> np.ndarray:
        return self.counts.sum(axis=1)


def alpha(
    ratings: Iterable[tuple[Hashable, Hashable, Hashable]], level: str, *, bootstrap: int = 1000, seed: int = 0
) -> Alpha:
    """Alpha of (coder, unit, value) triples; at all levels but nominal the values are numbers.

    The interval: the 2.5th and 97.5th percentile over resamples of whole units, drawn by `seed`.
    """
    table = _tabled(ratings, level)
    given = table.times @ table.counts
    paired = _paired(table)
    pairable = int(paired.times @ paired.sizes)
    point, low, high = None, None, None
    if (paired.counts.sum(axis=0) > 0).sum() > 1:
        point = float(_alphas(paired, level)(paired.times[None, :])[0])
        low, high = _interval(paired, level, bootstrap, seed)
    return Alpha(
        level=level,
        alpha=point,
        low=low,
        high=high,
        coders=table.coders,
        units=int(table.times.sum()),
        pairable=pairable,
        percent=_percent(paired),
        ac1=_ac1(table, paired) if level == "nominal" else None,
        verdict_words=in_words(point, coders=table.coders, pairable=pairable),
        rare=tuple(str(value) for value, times in zip(table.domain, given, strict=True) if times < RARE_BELOW)
        if level == "nominal"
        else (),
    )


def in_words(alpha: float | None, *, coders: int, pairable: int) -> str:
    """What a figure allows one to say (a message id)."""
    if not pairable:
        return (
            N_("Nothing was coded by two people yet: there is no agreement to speak of.")
            if coders != 1
            else N_("One coder alone: agreement cannot be measured.")
        )
    if alpha is None:
        return N_("All answers are the same: alpha is not defined, and agreement is not proven.")
    if pairable < FEW_BELOW:
        return N_("Too few were coded twice to say anything.")
    if alpha < TENTATIVE_BELOW:
        return N_("Tentative: too little agreement to draw conclusions. Clarify the codebook and train on the cases.")
    if alpha < GOOD_FROM:
        return N_("Acceptable for tentative conclusions.")
    return N_("Good agreement.")


def _tabled(ratings: Iterable[tuple[Hashable, Hashable, Hashable]], level: str) -> _Table:
    ratings = list(ratings)
    unit_at, unit_names = _coded(unit for _, unit, _ in ratings)
    value_at, domain = _coded(value for _, _, value in ratings)
    order = sorted(range(len(domain)), key=(lambda at: str(domain[at])) if level == "nominal" else domain.__getitem__)
    places = np.empty(len(domain), dtype=np.int64)
    places[order] = np.arange(len(domain))
    value_at = places[value_at]
    # each unit as a row of its values in their order, filled up with -1; equal rows are one pattern
    unit_at, value_at = np.divmod(np.sort(unit_at * max(1, len(domain)) + value_at), max(1, len(domain)))
    sizes = np.bincount(unit_at, minlength=len(unit_names))
    column = np.arange(len(unit_at)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    rows = np.full((len(unit_names), sizes.max(initial=1)), -1, dtype=np.int64)
    rows[unit_at, column] = value_at
    patterns, times = _unique_rows(rows, len(domain) + 1)
    pattern, place = np.nonzero(patterns >= 0)
    counts = sparse.coo_array(
        (np.ones(len(pattern)), (pattern, patterns[pattern, place])), shape=(len(patterns), len(domain))
    )
    return _Table([domain[at] for at in order], counts.tocsr(), times, len({coder for coder, _, _ in ratings}))


def _unique_rows(rows: np.ndarray, base: int) -> tuple[np.ndarray, np.ndarray]:
    """The different rows and how often each is there; as one number each where that fits, for speed."""
    if base ** rows.shape[1] >= 2**62:
        return np.unique(rows, axis=0, return_counts=True)
    packed = (rows + 1) @ base ** np.arange(rows.shape[1])
    _, first, times = np.unique(packed, return_index=True, return_counts=True)
    return rows[first], times


def _coded(column: Iterable[Hashable]) -> tuple[np.ndarray, list]:
    seen: dict[Hashable, int] = {}
    at = [seen.setdefault(value, len(seen)) for value in column]
    return np.array(at, dtype=np.int64), list(seen)


def _paired(table: _Table) -> _Table:
    """What was given two values or more: alone these can agree."""
    more = table.sizes > 1
    return _Table(table.domain, table.counts[more], table.times[more], table.coders)


def _percent(table: _Table) -> float | None:
    """Share of pairs of values within a unit that are the same, in per cent."""
    sizes = table.sizes
    pairs = table.times @ (sizes * (sizes - 1))
    return float(100 * (table.times @ _same(table)) / pairs) if pairs else None


def _same(table: _Table) -> np.ndarray:
    """Ordered pairs of equal values, per pattern."""
    return (table.counts * table.counts).sum(axis=1) - table.sizes


def _ac1(table: _Table, paired: _Table) -> float | None:
    """Gwet's AC1: the share of pairs that agree, mended for chance by how often each value is given at all."""
    values = (table.counts.sum(axis=0) > 0).sum()
    if not len(paired.times) or values < 2:
        return None
    sizes = paired.sizes
    agree = paired.times @ (_same(paired) / (sizes * (sizes - 1))) / paired.times.sum()
    shares = (table.times / table.sizes) @ table.counts / table.times.sum()
    chance = (shares * (1 - shares)).sum() / (values - 1)
    return float((agree - chance) / (1 - chance))


def _interval(table: _Table, level: str, resamples: int, seed: int) -> tuple[float | None, float | None]:
    """Units with the same values are alike, so a resample is one multinomial draw over the patterns."""
    units = int(table.times.sum())
    if resamples < 2 or units < 2:
        return None, None
    figure = _alphas(table, level)
    chance = np.random.default_rng(seed)
    shares = table.times / units
    step = max(1, _AT_ONCE // max(table.counts.shape))
    sizes = [min(step, resamples - start) for start in range(0, resamples, step)]
    alphas = np.concatenate([figure(chance.multinomial(units, shares, size=size)) for size in sizes])
    alphas = alphas[np.isfinite(alphas)]
    if len(alphas) < resamples / 2:
        return None, None
    low, high = np.percentile(alphas, [2.5, 97.5])
    return float(low), float(high)


def _alphas(table: _Table, level: str):
    """A function from draws (draws x patterns: how often each pattern is there) to alpha per draw."""
    counts, sizes, values = table.counts, table.sizes, len(table.domain)
    points = np.arange(values, dtype=np.float64) if level == "nominal" else np.array(table.domain, dtype=np.float64)
    # pairs of differing values within a unit, weighted as alpha does; the same pair in many patterns is one column
    pattern, one, other, weight = _differing(counts, sizes)
    pair, at = np.unique(one * values + other, return_inverse=True)
    one, other = pair // values, pair % values
    within = sparse.coo_array((weight, (pattern, at)), shape=(counts.shape[0], len(pair))).tocsr()
    if level != "ordinal":  # distances that no draw changes: one figure per pattern
        fixed = within @ _distance(points[one], points[other], level)

    def figure(draws: np.ndarray) -> np.ndarray:
        totals = (counts.T @ draws.T).T  # how often each value occurs
        if level == "ordinal":
            places = np.cumsum(totals, axis=1) - totals / 2
            observed = ((within.T @ draws.T).T * (places[:, one] - places[:, other]) ** 2).sum(axis=1)
        else:
            places = np.broadcast_to(points, totals.shape)
            observed = draws @ fixed
        expected = _expected(totals, places, level) / (totals.sum(axis=1) - 1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return 1 - observed / expected

    return figure


def _differing(counts: sparse.csr_array, sizes: np.ndarray) -> tuple[np.ndarray, ...]:
    """(pattern, value, other value, weight) of each ordered pair of differing values within a pattern."""
    kinds = np.diff(counts.indptr)  # how many different values a pattern has
    each = np.repeat(np.arange(counts.shape[0]), kinds)  # the pattern of each stored value
    first = np.repeat(np.arange(len(each)), kinds[each])
    start = np.repeat(counts.indptr[each], kinds[each])
    second = start + np.arange(len(first)) - np.repeat(np.cumsum(kinds[each]) - kinds[each], kinds[each])
    first, second = first[first != second], second[first != second]
    pattern = each[first]
    weight = counts.data[first] * counts.data[second] / (sizes[pattern] - 1)
    return pattern, counts.indices[first].astype(np.int64), counts.indices[second].astype(np.int64), weight


def _distance(one: np.ndarray, other: np.ndarray, level: str) -> np.ndarray:
    if level == "nominal":
        return (one != other).astype(np.float64)
    if level == "ratio":
        total = one + other
        return ((one - other) / np.where(total == 0, 1, total)) ** 2
    return (one - other) ** 2


def _expected(totals: np.ndarray, places: np.ndarray, level: str) -> np.ndarray:
    """Sum of n_c n_k d(c, k) over all pairs of values, per resample; without building the pairs where that is exact."""
    n = totals.sum(axis=1)
    if level == "nominal":
        return n**2 - (totals**2).sum(axis=1)
    if level == "ratio":
        gaps = _distance(places[0][:, None], places[0][None, :], level)
        return np.einsum("bv,vw,bw->b", totals, gaps, totals, optimize=True)
    mean = (totals * places).sum(axis=1) / n
    return 2 * n * (totals * (places - mean[:, None]) ** 2).sum(axis=1)
