"""Ending a browser for good: it puts itself into a process group of its own, and writes while it goes."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import time
from pathlib import Path

_ROUNDS = 40


def end_family(pid: int) -> None:
    """Kill all that this process has started, and what those have started; the process itself stays."""
    for _ in range(_ROUNDS):
        family = _family(pid)
        for one in family:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(one, signal.SIGKILL)
        if not family:
            return
        time.sleep(0.05)


def clear(place: str) -> None:
    """Take away what the browser has laid down there, also what it was still writing."""
    for _ in range(_ROUNDS):
        shutil.rmtree(place, ignore_errors=True)
        if not os.path.exists(place):
            return
        time.sleep(0.05)


def _family(pid: int) -> list[int]:
    """Living descendants; none where the system does not tell (then the group is all that can be ended)."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                children.setdefault(int(parent), []).append(int(stat.parent.name))
    found, todo = [], [pid]
    while todo:
        for child in children.get(todo.pop(), []):
            found.append(child)
            todo.append(child)
    return found
