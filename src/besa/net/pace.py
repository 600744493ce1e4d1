"""One request at a time to a host, with a pause after each, whoever in this installation asks."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from filelock import FileLock

from besa.base.ids import sha256_hex


class Pace:
    """Turns at hosts. The notes lie in `folder`, so that threads and processes wait for each other.

    A turn ends when the answer is there; the next begins `seconds` later at the earliest. So a server never sees
    two requests of ours closer together than that, and a slow server is left the more alone.
    """

    def __init__(self, folder: Path, *, seconds: float = 1.0):
        self.folder, self.seconds = folder, seconds

    @contextmanager
    def turn(self, url: str, at_least: float = 0.0) -> Iterator[None]:
        """Hold the host of `url` for one request. `at_least`: a longer pause that the host asks for (seconds)."""
        pause = max(self.seconds, at_least)
        note = self.folder / sha256_hex(host_of(url))[:32]
        note.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{note}.lock", poll_interval=0.01):
            ended = 0.0
            with suppress(OSError, ValueError):
                ended = float(note.read_text())
            # The clock of the machine's running time is shared by its processes; after a restart it begins anew.
            if (rest := min(ended + pause - time.monotonic(), pause)) > 0:
                time.sleep(rest)
            try:
                yield
            finally:
                note.write_text(repr(time.monotonic()))


def host_of(url: str) -> str:
    """The host of an address in lower case; hosts are what is paced, whatever the port."""
    return (urlsplit(url).hostname or "").rstrip(".").lower()
