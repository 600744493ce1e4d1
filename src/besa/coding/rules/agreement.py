"""Agreement between coders: Krippendorff's alpha, its interval, and what it allows one to say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence

import krippendorff
import numpy as np

from besa.base.words import N_
from besa.coding.types import Alpha

LEVELS = ("nominal", "ordinal", "interval", "ratio")
#: Labels that were given less often than this prove nothing.
RARE_BELOW = 10
#: Fewer answers with a partner than this (ten posts coded twice) allow no verdict.
FEW_BELOW = 20
#: Krippendorff's customary floors.
TENTATIVE_BELOW, GOOD_FROM = 0.667, 0.8

#: Resamples worked on at once: bounds the memory of a bootstrap.
_AT_ONCE = 256


def alpha(
    ratings: Iterable[tuple[Hashable, Hashable, Hashable]], level: str, *, bootstrap: int = 1000, seed: int = 0
) -> Alpha:
    """Alpha of (coder, unit, value) triples; at all levels but nominal the values are numbers.

    The interval: the 2.5th and 97.5th percentile over resamples of whole units, drawn by `seed`.
    """
    ratings = list(ratings)
    domain = sorted({value for _, _, value in ratings}, key=str if level == "nominal" else None)
    index = {value: at for at, value in enumerate(domain)}
    units: dict[Hashable, Counter] = {}
    for _, unit, value in ratings:
        units.setdefault(unit, Counter())[index[value]] += 1
    coders = len({coder for coder, _, _ in ratings})
    patterns = Counter(tuple(sorted(unit.items())) for unit in units.values() if unit.total() > 1)
    pairable = sum(sum(count for _, count in pattern) * times for pattern, times in patterns.items())
    point, low, high = None, None, None
    if len({at for pattern in patterns for at, _ in pattern}) > 1:
        point = _point(patterns, domain, level)
        low, high = _interval(patterns, domain, level, bootstrap, seed)
    counts = Counter(value for _, _, value in ratings)
    return Alpha(
        level=level,
        alpha=point,
        low=low,
        high=high,
        coders=coders,
        units=len(units),
        pairable=pairable,
        percent=_percent(patterns),
        verdict_words=in_words(point, coders=coders, pairable=pairable),
        rare=tuple(str(value) for value in domain if counts[value] < RARE_BELOW) if level == "nominal" else (),
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


def _point(patterns: Counter, domain: Sequence, level: str) -> float:
    counts = np.zeros((sum(patterns.values()), len(domain)), dtype=np.int64)
    row = 0
    for pattern, times in patterns.items():
        for at, count in pattern:
            counts[row : row + times, at] = count
        row += times
    used = counts.sum(axis=0) > 0
    values = np.arange(used.sum()) if level == "nominal" else np.array(domain, dtype=np.float64)[used]
    with np.errstate(invalid="ignore", divide="ignore"):
        return float(krippendorff.alpha(value_counts=counts[:, used], value_domain=values, level_of_measurement=level))


def _percent(patterns: Counter) -> float | None:
    """Share of pairs of values within a unit that are the same, in per cent."""
    same = pairs = 0
    for pattern, times in patterns.items():
        total = sum(count for _, count in pattern)
        pairs += times * total * (total - 1)
        same += times * sum(count * (count - 1) for _, count in pattern)
    return 100 * same / pairs if pairs else None


def _interval(
    patterns: Counter, domain: Sequence, level: str, resamples: int, seed: int
) -> tuple[float | None, float | None]:
    """Units with the same values are alike, so a resample is one multinomial draw over the patterns."""
    if resamples < 2 or sum(patterns.values()) < 2:
        return None, None
    shapes, times = list(patterns), np.array(list(patterns.values()), dtype=np.float64)
    marginals = np.zeros((len(shapes), len(domain)))
    pairs: list[tuple[int, int, int, float]] = []
    for at, shape in enumerate(shapes):
        total = sum(count for _, count in shape)
        for value, count in shape:
            marginals[at, value] = count
            pairs += [(at, value, other, count * n / (total - 1)) for other, n in shape if other != value]
    if not pairs:
        pairs = [(0, 0, 0, 0.0)]
    shape_of, one, other, weight = (np.array(column) for column in zip(*pairs, strict=True))
    points = np.arange(len(domain), dtype=np.float64) if level == "nominal" else np.array(domain, dtype=np.float64)
    chance = np.random.default_rng(seed)
    found = []
    for start in range(0, resamples, _AT_ONCE):
        draws = chance.multinomial(int(times.sum()), times / times.sum(), size=min(_AT_ONCE, resamples - start))
        totals = draws @ marginals  # how often each value occurs, per resample
        places = np.cumsum(totals, axis=1) - totals / 2 if level == "ordinal" else np.broadcast_to(points, totals.shape)
        observed = (draws[:, shape_of] * weight * _distance(places[:, one], places[:, other], level)).sum(axis=1)
        n = totals.sum(axis=1)
        expected = _expected(totals, places, level) / (n - 1)
        with np.errstate(invalid="ignore", divide="ignore"):
            found.append(1 - observed / expected)
    alphas = np.concatenate(found)
    alphas = alphas[np.isfinite(alphas)]
    if len(alphas) < resamples / 2:
        return None, None
    low, high = np.percentile(alphas, [2.5, 97.5])
    return float(low), float(high)


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
