"""Pure decisions of evidence: what a file is, and how big it may be."""

from __future__ import annotations

from besa.base.files import recognise, safe_name

#: Bytes; a screen recording of some minutes fits.
LARGEST = 50 << 20
RAW_TYPE = "application/json"


def kind_of_captured(kind: str, media_type: str) -> str:
    """What a captured file is as an exhibit."""
    if kind in ("screenshot", "recording"):
        return kind
    return "archive" if kind == "dom" else "screenshot" if media_type.startswith("image/") else "document"


__all__ = ["LARGEST", "RAW_TYPE", "recognise", "safe_name"]
