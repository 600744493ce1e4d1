"""PDQ, the perceptual hash of pictures: two pictures that look alike differ in few of its 256 bits.

As Meta published it (“The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm”, 2019) and as its
reference implementation does it: at most 512 x 512 pixels, their brightness, two passes of a box filter each way,
64 x 64 samples, a discrete cosine transform of which 16 x 16 frequencies count, and of each whether it is above
their median. Hashes are written as 64 hex digits.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence

import numpy as np

#: Pictures of which at most so many bits differ are taken for the same.
NEAR = 31
#: A hash of less quality (0-100) says nothing: one colour, one gradient, a line of text.
WORTH = 50
_LARGEST, _SAMPLES, _KEPT, _PASSES, _LEAST = 512, 64, 16, 2, 5
#: Pictures with more pixels are not opened: no phone takes them, and a small file can claim any size.
_MOST_PIXELS = 80_000_000
_COSINES = math.sqrt(2 / _SAMPLES) * np.cos(
    math.pi / 2 / _SAMPLES * np.outer(np.arange(1, _KEPT + 1), 2 * np.arange(_SAMPLES) + 1)
)


def hashed(data: bytes) -> tuple[str, int]:
    """Hash and quality of an encoded picture (of a moving one, its first frame); ("", 0) where it is none."""
    pixels = _pixels(data)
    if pixels is None:
        return "", 0
    frequencies, quality = _frequencies(pixels)
    return _above_median(frequencies), quality


def turned(data: bytes) -> list[str]:
    """Hashes of a picture as it is and in its seven turned and mirrored forms; none where it is no picture.

    Below some 300 pixels the samples do not lie in the middle, and a turned picture is not near for certain.
    """
    pixels = _pixels(data)
    if pixels is None:
        return []
    one, _ = _frequencies(pixels)
    # mirroring changes the sign of every second frequency, a quarter turn also swaps rows for columns
    sign = np.where(np.arange(_KEPT) % 2 == 0, -1, 1)
    return [
        _above_median(form * down[:, None] * across)
        for form in (one, one.T)
        for down in (np.abs(sign), sign)
        for across in (np.abs(sign), sign)
    ]


def _pixels(data: bytes) -> np.ndarray | None:
    """`[row, column, red | green | blue]`, each 0-255."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as opened:
            if opened.width * opened.height > _MOST_PIXELS or min(opened.size) < _LEAST:
                return None
            return np.asarray(opened.convert("RGB"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None


def _frequencies(pixels: np.ndarray) -> tuple[np.ndarray, int]:
    if max(pixels.shape[:2]) > _LARGEST:
        rows, columns = (np.arange(_LARGEST) * size // _LARGEST for size in pixels.shape[:2])
        pixels = pixels[np.ix_(rows, columns)]
    light = pixels @ np.array([0.299, 0.587, 0.114])
    for _ in range(_PASSES):
        for axis in (1, 0):
            light = _blurred(light, axis)
    rows, columns = (((np.arange(_SAMPLES) + 0.5) * size / _SAMPLES).astype(int) for size in light.shape)
    samples = light[np.ix_(rows, columns)]
    steps = sum(np.abs((np.diff(samples, axis=axis) * 100 / 255).astype(int)).sum() for axis in (0, 1))
    return _COSINES @ samples @ _COSINES.T, min(int(steps / 90), 100)


def _above_median(frequencies: np.ndarray) -> str:
    flat = frequencies.ravel()
    # of 256 values the lower of the two in the middle
    above = flat > np.sort(flat)[flat.size // 2 - 1]
    return np.packbits(above[::-1]).tobytes().hex()


def _blurred(light: np.ndarray, axis: int) -> np.ndarray:
    """The mean of each pixel and its neighbours along one axis; at the edges, of those that there are."""
    size = light.shape[axis]
    window = (size + 2 * _SAMPLES - 1) // (2 * _SAMPLES)
    last = np.arange(size) + (window + 2) // 2
    first, last = np.maximum(last - window, 0), np.minimum(last, size)
    total = np.insert(np.cumsum(light, axis=axis), 0, 0, axis=axis)
    count = (last - first).reshape((-1, 1) if axis == 0 else (1, -1))
    return (np.take(total, last, axis=axis) - np.take(total, first, axis=axis)) / count


def distance(one: str, other: str) -> int:
    """Bits in which two hashes differ, 0-256."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def near(asked: Sequence[str], hashes: Sequence[str]) -> list[int]:
    """Places in `hashes` of those that are near to one of `asked`."""
    if not asked or not hashes:
        return []
    apart = _apart(_words(hashes)[:, None], _words(asked))
    return np.flatnonzero((apart <= NEAR).any(axis=1)).tolist()


def families(hashes: Sequence[str]) -> np.ndarray:
    """For each picture the place of the first of its family: the earliest first picture that it is itself near to.

    Each is held against all first pictures before it: of 20,000 different ones, 200 million times.
    """
    family = np.arange(len(hashes))
    words = _words(hashes)
    firsts, places = np.empty_like(words), []
    for at, mine in enumerate(words):
        like = np.flatnonzero(_apart(firsts[: len(places)], mine) <= NEAR)
        if len(like):
            family[at] = places[like[0]]
        else:
            firsts[len(places)] = mine
            places.append(at)
    return family


def _words(hashes: Sequence[str]) -> np.ndarray:
    return np.frombuffer(bytes.fromhex("".join(hashes)), ">u8").astype(np.uint64).reshape(-1, 4)


def _apart(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Bits in which hashes differ; the last axis of both is their four words."""
    return np.bitwise_count(one ^ other).sum(axis=-1, dtype=np.int64)
