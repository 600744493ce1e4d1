"""How fast coordination is found, and whether chance is told apart: `python benchmarks/coordination.py [SHARES]`.

Invented shares over 30 days: accounts and links of very unequal zeal and fame, each share on its own; among them 40
groups of 8 accounts that share 4 links of their own within half a minute. The rival is a bare bucket join in DuckDB
that does nothing else. Both read the same CSV file, in this process, in turn. With texts in place of links, too.
Then the detector of a run over 100,000 posts.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import ibis
import numpy as np
import polars as pl

from besa.triage.detectors import coordination
from besa.triage.detectors.coordination import chance, files, near
from besa.triage.types import Resources

WINDOW, LEAST, GROUPS, SIZE, EVENTS = 60, 3, 40, 8, 4
_BARE = """
WITH shares AS (
    SELECT account_id AS account, object_id AS object, timestamp_share AS at, timestamp_share // 60 AS bucket
    FROM read_csv($path)
), around AS (SELECT *, unnest([bucket - 1, bucket, bucket + 1]) AS other FROM shares)
SELECT a.account, b.account, count(*) AS weight
FROM shares a JOIN around b ON a.object = b.object AND a.bucket = b.other
WHERE a.account < b.account AND abs(a.at - b.at) <= 60
GROUP BY ALL HAVING weight >= 3
"""


def invented(count: int, named) -> pl.DataFrame:
    """`named(number)` is what number was shared."""
    draw = np.random.default_rng(1)
    accounts, things, span = count // 20, count // 3, 30 * 86_400
    zeal, fame = draw.pareto(1.2, accounts) + 1, 1 / np.arange(1, things + 1) ** 0.8
    who = [draw.choice(accounts, count, p=zeal / zeal.sum())]
    what, at = [draw.choice(things, count, p=fame / fame.sum())], [draw.integers(0, span, count)]
    for group in range(GROUPS):
        for event in range(EVENTS):
            who.append(accounts + group * SIZE + np.arange(SIZE))
            what.append(np.full(SIZE, things + group * EVENTS + event))
            at.append(draw.integers(0, span) + draw.integers(0, 30, SIZE))
    who, what, at = (np.concatenate(column) for column in (who, what, at))
    names = {number: named(number) for number in np.unique(what).tolist()}
    return pl.DataFrame(
        {
            "object_id": [names[number] for number in what.tolist()],
            "account_id": [f"{'group' if one >= accounts else 'free'}{one}" for one in who.tolist()],
            "content_id": [f"post{number}" for number in range(len(who))],
            "timestamp_share": 1_800_000_000 + at,
        }
    )


def ours(path: Path) -> pl.DataFrame:
    shares = near.Shares(files.read(path), near.Rule(WINDOW, 2, LEAST))
    return near.named(shares, chance.judged(shares, near.ties(shares)))


def bare(path: Path) -> pl.DataFrame:
    with duckdb.connect() as con:
        return con.sql(_BARE, params={"path": str(path)}).pl()


def timed(find, path: Path) -> tuple[float, float, pl.DataFrame]:
    wall, spent = time.perf_counter(), time.process_time()
    found = find(path)
    return time.perf_counter() - wall, time.process_time() - spent, found


def compare(name: str, path: Path) -> None:
    best = {ours: [9e9, 9e9], bare: [9e9, 9e9]}
    for _ in range(5):
        for find, least in best.items():
            wall, spent, found = timed(find, path)
            best[find] = [min(least[0], wall), min(least[1], spent)]
            if find is ours:
                ties = found
    (wall, spent), (bare_wall, bare_spent) = best[ours], best[bare]
    print(f"{name}: besa {wall:.2f} s wall, {spent:.2f} s processor; bare join {bare_wall:.2f} and {bare_spent:.2f}; "
          f"{wall / bare_wall:.2f} and {spent / bare_spent:.2f} times (least of 5)")  # fmt: skip
    own = pl.col("account_a").str.starts_with("group") & pl.col("account_b").str.starts_with("group")
    faster, planted = ties.filter("faster"), GROUPS * SIZE * (SIZE - 1) // 2
    right = len(faster.filter(own))
    print(f"  {len(ties):,} ties of weight {LEAST} or more, {len(ties.filter(own)):,} of {planted:,} planted; "
          f"told faster than chance: {len(faster):,}, precision {right / max(1, len(faster)):.3f}, "
          f"recall {right / planted:.3f}")  # fmt: skip


def detector(count: int) -> None:
    """Posts with a link each, three in ten with hashtags; texts of thirty words, a twentieth of them copies."""
    chance_ = random.Random(5)
    words = [f"word{number}" for number in range(20_000)]
    shares = invented(count, lambda number: f"https://portal{number % 50}.example/{number}")
    shares = shares.sample(count, shuffle=True, seed=1)
    texts = [" ".join(chance_.choices(words, k=30)) for _ in range(count)]
    for place in range(count // 20):
        texts[chance_.randrange(count)] = texts[place]
    posts = shares.select(
        pl.col("content_id").alias("post_key"), pl.col("content_id").alias("observation_id"),
        pl.col("account_id").alias("account_key"), pl.Series("text_normal", texts),
        pl.from_epoch("timestamp_share").dt.replace_time_zone("UTC").alias("posted_at"),
        pl.lit("second").alias("posted_precision"), pl.concat_list("object_id").alias("links"),
        pl.Series("hashtags", [chance_.sample(words[:300], 2) if chance_.random() < 0.3 else [] for _ in range(count)]),
        pl.lit(None, pl.List(pl.Struct({"sha256": pl.String, "pdq": pl.String}))).alias("media"),
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        posts.write_parquet(Path(folder) / "posts.parquet")
        best = 9e9
        for _ in range(3):
            spent = time.process_time()
            table = ibis.duckdb.connect().read_parquet(Path(folder) / "posts.parquet")
            found = coordination.detect(table, Resources(), 1).to_pyarrow()
            best = min(best, time.process_time() - spent)
    print(f"detector: {count:,} posts, {len(found):,} signals, {best:.2f} s processor (least of 3)")


def main(count: int) -> None:
    words = [f"word{number}" for number in range(20_000)]

    def text(number: int) -> str:
        return " ".join(random.Random(number).choices(words, k=20))

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shares.csv"
        for name, named in (("links", lambda number: f"https://portal.example/news/2027/{number}"), ("texts", text)):
            invented(count, named).write_csv(path)
            compare(f"{count:,} shares of {name}", path)
    detector(min(count, 100_000))


if __name__ == "__main__":
    numbers = [argument for argument in sys.argv[1:] if argument.isdigit()]
    main(int(numbers[0]) if numbers else 1_000_000)
