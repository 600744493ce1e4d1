"""DuckDB over the Parquet files of one pinned version: views observations, posts, signals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from besa.base.errors import BadInput
from besa.corpus.schema import OBSERVATIONS, SIGNALS

#: The latest look at each post. A source that does not say when it looked counts as the oldest.
_POSTS = """
CREATE VIEW posts AS
SELECT * FROM observations
QUALIFY row_number() OVER (
    PARTITION BY post_key ORDER BY observed_at DESC NULLS LAST, observation_id DESC
) = 1
"""
_READS = {"SELECT", "EXPLAIN"}


#: Of several readings of one raw row the newest counts; `id.2` is a later reading of what `id` read first.
_NEWEST = """
CREATE VIEW observations AS
SELECT * FROM all_observations ANTI JOIN (
    SELECT observation_id FROM all_observations WHERE contains(observation_id, '.')
    QUALIFY row_number() OVER (
        PARTITION BY split_part(observation_id, '.', 1)
        ORDER BY try_cast(split_part(observation_id, '.', 2) AS INTEGER) DESC NULLS LAST
    ) > 1
    UNION ALL
    SELECT split_part(observation_id, '.', 1) FROM all_observations WHERE contains(observation_id, '.')
) AS superseded USING (observation_id)
"""


def connect(
    files: Mapping[str, Sequence[str]],
    *,
    spill: Path,
    sealed: bool = False,
    corrected: bool = False,
    delivered: Sequence[str] | None = None,
    memory: str = "",
) -> duckdb.DuckDBPyConnection:
    """A connection in memory whose views show `files` (table name -> Parquet files); times are UTC.

    Nothing done on it can change the corpus through its views. `sealed` connections, made for SQL
    typed by people, reach no other file, load no extension and keep these limits. `delivered`: only the observations
    of these imports are shown. `memory`: what work may take before it spills to disk ("256MB").
    """
    con = duckdb.connect(config={"python_enable_replacements": False, "temp_directory": str(spill)})
    con.execute("SET TimeZone = 'UTC'")
    if memory:
        con.execute("SET memory_limit = $most", {"most": memory})
        con.execute("SET preserve_insertion_order = false")
    for table, schema in (("observations", OBSERVATIONS), ("signals", SIGNALS)):
        named = f"all_{table}" if corrected and table == "observations" else table
        _view(con, named, schema, list(files.get(table, ())), delivered if table == "observations" else None)
    if corrected:
        con.execute(_NEWEST)
    con.execute(_POSTS)
    if sealed:
        con.execute("SET allowed_paths = $paths", {"paths": [path for paths in files.values() for path in paths]})
        con.execute("SET enable_external_access = false")
        con.execute("SET lock_configuration = true")
    return con


def _view(con, table: str, schema: pa.Schema, paths: list[str], delivered: Sequence[str] | None) -> None:
    columns = ", ".join(f'"{name}"' for name in schema.names)
    if not paths:
        con.register(f"empty_{table}", schema.empty_table())
        con.execute(f"CREATE VIEW {table} AS SELECT {columns} FROM empty_{table}")  # noqa: S608 - our own names
        return
    listed = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
    only = ""
    if delivered is not None:
        con.register("delivered", pa.table({"import_id": pa.array(delivered, pa.string())}))
        only = " SEMI JOIN delivered USING (import_id)"
    con.execute(f"CREATE VIEW {table} AS SELECT {columns} FROM read_parquet([{listed}]){only}")  # noqa: S608


def read_only(sql: str) -> str:
    """The one SELECT (or EXPLAIN) in `sql`; anything else is refused by name. Raises BadInput."""
    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise BadInput(f"This is not SQL that can be read: {error}") from None
    if len(statements) != 1:
        raise BadInput("A query is exactly one SELECT statement.", remedy="Ask one question at a time.")
    kind = statements[0].type.name
    if kind not in _READS:
        raise BadInput(f"The corpus can only be read; {kind} is refused.", remedy="Write a SELECT statement.")
    return statements[0].query
