"""When to try again."""

from __future__ import annotations

from datetime import timedelta

MOST_ATTEMPTS = 8
#: How long one worker may take over one mail before another may try.
CLAIM = timedelta(minutes=5)


def delay(attempts: int) -> timedelta:
    """How long to wait after so many refusals: 5 minutes, doubled each time (10 hours in all)."""
    return timedelta(minutes=5 * 2 ** (attempts - 1))
