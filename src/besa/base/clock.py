"""The one source of time. Everything asks `now()`; tests and the demo put another clock in.

All times inside Besa are aware and in UTC; local time exists only at the edge.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    demo: bool

    def now(self) -> datetime: ...


class SystemClock:
    demo = False

    def now(self) -> datetime:
        return datetime.now(UTC)


class SetClock:
    """A clock that stands still until it is moved (tests, the demo's walk through the weeks)."""

    def __init__(self, at: datetime, *, demo: bool = False):
        self.at, self.demo = at.astimezone(UTC), demo

    def now(self) -> datetime:
        return self.at

    def move_to(self, at: datetime) -> None:
        """Never runs backwards: a ledger with falling times would look forged."""
        self.at = max(self.at, at.astimezone(UTC))

    def advance(self, **delta: float) -> None:
        self.at += timedelta(**delta)


class DemoClock:
    """Runs at the speed of real time, from the moment the demo's story stopped."""

    demo = True

    def __init__(self, story_time: datetime, real_time: datetime):
        self.story_time, self.real_time = story_time, real_time

    def now(self) -> datetime:
        return self.story_time + (datetime.now(UTC) - self.real_time)


_clock: Clock = SystemClock()


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _clock.now()


def is_demo() -> bool:
    return _clock.demo


def set_clock(clock: Clock) -> Clock:
    """Put a clock in for the whole process; returns the one that was there."""
    global _clock
    previous, _clock = _clock, clock
    return previous


@contextmanager
def clock_of(clock: Clock) -> Iterator[Clock]:
    previous = set_clock(clock)
    try:
        yield clock
    finally:
        set_clock(previous)


def remember_demo(path: Path, story_time: datetime) -> None:
    """Note where the demo's story stopped, so that a later process goes on from there."""
    path.write_text(json.dumps({"story": story_time.isoformat(), "real": datetime.now(UTC).isoformat()}))


def recall_demo(path: Path) -> DemoClock | None:
    if not path.exists():
        return None
    noted = json.loads(path.read_text())
    return DemoClock(datetime.fromisoformat(noted["story"]), datetime.fromisoformat(noted["real"]))
