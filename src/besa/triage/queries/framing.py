"""The sampling frame of a docket: a few narrow columns of every public post, and how each ranks."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

import polars as pl

from besa.corpus import Corpus
from besa.pledge.models import Election
from besa.triage import rules

_BATCH = 5_000
_HOUR = timedelta(hours=1)


def frame(
    corpus: Corpus, election: Election, version: int, calendar: rules.Calendar, weeks: Collection[str]
) -> pl.DataFrame:
    """Every public post of the election in the monitored days of these weeks, by `post_key`.

    Columns: post_key, platform, account_key, language, posted_at, reach, week, phase. What comes from closed groups
    is a lead: people put it on the docket by hand, or not at all.
    """
    start, end = calendar.bounds(weeks)
    found = corpus.table(
        """SELECT post_key, platform, account_key, language, posted_at,
            coalesce(reactions, 0) + coalesce(comments, 0) + coalesce(shares, 0) AS reach FROM posts
        WHERE election = $slug AND coalesce(channel, 'public') = 'public' AND posted_at >= $start AND posted_at < $end
        ORDER BY post_key""",
        {"slug": election.slug, "start": start, "end": end},
        version=version,
    )
    places = calendar.places(found["posted_at"])
    return (
        pl.from_arrow(found)
        .with_columns(
            pl.Series("week", [place[0] if place else None for place in places], pl.Categorical),
            pl.Series("phase", [place[1] if place else None for place in places], pl.Categorical),
        )
        .filter(pl.col("week").is_in(list(weeks)))
        .cast({"week": pl.String, "phase": pl.String})
    )


def ranks(
    corpus: Corpus, posts: pl.DataFrame, now: datetime, urgent_clauses: frozenset[str], vulnerable: Mapping[str, float]
) -> pl.DataFrame:
    """How each of these posts ranks that has a signal: post_key, rank, urgent, mostly.

    `vulnerable`: what `names.vulnerability` gives.
    """
    keys, figures, urgent, mostly = [], array("d"), bytearray(), []
    for key, rows in groupby(_signals(corpus, posts), key=itemgetter("post_key")):
        signals = list(rows)
        age = (now - signals[0]["posted_at"]) / _HOUR
        told = rules.rank(signals, signals[0]["reach"], urgent_clauses, age, vulnerable.get(key, 1.0))
        keys.append(key)
        figures.append(told.rank)
        urgent.append(told.urgent)
        mostly.append(told.mostly)
    return pl.DataFrame(
        {
            "post_key": pl.Series(keys, dtype=pl.String),
            "rank": pl.Series(figures, dtype=pl.Float64),
            "urgent": pl.Series(urgent, dtype=pl.UInt8).cast(pl.Boolean),
            "mostly": pl.Series(mostly, dtype=pl.String),
        }
    )


def flagged(corpus: Corpus, posts: pl.DataFrame) -> list[str]:
    """Those of these posts that have a signal."""
    con = corpus.connect()
    try:
        con.register("frame", posts.select("post_key").to_arrow())
        rows = con.execute("SELECT DISTINCT post_key FROM signals SEMI JOIN frame USING (post_key)").fetchall()
    finally:
        con.close()
    return [key for (key,) in rows]


def _signals(corpus: Corpus, posts: pl.DataFrame) -> Iterator[Mapping]:
    """The newest signal of each detector and concern, post by post."""
    con = corpus.connect()
    try:
        con.register("frame", posts.select("post_key", "posted_at", "reach").to_arrow())
        found = con.sql(
            """SELECT f.post_key, f.posted_at, f.reach, s.concern, s.clause, s.score
            FROM signals s JOIN frame f USING (post_key)
            QUALIFY row_number() OVER (PARTITION BY s.post_key, s.detector, s.concern, s.clause
                                       ORDER BY s.made_at DESC, s.signal_id) = 1
            ORDER BY f.post_key, s.detector, s.concern, s.clause"""
        ).to_arrow_reader(_BATCH)
        for batch in found:
            yield from batch.to_pylist()
    finally:
        con.close()
