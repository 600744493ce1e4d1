"""The report's charts. Each draws one table, and says in words what it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from besa.base.weeks import week_days
from besa.base.words import N_
from besa.edition.format import Table
from besa.report.charts import svg
from besa.report.types import Facts


@dataclass(frozen=True)
class Chart:
    name: str
    table: str
    title: str
    svg: str
    alt: str


def draw(facts: Facts, tables: Mapping[str, Table], say) -> list[Chart]:
    """All charts in one voice; a chart without figures is left out."""
    charts = []
    for name, table, title, make in _CHARTS:
        drawn = make(facts, tables[table], say, say.say(title))
        if drawn:
            charts.append(Chart(name, table, say.say(title), *drawn))
    return charts


def png(chart: Chart, scale: float = 1.5) -> bytes:
    """The same picture for documents that take no SVG: about 160 dots per inch on a page."""
    import vl_convert

    return vl_convert.svg_to_png(chart.svg, scale=scale)


def _listed(rows: list[dict], say) -> str:
    return "; ".join(
        f"{row['label']}: {say.number(row['count'])}"
        + (f" ({say.percent(row['percent'])})" if row.get("percent") is not None else "")
        for row in rows
    )


def _bars(facts: Facts, table: Table, say, title: str):
    rows = [row for row in table.rows if row["count"]]
    if not rows:
        return None
    alt = say.say(N_("Bar chart. %(title)s, %(period)s: %(rows)s."), title=title, period=table.period,
                  rows=_listed(rows, say))  # fmt: skip
    drawn = [
        svg.Bar(
            row["label"], row["count"],
            say.number(row["count"])
            + (f"  ({say.percent(row['percent'])})" if row.get("percent") is not None else ""),
        )
        for row in rows
    ]  # fmt: skip
    return svg.bars(title, alt, say.tag, drawn), alt


def _weeks(facts: Facts, table: Table, say, title: str):
    series = [
        (column.label, [row[column.key] for row in table.rows])
        for column in table.columns
        if column.kind == "count" and column.key != "count"
    ]
    if not series or not table.rows:
        return None
    alt = say.say(
        N_("Columns by week, stacked by type, over the phases of the election: %(rows)s."),
        rows="; ".join(
            f"{row['label']}: {say.number(row['count'])} ("
            + ", ".join(
                f"{column.label} {say.number(row[column.key])}"
                for column in table.columns
                if column.kind == "count" and column.key != "count" and row[column.key]
            )
            + ")"
            if row["count"]
            else f"{row['label']}: {say.number(0)}"
            for row in table.rows
        ),
    )
    weeks = [row["key"] for row in table.rows]
    names = [week.split("-")[1] for week in weeks]
    return svg.stacked(title, alt, say.tag, names, series, _bands(facts, weeks, say)), alt


def _bands(facts: Facts, weeks: list[str], say) -> list[svg.Band]:
    start, end = week_days(weeks[0])[0], week_days(weeks[-1])[1]
    bands = []
    for phase in facts.meta["phases"]:
        first, last = max(date.fromisoformat(phase["first"]), start), min(date.fromisoformat(phase["last"]), end)
        if first <= last:
            label = say.pick(phase["names"]) or say.label("phasekind", phase["kind"])
            bands.append(svg.Band(label, (first - start).days / 7, ((last - start).days + 1) / 7))
    return bands


def _matrix(facts: Facts, table: Table, say, title: str):
    columns = [column for column in table.columns if column.key.startswith("against_")]
    rows = [(row["label"], [row[column.key] for column in columns]) for row in table.rows]
    if not rows or len(columns) < 2:
        return None
    told = [
        f"{row['label']} → {column.label}: {say.number(row[column.key])}"
        for row in table.rows
        for column in columns
        if row[column.key]
    ]
    alt = say.say(
        N_("Grid of who attacked whom, authors in rows, attacked in columns: %(rows)s."), rows="; ".join(told)
    )
    return svg.matrix(title, alt, say.tag, [c.label for c in columns], rows, table.columns[0].label), alt


def _pairs(facts: Facts, table: Table, say, title: str):
    if not table.rows:
        return None
    labels = {column.key: column.label for column in table.columns}
    names = (labels["violations"], labels["compliance"])
    told = "; ".join(
        f"{row['label']}: {names[0]} {say.number(row['violations'])}, {names[1]} {say.number(row['compliance'])}"
        for row in table.rows
    )
    alt = say.say(N_("Two bars for each signatory: %(rows)s."), rows=told)
    drawn = [
        (row["label"], row["violations"], row["compliance"], say.number(row["violations"]),
         say.number(row["compliance"]))
        for row in table.rows
    ]  # fmt: skip
    return svg.pairs(title, alt, say.tag, names, drawn), alt


_CHARTS: tuple[tuple[str, str, str, Callable], ...] = (
    ("funnel", "funnel", N_("From collected to published"), _bars),
    ("weeks", "types-by-week", N_("Confirmed violations by week, type and phase"), _weeks),
    ("types", "findings-by-type", N_("Confirmed violations by type"), _bars),
    ("platforms", "findings-by-platform", N_("Confirmed violations by platform"), _bars),
    ("municipalities", "findings-by-municipality", N_("Confirmed violations by municipality"), _bars),
    ("parties", "findings-by-and-against-party", N_("Who attacked whom"), _matrix),
    ("signatories", "compliance-by-signatory", N_("Signatories: violations and acts of compliance"), _pairs),
)
