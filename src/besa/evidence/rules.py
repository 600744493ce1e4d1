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


def kind_of_captured(kind: str, media_type: str) -> str:
    """What a captured file is as an exhibit."""
    if kind in ("screenshot", "recording"):
        return kind
    return "archive" if kind == "dom" else "screenshot" if media_type.startswith("image/") else "document"


def looks(media_type: str, data: bytes) -> dict[str, str | int]:
    """What an exhibit keeps of how a picture looks; nothing of other files."""
    hashed, quality = pdq.hashed(data) if media_type.startswith("image/") else ("", 0)
    return {"pdq": hashed, "quality": quality}


def archive(data: bytes) -> Recognised | None:
    """Whether these bytes say that they are a WACZ or a WARC; whether it is whole is another question."""
    if data.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                named = "datapackage.json" in packed.namelist()
        except zipfile.BadZipFile:
            return None
        return Recognised("application/wacz", "archive", "wacz") if named else None
    head = data[:8]
    if data.startswith(b"\x1f\x8b"):
        try:
            head = zlib.decompressobj(31).decompress(data[:4096], 8)
        except zlib.error:
            return None
        return Recognised("application/warc", "archive", "warc.gz") if head.startswith(b"WARC/") else None
    return Recognised("application/warc", "archive", "warc") if head.startswith(b"WARC/") else None


__all__ = ["LARGEST", "RAW_TYPE", "Recognised", "recognise", "safe_name"]
