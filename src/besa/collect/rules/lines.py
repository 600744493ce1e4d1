"""JSON lines to rows: what is broken is named with its line, the rest is read."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Iterator
from typing import BinaryIO

import orjson

from besa.collect.rules.documents import FOLDED, unfolded
from besa.collect.types import Row

#: One line (one JSON record, one CSV record) may be this long; longer is no post.
LINE_LIMIT = 16 << 20


def records(lines: Iterable[bytes], *, first: bool = True) -> Iterator[Row]:
    """The rows of JSON lines, counted from 1; `first`: whether the file begins with them."""
    for number, line in enumerate(lines, 1):
        if first and number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if len(line) > LINE_LIMIT:
            yield too_long(number)
            continue
        line = line.strip()
        if not line:
            continue
        try:
            raw = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            yield second_try(number, line, error)
            continue
        if type(raw) is dict and not raw.keys().isdisjoint(FOLDED):
            for record in unfolded(raw):
                yield Row(number, record)
            continue
        yield Row(number, raw)


def lines_of(file: BinaryIO, length: int | None = None) -> Iterator[bytes]:
    """Lines of `file`, or of its next `length` bytes, which end with a line.

    One beyond the limit is given cut (still too long), and its rest is passed over.
    """
    while (length is None or length > 0) and (line := file.readline(LINE_LIMIT + 1)):
        taken = len(line)
        yield line
        while len(line) > LINE_LIMIT and not line.endswith(b"\n"):
            line = file.readline(LINE_LIMIT + 1)
            taken += len(line)
            if not line:
                return
        if length is not None:
            length -= taken


def stretches(file: BinaryIO, size: int, about: int) -> Iterator[tuple[int, int]]:
    """(start, end) of stretches of whole lines, each of about `about` bytes, that together are the file."""
    start = 0
    while start < size:
        file.seek(min(start + about, size))
        while (rest := file.readline(LINE_LIMIT)) and not rest.endswith(b"\n"):
            pass
        end = min(file.tell(), size)
        yield start, end
        start = end


def too_long(number: int) -> Row:
    return Row(number, reason="too_long", problem=f"The line is longer than {LINE_LIMIT >> 20} MB.")


def second_try(number: int, line: bytes, error: orjson.JSONDecodeError) -> Row:
    """Python's own reader takes lone surrogates and numbers of any length; the fault of the rest is told."""
    received = line[:2_000].decode("utf-8", "backslashreplace")
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as wrong:
        return Row(number, reason="encoding", problem=not_utf8(wrong), received=received)
    try:
        return Row(number, json.loads(text, parse_constant=lambda _: None))
    except RecursionError:
        return Row(number, reason="broken_line", problem="The JSON is nested too deeply.", received=received)
    except ValueError as wrong:
        said = wrong.msg if isinstance(wrong, json.JSONDecodeError) else str(wrong)
        column = getattr(wrong, "colno", error.colno)
        return Row(number, reason="broken_line", problem=f"Not JSON (column {column}: {said}).", received=received)


def not_utf8(error: UnicodeDecodeError) -> str:
    return (
        f"Not UTF-8: byte 0x{error.object[error.start]:02x} at place {error.start + 1}. "
        "Save the file as “CSV UTF-8” or JSON in UTF-8 and import it again."
    )
