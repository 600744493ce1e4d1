"""The corpus: Delta Lake tables with one writer at a time and any number of pinned readers."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import (
    ColumnProperties,
    CommitProperties,
    DeltaTable,
    Schema,
    Transaction,
    WriterProperties,
    write_deltalake,
)
from deltalake.transaction import AddAction, create_table_with_add_actions
from filelock import FileLock, Timeout

from besa.base.errors import BadInput, Conflict, NotFound
from besa.corpus.engines.duckdb import connect, read_only
from besa.corpus.fresh import all_new, find_fresh
from besa.corpus.parts import SCHEMAS, STATISTICS, Part
from besa.corpus.schema import DELIVERY, OBSERVATIONS

#: What joining new rows with known ones may take; beyond it the join spills to disk.
_MEMORY = "600MB"
_WAIT_SECONDS = 600
_BATCH = 10_000
#: From so many small files on they are laid together; a file of so many bytes is not small.
MANY = 100
_LARGE = 64 << 20


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
        with self.staged(import_id) as folder:
            _stage(batches, folder, "observations")
            return self.commit(import_id, notes() if notes else {}, corrects=corrects)

    @contextmanager
    def staged(self, import_id: str) -> Iterator[Path]:
        """An empty folder for the parts (`besa.corpus.parts.Part`) of one append; gone afterwards.

        Several processes may write parts into it, a file each; then `commit` adds them all at once.
        """
        folder = self.staging_of(import_id)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def commit(self, import_id: str, notes: Mapping[str, Any] | None = None, *, corrects: bool = False) -> Appended:
        """Add the staged parts of an append to the observations, as `append` says."""
        said = dict(notes or {})
        with self.writer():
            if done := self.committed(import_id):
                return done
            if corrects:
                self._corrected.touch()
            new, rows = self._commit("observations", "observation_id", self.staging_of(import_id), import_id, said)
            return Appended(new, rows - new, self.version(), said)

    def add_signals(self, batches: Iterable[pa.RecordBatch], *, run_id: str) -> int:
        """Add the signals that are not there yet (by `signal_id`), in one commit; returns how many were new.

        `batches` have the schema SIGNALS and are written to disk as they come, so memory stays flat.
        """
        with self.staged(run_id) as folder:
            _stage(batches, folder, "signals")
            with self.writer():
                return self._commit("signals", "signal_id", folder, run_id, {})[0]

    def abandon(self, import_id: str) -> None:
        """Remove what an append left whose process died before its commit."""
        shutil.rmtree(self.staging_of(import_id), ignore_errors=True)
        if self.committed(import_id) is None:
            for left in (self.root / "observations").glob(f"{_prefix(import_id)}-*.parquet"):
                left.unlink()

    def compact(self, *, many: int = MANY) -> int:
        """Lay the small files of each table together where there are `many`; how many went into others.

        Every poll and every capture leaves a small file. No row changes, the digest is the same, and earlier versions
        can still be read: their files stay. What is cut off before its commit has no effect.
        """
        merged = 0
        with self.writer():
            for name in SCHEMAS:
                table = self.table_of(name)
                if table is None:
                    continue
                sizes = pa.table(table.get_add_actions(flatten=True))["size_bytes"].to_pylist()
                if sum(size < _LARGE for size in sizes) >= many:
                    done = table.optimize.compact(
                        target_size=_LARGE, max_concurrent_tasks=1, writer_properties=_written(name)
                    )
                    merged += done["numFilesRemoved"]
        return merged

    def _commit(self, name: str, key: str, folder: Path, app_id: str, said: dict) -> tuple[int, int]:
        """(new, all) rows of the staged parts, after one commit of the new ones; inside the lock."""
        parts = [str(part) for part in sorted(folder.glob("*.parquet"))]
        if not parts:
            return 0, 0
        rows = sum(pq.read_metadata(part).num_rows for part in parts)
        con = duckdb.connect(config={"temp_directory": str(self.staging), "memory_limit": _MEMORY})
        try:
            con.execute("SET TimeZone = 'UTC'")
            con.execute("SET preserve_insertion_order = false")
            files = self.files(name)
            place = self.root / name
            if rows and all_new(con, key, parts, files):
                taken = [_take_over(Path(part), place, app_id) for part in parts]
                try:
                    self._log(name, taken, _properties(app_id, rows, 0, said))
                except BaseException:
                    for action in taken:
                        (place / action.path).unlink(missing_ok=True)
                    raise
                return rows, rows
            new = find_fresh(con, key, parts, files)
            if new:
                columns = ", ".join(f'"{column}"' for column in SCHEMAS[name].names)
                fresh = con.sql(
                    f"""SELECT {columns} FROM read_parquet($parts, filename = true, file_row_number = true)
                    SEMI JOIN fresh USING (filename, file_row_number)""",  # noqa: S608 - our own names
                    params={"parts": parts},
                ).to_arrow_reader(_BATCH)
                write_deltalake(
                    place, fresh, mode="append", configuration=_configuration(name),
                    writer_properties=_written(name),
                    commit_properties=_properties(app_id, new, rows - new, said),
                )  # fmt: skip
            return new, rows
        finally:
            con.close()

    def _log(self, name: str, taken: list[AddAction], properties: CommitProperties) -> None:
        """One commit that names files which already lie in the table's folder."""
        if table := self.table_of(name):
            table.create_write_transaction(taken, "append", SCHEMAS[name], commit_properties=properties)
            return
        schema = Schema.from_arrow(SCHEMAS[name])
        create_table_with_add_actions(
            str(self.root / name), schema, taken, configuration=_configuration(name), commit_properties=properties
        )

    @contextmanager
    def writer(self):
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
        table = self.table_of("observations")
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
        return self.version_of("observations")

    def version_of(self, name: str) -> int:
        table = self.table_of(name)
        return table.version() if table else -1

    def added(self, name: str, since: int, version: int) -> list[str]:
        """The files of a table at `version` that it had not at version `since`; small files laid together are new."""
        if since == version:
            return []
        return sorted(set(self.files(name, version)) - set(self.files(name, since)))

    def connect(
        self, version: int | None = None, *, sealed: bool = False, memory: str = ""
    ) -> duckdb.DuckDBPyConnection:
        """A connection with the views observations, posts and signals, pinned to `version` (default: now).

        For times in Python take `con.sql(...).to_arrow_table().to_pylist()`, or `rows()`. Close it. With a limit of
        `memory`, rows come in any order unless a query asks for one.
        """
        observations, delivered = self.files("observations", version), None
        if version is not None and not all(map(os.path.exists, observations)):
            # something was erased since: what is left of that version stands in the files of today
            observations, delivered = self.files("observations"), self._delivered(version)
        files = {"observations": observations, "signals": self.files("signals")}
        self.staging.mkdir(parents=True, exist_ok=True)
        return connect(
            files, spill=self.staging, sealed=sealed, corrected=self.corrected, delivered=delivered, memory=memory
        )

    def _delivered(self, version: int) -> list[str]:
        """The imports whose rows this version of the observations held."""
        return [
            entry["import_id"]
            for entry in self.table_of("observations").history()
            if entry["version"] <= version and "import_id" in entry
        ]

    def ibis(self, version: int | None = None, *, memory: str = ""):
        """The same tables as an Ibis backend, for work across posts that Spark shall be able to run."""
        import ibis

        # Ibis 12 still calls a name that DuckDB 2 has renamed.
        warnings.filterwarnings("ignore", message="fetch_arrow_table", category=DeprecationWarning)
        return ibis.duckdb.from_connection(self.connect(version, memory=memory))

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
    def corrected(self) -> bool:
        """Whether some observation may stand for another."""
        return self._corrected.exists()

    @property
    def _corrected(self) -> Path:
        """Its presence says that some observation may stand for another; looking for them costs time."""
        return self.root / "corrected"

    def table_of(self, name: str) -> DeltaTable | None:
        place = self.root / name
        return DeltaTable(place) if (place / "_delta_log").is_dir() else None

    def files(self, name: str, version: int | None = None) -> list[str]:
        table = self.table_of(name)
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


