"""Opening a file of any kind safely: what it is, its beginning, and its unpacked bytes within limits."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from besa.base.errors import BadInput, BesaError, UnknownFormat
from besa.collect.rules.chats import is_chat
from besa.collect.rules.heads import URL_LINE

HEAD = 64 << 10
#: What a packed file may unpack to, in all and as a multiple of its packed size.
UNPACKED_LIMIT = 4 << 30
XLSX_LIMIT = 300 << 20
RATIO_LIMIT = 200
_RATIO_COUNTS_FROM = 20 << 20
_EVIDENCE = "Pictures and documents are evidence: add them to a post, under Evidence."
#: How files begin that people take for tables, or drop by mistake.
_NO_TABLES = {
    b"\xff\xd8\xff": ("a picture (JPEG)", _EVIDENCE),
    b"\x89PNG": ("a picture (PNG)", _EVIDENCE),
    b"GIF8": ("a picture (GIF)", _EVIDENCE),
    b"%PDF-": ("a PDF", _EVIDENCE),
    b"\xd0\xcf\x11\xe0": ("an old Excel workbook (.xls)", "Save it as XLSX or as CSV UTF-8."),
    b"SQLite format 3": ("a database (SQLite)", "Export its table as CSV UTF-8."),
    b"PAR1": ("a Parquet file", "Save it as CSV UTF-8 or JSON lines."),
    b"7z\xbc\xaf": ("a 7z archive", "Unpack it and import the files one by one."),
    b"Rar!": ("a RAR archive", "Unpack it and import the files one by one."),
}
_GZIP = b"\x1f\x8b"
_BY_ITSELF = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
_ONE_BY_ONE = "Unpack it and import the files one by one."
_BROKEN = (EOFError, gzip.BadGzipFile, zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, zlib.error)
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Source:
    """A file that can be read: `kind` is csv, ndjson, json, urls, xlsx, warc, chat or held; `head` is how it begins.

    `path` where the file itself, unpacked as it lies there, may be read from any place.
    """

    name: str
    kind: str
    head: bytes
    open: Callable[[], BinaryIO]
    encoding: str = "utf-8-sig"
    path: Path | None = None


def source_of(path: Path, name: str = "", member: str = "") -> Source:
    """Look into a file, or into one `member` of a ZIP file.

    Raises BadInput where it is empty, packed in a dangerous way, or no table at all.
    """
    name = name or path.name or str(path)
    try:
        if path.is_dir():
            raise BadInput("This is a folder.", where=name, remedy=f"Name the files in it: {name}/*.csv.")
        if not path.is_file():
            raise BadInput("There is no such file.", where=name, remedy="Check the path.")
        if path.stat().st_size == 0:
            raise BadInput("The file is empty.", where=name, remedy="Download it again; nothing was imported.")
        with path.open("rb") as file:
            start = file.read(16)
    except OSError as error:
        raise BadInput(
            f"The file cannot be read: {error.strerror}.", where=name, remedy="Ask its owner for the right to read it."
        ) from None
    _no_table(start, name)
    size = path.stat().st_size
    if start.startswith(b"PK"):
        return _zipped(lambda: zipfile.ZipFile(path), lambda: path.open("rb"), size, name, member)
    if start.startswith(_GZIP):
        return _unpacked(lambda: _Unpacking(gzip.open(path, "rb"), size, name), size, name)
    return replace(_plain(name, lambda: path.open("rb")), path=path)


def members_of(path: Path) -> list[str]:
    """The files inside a ZIP file that holds several; empty for everything else."""
    try:
        if not zipfile.is_zipfile(path):
            return []
        with zipfile.ZipFile(path) as archive:
            names = [item.filename for item in _readable(archive)]
            whole = "xl/workbook.xml" in names or _is_wacz(path.name, names)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return []
    return names if len(names) > 1 and not whole else []


@contextmanager
def opened(path: Path, member: str = "") -> Iterator[tuple[BinaryIO, int]]:
    """A file as it lies there, or one member of a ZIP file unpacked; and its size in bytes."""
    if not member:
        with path.open("rb") as file:
            yield file, path.stat().st_size
        return
    with zipfile.ZipFile(path) as archive, archive.open(member) as file:
        yield file, archive.getinfo(member).file_size


def _readable(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """What a person put in, without what the computer adds by itself."""
    return [
        item
        for item in archive.infolist()
        if not item.is_dir()
        and not item.filename.startswith("__MACOSX/")
        and PurePosixPath(item.filename).name not in _BY_ITSELF
    ]


def _is_wacz(name: str, members: list[str]) -> bool:
    return name.lower().endswith(".wacz") or (
        "datapackage.json" in members and any(member.startswith("archive/") for member in members)
    )


def _no_table(start: bytes, name: str) -> None:
    for mark, (what, remedy) in _NO_TABLES.items():
        if start.startswith(mark):
            raise UnknownFormat(f"This is {what}, not a table of posts.", where=name, remedy=remedy)


def _unpacked(opener: Callable[[], BinaryIO], packed: int, name: str) -> Source:
    """What a gzip or one file of a ZIP holds: text, or once more something packed."""
    try:
        with opener() as file:
            start = file.read(16)
    except _BROKEN as error:
        raise _cannot_open(error, name) from None
    _no_table(start, name)
    if start.startswith(b"PK"):

        def whole() -> BinaryIO:
            with opener() as file:
                data = file.read(XLSX_LIMIT + 1)
            if len(data) > XLSX_LIMIT:
                raise BadInput("An archive this large inside another is not read.", where=name, remedy=_ONE_BY_ONE)
            return io.BytesIO(data)

        return _zipped(lambda: zipfile.ZipFile(whole()), whole, packed, name)
    if start.startswith(_GZIP):
        return _plain(name, lambda: _Unpacking(gzip.open(opener(), "rb"), packed, name))
    return _plain(name, opener)


class _Unpacking(io.RawIOBase):
    """A stream that refuses to unpack more than the caps, whatever the archive's own directory says."""

    def __init__(self, stream: BinaryIO, packed: int, name: str):
        self.stream, self.packed, self.name, self.given = stream, packed, name, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        block = self.stream.read(len(buffer))
        self.given += len(block)
        if self.given > UNPACKED_LIMIT or (
            self.given > _RATIO_COUNTS_FROM and self.given > RATIO_LIMIT * max(self.packed, 1)
        ):
            raise BadInput(
                "The packed file unpacks to far more than its size allows (a “ZIP bomb”).",
                where=self.name,
                remedy="Nothing was imported. Ask where the file came from; unpack a genuine one yourself.",
            )
        buffer[: len(block)] = block
        return len(block)

    def close(self) -> None:
        self.stream.close()
        super().close()


