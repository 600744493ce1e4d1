"""Rows out of files that are neither tables nor JSON: web archives and text exports of chats."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from besa.base.errors import BadInput
from besa.collect.actions.opening import Source
from besa.collect.rules.chats import messages
from besa.collect.types import Row

#: A page of more bytes is no article.
PAGE_LIMIT = 8 << 20
#: A chat is read whole, for the sake of its members' names.
CHAT_LIMIT = 100 << 20
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I)
_HEADERS = ("WARC-Type", "WARC-Record-ID", "WARC-Target-URI", "WARC-Date")


def pages(source: Source, file: BinaryIO) -> Iterator[Row]:
    """`line` is the number of the record; only what a server answered (or a stored page) has `html`."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    number = 0
    try:
        for number, record in enumerate(ArchiveIterator(file), 1):
            yield _row(number, record)
    except (ArchiveLoadFailed, ValueError, AttributeError, TypeError, KeyError, IndexError) as error:
        # The reader of archives trips over headers that are cut; nothing after them can be found again.
        yield Row(number + 1, reason="truncated", problem=f"The web archive breaks off here: {error}")


def chat(source: Source, file: BinaryIO) -> Iterator[Row]:
    """Messages, with nobody's name or number in them."""
    text = io.TextIOWrapper(file, source.encoding, errors="replace").read(CHAT_LIMIT + 1)
    if len(text) > CHAT_LIMIT:
        raise BadInput("The chat is too large to be read.", where=source.name, remedy="Export it without media.")
    for line, raw in messages(enumerate(text.splitlines(), 1)):
        yield Row(line, raw)


def _row(number: int, record) -> Row:
    raw = {name: record.rec_headers.get_header(name) for name in _HEADERS}
    raw = {name: value for name, value in raw.items() if value is not None}
    http = record.http_headers
    if http and record.rec_type == "response":
        raw["status"], kind = http.get_statuscode(), http.get_header("Content-Type")
    else:
        kind = record.rec_headers.get_header("Content-Type")
    raw["content_type"] = kind = kind or ""
    if record.rec_type in ("response", "resource") and "html" in kind.lower():
        data = record.content_stream().read(PAGE_LIMIT + 1)
        if len(data) > PAGE_LIMIT:
            return Row(number, reason="too_long", problem=f"The page is larger than {PAGE_LIMIT >> 20} MB.")
        raw["html"] = _decoded(data, kind)
    return Row(number, raw)


def _decoded(data: bytes, kind: str) -> str:
    """As the server says, else as the page says, else as UTF-8."""
    for found in (_CHARSET.search(kind.encode("utf-8", "replace")), _CHARSET.search(data[:4096])):
        if found:
            try:
                return data.decode(found[1].decode("ascii"))
            except (LookupError, ValueError):
                continue
    return data.decode("utf-8", "replace")
