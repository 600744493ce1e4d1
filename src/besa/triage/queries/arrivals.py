"""Posts that no run has looked at: which they are (two narrow columns), and what they say, slice by slice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb
import pyarrow as pa

from besa.corpus import Corpus
from besa.pledge.models import Election
from besa.triage.types import SEEN

#: Posts that are held in memory at once, each time that a process is handed some.
SLICE = 10_000
#: No join is turned round so that the texts would be gathered first.
_AS_WRITTEN = "SET disabled_optimizers = 'join_order,build_side_probe_side'"


def new_posts(corpus: Corpus, election: Election, from_version: int, version: int) -> pa.Table:
    """`post_key`, `observation_id` of the posts whose latest observation came after `from_version`, at `version`."""
    if version < 0 or version == from_version:
        return pa.schema([("post_key", pa.string()), ("observation_id", pa.string())]).empty_table()
    before = corpus.table(
        "SELECT observation_id FROM observations WHERE election = $slug", {"slug": election.slug}, version=from_version
    )
    con = corpus.connect(version)
    try:
        con.register("seen_before", before)
        return con.sql(
            """SELECT p.post_key, p.observation_id FROM posts p
            ANTI JOIN seen_before b ON b.observation_id = p.observation_id WHERE p.election = $slug""",
            params={"slug": election.slug},
        ).to_arrow_table()
    finally:
        con.close()


def in_slices(
    corpus: Corpus, posts: pa.Table, version: int, names: Sequence[str] = (*SEEN, "script"), size: int = SLICE
) -> Iterator[pa.Table]:
    """These posts with the columns `names`, in the order of the corpus's files; one slice at a time is in memory.

    The observations flow past the names that are sought, which are few bytes each: nothing is sorted.
    """
    columns = ", ".join(f"o.{name}" for name in names)
    con = corpus.connect(version)
    try:
        con.execute(_AS_WRITTEN)
        con.register("sought", posts.select(["observation_id"]))
        found = con.sql(
            f"SELECT {columns} FROM observations o SEMI JOIN sought USING (observation_id)"  # noqa: S608 - our own names
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
        "CREATE TEMP TABLE latest AS SELECT observation_id FROM posts WHERE election = $slug", {"slug": election.slug}
    )
    con.execute("CREATE TEMP VIEW posts_of AS SELECT * FROM observations SEMI JOIN latest USING (observation_id)")
    return "posts_of"