def _stage(batches: Iterable[pa.RecordBatch], folder: Path, table: str) -> None:
    with Part(folder / "0.parquet", table) as part:
        for batch in batches:
            part.write(batch)


def _take_over(part: Path, place: Path, app_id: str) -> AddAction:
    """Move a staged part into the folder of its table; it counts from the commit that names it."""
    place.mkdir(parents=True, exist_ok=True)
    name = f"{_prefix(app_id)}-{part.name}"
    rows = pq.read_metadata(part).num_rows
    found = part.rename(place / name).stat()
    return AddAction(name, found.st_size, {}, int(found.st_mtime * 1000), True, json.dumps({"numRecords": rows}))


def _prefix(app_id: str) -> str:
    return f"part-{hashlib.sha256(app_id.encode()).hexdigest()[:24]}"


def _configuration(name: str) -> dict[str, str]:
    return {
        "delta.dataSkippingStatsColumns": ",".join(STATISTICS[name]),
        "delta.logRetentionDuration": "interval 36500 days",
    }


def _written(name: str) -> WriterProperties:
    """As `Part` writes them: only the columns of STATISTICS leave minima and maxima."""
    return WriterProperties(
        compression="ZSTD",
        max_row_group_size=_BATCH,
        default_column_properties=ColumnProperties(statistics_enabled="NONE"),
        column_properties={column: ColumnProperties(statistics_enabled="CHUNK") for column in STATISTICS[name]},
    )


def _properties(app_id: str, new: int, duplicate: int, said: dict) -> CommitProperties:
    counts = {"import_id": app_id, "new": str(new), "duplicate": str(duplicate), "notes": json.dumps(said)}
    return CommitProperties(custom_metadata=counts, app_transactions=[Transaction(app_id, 1)])
