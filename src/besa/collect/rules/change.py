"""Whether a source has changed its shape: fields that have run empty, rows that are no posts any more, new keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

#: Fields of a post that a source either gives or does not; how often they are filled is its shape.
FIELDS = (
    "text", "title", "url", "parent_key", "account_key", "account_handle", "account_name", "posted_at", "observed_at",
    "media", "reactions", "comments", "shares", "views", "followers",
)  # fmt: skip
#: The group of all rows, whose one field says how many of them were posts.
ALL, POSTS = "", "posts"
#: Smaller files differ from each other by chance.
SMALLEST = 100
#: A connector has a history of its own after so many imports of at least so many rows.
EARLIER, EARLIER_ROWS = 3, 30
#: So far below the emptiest of its earlier imports no field falls by chance.
FALL = 0.3
#: A key that nobody has seen before and that stands in so large a part of the rows belongs to the shape.
NEW_KEY = 0.9

Filled = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Change:
    """What was noticed: a `field` (or `posts`) that is emptier than ever, or a new `key`. Shares are 0 to 1.

    `group` is `platform/kind`, or '' for all rows; `before` the lowest share of the earlier imports.
    """

    what: str
    name: str
    group: str
    before: float
    now: float
    rows: int

    def plain(self) -> dict[str, Any]:
        return asdict(self)


def filled_of(batch: pa.RecordBatch) -> dict[str, dict[str, int]]:
    """How often each field is filled, by columns: `{platform/kind: {"rows": n, field: filled}}`."""
    media = pc.if_else(pc.greater(pc.list_value_length(batch["media"]), 0), True, None)
    columns = {name: batch[name] for name in ("platform", "kind", *FIELDS)} | {"media": media}
    counted = pa.table(columns).group_by(["platform", "kind"]).aggregate(
        [([], "count_all"), *((name, "count") for name in FIELDS)]
    )  # fmt: skip
    return {
        f"{row['platform']}/{row['kind']}": {
            "rows": row["count_all"],
            **{name: row[f"{name}_count"] for name in FIELDS},
        }
        for row in counted.to_pylist()
    }


def added(filled: dict[str, dict[str, int]], more: Filled) -> None:
    """Add the counts of another batch, or of another process."""
    for group, counts in more.items():
        held = filled.setdefault(group, {})
        for name, number in counts.items():
            held[name] = held.get(name, 0) + number


def with_all(filled: Filled, read: int) -> Filled:
    """The counts and the group of all rows read, which says how many of them were posts."""
    return {ALL: {"rows": read, POSTS: sum(group["rows"] for group in filled.values())}, **filled}


def changes(now: Filled, keys: Mapping[str, int], earlier: Sequence[tuple[Filled, Iterable[str]]]) -> list[Change]:
    """What in this import differs from all earlier ones of its connector; [] for small files and short histories.

    `keys`: rows by key that the connector does not read. `earlier`: the same two of each earlier import.
    """
    found = []
    for group, counts in now.items():
        history = [filled[group] for filled, _ in earlier if filled.get(group, {}).get("rows", 0) >= EARLIER_ROWS]
        if counts["rows"] < SMALLEST or len(history) < EARLIER:
            continue
        for name in counts:
            if name == "rows":
                continue
            share, lowest = counts[name] / counts["rows"], min(old.get(name, 0) / old["rows"] for old in history)
            if lowest - share > FALL:
                what = POSTS if group == ALL else "field"
                found.append(Change(what, name, group, round(lowest, 4), round(share, 4), counts["rows"]))
    return found + _new_keys(now, keys, earlier)


def _new_keys(now: Filled, keys: Mapping[str, int], earlier) -> list[Change]:
    """Keys never seen before that most rows have; only where imports of this very kind of post came before."""
    read = now[ALL]["rows"]
    kinds = {group: counts["rows"] for group, counts in now.items() if group != ALL}
    if read < SMALLEST or not kinds:
        return []
    main = max(kinds, key=lambda group: (kinds[group], group))
    alike = [seen for filled, seen in earlier if filled.get(main, {}).get("rows", 0) >= EARLIER_ROWS]
    if len(alike) < EARLIER:
        return []
    known = {key for seen in alike for key in seen}
    return [
        Change("key", key, main, 0.0, round(min(rows / read, 1.0), 4), read)
        for key, rows in keys.items()
        if key not in known and rows >= NEW_KEY * read
    ]
