"""Accounts that do far more than they usually do. A fact about an account, not a breach: it weighs little."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import chain

import ibis
import pyarrow as pa

from besa.triage.detectors.spikes.find import (
    KINDS,
    NEW_ACCOUNT,
    NEW_COMMENTERS,
    NEWCOMERS,
    REACTIONS,
    VOLUME,
    Spike,
    daily,
    find,
)
from besa.triage.types import Resources

__all__ = [
    "EXAMPLES", "KINDS", "NEWCOMERS", "NEW_ACCOUNT", "NEW_COMMENTERS", "REACTIONS", "VOLUME", "Spike", "daily",
    "detect", "find", "read",
]  # fmt: skip

_SCORE = 0.25
_FOUND = pa.schema([("post_key", pa.string()), ("score", pa.float64()), ("reason", pa.string())])


def detect(posts: ibis.Table, resources: Resources, seed: int) -> ibis.Table:
    """One signal for each post that stands for a spike, with all that is unusual about it, in figures (`read`)."""
    by_post: dict[str, list[Spike]] = defaultdict(list)
    for spike in find(posts, resources.timezone):
        by_post[spike.post_key].append(spike)
    rows = [
        {"post_key": key, "score": _SCORE, "reason": "; ".join(map(_told, spikes))}
        for key, spikes in sorted(by_post.items())
    ]
    found = ibis.memtable(pa.Table.from_pylist(rows, schema=_FOUND))
    named = posts.select("post_key", "observation_id").inner_join(found, "post_key")
    return named.select("post_key", "observation_id", "score", "reason").mutate(
        concern=ibis.literal("unusual"), clause=ibis.literal("")
    )


def _told(spike: Spike) -> str:
    return f"{spike.kind} {spike.figure:.6g} {spike.usual:.6g} {spike.day}"


def read(reason: str) -> list[tuple[str, float, float]]:
    """(kind, figure, usual) of each spike that a reason tells in figures; nothing of one in words, as of older runs."""
    found = [part.split(" ") for part in reason.split("; ")]
    if not all(len(part) == 4 and part[0] in KINDS for part in found):
        return []
    return [(kind, float(figure), float(usual)) for kind, figure, usual, _ in found]


def _quiet_then_loud() -> list[dict]:
    """Three weeks with two posts a day, then forty on one day; and an account that goes on as ever."""
    first, rows = datetime(2027, 9, 1, 8, tzinfo=UTC), []
    for day in range(22):
        for account, many in (("x:loud", 40 if day == 21 else 2), ("x:calm", 2)):
            rows += [
                {"text": f"On day {day} no. {n}", "account_key": account, "reactions": 10 + n % 3,
                 "posted_at": (first + timedelta(days=day, minutes=n)).isoformat(),
                 "concerns": ["unusual"] if many == 40 and n == 0 else []}
                for n in range(many)
            ]  # fmt: skip
    return rows


def _liked() -> list[dict]:
    """Thirty posts that draw about a hundred reactions, and one that draws five thousand."""
    first = datetime(2027, 9, 1, 8, tzinfo=UTC)
    return [
        {"text": f"Post {n} of the town", "account_key": "x:town", "reactions": 5000 if n == 30 else 90 + n,
         "posted_at": (first + timedelta(hours=17 * n)).isoformat(), "concerns": ["unusual"] if n == 30 else []}
        for n in range(31)
    ]  # fmt: skip


def _just_made() -> list[dict]:
    """Five posts on one day of an account that was made the day before; another that is old does the same."""
    first = datetime(2027, 9, 20, 8, tzinfo=UTC)
    return [
        {"text": f"Hello {n} from here", "account_key": account, "posted_at": (first + timedelta(hours=n)).isoformat(),
         "connector": "x_api", "raw": f'{{"author": {{"created_at": "{made}T08:00:00Z"}}}}',
         "concerns": ["unusual"] if account == "x:made" and n == 0 else []}
        for n in range(5) for account, made in (("x:made", "2027-09-19"), ("x:old", "2019-05-01"))
    ]  # fmt: skip


EXAMPLES = tuple(chain(_quiet_then_loud(), _liked(), _just_made()))
