"""When a rule of the election law holds, and when its deadline ends. Local days and hours, told in UTC."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from besa.base.weeks import local_bounds, local_date

Span = tuple[datetime, datetime]


def moment(local: datetime, timezone: str, *, last: bool = False) -> datetime:
    """A local time in UTC. Where clocks are put back (or on) it means two moments: the first, or the `last`."""
    zone = ZoneInfo(timezone)
    read = [local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    return max(read) if last else min(read)


def spans(
    named: Sequence[Sequence[str]], kinds: Collection[str], phases: Iterable[tuple[str, date, date]], timezone: str
) -> tuple[Span, ...]:
    """When the rule holds: from the first moment on, until (not with) the second; () where that is always.

    `named`: local times as ISO texts. `kinds`: kinds of phases, of which `phases` gives (kind, first, last).
    """
    if named:
        return tuple(
            (moment(datetime.fromisoformat(first), timezone), moment(datetime.fromisoformat(end), timezone, last=True))
            for first, end in named
        )
    return tuple(local_bounds(first, last, timezone) for kind, first, last in phases if kind in kinds)


def due(
    started: datetime, *, hours: int = 0, days: int = 0, working: bool = False, holidays: Collection[date] = (),
    timezone: str,
) -> datetime:  # fmt: skip
    """The end of a deadline. Hours run through; days begin on the next local day, the last one counts to its end."""
    if not days:
        return started + timedelta(hours=hours)
    day = local_date(started, timezone)
    while days:
        day += timedelta(days=1)
        days -= not working or (day.weekday() < 5 and day not in holidays)
    return local_bounds(day, day, timezone)[1]
