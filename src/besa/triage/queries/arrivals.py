"""Posts that no run has looked at: which they are (eight bytes each), and what they say, slice by slice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import duckdb
import ibis
import pyarrow as pa

from besa.corpus import Corpus
from besa.pledge.models import Election
from besa.triage.types import SEEN

#: Posts that are held in memory at once, each time that a process is handed some.
SLICE = 10_000
#: What looking for something among all posts may take in the database; beyond it the work spills to disk.
MEMORY = "200MB"
#: No join is turned round so that the texts would be gathered first.
_AS_WRITTEN = "SET disabled_optimizers = 'join_order,build_side_probe_side'"
#: Observations are remembered by 64 bits of their ids: two of a million have the same with a chance of 1 in 30 million.
_MARK = pa.schema([("mark", pa.uint64())])


def new_posts(corpus: Corpus, election: Election, from_version: int, version: int) -> pa.Table:
    """`mark` of the posts whose latest observation came after `from_version`, at `version`, for `in_slices`."""
    if version < 0 or version == from_version:
        return _MARK.empty_table()
    before = corpus.table(
        "SELECT hash(observation_id) AS mark FROM observations WHERE election = $slug",
        {"slug": election.slug},
        version=from_version,
    )
    con = corpus.connect(version, memory=MEMORY)
    try:
        con.register("seen_before", before)
        return con.sql(
            """SELECT mark FROM (SELECT hash(observation_id) AS mark FROM posts WHERE election = $slug)
            ANTI JOIN seen_before USING (mark)""",
            params={"slug": election.slug},
        ).to_arrow_table()
    finally:
        con.close()


def in_slices(
    corpus: Corpus, posts: pa.Table, version: int, names: Sequence[str] = (*SEEN, "script"), size: int = SLICE
) -> Iterator[pa.Table]:
    """These posts with the columns `names`, in the order of the corpus's files; one slice at a time is in memory.

    The observations flow past the marks that are sought: nothing is sorted.
    """
    columns = ", ".join(f"o.{name}" for name in names)
    con = corpus.connect(version)
    try:
        con.execute(_AS_WRITTEN)
        con.register("sought", posts)
        found = con.sql(
            f"SELECT {columns} FROM observations o SEMI JOIN sought s ON s.mark = hash(o.observation_id)"  # noqa: S608 - our own names
        ).to_arrow_reader(size)
        for batch in found:
            yield pa.Table.from_batches([batch])
    finally:
        con.close()


def latest_of(con: duckdb.DuckDBPyConnection, election: Election) -> str:
    """The name of a view made on this connection: the posts of the election, as `posts` shows them.

    Which observation is a post's latest is found out first and from few columns, so that texts are read when they
    are needed and not gathered for it.
    """
    con.execute(_AS_WRITTEN)
    con.execute(
        "CREATE TEMP TABLE latest AS SELECT hash(observation_id) AS mark FROM posts WHERE election = $slug",
        {"slug": election.slug},
    )
    con.execute(
        "CREATE TEMP VIEW posts_of AS"
        " SELECT * FROM observations o SEMI JOIN latest l ON l.mark = hash(o.observation_id)"
    )
    return "posts_of"


@contextmanager
def all_posts(corpus: Corpus, election: Election, version: int) -> Iterator[tuple[ibis.Table, ibis.Table]]:
    """(posts of the election, signals) as Ibis tables, for work across posts that keeps to little memory."""
    backend = corpus.ibis(version, memory=MEMORY)
    try:
        yield backend.table(latest_of(backend.con, election)), backend.table("signals")
    finally:
        backend.disconnect()
