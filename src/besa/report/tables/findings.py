"""Confirmed violations, broken down by one thing each: what, where, when, by whom."""

from __future__ import annotations

import polars as pl

from besa.base.weeks import week_days
from besa.base.words import COMPLIANCE_TYPES, N_, PLATFORM_NAMES, FindingType, label
from besa.edition.format import Column
from besa.report.tables.shape import (
    Definition,
    broken_down,
    column,
    names,
    of_names,
    of_words,
    rate,
)

BASE = N_("All confirmed violations of the period that do not await a reply")
_KINDS = [str(kind) for kind in FindingType if kind not in COMPLIANCE_TYPES]


def _platform(key, facts, say) -> str:
    return PLATFORM_NAMES.get(key) or say.say(label("platform", key))


def _rates(facts, period, say, now: pl.DataFrame):
    """Violations by municipality per monitored candidate there."""
    base = dict(facts["candidates"].group_by("area").agg(pl.col("number").sum()).iter_rows())
    counted = dict(now.group_by("key").len().iter_rows())
    columns = [
        Column("candidates", say.say(N_("Candidates monitored")), "count"),
        Column("per_100", say.say(N_("Violations per 100 candidates")), "rate"),
    ]
    rows = {
        key: {"candidates": base.get(key, 0), "per_100": rate(counted.get(key, 0), base.get(key, 0))}
        for key in {*base, *counted}
        if key is not None
    }
    listed = [area for area in base if area is not None]
    total = sum(base[area] for area in listed)
    in_areas = sum(number for key, number in counted.items() if key is not None)
    notes = [say.say(N_("Rates leave out violations whose municipality is not known."))]
    return columns, rows, {"candidates": total, "per_100": rate(in_areas, total)}, notes


def _areas_with_candidates(facts) -> list[str]:
    known = names(facts, "areas")
    return [area for area in sorted({a for a in facts["candidates"]["area"].to_list() if a}) if area in known]


def _clause(key, facts, say) -> str:
    clause = next((c for c in (facts.meta["code"] or {}).get("clauses", []) if c["slug"] == key), None)
    return say.pick(clause["titles"]) if clause else key


def _phases(facts) -> list[str]:
    return [phase["kind"] for phase in facts.meta["phases"]]


def _phase(key, facts, say) -> str:
    found = next((phase for phase in facts.meta["phases"] if phase["kind"] == key), None)
    return say.pick(found["names"]) if found and found["names"] else say.label("phasekind", key)


def _week(key, facts, say) -> str:
    first, last = week_days(key)
    return f"{key} ({say.day(first, 'short')} – {say.day(last, 'short')})"


TABLES = (
    Definition(
        "findings-by-type", N_("Confirmed violations by type"), BASE, "instances",
        broken_down(column("type"), N_("Type"), of_words("findingtype"), keys=lambda facts: _KINDS),
    ),
    Definition(
        "findings-by-platform", N_("Confirmed violations by platform"), BASE, "instances",
        broken_down(column("platform"), N_("Platform"), _platform),
    ),
    Definition(
        "findings-by-municipality", N_("Confirmed violations by municipality"), BASE, "instances",
        broken_down(
            column("area"), N_("Municipality"), of_names("areas"), keys=_areas_with_candidates, extra=_rates,
            unknown=N_("Municipality not known"),
        ),
    ),
    Definition(
        "findings-by-source-class", N_("Confirmed violations by kind of author"), BASE, "instances",
        broken_down(column("source_class"), N_("Kind of author"), of_words("actorkind")),
    ),
    Definition(
        "findings-by-source-party", N_("Confirmed violations by party of the author"), BASE, "instances",
        broken_down(
            column("party"), N_("Party of the author"), of_names("actors"),
            unknown=N_("No party, not known, or not attributed"),
        ),
    ),
    Definition(
        "findings-by-clause", N_("Confirmed violations by clause of the Code"), BASE, "instances",
        broken_down(column("clause"), N_("Clause (the main one of each finding)"), _clause),
    ),
    Definition(
        "findings-by-language", N_("Confirmed violations by language of the post"), BASE, "instances",
        broken_down(column("language"), N_("Language"), lambda key, facts, say: say.language(key)),
    ),
    Definition(
        "findings-by-phase", N_("Confirmed violations by phase"), BASE, "instances",
        broken_down(column("phase"), N_("Phase"), _phase, keys=_phases, by_size=False),
    ),
    Definition(
        "findings-by-week", N_("Confirmed violations by week"), BASE, "instances",
        broken_down(column("week"), N_("Week"), _week, keys=lambda facts: facts.meta["weeks"], by_size=False),
        by_week=False,
    ),
)  # fmt: skip
