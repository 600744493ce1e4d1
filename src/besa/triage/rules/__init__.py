"""Pure decisions of triage: which week, how urgent, which posts of a sample. No chance but the seed's."""

from __future__ import annotations

import hashlib
import heapq
import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

import numpy as np
import pyarrow as pa

from besa.base.ids import canonical_json, sha256_hex
from besa.base.text import normal
from besa.base.weeks import local_bounds, week_days, weeks_between
from besa.base.words import Concern
from besa.triage.types import FOUND, Detector, Ranked, Resources

T = TypeVar("T", bound=Hashable)

DOCKET_PER_WEEK, CONTROL_PER_WEEK, DUTY_PER_SIGNATORY, UNCERTAIN_PER_WEEK = 60, 10, 2, 4
#: From this score on, a signal of an urgent concern opens the urgent lane (practice.md 1 and 2).
URGENT_FROM = 0.7
URGENT_CONCERNS = frozenset({Concern.FALSE_VOTING, Concern.INCITEMENT, Concern.LEGAL})

#: What a concern weighs in the ranking: harm to persons and to the vote first, good conduct last
#: (the duties have a sample of their own).
WEIGHTS = {
    Concern.INCITEMENT: 1.0, Concern.FALSE_VOTING: 1.0, Concern.HATE: 0.9, Concern.GENDERED_ABUSE: 0.9,
    Concern.PRIVACY: 0.8, Concern.HARASSMENT: 0.7, Concern.FALSEHOOD: 0.6, Concern.COORDINATION: 0.5,
    Concern.AD: 0.5, Concern.LEGAL: 0.7, Concern.UNUSUAL: 0.2, Concern.DIALOGUE: 0.25, Concern.CORRECTION: 0.25,
}  # fmt: skip
#: Concerns whose targets are more easily harmed: women in public life, groups.
VULNERABLE = {Concern.GENDERED_ABUSE: 1.3, Concern.HATE: 1.2, Concern.PRIVACY: 1.2}
#: What was posted this moment can still be preserved, answered and brought before an authority in time: it weighs
#: this much more than what is long known, half of that after so many hours, a quarter after twice as many.
FRESH_WEIGHT, FRESH_HALF_HOURS = 0.3, 48.0


def freshness(age_hours: float | None) -> float:
    """How much more fresh evidence weighs: from 1.3 for a post of this moment down towards 1, never up again."""
    return 1.0 if age_hours is None else 1 + FRESH_WEIGHT * 0.5 ** (max(age_hours, 0.0) / FRESH_HALF_HOURS)


def rank(
    signals: Sequence[Mapping],
    reach: int,
    urgent_clauses: frozenset[str] = frozenset(),
    age_hours: float | None = None,
    vulnerability: float = 1.0,
) -> Ranked:
    """Risk x reach x vulnerability of the target x age of the evidence.

    `signals`: mappings with concern, clause, score. `reach`: reactions, comments and shares that are
    known. `vulnerability`: of those who are named (`vulnerability_of`). Risk is the chance that at
    least one signal is right, each weighed by its concern.
    """
    doubt, heaviest, harmed = 1.0, ("", 0.0), 1.0
    urgent = False
    for signal in signals:
        weight = WEIGHTS.get(signal["concern"], 0.5)
        part = weight * min(max(float(signal["score"]), 0.0), 1.0)
        doubt *= 1 - part
        if part > heaviest[1]:
            heaviest = (signal["concern"], part)
        harmed = max(harmed, VULNERABLE.get(signal["concern"], 1.0))
        serious = signal["concern"] in URGENT_CONCERNS or (signal.get("clause") or "") in urgent_clauses
        urgent = urgent or (serious and float(signal["score"]) >= URGENT_FROM)
    risk, vulnerability = 1 - doubt, vulnerability * harmed
    spread = 1 + math.log10(1 + max(reach, 0)) / 6
    fresh = freshness(age_hours)
    figure = round(risk * spread * vulnerability * fresh, 4)
    return Ranked(figure, urgent, risk, heaviest[0], max(reach, 0), spread, vulnerability, age_hours, fresh)


def reach(post: Mapping) -> int:
    """Reactions, comments and shares that are known."""
    return sum(post[name] or 0 for name in ("reactions", "comments", "shares"))


def family(text: str, post_key: str) -> str:
    """What equal texts share; a post without words is a family of its own."""
    return sha256_hex(normal(text) or f"post:{post_key}")


def signal_id(detector: Detector, post_key: str, observation_id: str, concern: str, clause: str) -> str:
    """The same finding of the same detector has the same name, so that a run may be repeated."""
    return sha256_hex(
        canonical_json([detector.name, detector.version, post_key, observation_id, concern, clause])
    )  # fmt: skip


