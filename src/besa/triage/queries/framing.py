"""The sampling frame of a docket: a few narrow columns of every public post, and how each ranks."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

import duckdb
import polars as pl
import pyarrow as pa

from besa.triage import rules

_BATCH = 5_000
_HOUR = timedelta(hours=1)


def frame(con: duckdb.DuckDBPyConnection, calendar: rules.Calendar, week: str) -> pl.DataFrame:
    """Every public post of the election in the monitored days of the week, by `post_key`.

    `con`: a connection on which `arrivals.latest_of` was called.

    Columns: post_key, platform, account_key, language, posted_at, reach, week, phase. What comes from closed groups
    is a lead: people put it on the docket by hand, or not at all.
    """
    start, end = calendar.bounds([week])
    found = con.sql(
        """SELECT post_key, platform, account_key, language, posted_at,
            coalesce(reactions, 0) + coalesce(comments, 0) + coalesce(shares, 0) AS reach FROM posts_of
        WHERE coalesce(channel, 'public') = 'public' AND posted_at >= $start AND posted_at < $end
        ORDER BY post_key""",
        params={"start": start, "end": end},
    ).to_arrow_table()
    places = calendar.places(found["posted_at"])
    return (
        pl.from_arrow(found)
        .with_columns(
            pl.Series("week", [place[0] if place else None for place in places], pl.Categorical),
            pl.Series("phase", [place[1] if place else None for place in places], pl.Categorical),
        )
        .filter(pl.col("week") == week)
        .cast({"week": pl.String, "phase": pl.String})
    )


def ranks(
    con: duckdb.DuckDBPyConnection,
    posts: pl.DataFrame,
    now: datetime,
    urgent_clauses: frozenset[str],
    vulnerable: Mapping[str, float],
) -> pl.DataFrame:
    """How each of these posts ranks that has a signal: post_key, rank, urgent, mostly.

    `vulnerable`: what `names.vulnerability` gives.
    """
    keys, figures, urgent, mostly = [], array("d"), bytearray(), []
    for key, rows in groupby(_signals(con, posts), key=itemgetter("post_key")):
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


def flagged(con: duckdb.DuckDBPyConnection, posts: pl.DataFrame) -> pa.Table:
    """`post_key` of those of these posts that have a signal."""
    con.register("frame", posts.select("post_key").to_arrow())
    return con.sql("SELECT DISTINCT post_key FROM signals SEMI JOIN frame USING (post_key)").to_arrow_table()


def _signals(con: duckdb.DuckDBPyConnection, posts: pl.DataFrame) -> Iterator[Mapping]:
    """The newest signal of each detector and concern, post by post."""
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
