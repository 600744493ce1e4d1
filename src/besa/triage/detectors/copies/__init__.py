"""Near-copies of a text at several accounts: one content in many instances, whatever the script and the diacritics."""

from __future__ import annotations

import string

import ibis
import numpy as np
import polars as pl
import pyarrow as pa

from besa.base.ids import sha256_hex
from besa.base.text import folded
from besa.corpus.engines.flow import flow
from besa.triage.detectors.copies import near
from besa.triage.types import Resources

#: A greeting or a slogan is not a family: the normal text needs this many characters.
SHORTEST = 40
FROM_ACCOUNTS = 2
_SIGNS = string.punctuation + "…“”„‚‘’«»–—¿¡"
FACTS = ("post_key", "account_key", "platform", "language", "posted_at")


def form(word: str) -> str:
    """What a word is compared as: without diacritics, script and the signs around it."""
    return folded(word).strip(_SIGNS)


def members(posts: ibis.Table) -> pl.DataFrame:
    """Posts that have near-copies, in the order of posting: their facts, `first` the place of the post that their
    family begins with, `family` the family's own key (SHA-256 of that post's normal text).

    A post belongs to the earliest first post that it is itself a near-copy of, so what is posted later changes no
    family; an earlier post that is imported later may begin one anew. The posts flow past twice, so that texts and
    facts of those without copies are never held.
    """
    told = posts.filter(
        posts.text_normal.length() >= SHORTEST, posts.account_key.notnull(), posts.posted_at.notnull()
    )  # fmt: skip
    told = told.select(*FACTS, "text_normal").order_by("posted_at", "post_key")
    narrow = told.select("posted_at", "post_key", "text_normal").order_by("posted_at", "post_key")
    place = near.families((text for batch in flow(narrow) for text in batch["text_normal"].to_pylist()), form=form)
    several = np.bincount(place, minlength=len(place)) > 1
    found, keys, begin = [], {}, 0
    for batch in flow(told) if several.any() else ():
        mine = place[begin : begin + batch.num_rows]
        kept = several[mine]
        for at in np.flatnonzero(kept & (mine == np.arange(begin, begin + len(mine)))).tolist():
            keys[begin + at] = sha256_hex(batch["text_normal"][at].as_py())
        facts = pl.DataFrame(pl.from_arrow(batch.select(FACTS).filter(pa.array(kept))))
        found.append(facts.with_columns(first=pl.Series(mine[kept], dtype=pl.Int64)))
        begin += len(mine)
    if not found:
        return _NOBODY
    by_first = pl.DataFrame({"first": list(keys), "family": list(keys.values())})
    return pl.concat(found).join(by_first, on="first", how="left", maintain_order="left")


_NOBODY = pl.DataFrame(
    schema={**dict.fromkeys(FACTS, pl.String), "posted_at": pl.Datetime("us", "UTC"), "first": pl.Int64,
            "family": pl.String}
)  # fmt: skip


def detect(posts: ibis.Table, resources: Resources, seed: int) -> ibis.Table:
    found = members(posts) if resources.copies is None else resources.copies
    told = found.group_by("first").agg(
        posts=pl.len(),
        accounts=pl.col("account_key").n_unique(),
        platforms=pl.col("platform").n_unique(),
        since=pl.col("posted_at").min(),
    )
    told = found.join(told.filter(pl.col("accounts") >= FROM_ACCOUNTS), on="first").select(
        "post_key",
        score=pl.min_horizontal(pl.lit(0.6), 0.1 + 0.05 * pl.col("accounts")),
        reason=pl.format(
            "{} copies by {} accounts on {} {}, first seen {} UTC",
            "posts", "accounts", "platforms",
            pl.when(pl.col("platforms") == 1).then(pl.lit("platform")).otherwise(pl.lit("platforms")),
            pl.col("since").cast(pl.Datetime).dt.strftime("%Y-%m-%d %H:%M"),
        ),
    )  # fmt: skip
    told = posts.select("post_key", "observation_id").inner_join(ibis.memtable(told), "post_key")
    return told.select("post_key", "observation_id", "score", "reason").mutate(
        concern=ibis.literal("coordination"), clause=ibis.literal(resources.clauses.get("coordination", ""))
    )


_LATIN = "Sutra se svi vidimo na jezeru, povedite komšije i ponesite zastavu sa žutom zvezdom"
_CYRILLIC = "Сутра се сви видимо на језеру, поведите комшије и понесите заставу са жутом звездом"
_FULL = "Të gjithë nesër në liqen, merrni fqinjët me vete dhe mos e lini askënd në shtëpi atë ditë"
_BARE = "Te gjithe neser ne liqen, merrni fqinjet me vete dhe mos e lini askend ne shtepi ate dite!!"
EXAMPLES = tuple(
    {"text": text, "account_key": account, "posted_at": f"2027-09-14T10:0{at}:00+00:00", "concerns": concerns}
    for at, (text, account, concerns) in enumerate(
        [
            (_LATIN, "x:1", ["coordination"]),
            (_CYRILLIC, "x:2", ["coordination"]),
            (_FULL, "x:1", ["coordination"]),
            (_BARE, "x:3", ["coordination"]),
            ("A text that only one account has written, however long it may be", "x:3", []),
            ("A text that only one account has written, however often it may be", "x:4", []),
            ("Good morning", "x:4", []),
            ("Good morning", "x:5", []),
        ]
    )
)
