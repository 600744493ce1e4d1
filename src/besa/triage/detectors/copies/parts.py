"""Numbers that wait on disk, so that memory need not hold them all at once."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import TemporaryFile

import numpy as np


class Parts:
    """Rows of numbers of 64 bits on disk, in parts that are read one after the other; gone when it is left."""

    def __init__(self, parts: int, width: int = 1):
        self._files, self._width = [TemporaryFile() for _ in range(parts)], width  # noqa: SIM115 - closed on leaving

    def write(self, part_of: np.ndarray, rows: np.ndarray) -> None:
        order = np.argsort(part_of, kind="stable")
        ends = np.searchsorted(part_of[order], np.arange(len(self._files)), side="right")
        for file, some in zip(self._files, np.split(rows[order], ends[:-1]), strict=True):
            file.write(np.ascontiguousarray(some).tobytes())

    def __iter__(self) -> Iterator[np.ndarray]:
        for file in self._files:
            file.seek(0)
            yield np.frombuffer(file.read(), np.uint64).reshape(-1, self._width)

    def __enter__(self) -> Parts:
        return self

    def __exit__(self, *_) -> None:
        for file in self._files:
            file.close()
