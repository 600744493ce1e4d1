"""The answer to an Ibis expression batch by batch, so that it is never in memory as a whole."""

from __future__ import annotations

from collections.abc import Iterator

import ibis
import pyarrow as pa


def flow(expression: ibis.Table, size: int = 10_000) -> Iterator[pa.Table]:
    """Tables of at most so many rows. Ask the same backend nothing else until the last one came."""
    backend = expression.get_backend()
    if backend.name != "duckdb":
        yield from map(pa.table, expression.to_pyarrow_batches(chunk_size=size))
        return
    # ibis 12 asks DuckDB 2 for batches by a name that is gone; what its own call does first is to register tables
    backend._run_pre_execute_hooks(expression)
    for batch in backend.con.sql(str(backend.compile(expression))).to_arrow_reader(size):
        yield pa.table(batch)
