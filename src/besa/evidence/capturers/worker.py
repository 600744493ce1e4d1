"""The browser in a process group of its own, which can be killed as a whole: nothing of it is left behind."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

from besa.base.errors import NotFound
from besa.evidence.capturers.ending import clear, end_family
from besa.evidence.capturers.log_ins import State
from besa.evidence.capturers.seen import Caps, Facts

#: Seconds beyond those of the page, for the browser to start and to write its files.
_GRACE = 45.0
#: Seconds after which a page was captured or given up, whatever it does.
LONGEST = Caps().seconds + _GRACE


class Worker:
    """`with Worker() as worker: worker.capture(url, out)`. A page that hangs costs this process, not the caller's."""

    def __init__(self, caps: Caps = Caps(), dial: dict[str, str] | None = None):
        self.caps, self.dial, self._process, self._place = caps, dial, None, ""

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *raised) -> None:
        self.stop()

    def capture(self, url: str, out: Path, log_in: State | None = None) -> Facts:
        """What was seen; `problem` says what went wrong. Raises NotFound where no browser can be started at all."""
        process = self._running()
        job = {
            "url": url, "out": str(out), "caps": asdict(self.caps), "dial": self.dial,
            "log_in": log_in.plain() if log_in else None,
        }  # fmt: skip
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
            if find_spec("playwright") is None:
                raise NotFound(
                    "There is no browser to open pages with.",
                    remedy="Install Chromium and Playwright: docs/how-to/preserve-pages.md says how.",
                )
            # what the browser lays down for itself goes when it goes
            self._place = tempfile.mkdtemp(prefix="besa-browser-")
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "besa.evidence.capturers.browser"], stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True,
                    env={**os.environ, "TMPDIR": self._place, "BESA_BROWSER_PLACE": self._place},
                )  # fmt: skip
            except OSError as error:
                self.stop()
                raise NotFound(f"No process for the browser could be started ({error.strerror}).") from None
        return self._process

    def _line(self, process: subprocess.Popen) -> str:
        ready, _, _ = select.select([process.stdout], [], [], self.caps.seconds + _GRACE)
        return process.stdout.readline() if ready else ""

    def stop(self) -> None:
        """End the process and every process that it started, the browser's among them."""
        if self._process is not None:
            end_family(self._process.pid)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                with contextlib.suppress(OSError):
                    pipe.close()
            self._process = None
        if self._place:
            clear(self._place)
            self._place = ""
