"""Rows out of a file of any kind, line by line. What is broken is named with its line; the rest is read."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zipfile
import zlib
from collections import deque
from collections.abc import Iterator
from typing import Any, BinaryIO

import orjson

from besa.base.errors import BadInput, BesaError
from besa.collect.actions.opening import Source, sheet
from besa.collect.actions.pages import chat, pages
from besa.collect.rules import lines
from besa.collect.rules.columns import loads
from besa.collect.rules.documents import records
from besa.collect.types import Row

_RECORD_LINES = 2_000
#: A JSON document is read whole.
DOCUMENT_LIMIT = 200 << 20
#: YouTube Data Tools write a backslash before a quotation mark, and no other tool does.
_ESCAPING = (b"isReplyTo", b"videoDescription")


def rows(source: Source) -> Iterator[Row]:
    """The rows of a file; a row with a `problem` could not be read and says why."""
    readers = {
        "ndjson": _ndjson, "csv": _csv, "json": _document, "xlsx": _xlsx, "urls": _urls, "warc": pages, "chat": chat,
        "held": _held,
    }  # fmt: skip
    try:
        with source.open() as file:
            yield from readers[source.kind](source, file)
    except (EOFError, gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, OSError) as error:
        if isinstance(error, BesaError):
            raise
        yield Row(0, reason="truncated", problem=f"The packed file ends or breaks off inside: {error}")


# JSON


def _ndjson(source: Source, file: BinaryIO) -> Iterator[Row]:
    return lines.records(_recoded(file) if source.encoding == "utf-16" else lines.lines_of(file))


def _recoded(file: BinaryIO) -> Iterator[bytes]:
    for line in io.TextIOWrapper(file, "utf-16", errors="replace"):
        yield line.encode("utf-8", "replace")


def _document(source: Source, file: BinaryIO) -> Iterator[Row]:
    """The records of a list, or of what an API answered; `line` is the number of the record."""
    data = file.read(DOCUMENT_LIMIT + 1)
    if len(data) > DOCUMENT_LIMIT:
        raise BadInput(
            f"One JSON document of more than {DOCUMENT_LIMIT >> 20} MB cannot be read.",
            where=source.name,
            remedy="Save it as JSON lines (one record to a line), or in parts.",
        )
    if source.encoding == "utf-16":
        data = data.decode("utf-16", "replace").encode("utf-8", "replace")
    data = data.removeprefix(codecs.BOM_UTF8).strip()
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        read = lines.second_try(error.lineno, data, error)
        if read.reason:
            yield read
            return
        document = read.raw
    for number, record in enumerate(records(document), 1):
        yield Row(number, record)


def _held(source: Source, file: BinaryIO) -> Iterator[Row]:
    """Rows that wait in the home, each with the line it had in its file (`actions.holding` writes them)."""
    for line in file:
        said = loads(line)
        yield Row(said["line"], said.get("raw"), said.get("reason", ""), said.get("problem", ""))


def _urls(source: Source, file: BinaryIO) -> Iterator[Row]:
    """A plain list of addresses, one to a line; lines that begin with # are remarks."""
    for row in _text_lines(source, file):
        if row.reason or not (row.raw == "" or row.raw.startswith("#")):
            yield row if row.reason else Row(row.line, {"url": row.raw})


def _text_lines(source: Source, file: BinaryIO) -> Iterator[Row]:
    found = _recoded(file) if source.encoding == "utf-16" else lines.lines_of(file)
    for number, line in enumerate(found, 1):
        if len(line) > lines.LINE_LIMIT:
            yield lines.too_long(number)
            continue
        try:
            yield Row(number, line.removeprefix(codecs.BOM_UTF8).decode("utf-8").strip())
        except UnicodeDecodeError as wrong:
            received = line[:2_000].decode("utf-8", "backslashreplace")
            yield Row(number, reason="encoding", problem=lines.not_utf8(wrong), received=received)


# Tables


