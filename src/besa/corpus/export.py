"""Answers to files: CSV that a spreadsheet cannot run, JSON, Parquet."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

#: A cell that begins so is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guarded(cell: Any) -> Any:
    """The cell as a spreadsheet shall show it: text that looks like a formula gets an apostrophe before it."""
    if hasattr(cell, "isoformat"):
        return cell.isoformat()
    if isinstance(cell, list | dict):
        cell = json.dumps(cell, ensure_ascii=False, default=str)
    return "'" + cell if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def write_csv(table: pa.Table, path: Path) -> None:
    """UTF-8 with a byte order mark, so that spreadsheets read ë and ш right; times in ISO 8601."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow([guarded(name) for name in table.column_names])
        for batch in table.to_batches():
            for row in batch.to_pylist():
                out.writerow(guarded(cell) for cell in row.values())


def write_json(table: pa.Table, path: Path) -> None:
    path.write_text(json.dumps(table.to_pylist(), ensure_ascii=False, default=str), "utf-8")


def write_parquet(table: pa.Table, path: Path) -> None:
    pq.write_table(table, path)
