"""Pure decisions of evidence: what a file is, and how big it may be."""

from __future__ import annotations

import io
import zipfile
import zlib

from besa.base import pdq
from besa.base.files import Recognised, recognise, safe_name

#: Bytes; a screen recording of some minutes fits.
LARGEST = 50 << 20
RAW_TYPE = "application/json"


#: What others made with tools of their own (a browser's archiver, a crawler), taken in as it is.
ARCHIVES = {
    "wacz": Recognised("application/wacz", "archive", "wacz"),
    "warc": Recognised("application/warc", "archive", "warc"),
    "warc.gz": Recognised("application/warc+gzip", "archive", "warc.gz"),
}
_WARC = b"WARC/1."


def recognised(data: bytes) -> Recognised | None:
    """What the bytes say a file is: a picture, a document, a recording or a web archive."""
    if data.startswith(_WARC):
        return ARCHIVES["warc"]
    if data.startswith(b"\x1f\x8b"):
        return ARCHIVES["warc.gz"] if _unpacked_head(data).startswith(_WARC) else None
    if data.startswith(b"PK"):
        return ARCHIVES["wacz"] if "datapackage.json" in _members(data) else None
    return recognise(data[:16])


def _unpacked_head(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(data[:4096], 16)
    except zlib.error:
        return b""


def _members(data: bytes) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return packed.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return []


def kind_of_captured(kind: str, media_type: str) -> str:
    """What a captured file is as an exhibit."""
    if kind in ("screenshot", "recording"):
        return kind
    return "archive" if kind == "dom" else "screenshot" if media_type.startswith("image/") else "document"


def looks(media_type: str, data: bytes) -> dict[str, str | int]:
    """What an exhibit keeps of how a picture looks; nothing of other files."""
    hashed, quality = pdq.hashed(data) if media_type.startswith("image/") else ("", 0)
    return {"pdq": hashed, "quality": quality}


__all__ = ["LARGEST", "RAW_TYPE", "Recognised", "recognise", "safe_name"]
