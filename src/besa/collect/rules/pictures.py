"""Pictures that strangers send: believed only as far as they can be decoded, within limits."""

from __future__ import annotations

import io
import threading

from PIL import Image, ImageOps, UnidentifiedImageError

from besa.base.errors import BadInput

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 24_000_000
MOST_SIDE = 20_000
#: One at a time in each process: a decoded picture is a hundred times its file.
_ALONE = threading.Lock()


def copy_to_look_at(data: bytes) -> bytes:
    """The picture drawn anew as JPEG: upright, without place, device or anything hidden. Raises BadInput."""
    try:
        with _ALONE, Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS or max(width, height) > MOST_SIDE:
                raise BadInput("The picture has too many pixels.", remedy="Send a screenshot, or a smaller picture.")
            plain = ImageOps.exif_transpose(picture).convert("RGBA")
            drawn = Image.new("RGB", plain.size, "white")
            drawn.paste(plain, mask=plain.getchannel("A"))
            out = io.BytesIO()
            drawn.save(out, "JPEG", quality=85)
    except UnidentifiedImageError:
        raise BadInput("This is not a picture that can be read.", remedy="Send PNG, JPEG or WebP.") from None
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, Image.DecompressionBombError) as error:
        raise BadInput("The picture is broken.", remedy="Take the screenshot again.") from error
    return out.getvalue()
