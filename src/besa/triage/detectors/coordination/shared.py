"""What posts pass on: links, texts, sets of hashtags, images, as the shares of `near`."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import polars as pl

from besa.collect.rules.addresses import untracked
from besa.triage.detectors.coordination.near import SECOND

KINDS = ("url", "text", "hashtags", "image")
#: A greeting or a slogan tells nothing: the normal text needs this many characters.
SHORTEST = 20
#: One hashtag is a topic, several together are a choice.
FEWEST_HASHTAGS = 2


def shares_of(posts: ibis.Table, kinds: Sequence[str] = KINDS) -> dict[str, pl.DataFrame]:
    """Shares by kind. A post whose second is not known is in none: an hour or a day told in full is no coincidence."""
    told = posts.filter(
        posts.account_key.notnull(), posts.posted_at.notnull(), posts.posted_precision.fill_null("second") == "second"
    )
    who = {
        "account_id": told.account_key, "content_id": told.post_key, "at": told.posted_at.epoch_seconds() * SECOND,
    }  # fmt: skip
    tags = told.hashtags.map(lambda tag: tag.lower()).unique().sort()
    given = {
        "url": told.select(object_id=told.links.unnest(), **who),
        "text": told.filter(told.text_normal.length() >= SHORTEST).select(object_id=told.text_normal, **who),
        "hashtags": told.filter(tags.length() >= FEWEST_HASHTAGS).select(object_id="#" + tags.join(" #"), **who),
        "image": told.select(object_id=told.media.unnest(), **who),
    }
    images = given["image"]
    given["image"] = images.mutate(object_id=ibis.coalesce(images.object_id.pdq, images.object_id.sha256))
    # a link is written in several ways, which are told apart only when all of them are at hand
    shares = {kind: _table(given[kind], kind == "url") for kind in kinds}
    if "url" in shares:
        shares["url"] = _by_address(shares["url"])
    return shares


def address(url: str) -> str:
    """One name for the ways in which a link is written: no tracking, no scheme, no “www.”, no final slash."""
    bare = untracked(url)
    bare = bare.partition("://")[2] or bare
    host, slash, rest = bare.partition("/")
    return (host.lower().removeprefix("www.").removeprefix("m.") + slash + rest).rstrip("/")


def _table(asked: ibis.Table, everything: bool) -> pl.DataFrame:
    """What one account alone passed on ties nobody: it stays in the database, `everything` aside."""
    asked = asked.filter(asked.object_id.notnull())
    if not everything:
        asked = asked.mutate(mark=asked.object_id.hash())
        who = asked.account_id
        several = asked.group_by("mark").having(who.min() != who.max()).aggregate(n=asked.count()).select("mark")
        asked = asked.semi_join(several, "mark").drop("mark")
    return pl.DataFrame(asked.distinct().to_pyarrow())


def _by_address(shares: pl.DataFrame) -> pl.DataFrame:
    named = pl.col("object_id").map_elements(address, return_dtype=pl.String)
    links = shares.select(pl.col("object_id").unique()).with_columns(link=named)
    linked = shares.join(links, on="object_id")
    linked = linked.select("account_id", "content_id", "at", object_id="link").unique()
    return linked.filter(pl.col("account_id").min().over("object_id") != pl.col("account_id").max().over("object_id"))
