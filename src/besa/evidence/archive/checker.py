"""Whether a WACZ or WARC is whole: everything that it lists is there and unchanged, every digest holds."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

#: Larger ones are not unpacked.
LARGEST = 4 << 30
_OUTSIDE = {"datapackage.json", "datapackage-digest.json"}


def problems(path: Path) -> Iterator[dict[str, str]]:
    """`{where, problem}` for whatever is missing, altered or unreadable."""
    with path.open("rb") as file:
        if not zipfile.is_zipfile(file):
            file.seek(0)
            yield from _warc(path.name, file)
            return
    try:
        with zipfile.ZipFile(path) as packed:
            yield from _wacz(packed)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError):
        yield {"where": path.name, "problem": "is no whole ZIP file"}


def _wacz(packed: zipfile.ZipFile) -> Iterator[dict[str, str]]:
    entries = {entry.filename: entry for entry in packed.infolist() if not entry.is_dir()}
    if sum(entry.file_size for entry in entries.values()) > LARGEST:
        yield {"where": "", "problem": "is larger than is unpacked"}
        return
    if "datapackage.json" not in entries:
        yield {"where": "datapackage.json", "problem": "is missing"}
        return
    package = packed.read("datapackage.json")
    try:
        described = json.loads(package)
        listed = {one["path"]: _hash_of(one) for one in described["resources"]}
        if not described.get("wacz_version"):
            yield {"where": "datapackage.json", "problem": "names no version of WACZ"}
    except (ValueError, KeyError, TypeError, AttributeError):
        yield {"where": "datapackage.json", "problem": "cannot be read"}
        return
    yield from _digest(packed, entries, package)
    for name in sorted({*listed, *entries} - _OUTSIDE):
        if name not in entries:
            yield {"where": name, "problem": "is missing"}
            continue
        if name not in listed:
            yield {"where": name, "problem": "is not listed in datapackage.json"}
            continue
        kind, expected = listed[name]
        with packed.open(name) as file:
            if kind not in hashlib.algorithms_guaranteed or hashlib.file_digest(file, kind).hexdigest() != expected:
                yield {"where": name, "problem": "was changed"}
                continue
        if name.startswith("archive/"):
            with packed.open(name) as file:
                yield from _warc(name, file)
    for folder, what in (("archive/", "no WARC"), ("indexes/", "no index"), ("pages/pages.jsonl", "no list of pages")):
        if not any(name.startswith(folder) for name in entries):
            yield {"where": folder, "problem": f"there is {what}"}


def _hash_of(resource: dict) -> tuple[str, str]:
    """(algorithm, hex) in either way of writing it."""
    if "hash" in resource:
        kind, _, digest = str(resource["hash"]).rpartition(":")
        return kind or "sha256", digest
    return str(resource.get("hashing", "sha256")), str(resource["stats"]["hash"])


def _digest(packed: zipfile.ZipFile, entries: dict, package: bytes) -> Iterator[dict[str, str]]:
    name = "datapackage-digest.json"
    if name not in entries:
        return
    try:
        kind, expected = _hash_of(json.loads(packed.read(name)))
        if hashlib.new(kind, package).hexdigest() != expected:
            yield {"where": "datapackage.json", "problem": "was changed"}
    except (ValueError, KeyError, TypeError, AttributeError):
        yield {"where": name, "problem": "cannot be read"}


def _warc(name: str, file: BinaryIO) -> Iterator[dict[str, str]]:
    """Each record, its digests where it has some."""
    records = 0
    try:
        for record in ArchiveIterator(io.BufferedReader(file), check_digests=True):
            records += 1
            if not str(record.rec_headers.protocol).startswith("WARC/"):
                yield {"where": f"{name}, record {records}", "problem": "is no WARC record"}
                return
            stream = record.content_stream()
            while stream.read(1 << 20):
                pass
            checker = record.digest_checker
            if checker is not None and checker.passed is False:
                yield {"where": f"{name}, record {records}", "problem": "its digest does not hold"}
    except (ArchiveLoadFailed, zlib.error, ValueError, EOFError, OSError) as error:
        yield {"where": f"{name}, record {records + 1}", "problem": f"cannot be read ({error})"[:200]}
    if not records:
        yield {"where": name, "problem": "holds no record"}
