"""What every table definition is made of. Pure: facts, period and a voice come in as arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from besa.base.weeks import week_days, week_of
from besa.base.words import N_
from besa.edition.format import Column, Table
from besa.report.types import AWAITING, Facts

ROUNDING = N_("Percentages are rounded to one decimal; rounded shares may not add up to exactly 100.")
ALL_ROUTES = N_("All routes together, as counts; see the table of coverage for what was read.")


@dataclass(frozen=True)
class Period:
    """`week` '' means all weeks together; `phase` '' means all phases."""

    week: str = ""
    phase: str = ""

    @property
    def week_before(self) -> str:
        from datetime import timedelta

        return week_of(week_days(self.week)[0] - timedelta(days=7))


@dataclass(frozen=True)
class Definition:
    """One entry of the catalogue. `make(facts, period, say)` gives columns, rows, total and notes."""

    name: str
    title: str
    denominator: str
    unit: str
    make: Callable[..., Made]
    overlap: bool = False
    by_phase: bool = True
    by_week: bool = True
    route: str = ALL_ROUTES
    rounding: str = ROUNDING


@dataclass
class Made:
    columns: list[Column]
    rows: list[dict[str, Any]]
    total: dict[str, Any] | None = None
    notes: list[str] = field(default_factory=list)


def percent(part: int | None, base: int | None) -> float | None:
    """0 to 100 with one decimal, halves away from zero; None where the base is empty."""
    if part is None or not base:
        return None
    return int(1000 * part / base + 0.5) / 10


def rate(part: int, base: int, per: int = 100) -> float | None:
    return None if not base else int(per * 10 * part / base + 0.5) / 10


def violations(facts: Facts, period: Period | None = None, *, decision: str = "violation") -> pl.DataFrame:
    """Findings that tables may break down: of this decision, in this period, not awaiting a reply."""
    frame = facts["findings"].filter((pl.col("decision") == decision) & (pl.col("standing") != AWAITING))
    return within(frame, period) if period else frame


def within(frame: pl.DataFrame, period: Period) -> pl.DataFrame:
    if period.week:
        frame = frame.filter(pl.col("week") == period.week)
    if period.phase and "phase" in frame.columns:
        frame = frame.filter(pl.col("phase") == period.phase)
    return frame


def awaiting(facts: Facts, period: Period) -> int:
    frame = facts["findings"].filter((pl.col("decision") == "violation") & (pl.col("standing") == AWAITING))
    return within(frame, period).height


def period_words(facts: Facts, period: Period, say) -> str:
    if period.week:
        first, last = week_days(period.week)
        return say.say(
            N_("Week %(week)s, %(span)s"), week=period.week, span=say.span(first.isoformat(), last.isoformat())
        )
    phases = facts.meta["phases"]
    first = phases[0]["first"] if phases else facts.meta["first"]
    last = facts.meta["last"]
    return say.say(N_("All weeks so far, %(span)s"), span=say.span(first, last))


def finish(definition: Definition, made: Made, facts: Facts, period: Period, say) -> Table:
    notes = list(made.notes)
    if definition.overlap:
        notes.insert(
            0,
            say.say(
                N_("Categories may overlap: one article can name several, so rows can add up to more than the total.")
                if definition.unit == "articles"
                else N_(
                    "Categories may overlap: one finding can stand in several rows, so "
                    "rows can add up to more than the total."
                )
            ),
        )
    phase = next((p["names"] for p in facts.meta["phases"] if p["kind"] == period.phase), None)
    return Table(
        name=definition.name,
        title=say.say(definition.title),
        denominator=say.say(definition.denominator),
        unit=definition.unit,
        overlap=definition.overlap,
        period=period_words(facts, period, say)
        if definition.by_week or not period.week
        else period_words(facts, Period(), say),
        phase=(say.pick(phase) or say.label("phasekind", period.phase)) if period.phase else say.say(N_("All phases")),
        route=say.say(definition.route),
        rounding=say.say(definition.rounding),
        columns=[Column("label", made.columns[0].label, "text"), *made.columns[1:]],
        rows=made.rows,
        total=made.total,
        notes=notes,
    )


# Tables that break violations down by one thing

Keyed = Callable[[pl.DataFrame, Facts], pl.DataFrame]


def broken_down(
    keyed: Keyed,
    heading: str,
    label: Callable[[str | None, Facts, Any], str],
    *,
    keys: Callable[[Facts], Sequence[str]] | None = None,
    decision: str = "violation",
    unknown: str = N_("Not known"),
    by_size: bool = True,
    extra: Callable[..., tuple[list[Column], dict[str | None, dict], dict, list[str]]] | None = None,
) -> Callable[..., Made]:
    """A maker of tables that count violations by one key.

    `keyed(findings, facts)` gives rows (number, key), distinct, key NULL where not known. `keys`: keys
    that are shown even with a zero. Shows the period, and beside a week the week before and all weeks.
    """

    def make(facts: Facts, period: Period, say) -> Made:
        pairs = keyed(violations(facts, decision=decision), facts).unique(maintain_order=False)
        with_facts = pairs.join(violations(facts, decision=decision), on="number")
        now = within(with_facts, period)
        base = within(violations(facts, decision=decision), period)
        columns = [
            Column("label", say.say(heading), "text"),
            Column(
                "count", say.say(N_("Violations") if decision == "violation" else N_("Acts of compliance")), "count"
            ),
            Column("percent", say.say(N_("Percent")), "percent"),
            Column("contents", say.say(N_("Contents")), "count"),
        ]
        counted = _counts(now)
        contents = _contents(now)
        before: dict = {}
        cumulative: dict = {}
        if period.week:
            until = with_facts.filter(pl.col("week") <= period.week)
            until = within(until, Period(phase=period.phase))
            before = _counts(within(with_facts, Period(period.week_before, period.phase)))
            cumulative = _counts(until)
            columns += [
                Column("last_week", say.say(N_("Week before")), "count"),
                Column("cumulative", say.say(N_("All weeks so far")), "count"),
                Column("cumulative_percent", say.say(N_("Share of all weeks")), "percent"),
            ]
        all_base = within(violations(facts, decision=decision), Period(phase=period.phase))
        if period.week:
            all_base = all_base.filter(pl.col("week") <= period.week)
        found = set(counted) | set(cumulative) | set(before)
        listed = list(keys(facts)) if keys else []
        order = listed + sorted(key for key in found if key is not None and key not in listed)
        if by_size:
            order.sort(
                key=lambda key: (
                    -counted.get(key, 0),
                    -cumulative.get(key, 0),
                    listed.index(key) if key in listed else len(listed),
                    key,
                )
            )
        if None in found:
            order.append(None)
        more_columns, more, more_total, notes = extra(facts, period, say, now) if extra else ([], {}, {}, [])
        rows = []
        for key in order:
            row = {
                "key": key if key is not None else "not_known",
                "label": label(key, facts, say) if key is not None else say.say(unknown),
                "count": counted.get(key, 0),
                "percent": percent(counted.get(key, 0), base.height),
                "contents": contents.get(key, 0),
            }
            if period.week:
                row |= {
                    "last_week": before.get(key, 0),
                    "cumulative": cumulative.get(key, 0),
                    "cumulative_percent": percent(cumulative.get(key, 0), all_base.height),
                }
            rows.append(row | {column.key: more.get(key, {}).get(column.key) for column in more_columns})
        total = {
            "key": "total",
            "label": say.say(N_("Total")),
            "count": base.height,
            "percent": percent(base.height, base.height),
            "contents": base["content"].n_unique() if base.height else 0,
        }
        if period.week:
            total |= {
                "last_week": within(
                    violations(facts, decision=decision), Period(period.week_before, period.phase)
                ).height,
                "cumulative": all_base.height,
                "cumulative_percent": percent(all_base.height, all_base.height),
            }
        total |= {column.key: more_total.get(column.key) for column in more_columns}
        if decision == "violation" and (held := awaiting(facts, period)):
            notes = [
                *notes,
                say.say(N_("Not in this table: %(held)s confirmed violations that await a reply."), held=held),
            ]
        if sum(row["contents"] for row in rows) > total["contents"]:
            notes = [*notes, say.say(N_("One content can stand in several rows; the total counts it once."))]
        return Made([*columns, *more_columns], rows, total, notes)

    return make


def _counts(pairs: pl.DataFrame) -> dict[str | None, int]:
    return dict(pairs.group_by("key").agg(pl.col("number").n_unique()).iter_rows())


def _contents(pairs: pl.DataFrame) -> dict[str | None, int]:
    return dict(pairs.group_by("key").agg(pl.col("content").n_unique()).iter_rows())


def column(name: str) -> Keyed:
    """Key = this column of the finding."""
    return lambda findings, facts: findings.select("number", pl.col(name).alias("key"))


def of_words(kind: str) -> Callable:
    return lambda key, facts, say: say.label(kind, key)


def words_in_order(cls) -> Callable[[Facts], Sequence[str]]:
    return lambda facts: [str(word) for word in cls]


def names(facts: Facts, table: str) -> dict[str, dict[str, str]]:
    import json

    return {row["slug"]: json.loads(row["names"]) for row in facts[table].iter_rows(named=True)}


def of_names(table: str) -> Callable:
    """Labels from the frozen names of actors or areas."""
    return lambda key, facts, say: say.pick(names(facts, table).get(key)) or key
