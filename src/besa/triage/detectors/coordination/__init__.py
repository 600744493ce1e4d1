"""The same text within a minute from three accounts or more."""

from __future__ import annotations

import ibis

from besa.triage.types import Resources

WINDOW_SECONDS = 60
FROM_ACCOUNTS = 3
SHORTEST = 20


def detect(posts: ibis.Table, resources: Resources, seed: int) -> ibis.Table:
    """Equal text and equal or neighbouring minute first, the exact distance after: never a plain range join."""
    told = posts.filter(
        posts.text_normal.length() >= SHORTEST, posts.account_key.notnull(), posts.posted_at.notnull()
    )  # fmt: skip
    at = told.posted_at.epoch_seconds()
    told = told.select("post_key", "observation_id", "account_key", "text_normal", at=at)
    bucketed = told.mutate(bucket=(told.at / WINDOW_SECONDS).floor().cast("int64"))
    others = bucketed.select("text_normal", "bucket", other=bucketed.account_key, other_at=bucketed.at)
    spread = ibis.union(*(others.mutate(bucket=others.bucket + step) for step in (-1, 0, 1)))
    pairs = bucketed.inner_join(spread, ["text_normal", "bucket"])
    near = pairs.filter((pairs.at - pairs.other_at).abs() <= WINDOW_SECONDS)
    counted = near.group_by(["post_key", "observation_id"]).aggregate(accounts=near.other.nunique())
    counted = counted.filter(counted.accounts >= FROM_ACCOUNTS)
    return counted.select(
        "post_key",
        "observation_id",
        concern=ibis.literal("coordination"),
        clause=ibis.literal(resources.clauses.get("coordination", "")),
        score=ibis.least(ibis.literal(0.9), 0.55 + 0.05 * counted.accounts.cast("float64")),
        reason=ibis.literal("within a minute of it, ") + counted.accounts.cast("string")
        + " accounts posted the same text",
    )  # fmt: skip


_TEXT = "Everyone to the square at noon tomorrow"
EXAMPLES = tuple(
    {"text": text, "account_key": account, "posted_at": f"2027-09-14T10:{at}+00:00", "concerns": concerns}
    for text, account, at, concerns in [
        (_TEXT, "x:1", "00:40", ["coordination"]),
        (_TEXT, "x:2", "01:05", ["coordination"]),
        (_TEXT, "x:3", "01:20", ["coordination"]),
        (_TEXT, "x:4", "09:00", []),
        ("Another text of two accounts only", "x:1", "00:10", []),
        ("Another text of two accounts only", "x:2", "00:11", []),
        ("Another text of two accounts only", "x:2", "00:12", []),
    ]
)