class _Physical:
    """The lines of a text, with their numbers, some of which may be given back to be read again."""

    def __init__(self, stream: io.TextIOWrapper):
        self.stream, self.back, self.number, self.taken = stream, deque(), 0, []

    def __iter__(self):
        return self

    def __next__(self) -> str:
        if len(self.taken) >= _RECORD_LINES:
            raise _Runaway
        line = self.back.popleft() if self.back else self.stream.readline(lines.LINE_LIMIT)
        if not line:
            raise StopIteration
        self.number += 1
        self.taken.append(line)
        return line

    def give_back(self, lines: list[str]) -> None:
        self.back.extendleft(reversed(lines))
        self.number -= len(lines)


class _Runaway(Exception):
    """A quotation mark that is never closed swallows line after line."""


def _csv(source: Source, file: BinaryIO) -> Iterator[Row]:
    csv.field_size_limit(lines.LINE_LIMIT)
    text = io.TextIOWrapper(file, source.encoding, errors="surrogateescape", newline="")
    physical = _Physical(text)
    separator = _separator(source.head)
    escape = "\\" if any(name in source.head.split(b"\n", 1)[0] for name in _ESCAPING) else None
    found = csv.reader(physical, delimiter=separator, escapechar=escape, strict=True)
    try:
        header = _header(next(found, []), source)
    except (csv.Error, _Runaway) as error:
        raise BadInput(
            f"The header row is broken ({error or 'a quotation mark is never closed'}).",
            where=f"{source.name}:1",
            remedy="Mend the first line, or download the file again.",
        ) from None
    width = len(header)
    while True:
        physical.taken = []
        first = physical.number + 1
        try:
            cells = next(found)
        except StopIteration:
            return
        except (csv.Error, _Runaway) as error:
            said = "a quotation mark is never closed" if isinstance(error, _Runaway) else str(error)
            yield _broken(first, physical, f"The row is broken: {said}.")
            found = csv.reader(physical, delimiter=separator, escapechar=escape, strict=True)
            continue
        if not cells:
            continue
        if len(cells) > width and not any(cells[width:]):
            cells = cells[:width]
        if len(cells) != width:
            yield _broken(first, physical, f"The row has {len(cells)} columns where the header has {width}.")
            continue
        if any(not cell.isascii() and _escaped(cell) for cell in cells):
            yield _undecodable(first, physical.taken)
            continue
        yield Row(first, dict(zip(header, cells, strict=True)))


def _broken(first: int, physical: _Physical, problem: str) -> Row:
    """Report a record from its first line, and read again from the second: good rows may follow in it."""
    taken = physical.taken
    physical.give_back(taken[1:])
    received = "".join(taken[:1])[:2_000].encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return Row(first, reason="broken_row", problem=problem, received=received)


def _escaped(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _undecodable(first: int, taken: list[str]) -> Row:
    for number, line in enumerate(taken):
        data = line.encode("utf-8", "surrogateescape")
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            received = data[:2_000].decode("utf-8", "backslashreplace")
            return Row(first + number, reason="encoding", problem=lines.not_utf8(error), received=received)
    return Row(first, reason="encoding", problem="Not UTF-8.")


def _separator(head: bytes) -> str:
    line = head.decode("utf-8", "replace").splitlines()[0] if head.strip() else ""
    return max(",;\t|", key=lambda mark: len(next(csv.reader([line], delimiter=mark), [])))


def _header(cells: list[Any], source: Source) -> list[str]:
    """Names of columns; a name that stands twice gets a number."""
    names: list[str] = []
    for number, cell in enumerate(cells, 1):
        name = str("" if cell is None else cell).strip().encode("utf-8", "replace").decode() or f"column {number}"
        again = sum(1 for known in names if known == name or known.startswith(f"{name} ("))
        names.append(f"{name} ({again + 1})" if name in names else name)
    if not names:
        raise BadInput("The file has no header row.", where=source.name, remedy="The first row names the columns.")
    return names


def _xlsx(source: Source, file: BinaryIO) -> Iterator[Row]:
    header: list[str] | None = None
    for number, cells in sheet(file, source.name):
        if not any(cell is not None for cell in cells):
            continue
        if header is None:
            header = _header(cells, source)
            continue
        if len(cells) > len(header) and any(cell is not None for cell in cells[len(header) :]):
            problem = f"The row has {len(cells)} cells where the header has {len(header)}."
            yield Row(number, reason="broken_row", problem=problem)
            continue
        cells = [*cells, *[None] * (len(header) - len(cells))]
        yield Row(number, dict(zip(header, cells, strict=False)))
