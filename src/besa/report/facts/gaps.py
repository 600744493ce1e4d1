"""What was expected of the watched accounts day by day, and what is missing: by week and platform, nobody named."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from besa.base.weeks import local_date, week_of
from besa.collect.coverage.queries import heat
from besa.collect.rules.coverage import NOT_EXPECTED, sums
from besa.pledge.models import Election


def rows(election: Election, weeks: list[str], at: datetime) -> list[dict[str, Any]]:
    """Account-days of these weeks, as far as they had passed `at`; days that ended later are not expected yet."""
    found = heat(election, until=local_date(at, election.timezone))
    places = defaultdict(list)
    for place, day in enumerate(found.days):
        places[week_of(day)].append(place)
    out = []
    for week in weeks:
        if not places[week]:
            continue
        first, last = places[week][0], places[week][-1] + 1
        parts = defaultdict(list)
        for line in found.lines:
            if (part := line.states[first:last]).strip(NOT_EXPECTED):
                parts[line.platform].append(part)
        for platform, lines in sorted(parts.items()):
            counted = sums(lines)
            counts = {name: getattr(counted, name) for name in ("seen", "silent", "quiet", "missing", "unreached")}
            out.append({"week": week, "platform": platform, "accounts": len(lines), **counts})
    return out
