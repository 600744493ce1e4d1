"""The corpus: Delta Lake tables with one writer at a time and any number of pinned readers."""

from __future__ import annotations

import hashlib
import json
import shutil
import warnings
from collections.abc import Callable, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable, Transaction, WriterProperties, write_deltalake
from filelock import FileLock, Timeout

from besa.base.errors import BadInput, Conflict, NotFound
from besa.corpus.engines.duckdb import connect, read_only
from besa.corpus.schema import DELIVERY, OBSERVATIONS, SIGNALS

#: Only these columns leave minima and maxima in the log: erasing a person must leave no copy there.
_STATISTICS = {
    "observations": "platform,kind,posted_at,observed_at,route,election,connector",
    "signals": "detector,concern,made_at",
}
_WAIT_SECONDS = 600
_BATCH = 10_000


@dataclass(frozen=True)
class Appended:
    """What one append did: rows that were new, rows the corpus had already, the version it stands at."""

    new: int
    duplicate: int
    version: int
    notes: Mapping[str, Any]


class Corpus:
    """`root` holds the tables; batches wait in `staging` (default: beside it) until they are committed."""

    def __init__(self, root: Path, *, staging: Path | None = None):
        self.root = Path(root)
        self.staging = Path(staging) if staging else self.root.parent / "staging"

    # writing

    def append(
        self,
        batches: Iterable[pa.RecordBatch],
        *,
        import_id: str,
        notes: Callable[[], Mapping[str, Any]] | None = None,
        corrects: bool = False,
    ) -> Appended:
        """Add the observations that are not there yet, in one Delta commit that carries `import_id`.

        `batches` have the schema OBSERVATIONS and are written to disk as they come, so memory stays
        flat. An `import_id` that was committed before changes nothing. `notes()` is asked after the
        last batch; what it says (counts, never personal data) goes into the log with the commit.
        Where it `corrects`, its ids are those of earlier observations with `.` and a higher number after
        them: a second reading of the same raw row, which stands for the first from then on.
        """
        folder = self.staging_of(import_id)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            staged, rows = _stage(batches, folder / "observations.parquet")
            said = dict(notes()) if notes else {}
            with self._writer():
                if done := self.committed(import_id):
                    return done
                if corrects:
                    self._corrected.touch()
                new = self._commit("observations", OBSERVATIONS, "observation_id", staged, rows, import_id, said)
                return Appended(new, rows - new, self.version(), said)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def add_signals(self, table: pa.Table, *, run_id: str) -> int:
        """Add the signals that are not there yet (by `signal_id`); returns how many were new."""
        folder = self.staging_of(run_id)
        folder.mkdir(parents=True, exist_ok=True)
        try:
            staged, rows = _stage(table.cast(SIGNALS).to_batches(), folder / "signals.parquet", SIGNALS)
            with self._writer():
                return self._commit("signals", SIGNALS, "signal_id", staged, rows, run_id, {})
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _commit(self, name: str, schema: pa.Schema, key: str, staged: Path, rows: int, app_id: str, said: dict) -> int:
        """The anti-join against the table and within the batch, then one commit; inside the lock."""
        if not rows:
            return 0
        con = duckdb.connect(config={"temp_directory": str(self.staging), "preserve_insertion_order": True})
        try:
            con.execute("SET TimeZone = 'UTC'")
            files = self._files(name)
            known = f"ANTI JOIN read_parquet($files) AS known ON known.{key} = staged.{key}" if files else ""
            con.execute(
                f"""CREATE TEMP TABLE fresh AS SELECT min(staged.file_row_number) AS row
                FROM read_parquet($staged, file_row_number = true) AS staged {known}
                WHERE staged.{key} IS NOT NULL GROUP BY staged.{key}""",  # noqa: S608 - our own names
                {"staged": str(staged)} | ({"files": files} if files else {}),
            ).fetchall()
            new = con.execute("SELECT count(*) FROM fresh").fetchall()[0][0]
            if not new:
                return 0
            columns = ", ".join(f'"{column}"' for column in schema.names)
            fresh = con.sql(
                f"""SELECT {columns} FROM read_parquet($staged, file_row_number = true)
                WHERE file_row_number IN (SELECT row FROM fresh) ORDER BY file_row_number""",  # noqa: S608
                params={"staged": str(staged)},
            ).to_arrow_reader(_BATCH)
            counts = {"import_id": app_id, "new": str(new), "duplicate": str(rows - new), "notes": json.dumps(said)}
            write_deltalake(
                self.root / name,
                fresh,
                mode="append",
                configuration={
                    "delta.dataSkippingStatsColumns": _STATISTICS[name],
                    "delta.logRetentionDuration": "interval 36500 days",
                },
                writer_properties=WriterProperties(compression="ZSTD", statistics_truncate_length=8),
                commit_properties=CommitProperties(custom_metadata=counts, app_transactions=[Transaction(app_id, 1)]),
            )
            return new
        finally:
            con.close()

    @contextmanager
    def _writer(self):
        self.root.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.root / "writer.lock", timeout=_WAIT_SECONDS):
                yield
        except Timeout:
            raise Conflict(
                "Another process has been writing to the corpus for ten minutes.",
                remedy="Wait for it to end, then run this again; nothing was written.",
            ) from None

    def staging_of(self, import_id: str) -> Path:
        """Where the batches of one append wait."""
        return self.staging / f"append-{hashlib.sha256(import_id.encode()).hexdigest()[:24]}"

    # reading

    def committed(self, import_id: str) -> Appended | None:
        """What the log says of an append, or None where it brought nothing new or never came to its commit."""
        table = self._table("observations")
        if table is None or table.transaction_version(import_id) is None:
            return None
        for entry in table.history():
            if entry.get("import_id") == import_id:
                return Appended(
                    int(entry["new"]), int(entry["duplicate"]), entry["version"], json.loads(entry["notes"])
                )
        return None

    def version(self) -> int:
        """The version of the observations; -1 where there are none yet."""
        table = self._table("observations")
        return table.version() if table else -1

    def connect(self, version: int | None = None, *, sealed: bool = False) -> duckdb.DuckDBPyConnection:
        """A connection with the views observations, posts and signals, pinned to `version` (default: now).

        For times in Python take `con.sql(...).to_arrow_table().to_pylist()`, or `rows()`. Close it.
        """
        files = {"observations": self._files("observations", version), "signals": self._files("signals")}
        self.staging.mkdir(parents=True, exist_ok=True)
        return connect(files, spill=self.staging, sealed=sealed, corrected=self._corrected.exists())

    def ibis(self, version: int | None = None):
        """The same tables as an Ibis backend, for work across posts that Spark shall be able to run."""
        import ibis

        # Ibis 12 still calls a name that DuckDB 2 has renamed.
        warnings.filterwarnings("ignore", message="fetch_arrow_table", category=DeprecationWarning)
        return ibis.duckdb.from_connection(self.connect(version))

    def table(self, sql: str, params: Mapping[str, Any] | None = None, *, version: int | None = None) -> pa.Table:
        """The answer to one SELECT of ours as an Arrow table."""
        con = self.connect(version)
        try:
            return con.sql(sql, params=dict(params or {})).to_arrow_table()
        finally:
            con.close()

    def rows(
        self, sql: str, params: Mapping[str, Any] | None = None, *, version: int | None = None
    ) -> list[dict[str, Any]]:
        """The same as a list of rows."""
        return self.table(sql, params, version=version).to_pylist()

    def ask(self, sql: str, *, version: int | None = None) -> pa.Table:
        """The answer to SQL that a person typed: one SELECT that reaches nothing but the corpus. Raises BadInput."""
        con = self.connect(version, sealed=True)
        try:
            answer = con.sql(read_only(sql))
            return answer.to_arrow_table() if answer is not None else pa.table({})
        except duckdb.Error as error:
            raise BadInput(str(error), remedy="The tables are observations, posts and signals.") from None
        finally:
            con.close()

    def digest(self, version: int | None = None) -> str:
        """One hash over what the observations say, whatever their order and however they were delivered."""
        columns = ", ".join(f'"{name}"' for name in OBSERVATIONS.names if name not in DELIVERY)
        answer = self.rows(
            f"""SELECT count(*) AS n, sum(md5_number_upper(row)::HUGEINT)::VARCHAR AS upper,
                sum(md5_number_lower(row)::HUGEINT)::VARCHAR AS lower
            FROM (SELECT to_json(row({columns}))::VARCHAR AS row FROM observations)""",  # noqa: S608 - our own names
            version=version,
        )[0]
        return hashlib.sha256(f"{answer['n']}:{answer['upper']}:{answer['lower']}".encode()).hexdigest()

    @property
    def _corrected(self) -> Path:
        """Its presence says that some observation may stand for another; looking for them costs time."""
        return self.root / "corrected"

    def _table(self, name: str) -> DeltaTable | None:
        place = self.root / name
        return DeltaTable(place) if (place / "_delta_log").is_dir() else None

    def _files(self, name: str, version: int | None = None) -> list[str]:
        table = self._table(name)
        if table is None or version == -1:
            if version is not None and version != -1:
                raise NotFound(f"The corpus is empty; there is no version {version}.")
            return []
        if version is not None:
            if not 0 <= version <= table.version():
                raise NotFound(
                    f"The corpus has no version {version}.", remedy=f"Its versions are 0 to {table.version()}."
                )
            table.load_as_version(version)
        return sorted(table.file_uris())


def _stage(batches: Iterable[pa.RecordBatch], path: Path, schema: pa.Schema = OBSERVATIONS) -> tuple[Path, int]:
    rows = 0
    with pq.ParquetWriter(path, schema, compression="snappy", write_statistics=False) as out:
        for batch in batches:
            out.write_batch(batch.cast(schema))
            rows += batch.num_rows
    return path, rows
