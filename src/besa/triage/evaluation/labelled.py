"""Labelled rows of anybody's own file: CSV, TSV or JSON lines, with the columns found by their usual names."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

from besa.base.errors import BadInput

TEXT = ("text", "content", "comment", "post", "message", "sentence", "tweet", "body", "teksti", "tekst")


def rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """(line, cells by column) of each row that is not empty. Raises BadInput with file and line."""
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise BadInput(f"cannot be read ({error.strerror}).", where=str(path)) from None
    except UnicodeDecodeError as error:
        line = Path(path).read_bytes()[: error.start].count(b"\n") + 1
        raise BadInput("is not UTF-8.", where=f"{path}:{line}", remedy="Save it as CSV UTF-8.") from None
    found = list(_of_json(path, text) if text.lstrip().startswith("{") else _of_table(path, text))
    if not found:
        raise BadInput("has no rows.", where=str(path))
    return found


def _of_json(path: Path, text: str):
    for line, row in enumerate(text.split("\n"), 1):
        if not row.strip():
            continue
        try:
            record = json.loads(row)
        except ValueError as error:
            raise BadInput(f"is not a JSON object ({error}).", where=f"{path}:{line}") from None
        if not isinstance(record, dict):
            raise BadInput("is not a JSON object.", where=f"{path}:{line}")
        yield line, {name: "" if cell is None else str(cell) for name, cell in record.items()}


def _of_table(path: Path, text: str):
    head = text.partition("\n")[0]
    separator = max(",\t;", key=head.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=separator, strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(header):
                raise BadInput(f"has {len(row)} cells, the header {len(header)}.", where=f"{path}:{reader.line_num}")
            yield reader.line_num, dict(zip(header, row, strict=True))
    except csv.Error as error:
        raise BadInput(f"is not a table ({error}).", where=f"{path}:{reader.line_num}") from None


def column(path: Path, names: Sequence[str], asked: str, usual: Sequence[str], option: str) -> str:
    """The column that was asked for, else the first with a usual name. Raises BadInput naming the option."""
    held = {name.lower(): name for name in names}
    found = next((held[name.lower()] for name in ([asked] if asked else usual) if name.lower() in held), None)
    if found is None:
        raise BadInput(
            f"has no column “{asked or usual[0]}”.",
            where=f"{path}:1",
            remedy=f"Name the column with {option}; the file has: {', '.join(names)}.",
        )
    return found
