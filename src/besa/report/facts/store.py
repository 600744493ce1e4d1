"""A freeze on disk: one folder of Parquet and meta.json, named by the hash of what it holds."""

from __future__ import annotations

import io
import json
import os
import shutil
import tempfile
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from besa.base.errors import NotFound, Tampered
from besa.base.ids import canonical_json, sha256_hex
from besa.report.types import SCHEMAS, Facts, frame


def parquet_bytes(frame: pl.DataFrame, schema=None) -> bytes:
    """Parquet with fixed settings: the same rows give the same bytes."""
    table = frame.to_arrow()
    if schema is not None:
        table = table.cast(schema)
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd", compression_level=9, version="2.6", store_schema=False)
    return out.getvalue()


def files_of(facts: Facts) -> dict[str, bytes]:
    files = {f"{name}.parquet": parquet_bytes(facts[name], SCHEMAS[name]) for name in SCHEMAS}
    files["meta.json"] = canonical_json(facts.meta).encode()
    return files


def name_of(files: dict[str, bytes]) -> str:
    return sha256_hex(canonical_json({name: sha256_hex(data) for name, data in sorted(files.items())}))


def save(root: Path, facts: Facts) -> str:
    """Write the freeze under `root` and return its name; nothing happens where it stands already."""
    files = files_of(facts)
    name = name_of(files)
    if (root / name).exists():
        return name
    root.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=root, prefix=".draft-"))
    try:
        for file, data in files.items():
            with open(draft / file, "wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
        os.rename(draft, root / name)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
        if not (root / name).exists():
            raise
    return name


def load(root: Path, name: str) -> Facts:
    """The facts, hashed again. Raises NotFound or Tampered."""
    folder = root / name
    if not (folder / "meta.json").exists():
        raise NotFound("The files of this freeze are gone.", where=str(folder))
    files = {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
    if name_of(files) != name:
        raise Tampered(
            "The files of this freeze have changed since it was made.",
            where=str(folder),
            remedy="Bring the folder back from a backup, or freeze the week again.",
        )
    return Facts(
        meta=json.loads(files["meta.json"]),
        # a freeze made before a table was thought of has none of it
        frames={
            table: pl.read_parquet(io.BytesIO(data)) if (data := files.get(f"{table}.parquet")) else frame(table, [])
            for table in SCHEMAS
        },
    )
