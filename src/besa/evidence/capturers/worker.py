"""The browser in a process group of its own, which can be killed as a whole: nothing of it is left behind."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from besa.base.errors import BesaError
from besa.evidence.capturers.browser import Caps, Facts

#: Seconds beyond those of the page, for the browser to start and to write its files.
_GRACE = 45.0


class Worker:
    """`with Worker() as worker: worker.capture(url, out)`. A page that hangs costs this process, not the caller's."""

    def __init__(self, caps: Caps = Caps(), dial: dict[str, str] | None = None):
        self.caps, self.dial, self._process = caps, dial, None

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *raised) -> None:
        self.stop()

    def capture(self, url: str, out: Path) -> Facts:
        """What was seen; `problem` says what went wrong. Raises BesaError where no browser can be started at all."""
        process = self._running()
        job = {"url": url, "out": str(out), "caps": asdict(self.caps), "dial": self.dial}
        try:
            process.stdin.write(json.dumps(job) + "\n")
            process.stdin.flush()
            line = self._line(process)
        except (BrokenPipeError, OSError):
            line = ""
        if not line:
            self.stop()
            return Facts(url, problem="The browser did not come back in time, and was stopped.")
        return Facts(**json.loads(line))

    def _running(self) -> subprocess.Popen:
        if self._process is None or self._process.poll() is not None:
            self.stop()
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "besa.evidence.capturers.browser"], stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True,
                )  # fmt: skip
            except OSError as error:
                raise BesaError(f"No process for the browser could be started ({error.strerror}).") from None
        return self._process

    def _line(self, process: subprocess.Popen) -> str:
        ready, _, _ = select.select([process.stdout], [], [], self.caps.seconds + _GRACE)
        return process.stdout.readline() if ready else ""

    def stop(self) -> None:
        """End the process and every process of its group, the browser's among them."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            pipe.close()
        self._process = None
