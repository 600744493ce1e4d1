"""ISO weeks in an election's own time zone: a week holds posts by their local date."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from besa.base.errors import BadInput


def local_date(at: datetime, timezone: str) -> date:
    return at.astimezone(ZoneInfo(timezone)).date()


def week_of(day: date) -> str:
    """`2025-W37` for a date."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def week_days(week: str) -> tuple[date, date]:
    """Monday and Sunday of `YYYY-Www`. Raises BadInput."""
    found = re.fullmatch(r"(\d{4})-W(\d{2})", week)
    try:
        if not found:
            raise ValueError(week)
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        raise BadInput(f"“{week}” is not a week.", remedy="Write it as 2025-W37.") from None
    return monday, monday + timedelta(days=6)


def local_bounds(first: date, last: date, timezone: str) -> tuple[datetime, datetime]:
    """UTC start (inclusive) and end (exclusive) of the local days first..last."""
    zone = ZoneInfo(timezone)
    start = datetime.combine(first, time.min, zone)
    end = datetime.combine(last + timedelta(days=1), time.min, zone)
    return start.astimezone(UTC), end.astimezone(UTC)


def weeks_between(first: date, last: date) -> list[str]:
    out, day = [], first - timedelta(days=first.weekday())
    while day <= last:
        out.append(week_of(day))
        day += timedelta(days=7)
    return out
