"""The same or nearly the same text from several accounts: one content in many instances.

Texts are compared as they are folded, so a copy in the other script or without its diacritics is a copy.
"""

from __future__ import annotations

import ibis
import numpy as np
import polars as pl

from besa.base.text import folded
from besa.triage.detectors.copies.near import families
from besa.triage.rules import family
from besa.triage.types import Resources

#: A greeting or a slogan is not a family: the normal text needs this many characters.
SHORTEST = 40
FROM_ACCOUNTS = 2


def detect(posts: ibis.Table, resources: Resources, seed: int) -> ibis.Table:
    spread = families_of(posts.filter(posts.account_key.notnull()))
    spread = spread.filter(pl.col("accounts") >= FROM_ACCOUNTS)
    where = pl.when(pl.col("platforms") > 1).then(pl.format(" on {} platforms", "platforms")).otherwise(pl.lit(""))
    since = pl.col("first_seen").dt.strftime(", first on %Y-%m-%d").fill_null("")
    return ibis.memtable(
        spread.select(
            "post_key",
            "observation_id",
            concern=pl.lit("coordination"),
            clause=pl.lit(resources.clauses.get("coordination", "")),
            score=pl.min_horizontal(pl.lit(0.6), 0.1 + 0.05 * pl.col("accounts").cast(pl.Float64)),
            reason=pl.format(
                "{} text stands at {} accounts{}{}",
                pl.when(pl.col("texts") > 1).then(pl.lit("nearly the same")).otherwise(pl.lit("the same")),
                "accounts", where, since,
            ),
        ).to_arrow()
    )  # fmt: skip


def families_of(posts: ibis.Table) -> pl.DataFrame:
    """Of each post with text enough: `post_key, observation_id`; `family`, the name of its content (that of the
    family's first post, as `rules.family` gives it); how many `posts`, different `texts`, `accounts` and
    `platforms` the family has, and when it was `first_seen`."""
    told = posts.filter(posts.text_normal.length() >= SHORTEST)
    told = told.select("post_key", "observation_id", "platform", "account_key", "posted_at", "text_normal")
    frame = pl.from_arrow(told.order_by([ibis.asc("posted_at", nulls_first=False), "post_key"]).to_pyarrow())
    texts = frame["text_normal"]
    first = families(folded(text) for batch in texts.to_frame().iter_slices(10_000) for text in batch.to_series())
    names = {at: family(texts[at], "") for at in np.unique(first).tolist()}
    whole = pl.col("group")
    return frame.with_columns(group=pl.Series(first)).select(
        "post_key",
        "observation_id",
        family=pl.Series([names[at] for at in first.tolist()], dtype=pl.String),
        posts=pl.len().over(whole),
        texts=pl.col("text_normal").n_unique().over(whole),
        accounts=pl.col("account_key").n_unique().over(whole),
        platforms=pl.col("platform").n_unique().over(whole),
        first_seen=pl.col("posted_at").min().over(whole),
    )


_TEXT = "We all meet at the lake on Sunday at noon and bring our neighbours, our children and our old flags along"
_SERBIAN = "Svi se okupljamo u nedelju u podne na trgu kod česme i vodimo komšije, decu i stare zastave sa sobom"
_CYRILLIC = "Сви се окупљамо у недељу у подне на тргу код чесме и водимо комшије, децу и старе заставе са собом"
EXAMPLES = (
    {"text": _TEXT, "account_key": "x:1", "concerns": ["coordination"]},
    {"text": _TEXT, "account_key": "x:2", "concerns": ["coordination"]},
    {"text": _TEXT.replace("along", "too"), "account_key": "x:9", "concerns": ["coordination"]},
    {"text": _SERBIAN, "account_key": "x:6", "concerns": ["coordination"]},
    {"text": _CYRILLIC, "account_key": "x:7", "concerns": ["coordination"]},
    {"text": "A text that only one account has written, however long it may be", "account_key": "x:3", "concerns": []},
    {"text": "Good morning", "account_key": "x:4", "concerns": []},
    {"text": "Good morning", "account_key": "x:5", "concerns": []},
)
