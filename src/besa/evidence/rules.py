"""Pure decisions of evidence: what a file is, and how big it may be."""

from __future__ import annotations

from besa.base import pdq
from besa.base.files import recognise, safe_name

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


__all__ = ["LARGEST", "RAW_TYPE", "recognise", "safe_name"]
