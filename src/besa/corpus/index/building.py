"""From the corpus to segments: the latest observation of each public post, folded and sorted by several processes."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from besa.corpus.engines.duckdb import connect
from besa.corpus.index.segment import COLUMNS, write

#: Posts of one segment; what one process holds at once.
LARGE = 1 << 18
_BATCH = 20_000
_MEMORY = "500MB"
#: Fewer posts are written by this process alone: starting another takes a second.
_WORTH_IT = 40_000
_WORKERS = 2
#: Two readings of one post are rare: only posts that stand there twice by a hash are looked at by their keys.
_SUPERSEDED = """
CREATE TEMP TABLE superseded AS SELECT observation_id FROM (
    SELECT observation_id, row_number() OVER (
        PARTITION BY post_key ORDER BY observed_at DESC NULLS LAST, observation_id DESC
    ) AS n FROM observations
    WHERE hash(post_key) IN (SELECT hash(post_key) FROM observations GROUP BY ALL HAVING count(*) > 1)
) WHERE n > 1
"""
_LATEST = """
SELECT md5_number_lower(post_key) AS id,
    greatest(coalesce(epoch(posted_at), 0), 0)::UINTEGER AS at,
    md5_number_lower(coalesce(root_key, parent_key, post_key)) AS thread,
    election, platform, kind, coalesce(language, 'und') AS language, account_key,
    platform || ':@' || lower(ltrim(account_handle, '@')) AS account_at,
    account_handle, account_name, host_account_key, post_key, observation_id,
    epoch_us(observed_at) AS observed_at, parent_key, url, title, text, gone_cause,
    reactions, comments, shares, views, coalesce(channel, 'public') = 'public' AS public
FROM observations ANTI JOIN superseded USING (observation_id)
"""


class Latest:
    """The latest observations among the files of a corpus (Parquet), as tables that `write` takes."""

    def __init__(self, files: list[str], spill: Path, *, corrected: bool):
        spill.mkdir(parents=True, exist_ok=True)
        self.con: duckdb.DuckDBPyConnection = connect(
            {"observations": files, "signals": []}, spill=spill, corrected=corrected
        )
        self.con.execute(f"SET memory_limit = '{_MEMORY}'")
        self.con.execute("SET preserve_insertion_order = false")
        self.con.execute(_SUPERSEDED)

    @property
    def rows(self) -> int:
        """How many observations there are to read."""
        return self.con.execute("SELECT count(*) FROM observations").fetchall()[0][0]

    @property
    def corrects(self) -> bool:
        """Whether one of them is a later reading of an earlier one."""
        return bool(
            self.con.execute("SELECT count(*) FROM observations WHERE contains(observation_id, '.')").fetchall()[0][0]
        )

    def tables(self, size: int = LARGE, advance: Callable[[int], None] | None = None) -> Iterator[pa.Table]:
        """Tables of so many posts, with the column `public`."""
        held: list[pa.RecordBatch] = []
        for batch in self.con.sql(_LATEST).to_arrow_reader(_BATCH):
            held.append(batch)
            if advance:
                advance(batch.num_rows)
            if sum(one.num_rows for one in held) >= size:
                yield pa.Table.from_batches(held)
                held = []
        if held:
            yield pa.Table.from_batches(held)

    def close(self) -> None:
        self.con.close()


def public(posts: pa.Table) -> pa.Table:
    """Those that all may read, in the columns of a segment."""
    posts = posts.filter(posts["public"])
    return pa.table([_as(posts[field.name], field.type) for field in COLUMNS], schema=COLUMNS)


def _as(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if not pa.types.is_dictionary(kind):
        return column.cast(kind)
    if pa.types.is_dictionary(column.type):
        return column
    return pc.dictionary_encode(column).cast(kind)


class Writing:
    """Segments written into `place` by this process, or by several where there are `many` posts."""

    def __init__(self, place: Path, posts: int):
        self.place, self.names = place, []
        self._waiting: list = []
        several = posts >= _WORTH_IT and (os.cpu_count() or 1) > 1
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(min(os.cpu_count() or 1, _WORKERS), context) if several else nullcontext()

    def __enter__(self) -> Writing:
        self._pool.__enter__()
        return self

    def __exit__(self, *raised) -> None:
        self._pool.__exit__(*raised)

    def add(self, posts: pa.Table, name: str) -> None:
        """Write a segment of this name, now or soon."""
        self.names.append(name)
        if not isinstance(self._pool, ProcessPoolExecutor):
            write(posts, self.place / name)
            return
        draft = self.place / f"{name}.draft"
        with pa.OSFile(str(draft), "wb") as out, pa.ipc.new_file(out, posts.schema) as file:
            file.write_table(posts)
        self._waiting.append(self._pool.submit(_write_draft, draft, self.place / name))
        if len(self._waiting) > self._pool._max_workers:
            self._waiting.pop(0).result()

    def finish(self) -> list[str]:
        """Wait for all; the names of the segments, in the order in which they were given."""
        for one in self._waiting:
            one.result()
        self._waiting.clear()
        return self.names


def _write_draft(draft: Path, folder: Path) -> None:
    write(pa.ipc.open_file(pa.memory_map(str(draft))).read_all(), folder)
    draft.unlink()