def _cannot_open(error: BaseException, name: str) -> BaseException:
    if isinstance(error, BesaError):
        return error
    return BadInput(f"The packed file cannot be opened: {error}.", where=name, remedy="Pack it again.")


def _plain(name: str, opener: Callable[[], BinaryIO]) -> Source:
    def buffered() -> BinaryIO:
        stream = opener()
        return io.BufferedReader(stream, 1 << 16) if isinstance(stream, _Unpacking) else stream

    try:
        with buffered() as file:
            head = file.read(HEAD)
    except _BROKEN as error:
        raise _cannot_open(error, name) from None
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise BadInput("The file is empty.", where=name, remedy="Download it again; nothing was imported.")
    encoding = "utf-16" if head.startswith(_UTF16) else "utf-8-sig"
    if encoding == "utf-16":
        head = head[: len(head) // 2 * 2].decode("utf-16", "replace").encode()
    head = head.removeprefix(codecs.BOM_UTF8)
    return Source(name, _kind(head, buffered), head, buffered, encoding)


def _kind(head: bytes, opener: Callable[[], BinaryIO]) -> str:
    """How the text is written. An object that is alone in its file, or runs over lines, is a document."""
    start = head.lstrip()
    if start.startswith(b"WARC/"):
        return "warc"
    if is_chat(start):
        return "chat"
    if start.startswith(b"["):
        return "json"
    if start.startswith(b"{"):
        line, newline, rest = start.partition(b"\n")
        if line.rstrip().endswith((b"{", b"[", b",")):
            return "json"
        if newline:
            return "ndjson" if rest.strip() or len(head) >= HEAD // 2 else "json"
        return "json" if len(head) < HEAD // 2 or _is_one_line(opener) else "ndjson"
    return "urls" if URL_LINE.match(start) else "csv"


def _is_one_line(opener: Callable[[], BinaryIO]) -> bool:
    """Whether nothing but blanks stands after the first line, however long it is."""
    ended = False
    try:
        with opener() as file:
            while block := file.read(1 << 20):
                if not ended and b"\n" in block:
                    ended, block = True, block.partition(b"\n")[2]
                if ended:
                    # One block is enough: a file of nothing but blanks after that is read line by line.
                    return not (block + file.read(1 << 16)).strip()
    except (EOFError, gzip.BadGzipFile, zipfile.BadZipFile, OSError):
        return False
    return True


def _zipped(
    archive_of: Callable[[], zipfile.ZipFile], opener: Callable[[], BinaryIO], packed: int, name: str, member: str = ""
) -> Source:
    try:
        with archive_of() as archive:
            members = _readable(archive)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        if isinstance(error, BesaError):
            raise
        raise BadInput(f"The ZIP file is broken: {error}.", where=name, remedy="Download it again.") from None
    unpacked = sum(item.file_size for item in members)
    is_book = any(item.filename == "xl/workbook.xml" for item in members)
    if unpacked > (XLSX_LIMIT if is_book else UNPACKED_LIMIT) or (
        unpacked > _RATIO_COUNTS_FROM and unpacked > RATIO_LIMIT * packed
    ):
        raise BadInput(
            f"The file unpacks to {unpacked >> 20} MB from {packed >> 10} kB, more than is safe (a “ZIP bomb”).",
            where=name,
            remedy="Nothing was imported. Save it as CSV, or in parts.",
        )
    if is_book:
        return Source(name, "xlsx", _as_csv(opener, name), opener)
    if _is_wacz(name, [item.filename for item in members]):
        return _web_archive(archive_of, members, name)
    if member:
        members = [item for item in members if item.filename == member]
    if len(members) != 1:
        raise BadInput(f"The ZIP file holds {len(members)} files.", where=name, remedy=_ONE_BY_ONE)
    inner = members[0]
    name = f"{name}:{inner.filename if member else PurePosixPath(inner.filename).name}"
    if inner.flag_bits & 1:
        raise BadInput("The ZIP file is locked with a password.", where=name, remedy="Unpack it and import the files.")

    def unpacking() -> BinaryIO:
        return _Unpacking(archive_of().open(inner), inner.compress_size, name)

    return _unpacked(unpacking, inner.compress_size, name)


def _web_archive(archive_of: Callable[[], zipfile.ZipFile], members: list[zipfile.ZipInfo], name: str) -> Source:
    """A WACZ file: all its WARC files, one after the other, as if they were one."""
    found = [item for item in members if item.filename.lower().endswith((".warc", ".warc.gz"))]
    if not found:
        raise UnknownFormat(
            "This web archive (WACZ) holds no WARC file.",
            where=name,
            remedy="Save it again with the tool that made it.",
        )

    def one(item: zipfile.ZipInfo) -> BinaryIO:
        stream = io.BufferedReader(_Unpacking(archive_of().open(item), item.compress_size, name))
        return gzip.open(stream, "rb") if stream.peek(2)[:2] == _GZIP else stream

    return _plain(
        name, lambda: _Unpacking(_Chained([lambda item=item: one(item) for item in found]), UNPACKED_LIMIT, name)
    )


class _Chained(io.RawIOBase):
    """Streams read one after the other."""

    def __init__(self, openers: list[Callable[[], BinaryIO]]):
        self.openers, self.now = openers, None

    def read(self, size: int = -1) -> bytes:
        while self.now or self.openers:
            self.now = self.now or self.openers.pop(0)()
            if block := self.now.read(size):
                return block
            self.now.close()
            self.now = None
        return b""

    def close(self) -> None:
        if self.now:
            self.now.close()
        super().close()


def sheet(file: BinaryIO, name: str) -> Iterator[tuple[int, list[Any]]]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            yield number, [_cell(cell) for cell in cells]
    except BesaError:
        raise
    except Exception as error:
        raise BadInput(
            f"The workbook cannot be read ({type(error).__name__}: {error}).",
            where=name,
            remedy="Open it in a spreadsheet and save it as CSV UTF-8.",
        ) from None


def _cell(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if value is None or isinstance(value, str | int | bool):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    return str(value)


def _as_csv(opener: Callable[[], BinaryIO], name: str) -> bytes:
    """The first rows of a workbook as CSV text, for connectors to look at."""
    out = io.StringIO()
    with opener() as file:
        writer = csv.writer(out)
        for number, cells in sheet(file, name):
            writer.writerow(cells)
            if number >= 5:
                break
    return out.getvalue().encode("utf-8", "replace")
