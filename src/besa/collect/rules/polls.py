"""When a source is due again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_FIRST_RETRY = timedelta(minutes=2)
_LONGEST_RETRY = timedelta(hours=6)
_WITH_BACKLOG = timedelta(minutes=5)


def next_poll(
    now: datetime, *, minutes: int, failures: int = 0, wait: float | None = None, waiting: bool = False
) -> datetime:
    """The next poll of a source whose usual pause is `minutes`.

    Sources of one pause fall due together, so that what they bring is stored together. After a failure the pause
    begins at two minutes and doubles, to six hours. `wait`: seconds for which the server wants to be left alone.
    `waiting`: articles wait to be fetched.
    """
    if failures:
        due = now + min(_FIRST_RETRY * 2 ** min(failures - 1, 12), _LONGEST_RETRY)
    else:
        due = _on_the_grid(now, minutes * 60)
        if waiting:
            due = min(due, now + _WITH_BACKLOG)
    return max(due, now + timedelta(seconds=wait)) if wait else due


def _on_the_grid(now: datetime, step: int) -> datetime:
    at = now.timestamp()
    due = (at // step + 1) * step
    return datetime.fromtimestamp(due if due - at >= step / 2 else due + step, UTC)
