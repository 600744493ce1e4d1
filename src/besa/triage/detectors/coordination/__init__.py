"""Accounts that share the same link, text, hashtags or image within a minute of each other, again and again."""

from __future__ import annotations

import re

import ibis
import polars as pl

from besa.triage.detectors.coordination.shared import shares_of
from besa.triage.detectors.coordination.together import RULE, Together, families, together
from besa.triage.types import Resources

#: Following the same news brings nobody to the same words or picture: these count even where it happened once.
_EVEN_ONCE = ("text", "image")
_THINGS = {"url": "link", "text": "text", "hashtags": "hashtags", "image": "image"}
_AGAIN = "together in {times} posts of this account, faster than chance would have it"
_ONCE = "only once, so chance is not ruled out"
_REASON = f"within {RULE.window} seconds of it, {{accounts}} accounts shared the same {{thing}}; "
_READ = re.compile(r"within (\d+) seconds of it, (\d+) accounts shared the same (\w+); (?:together in (\d+) posts)?")


def detect(posts: ibis.Table, resources: Resources, seed: int) -> ibis.Table:
    found = signals(together(shares_of(posts)))
    told = posts.select("post_key", "observation_id").inner_join(ibis.memtable(found), "post_key")
    told = told.select("post_key", "observation_id", "score", "reason")
    return told.select(
        "post_key",
        "observation_id",
        concern=ibis.literal("coordination"),
        clause=ibis.literal(resources.clauses.get("coordination", "")),
        score=told.score,
        reason=told.reason,
    )


def signals(found: Together) -> pl.DataFrame:
    """`post_key, score, reason` of each post of a family, and of those that met only once, over words or an image."""
    again = in_families(found).group_by("post_key").agg(
        pl.col("account", "kind").first(), accounts=pl.col("other").n_unique().cast(pl.Int64) + 1
    )  # fmt: skip
    times = again.group_by("account").agg(times=pl.len())
    again = again.join(times, on="account").select("post_key", "accounts", "kind", pl.col("times").cast(pl.Int64))
    once = found.once.filter(pl.col("kind").is_in(_EVEN_ONCE)).rename({"content_id": "post_key"})
    once = once.unique("post_key", keep="first", maintain_order=True).with_columns(times=pl.lit(0, pl.Int64))
    all_ = pl.concat([again, once.select(again.columns)]).unique("post_key", keep="first", maintain_order=True)
    more = pl.col("accounts").cast(pl.Float64)
    return all_.sort("post_key").select(
        "post_key",
        score=pl.when(pl.col("times") > 0).then((0.5 + 0.05 * more).clip(upper_bound=0.9))
        .otherwise((0.25 + 0.05 * more).clip(upper_bound=0.6)),
        reason=pl.struct("accounts", "kind", "times").map_elements(_words, return_dtype=pl.String),
    )  # fmt: skip


def in_families(found: Together) -> pl.DataFrame:
    """The posts of `tied_posts` whose accounts are of one family of at least three, by ties faster than chance."""
    ties = found.ties.filter("faster")
    family = {account: at for at, group in enumerate(families(ties)) for account in group}
    posts = tied_posts(found).join(ties, on=["account_a", "account_b"], how="semi")
    of = [pl.col(side).replace_strict(family, default=None, return_dtype=pl.Int64) for side in ("account", "other")]
    return posts.filter(of[0] == of[1])


def tied_posts(found: Together) -> pl.DataFrame:
    """Each post beside each it was shared with: `account, post_key, at, other, kind, object_id`, and their tie."""
    both = pl.concat(
        found.pairs.select(
            "kind", "object_id", account=f"account_id{one}", other=f"account_id{two}", post_key=f"content_id{one}",
            at=f"at{one}",
        )
        for one, two in (("", "_y"), ("_y", ""))
    )  # fmt: skip
    return both.with_columns(
        account_a=pl.min_horizontal("account", "other"), account_b=pl.max_horizontal("account", "other")
    )


def _words(told: dict) -> str:
    said = _REASON.format(accounts=told["accounts"], thing=_THINGS[told["kind"]])
    return said + (_AGAIN.format(times=told["times"]) if told["times"] else _ONCE)


def read(reason: str) -> dict | None:
    """What a reason says in figures, so that it can be told in the reader's language; None where it is another's."""
    if not (told := _READ.match(reason)):
        return None
    return {"seconds": int(told[1]), "accounts": int(told[2]), "thing": told[3], "times": int(told[4] or 0)}


_TEXT = "Everyone to the square at noon tomorrow"
_OTHER = "The bridge was paid for by those who swim"
EXAMPLES = tuple(
    {"text": text, "account_key": account, "posted_at": f"2027-09-{at}+00:00", "concerns": concerns} | more
    for text, account, at, concerns, more in [
        # the same words, once: a sign, and a weak one
        (_TEXT, "x:1", "14T10:00:40", ["coordination"], {}),
        (_TEXT, "x:2", "14T10:01:05", ["coordination"], {}),
        (_TEXT, "x:3", "14T10:01:20", ["coordination"], {}),
        (_TEXT, "x:4", "14T10:09:00", [], {}),
        ("Another text of two accounts only", "x:1", "14T10:00:10", [], {}),
        ("Another text of two accounts only", "x:2", "14T10:00:11", [], {}),
        ("Another text of two accounts only", "x:2", "14T10:00:12", [], {}),
        # the same links within seconds, again and again: the accounts belong together
        *((f"{_OTHER} {day} {account}", f"x:{account}", f"{day}T08:00:1{account}", ["coordination"],
           {"links": [f"https://www.portal.example/{day}/?utm_source={account}"]})
          for day in (15, 16, 17) for account in (5, 6, 7)),
        # a link that everybody passes on within the hour: nobody's doing
        *((f"Have you seen this? {minute}", f"x:{20 + minute}", f"18T09:{minute:02}:00", [],
           {"links": ["https://portal.example/news"]}) for minute in range(0, 60, 4)),
    ]
)  # fmt: skip
