"""What a file is, by its first bytes, and a name that is safe to offer."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Recognised:
    """What a file really is, by its first bytes."""

    media_type: str
    kind: str
    suffix: str


_PNG = Recognised("image/png", "screenshot", "png")
_JPEG = Recognised("image/jpeg", "screenshot", "jpg")
_WEBP = Recognised("image/webp", "screenshot", "webp")
_GIF = Recognised("image/gif", "screenshot", "gif")
_PDF = Recognised("application/pdf", "document", "pdf")
_MP4 = Recognised("video/mp4", "recording", "mp4")
_WEBM = Recognised("video/webm", "recording", "webm")
_HEADS = ((b"\x89PNG\r\n\x1a\n", _PNG), (b"\xff\xd8\xff", _JPEG), (b"GIF87a", _GIF), (b"GIF89a", _GIF),
          (b"%PDF-", _PDF), (b"\x1aE\xdf\xa3", _WEBM))  # fmt: skip


def recognise(head: bytes) -> Recognised | None:
    """What the first bytes (16 are enough) say the file is; None for all that is not taken."""
    for magic, found in _HEADS:
        if head.startswith(magic):
            return found
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return _WEBP
    if head[4:8] == b"ftyp":
        return _MP4
    return None


def safe_name(name: str, suffix: str) -> str:
    """A file name that is safe to offer anywhere: no path, no control characters, the true suffix."""
    stem = re.sub(r"[^\w .()-]+", "_", re.split(r"[/\\]", name)[-1].rsplit(".", 1)[0]).strip(" ._")[:100]
    return f"{stem or 'file'}.{suffix}"
