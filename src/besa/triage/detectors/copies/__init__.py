"""Near-copies of a text at several accounts: one content in many instances, whatever the script and the diacritics."""

from __future__ import annotations

import string

import ibis
import polars as pl
import pyarrow as pa

from besa.base.ids import sha256_hex
from besa.base.text import folded
from besa.triage.detectors.copies import near
from besa.triage.types import Resources

#: A greeting or a slogan is not a family: the normal text needs this many characters.
SHORTEST = 40
FROM_ACCOUNTS = 2
_SIGNS = string.punctuation + "…“”„‚‘’«»–—¿¡"
_FACTS = ("post_key", "observation_id", "account_key", "platform", "language", "posted_at")


def form(word: str) -> str:
    """What a word is compared as: without diacritics, script and the signs around it."""
    return folded(word).strip(_SIGNS)


def members(posts: ibis.Table) -> pl.DataFrame:
    """Posts that have near-copies, in the order of posting: their facts, `first` the key of the post that their
    family begins with, `family` the family's own key (SHA-256 of that post's normal text).

    A post belongs to the earliest first post that it is itself a near-copy of, so what is posted later changes no
    family; an earlier post that is imported later may begin one anew.
    """
    told = posts.filter(
        posts.text_normal.length() >= SHORTEST, posts.account_key.notnull(), posts.posted_at.notnull()
    )  # fmt: skip
    told = told.select(*_FACTS, "text_normal").order_by("posted_at", "post_key").to_pyarrow()
    texts = (text for batch in told["text_normal"].chunks for text in batch.to_pylist())
    place = near.families(texts, form=form)
    keys = pa.array((sha256_hex(text.as_py()) for text in told["text_normal"]), pa.string())
    found = pl.DataFrame(pl.from_arrow(told.select(_FACTS).append_column("family", keys)))
    return found.with_columns(
        first=found["post_key"].gather(place), family=found["family"].gather(place)
    ).filter(pl.len().over("first") > 1)  # fmt: skip


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
        "observation_id",
        concern=pl.lit("coordination"),
        clause=pl.lit(resources.clauses.get("coordination", "")),
        score=pl.min_horizontal(pl.lit(0.6), 0.1 + 0.05 * pl.col("accounts")),
        reason=pl.format(
            "{} copies by {} accounts on {} {}, first seen {} UTC",
            "posts", "accounts", "platforms",
            pl.when(pl.col("platforms") == 1).then(pl.lit("platform")).otherwise(pl.lit("platforms")),
            pl.col("since").cast(pl.Datetime).dt.strftime("%Y-%m-%d %H:%M"),
        ),
    )  # fmt: skip
    return ibis.memtable(told)


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