def seed_of(slug: str) -> int:
    return int(hashlib.sha256(slug.encode()).hexdigest()[:8], 16)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BEFORE = -(2**62)


def _micros(moments: Iterable[datetime]) -> np.ndarray:
    return np.array([(moment - _EPOCH) // timedelta(microseconds=1) for moment in moments], dtype=np.int64)


class Calendar:
    """Weeks and phases of an election as moments, so that a post's place is found by bisection.

    `phases`: (first, last, kind, monitored) by local dates.
    """

    def __init__(self, phases: Sequence[tuple[date, date, str, bool]], timezone: str):
        self.phases = [
            (*local_bounds(first, last, timezone), kind, monitored)
            for first, last, kind, monitored in sorted(phases, key=lambda phase: phase[0])
        ]
        self.starts = [phase[0] for phase in self.phases]
        self.weeks: list[str] = []
        self.week_starts: list[datetime] = []
        if phases:
            self.weeks = weeks_between(min(phase[0] for phase in phases), max(phase[1] for phase in phases))
            self.week_starts = [local_bounds(*week_days(week), timezone)[0] for week in self.weeks]
        self.timezone = timezone

    def place(self, at: datetime | None) -> tuple[str, str] | None:
        """(week, phase kind) where the moment lies in a monitored phase, else None."""
        if at is None:
            return None
        index = bisect_right(self.starts, at) - 1
        if index < 0:
            return None
        _, end, kind, monitored = self.phases[index]
        if at >= end or not monitored:
            return None
        return self.weeks[bisect_right(self.week_starts, at) - 1], kind

    def places(self, moments: pa.Array | pa.ChunkedArray) -> list[tuple[str, str] | None]:
        """The `place` of each of many moments (timestamps in µs, UTC), found at once."""
        if not self.phases:
            return [None] * len(moments)
        at = moments.cast(pa.int64()).fill_null(_BEFORE).to_numpy(zero_copy_only=False)
        phase = np.searchsorted(_micros(self.starts), at, side="right") - 1
        ends = _micros([end if monitored else _EPOCH for _, end, _, monitored in self.phases])
        inside = (phase >= 0) & (at < ends[phase])
        week = np.searchsorted(_micros(self.week_starts), at, side="right") - 1
        known = [[(name, kind) for name in self.weeks] for _, _, kind, _ in self.phases]
        return [
            known[p][w] if within else None
            for p, w, within in zip(phase.tolist(), week.tolist(), inside.tolist(), strict=True)
        ]

    def bounds(self, weeks: Iterable[str]) -> tuple[datetime, datetime]:
        """UTC start and end (exclusive) of the span that holds these weeks."""
        days = [week_days(week) for week in weeks]
        return local_bounds(min(day[0] for day in days), max(day[1] for day in days), self.timezone)


def draw(keys: Iterable[T], count: int, seed: int, purpose: str) -> list[T]:
    """A simple random sample without chance: the `count` keys with the smallest seeded hashes.

    Each set of `count` keys is equally likely over seeds. When keys are added later, those that
    would have been drawn are drawn, so late posts have the same chance as early ones.
    """
    return heapq.nsmallest(count, keys, key=lambda key: hashlib.sha256(f"{seed}\0{purpose}\0{key}".encode()).digest())


def shares(sizes: Mapping[str, int], count: int) -> dict[str, int]:
    """Places for each stratum in proportion to its size, by largest remainder; never more than it has."""
    total = sum(sizes.values())
    if not total:
        return {}
    count = min(count, total)
    exact = {name: count * size / total for name, size in sizes.items()}
    places = {name: int(part) for name, part in exact.items()}
    for name in sorted(exact, key=lambda name: (places[name] - exact[name], name)):
        if sum(places.values()) >= count:
            break
        places[name] += 1
    return places


def control_sample(unflagged: Mapping[str, str], count: int, seed: int, week: str) -> list[str]:
    """Of posts that no detector flagged (`post_key` -> platform): a random sample, by platform."""
    strata: dict[str, list[str]] = defaultdict(list)
    for key, platform in unflagged.items():
        strata[platform].append(key)
    # platforms too small for a place of their own are drawn together with others, so that every post may be drawn
    for platform in sorted(strata, key=lambda name: (len(strata[name]), name)):
        if len(strata) > 1 and min(len(strata[platform]), len(strata.get("", unflagged))) * count < len(unflagged):
            strata[""] += strata.pop(platform)
    places = shares({platform: len(keys) for platform, keys in strata.items()}, count)
    return [
        key
        for platform in sorted(places)
        for key in draw(strata[platform], places[platform], seed, f"control {week} {platform}")
    ]


@dataclass(frozen=True)
class Missed:
    """How many violations lie among the posts that no detector flagged: the estimate and its interval."""

    estimate: float | None
    low: int
    high: int
    read: int
    found: int
    unflagged: int


def missed(strata: Iterable[tuple[int, int, int]], level: float = 0.95) -> Missed:
    """From the control sample: (unflagged posts, read of them, violations found) of each stratum.

    The interval is exact for a simple random sample without replacement (hypergeometric, both tails); strata drawn
    in proportion can only make it wider than needed. Strata of unequal share weigh by their size, and where that
    makes the number of violations broken, it is taken down for the lower and up for the upper end. Where nothing
    of a stratum was read, its posts count as unknown.
    """
    given = [(size, min(read, size), found) for size, read, found in strata if size > 0]
    seen = [stratum for stratum in given if stratum[1] > 0]
    unseen = sum(size for size, read, _ in given if not read)
    size, read, found = (sum(column) for column in zip(*seen, strict=True)) if seen else (0, 0, 0)
    if not read:
        return Missed(None, 0, unseen, 0, 0, unseen)
    total = sum(part * hits / drawn for part, drawn, hits in seen)
    scaled = round(total / size * read, 9)
    tail = (1 - level) / 2
    low = _bound(size, read, math.floor(scaled), tail, upper=False)
    high = _bound(size, read, min(read, math.ceil(scaled)), tail, upper=True)
    return Missed(total * (size + unseen) / size, low, high + unseen, read, found, size + unseen)


def _bound(size: int, read: int, found: int, tail: float, *, upper: bool) -> int:
    """The most (least) violations among `size` posts for which so few (many) in `read` are not too strange."""
    least, most = found, size - read + found
    while least < most:
        if upper:
            middle = (least + most + 1) // 2
            if _at_most(found, size, middle, read) > tail:
                least = middle
            else:
                most = middle - 1
        else:
            middle = (least + most) // 2
            if 1 - _at_most(found - 1, size, middle, read) > tail:
                most = middle
            else:
                least = middle + 1
    return least


def _at_most(found: int, size: int, bad: int, read: int) -> float:
    """The chance of at most `found` bad posts in `read` drawn from `size` of which `bad` are."""
    ways = math.lgamma(size + 1) - math.lgamma(read + 1) - math.lgamma(size - read + 1)

    def chosen(n: int, k: int) -> float:
        return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)

    first = max(0, read - (size - bad))
    return min(1.0, sum(
        math.exp(chosen(bad, k) + chosen(size - bad, read - k) - ways) for k in range(first, min(found, bad, read) + 1)
    ))  # fmt: skip


def run_detector(
    detector: Detector, batch: pa.Table, resources: Resources, seed: int, note: Callable[[str, str], None]
) -> pa.Table:
    """All that the detector finds. A post on which it fails loses this signal only, and is noted."""
    try:
        return detector.detect(batch, resources, seed).select(FOUND.names).cast(FOUND)
    except Exception as error:
        if batch.num_rows <= 1:
            note(batch["post_key"][0].as_py() if batch.num_rows else "", f"{type(error).__name__}: {error}"[:300])
            return FOUND.empty_table()
    half = batch.num_rows // 2
    return pa.concat_tables(
        [run_detector(detector, part, resources, seed, note) for part in (batch.slice(0, half), batch.slice(half))]
    )


# What a page shows

#: Text under these concerns is blurred until somebody asks to see it.
_DISTURBING = frozenset({Concern.HATE, Concern.HARASSMENT, Concern.GENDERED_ABUSE, Concern.INCITEMENT, Concern.PRIVACY})


def disturbing(reasons: Sequence[Mapping]) -> bool:
    return any(reason.get("concern") in _DISTURBING for reason in reasons)


def all_spans(reasons: Sequence[Mapping]) -> list[tuple[int, int]]:
    return [(span[0], span[1]) for reason in reasons for span in reason.get("spans") or []]


def pieces(text: str, spans: Iterable[tuple[int, int]], most: int | None = None) -> list[tuple[str, bool]]:
    """The text in pieces, each marked or not; overlapping spans are one. Cut after `most` characters."""
    shown = text if most is None or len(text) <= most else text[:most].rstrip() + "…"
    out, last = [], 0
    for start, end in sorted(spans):
        start, end = max(start, last), min(end, len(shown))
        if start >= end:
            continue
        if start > last:
            out.append((shown[last:start], False))
        out.append((shown[start:end], True))
        last = end
    if last < len(shown):
        out.append((shown[last:], False))
    return out
