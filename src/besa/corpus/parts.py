"""Parquet files in the form in which the tables keep them: written where the rows are made, taken over unchanged."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from besa.corpus.schema import OBSERVATIONS, SIGNALS

#: Only these columns leave minima and maxima in a file: erasing a person must leave no copy there.
STATISTICS = {
    "observations": ("platform", "kind", "posted_at", "observed_at", "route", "election", "connector"),
    "signals": ("detector", "concern", "made_at"),
}
SCHEMAS = {"observations": OBSERVATIONS, "signals": SIGNALS}
#: Columns in which the same few values return.
_FEW = {
    "observations": (
        "platform", "kind", "channel", "account_key", "account_handle", "account_name", "host_account_key", "language",
        "script", "posted_precision", "gone_cause", "route", "election", "import_id", "connector", "connector_version",
    ),
    "signals": ("detector", "detector_version", "concern", "clause", "reason", "made_at"),
}  # fmt: skip


class Part:
    """One file of a table, open for writing; without a single batch there is no file.

    A batch becomes a row group, so batches should be some thousand rows (or some megabytes) each.
    """

    def __init__(self, path: Path, table: str = "observations"):
        self.path, self.table = path, table
        self._out: pq.ParquetWriter | None = None

    def write(self, batch: pa.RecordBatch) -> None:
        """Add rows that have the columns of the table."""
        schema = SCHEMAS[self.table]
        if self._out is None:
            self._out = pq.ParquetWriter(
                self.path, schema, compression="zstd", compression_level=1,
                use_dictionary=list(_FEW[self.table]), write_statistics=list(STATISTICS[self.table]),
            )  # fmt: skip
        self._out.write_batch(batch.cast(schema))

    def __enter__(self) -> Part:
        return self

    def __exit__(self, *_) -> None:
        if self._out is not None:
            self._out.close()
