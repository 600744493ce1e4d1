"""A table of candidates and accounts, CSV or XLSX: its rows by column, headings in any of our languages."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime

from besa.base.errors import BadInput
from besa.base.text import folded

MOST_ROWS, MOST_BYTES = 50_000, 20 << 20
_UNPACKED = 200 << 20
#: The columns in their order; only `name` must be there.
COLUMNS = (
    "id", "name", "kind", "party", "affiliation", "how_affiliated", "municipality", "gender", "gender_source",
    "email", "also_called", "platform", "account", "account_name", "identity", "how_known", "first", "last", "status",
    "status_evidence",
)  # fmt: skip


def rows(data: bytes, file_name: str, headings: Mapping[str, str]) -> list[tuple[int, dict[str, str]]]:
    """(line, {column: cell}) of each row that is not empty. Raises BadInput with the line.

    `headings`: what a heading may be called, folded -> column.
    """
    if len(data) > MOST_BYTES:
        raise BadInput(f"The file is larger than {MOST_BYTES >> 20} MB.", where=file_name, remedy="Split it.")
    lines = _workbook(data, file_name) if data.startswith(b"PK") else _csv(data, file_name)
    first = next(((line, cells) for line, cells in lines if any(cells)), None)
    if first is None:
        raise BadInput("The file is empty.", where=file_name)
    columns: list[str | None] = [headings.get(plain(cell)) for cell in first[1]]
    where = f"{file_name}, line {first[0]}"
    if unknown := [cell for cell, column in zip(first[1], columns, strict=True) if cell and column is None]:
        raise BadInput(f"There is no column “{unknown[0]}”.", where=where, remedy="Take the headings of the template.")
    known = [column for column in columns if column]
    if len(known) != len(set(known)):
        raise BadInput("Two columns have the same heading.", where=where, remedy="Leave one of them out.")
    if "name" not in known:
        raise BadInput("There is no column with names.", where=where, remedy="Take the headings of the template.")
    found = []
    for line, cells in lines:
        if any(cells):
            if any(cells[len(columns) :]):
                raise BadInput("The line has more cells than the heading.", where=f"{file_name}, line {line}")
            found.append((line, {column: cell for column, cell in zip(columns, cells, strict=False) if column}))
        if len(found) > MOST_ROWS:
            raise BadInput(f"More than {MOST_ROWS} rows.", where=file_name, remedy="Split the file.")
    return found


def plain(cell: str) -> str:
    return folded(" ".join(cell.replace("_", " ").split()))


def _csv(data: bytes, file_name: str) -> Iterator[tuple[int, list[str]]]:
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput("The file is not UTF-8.", where=file_name, remedy="Save it as “CSV UTF-8” or XLSX.") from None
    heading = text.lstrip().partition("\n")[0]
    separator = max(",;\t", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for cells in reader:
            yield reader.line_num, [_cell(cell) for cell in cells]
    except csv.Error as error:
        raise BadInput(f"The line cannot be read: {error}.", where=f"{file_name}, line {reader.line_num}") from None


def _workbook(data: bytes, file_name: str) -> Iterator[tuple[int, list[str]]]:
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(item.file_size for item in archive.infolist()) > _UNPACKED:
                raise BadInput("The workbook unpacks to far more than is safe.", where=file_name)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for line, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            yield line, [_cell(cell) for cell in cells]
    except BadInput:
        raise
    except Exception as error:
        raise BadInput(
            f"The workbook cannot be read ({type(error).__name__}).", where=file_name, remedy="Save it as CSV UTF-8."
        ) from None


def _cell(value) -> str:
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = "" if value is None else str(value)
    # what a spreadsheet was kept from running
    text = text.removeprefix("'") if text[1:2] in ("=", "+", "-", "@") else text
    return " ".join(text.replace("\0", "").split())
