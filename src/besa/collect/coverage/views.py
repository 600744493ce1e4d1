"""The calendar heat map, one account's days, and the table to take away."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.core.paginator import Paginator
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from besa.collect.coverage import queries
from besa.collect.rules import coverage as rules
from besa.corpus.export import guarded
from besa.people.policy import desk
from besa.pledge import queries as pledge

_PER_PAGE = 100
#: (class, sign, words) of each state; a day with posts shows their number instead of the sign.
STATES = {
    rules.SEEN: ("seen", "", gettext_lazy("posts seen (their number)")),
    rules.SILENT: ("silent", "0", gettext_lazy("looked at, nothing there")),
    rules.QUIET: ("quiet", "!", gettext_lazy("looked at, silent for longer than its own history explains")),
    rules.MISSING: ("missing", "×", gettext_lazy("not looked at")),
    rules.UNREACHED: ("unreached", "?", gettext_lazy("no route reaches the account")),
    rules.NOT_EXPECTED: ("none", "", gettext_lazy("not on the list that day")),
}
_CODES = {state: word for state, word in zip(rules.STATES, ("seen", "silent", "quiet", "missing", "unreached", ""),
                                             strict=True)}  # fmt: skip


@desk("coverage.see")
@require_safe
def coverage(request):
    """Accounts by days, grouped by platform and actor; only the accounts of the page are drawn."""
    if request.election is None:
        return render(request, "collect/coverage.html", {"page": None})
    heat = queries.heat(request.election)
    asked = {name: request.GET.get(name, "") for name in ("platform", "phase", "search", "gaps")}
    first, last = _window(request.election, heat.days, asked["phase"])
    search = asked["search"].strip().casefold()
    lines = [
        line
        for line in heat.lines
        if (not asked["platform"] or line.platform == asked["platform"])
        and (not search or search in f"{line.name} {line.handle} {line.actor}".casefold())
        and (not asked["gaps"] or rules.sums([line.states[first:last]]).gap)
    ]
    page = Paginator(lines, _PER_PAGE).get_page(request.GET.get("page"))
    rest = request.GET.copy()
    rest.pop("page", None)
    context = {
        "page": page,
        "rows": [_row(line, first, last, page.object_list[at - 1] if at else None) for at, line in enumerate(page)],
        "days": _heads(heat.days[first:last]),
        "months": _months(heat.days[first:last]),
        "platforms": sorted(heat.by_platform),
        "by_platform": _by_platform(heat, first, last),
        "sums": rules.sums(line.states[first:last] for line in heat.lines),
        "accounts": len(heat.lines),
        "held": sorted({row for rows in heat.held.values() for row in rows}, key=lambda row: row.pk),
        "phases": pledge.phases(request.election),
        "states": [(name, sign, words) for name, sign, words in STATES.values()],
        "asked": asked,
        "filtered": any(asked.values()),
        "rest": rest.urlencode(),
    }
    return render(request, "collect/coverage.html", context)


@desk("coverage.see")
@require_safe
def coverage_account(request, pk: int):
    """The days of one account, week by week."""
    heat = queries.heat(request.election) if request.election else queries.Heat()
    line = next((line for line in heat.lines if line.account == pk), None)
    if line is None:
        raise Http404
    held = heat.held.get(line.platform, [])
    return render(
        request, "collect/coverage_account.html", {"line": line, "weeks": _weeks(heat.days, line), "held": held}
    )


@desk("coverage.see")
@require_safe
def coverage_csv(request):
    """Every account and day that was expected, or that nothing reaches."""
    heat = queries.heat(request.election) if request.election else queries.Heat()
    answer = StreamingHttpResponse(_csv(heat), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="coverage.csv"'
    return answer


class _Echo:
    def write(self, text: str) -> str:
        return text


def _csv(heat: queries.Heat) -> Iterator[str]:
    out = csv.writer(_Echo())
    yield "\ufeff" + out.writerow(
        ["platform", "account", "handle", "actor", "day", "state", "expected", "looked", "posts", "last_error"]
    )
    for line in heat.lines:
        named = [guarded(cell) for cell in (line.platform, line.key, line.handle, line.actor_slug)]
        block = []
        for at, state in enumerate(line.states):
            if state != rules.NOT_EXPECTED:
                expected, looked = state in rules.EXPECTED, state in (rules.SEEN, rules.SILENT, rules.QUIET)
                day, posts = heat.days[at].isoformat(), line.seen.get(at, 0) if looked else ""
                yes = [_CODES[state], int(expected), int(looked), posts, guarded(line.error)]
                block.append(out.writerow([*named, day, *yes]))
        yield "".join(block)


def _window(election, days, phase: str) -> tuple[int, int]:
    """The places of the days to be shown: those of a phase, or all."""
    found = next((each for each in pledge.phases(election) if str(each.pk) == phase), None)
    inside = [at for at, day in enumerate(days) if found and found.first <= day <= found.last]
    return (inside[0], inside[-1] + 1) if inside else (0, len(days))


def _row(line, first: int, last: int, before) -> dict:
    cells = [_cell(line, at) for at in range(first, last)]
    group = before is None or before.platform != line.platform
    return {"line": line, "cells": cells, "sums": rules.sums([line.states[first:last]]), "group": group}


def _cell(line, at: int) -> tuple[str, str]:
    """(class, what stands in it)."""
    state = line.states[at]
    if state == rules.SEEN:
        posts = line.seen[at]
        return f"seen{1 if posts == 1 else 2 if posts < 5 else 3}", str(posts) if posts < 100 else "99+"
    name, sign, _words = STATES[state]
    return name, sign


def _heads(days: Iterable[date]) -> list[dict]:
    return [{"day": day, "monday": day.weekday() == 0} for day in days]


def _months(days: tuple[date, ...]) -> list[dict]:
    out: list[dict] = []
    for day in days:
        if out and out[-1]["day"].month == day.month:
            out[-1]["span"] += 1
        else:
            out.append({"day": day, "span": 1})
    return out


def _by_platform(heat, first: int, last: int) -> list[dict]:
    out = []
    for platform in sorted(heat.by_platform):
        of = [line for line in heat.lines if line.platform == platform]
        counted = rules.sums(line.states[first:last] for line in of)
        unreached = sum(1 for line in of if rules.UNREACHED in line.states[first:last])
        share = 100 * counted.gap / counted.expected if counted.expected else None
        out.append({"platform": platform, "accounts": len(of), "sums": counted, "share": share, "none": unreached})
    return out


def _weeks(days, line) -> list[dict]:
    """Rows of seven days from Monday; None before the first and after the last day."""
    out: list[dict] = []
    for at, day in enumerate(days):
        if not out or day.weekday() == 0:
            monday = day - timedelta(days=day.weekday())
            out.append({"monday": monday, "cells": [None] * 7})
        name, sign = _cell(line, at)
        words = STATES[line.states[at]][2] if line.states[at] != rules.SEEN else _("posts seen")
        out[-1]["cells"][day.weekday()] = {"day": day, "name": name, "sign": sign, "words": words}
    return out
