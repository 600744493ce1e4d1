"""Pictures, video and sound of a page as files of their own. Pure but for the decoding of pictures."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

from besa.base.files import recognise

#: Smaller pictures are marks and buttons; a side in pixels.
SMALLEST = 48
MOST, MOST_BYTES = 60, 100 << 20
_SOUNDS = {"audio/mpeg": "mp3", "audio/ogg": "ogg", "audio/mp4": "m4a", "audio/aac": "aac", "audio/wav": "wav",
           "audio/x-wav": "wav", "audio/webm": "weba"}  # fmt: skip
_PICTURES = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif"}
_FILMS = {"video/mp4": "mp4", "video/webm": "webm"}


@dataclass(frozen=True)
class Media:
    media_type: str
    suffix: str


def told(content_type: str) -> str:
    """`image`, `video`, `audio` or '' by what the server says."""
    kind = content_type.partition("/")[0].strip().lower()
    return kind if kind in ("image", "video", "audio") and "svg" not in content_type else ""


def media(content_type: str, body: bytes) -> Media | None:
    """What a body is as a file of its own; None for marks, buttons and what is no medium by its bytes."""
    kind, found = told(content_type), recognise(body[:16])
    said = content_type.partition(";")[0].strip().lower()
    if kind == "audio":
        return Media(said, _SOUNDS[said]) if said in _SOUNDS and len(body) > 1_000 else None
    if found is None:
        return None
    if found.media_type in _FILMS and kind == "video":
        return Media(found.media_type, _FILMS[found.media_type])
    if found.media_type in _PICTURES and kind == "image" and min(_size(body)) >= SMALLEST:
        return Media(found.media_type, _PICTURES[found.media_type])
    return None


def _size(body: bytes) -> tuple[int, int]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(body)) as picture:
                return picture.size
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return 0, 0
