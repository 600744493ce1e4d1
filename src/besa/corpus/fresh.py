"""Which of the staged rows the corpus does not hold yet, told by their keys."""

from __future__ import annotations

import duckdb
import pyarrow.parquet as pq


def all_new(con: duckdb.DuckDBPyConnection, key: str, parts: list[str], files: list[str]) -> bool:
    """Whether surely no key stands twice among the parts, nor in the table already; told by eight bytes of each.

    Two keys with the same hash make it say no: then the keys themselves are compared.
    """
    rows, keys = con.execute(
        f"SELECT count(*), count(DISTINCT hash({key})) FROM read_parquet($parts) WHERE {key} IS NOT NULL",  # noqa: S608
        {"parts": parts},
    ).fetchall()[0]
    if rows != keys or rows != sum(pq.read_metadata(part).num_rows for part in parts):
        return False
    if not files:
        return True
    return not con.execute(
        f"""SELECT count(*) FROM (SELECT hash({key}) AS h FROM read_parquet($files))
        SEMI JOIN (SELECT hash({key}) AS h FROM read_parquet($parts)) USING (h)""",  # noqa: S608 - our own names
        {"parts": parts, "files": files},
    ).fetchall()[0][0]


def find_fresh(con: duckdb.DuckDBPyConnection, key: str, parts: list[str], files: list[str]) -> int:
    """Make the table `fresh` of (filename, file_row_number), one for each key that is new; how many there are."""
    known = f"ANTI JOIN read_parquet($files) AS known ON known.{key} = staged.{key}" if files else ""
    con.execute(
        f"""CREATE TEMP TABLE fresh AS
        SELECT first.filename AS filename, first.file_row_number AS file_row_number FROM (
            SELECT min({{'filename': staged.filename, 'file_row_number': staged.file_row_number}}) AS first
            FROM read_parquet($parts, filename = true, file_row_number = true) AS staged {known}
            WHERE staged.{key} IS NOT NULL GROUP BY staged.{key})""",  # noqa: S608 - our own names
        {"parts": parts} | ({"files": files} if files else {}),
    ).fetchall()
    return con.execute("SELECT count(*) FROM fresh").fetchall()[0][0]
