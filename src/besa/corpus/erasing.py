"""Taking rows out of the corpus for good: out of the version that stands and out of the files of all before it.

What is left is written anew (or, in files without such rows, linked under a new name) and named by one commit that
says how many rows went and none of what they said. Then every file that this commit does not name is removed, so
that no earlier version leads to the rows; `Corpus.connect` answers an earlier version out of what is left.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import CommitProperties
from deltalake.transaction import AddAction

from besa.corpus.parts import SCHEMAS, Part

if TYPE_CHECKING:
    from besa.corpus.store import Corpus

_BATCH = 10_000
_OTHERS = "coalesce(post_key NOT IN (SELECT post_key FROM doomed), true)"
Row = dict[str, Any]


@dataclass(frozen=True)
class Erased:
    """Rows that went, and rows of others in which something was covered."""

    observations: int = 0
    signals: int = 0
    covered: int = 0


def erase(
    corpus: Corpus,
    post_keys: Sequence[str],
    *,
    words: Sequence[str] = (),
    change: Callable[[Row], Row] | None = None,
) -> Erased:
    """Remove all observations and signals of these posts, whatever version they came with.

    Rows of other posts in which one of the `words` stands (whatever its case), or that answer these posts, are handed
    to `change`. May be repeated after a crash at any moment. Whoever still reads an earlier version has to begin again.
    """
    gone, covered = {}, 0
    with corpus.writer():
        for name in SCHEMAS:
            gone[name], changed = _erase(corpus, name, post_keys, tuple(words), change)
            covered += changed
            purge(corpus, name)
    return Erased(gone["observations"], gone["signals"], covered)


def purge(corpus: Corpus, name: str) -> None:
    """Remove each data file that the version that stands does not name; inside the lock."""
    named = {Path(file).name for file in corpus.files(name)}
    for path in (corpus.root / name).glob("*.parquet"):
        if path.name not in named:
            path.unlink()


def _erase(corpus: Corpus, name: str, post_keys, words, change) -> tuple[int, int]:
    files = corpus.files(name)
    if not files:
        return 0, 0
    con = duckdb.connect(config={"temp_directory": str(corpus.staging), "memory_limit": "600MB"})
    try:
        con.execute("SET TimeZone = 'UTC'")
        con.register("doomed", pa.table({"post_key": pa.array(sorted(set(post_keys)), pa.string())}))
        gone = _count(con, files, "post_key IN (SELECT post_key FROM doomed)")
        spoken = _count(con, files, f"{_OTHERS} AND ({_holds(name, words)})") if change else {}
        if not gone and not spoken:
            return 0, 0
        place, actions, token = corpus.root / name, [], os.urandom(6).hex()
        for number, file in enumerate(files):
            target = place / f"kept-{token}-{number}.parquet"
            if file in gone or file in spoken:
                _write(con, file, target, name, change if file in spoken else None)
            else:
                os.link(file, target)
            if target.exists():
                actions.append(_action(target))
        counts = {"erased": str(sum(gone.values())), "covered": str(sum(spoken.values()))}
        corpus.table_of(name).create_write_transaction(
            actions, "overwrite", SCHEMAS[name], commit_properties=CommitProperties(custom_metadata=counts)
        )
        return sum(gone.values()), sum(spoken.values())
    finally:
        con.close()


def _count(con, files: Sequence[str], condition: str) -> Mapping[str, int]:
    return dict(
        con.execute(
            f"SELECT filename, count(*) FROM read_parquet($files, filename = true) WHERE {condition} GROUP BY filename",  # noqa: S608
            {"files": list(files)},
        ).fetchall()
    )


def _holds(name: str, words: Sequence[str]) -> str:
    """Whether one of the words stands in any column of text, or it answers or shares what goes; a first, wide look:
    `change` sees what is meant."""
    answers = " OR ".join(f"{column} IN (SELECT post_key FROM doomed)" for column in ("parent_key", "root_key"))  # noqa: S608
    answers = f"coalesce({answers}, false)" if name == "observations" else "false"
    if not words:
        return answers
    columns = [field.name for field in SCHEMAS[name] if not _is_number(field.type)]
    said = "lower(concat_ws(' ', " + ", ".join(f'"{column}"::VARCHAR' for column in columns) + "))"
    quoted = ["'" + word.lower().replace("'", "''") + "'" for word in words]
    return " OR ".join([answers, *(f"contains({said}, {word})" for word in quoted)])


def _is_number(kind: pa.DataType) -> bool:
    return pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_timestamp(kind)


def _write(con, file: str, target: Path, name: str, change: Callable[[Row], Row] | None) -> None:
    columns = ", ".join(f'"{column}"' for column in SCHEMAS[name].names)
    left = con.sql(
        f"""SELECT {columns} FROM read_parquet($file)
        WHERE {_OTHERS}""",  # noqa: S608 - our own names
        params={"file": file},
    ).to_arrow_reader(_BATCH)
    with Part(target, name) as part:
        for batch in left:
            if batch.num_rows == 0:
                continue
            if change:
                rows = [change(row) for row in batch.to_pylist()]
                batch = pa.RecordBatch.from_pylist(rows, schema=SCHEMAS[name])
            part.write(batch)


def _action(path: Path) -> AddAction:
    found, rows = path.stat(), pq.read_metadata(path).num_rows
    return AddAction(path.name, found.st_size, {}, int(found.st_mtime * 1000), True, json.dumps({"numRecords": rows}))
