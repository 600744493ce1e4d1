"""How much of what should have been looked at was looked at, and in words what a gap does to the report."""

from __future__ import annotations

import polars as pl

from besa.base.words import N_, PLATFORM_NAMES, label
from besa.collect.rules.coverage import Sums
from besa.edition.format import Column
from besa.report.tables.shape import Definition, Made, Period, percent

_COUNTED = ("seen", "silent", "quiet", "missing", "unreached")


def by_platform(facts, period: Period) -> dict[str, Sums]:
    frame = facts["days"]
    frame = frame.filter(pl.col("week") == period.week) if period.week else frame
    grouped = frame.group_by("platform").agg([pl.col(name).sum() for name in _COUNTED]).sort("platform")
    return {row["platform"]: Sums(**{name: row[name] for name in _COUNTED}) for row in grouped.iter_rows(named=True)}


def weak(facts, period: Period, say) -> list[str]:
    """One sentence for each platform whose gap weakens the report; [] where everything was looked at well enough."""
    out = []
    for platform, of in by_platform(facts, period).items():
        name = PLATFORM_NAMES.get(platform) or say.say(label("platform", platform))
        if of.weak:
            out.append(
                say.say(
                    N_(
                        "%(platform)s: %(gap)s of %(expected)s account-days (%(percent)s) are missing. What was posted "
                        "on them is not in this report, and counts from there are lower bounds."
                    ),
                    platform=name, gap=say.cell("count", of.gap), expected=say.cell("count", of.expected),
                    percent=say.percent(percent(of.gap, of.expected)),
                )
            )  # fmt: skip
        if of.unreached:
            out.append(
                say.say(
                    N_("%(platform)s: on %(days)s account-days nothing that we do would have brought any post."),
                    platform=name, days=say.cell("count", of.unreached),
                )
            )  # fmt: skip
    return out


def _days(facts, period: Period, say) -> Made:
    columns = [
        Column("label", say.say(N_("Platform")), "text"),
        Column("expected", say.say(N_("Account-days expected")), "count"),
        Column("seen", say.say(N_("With posts")), "count"),
        Column("silent", say.say(N_("Looked at, none")), "count"),
        Column("quiet", say.say(N_("Silent too long")), "count"),
        Column("missing", say.say(N_("Not looked at")), "count"),
        Column("gap", say.say(N_("Missing in all")), "count"),
        Column("percent", say.say(N_("Missing of expected")), "percent"),
        Column("unreached", say.say(N_("No route")), "count"),
    ]

    def row(key: str, name: str, of: Sums) -> dict:
        return {
            "key": key, "label": name, "expected": of.expected, **{each: getattr(of, each) for each in _COUNTED},
            "gap": of.gap, "percent": percent(of.gap, of.expected),
        }  # fmt: skip

    found = by_platform(facts, period)
    rows = [
        row(platform, PLATFORM_NAMES.get(platform) or say.say(label("platform", platform)), of)
        for platform, of in found.items()
    ]
    every = Sums(*(sum(getattr(of, name) for of in found.values()) for name in _COUNTED))
    notes = [
        say.say(
            N_("Expected are days on which an account was on the watch-list and a route was there to bring its posts.")
        ),
        say.say(
            N_(
                "Missing are days on which nobody looked, and silences that are too long for an account which posts as "
                "often as this one did. A day that was looked at and brought nothing is not missing."
            )
        ),
        *weak(facts, period, say),
    ]
    return Made(columns, rows, row("total", say.say(N_("Total")), every), notes)


TABLES = (
    Definition(
        "coverage-days", N_("Which days were looked at"), N_("Account-days expected of the same platform"),
        "account_days", _days, by_phase=False, route=N_("Watch-list imports and live sources"),
    ),
)  # fmt: skip
