"""One weekly or final report in one voice: the order of its sections and the prose that joins them.

Prose holds no figure of its own. `_told` fills a message with cells of tables, and keeps which.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from besa.base.words import N_, PLATFORM_NAMES
from besa.edition.format import Stat, Table
from besa.report import tables as catalogue
from besa.report.charts import Chart, draw
from besa.report.document.blocks import (
    Bullets,
    Case,
    Cell,
    Document,
    FigureBlock,
    Heading,
    Paragraph,
    Section,
    Stats,
    TableBlock,
)
from besa.report.document.markdown import blocks_of
from besa.report.tables import gaps
from besa.report.tables.shape import Period, names
from besa.report.types import NAMED, Facts

_LAYOUT: tuple[tuple[str, str, tuple[tuple[str, ...], ...]], ...] = (
    # key, title, then blocks: ("told", message, name=cell…) are in _PROSE; here tables and figures in order
    ("coverage", N_("What was looked at"), (("table", "coverage"), ("table", "coverage-days"))),
    ("funnel", N_("From collected to published"),
     (("figure", "funnel"), ("table", "funnel"), ("table", "awaiting-reply"))),
    (
        "findings", N_("What was found"),
        (
            ("figure", "types"), ("table", "findings-by-type"), ("table", "findings-by-clause"),
            ("figure", "platforms"), ("table", "findings-by-platform"), ("table", "findings-by-language"),
            ("figure", "municipalities"), ("table", "findings-by-municipality"), ("table", "findings-by-source-class"),
        ),
    ),
    (
        "direction", N_("By whom and against whom"),
        (
            ("table", "findings-by-source-party"), ("table", "findings-by-target-party"), ("figure", "parties"),
            ("table", "findings-by-and-against-party"), ("table", "findings-by-target-kind"),
            ("table", "findings-by-target-gender"),
            ("table", "portal-visibility-by-gender"), ("table", "portal-visibility-by-party"),
        ),
    ),
    (
        "weeks", N_("Week by week"),
        (("figure", "weeks"), ("table", "types-by-week"), ("table", "findings-by-week"),
         ("table", "findings-by-phase")),
    ),
    (
        "signatories", N_("Signatories: violations and compliance"),
        (
            ("table", "findings-by-signatory"), ("figure", "signatories"), ("table", "compliance-by-signatory"),
            ("table", "compliance-by-type"), ("table", "register"),
        ),
    ),
    ("answers", N_("Notices, answers and remedies"), (("table", "notices"), ("table", "remedies"))),
    ("advertising", N_("Political advertising"), (("table", "advertising"),)),
)  # fmt: skip

_FIRST = "first-page"
#: (section, message, cells by placeholder). Each placeholder is one cell of one table.
_PROSE: tuple[tuple[str, str, dict[str, Cell]], ...] = (
    ("summary", N_("Confirmed violations in this period: %(instances)s instances of %(contents)s different contents. "
       "By signatories or their members: %(bound)s; by others who may be named: %(others)s; not attributed: "
       "%(unattributed)s; awaiting reply: %(awaiting)s."),
     {"instances": (_FIRST, "instances", "count"), "contents": (_FIRST, "contents", "count"),
      "bound": (_FIRST, "by_signatories", "count"), "others": (_FIRST, "by_others", "count"),
      "unattributed": (_FIRST, "unattributed", "count"), "awaiting": (_FIRST, "awaiting", "count")}),
    ("summary", N_("All weeks so far: %(instances)s instances, of which %(new)s are "
        "published here for the first time."),
     {"instances": (_FIRST, "instances", "cumulative"), "new": (_FIRST, "instances", "new")}),
    ("coverage", N_("Posts read by people: %(read)s of %(collected)s collected "
        "(%(percent)s). Accounts with posts seen: "
       "%(seen)s of %(watched)s watched."),
     {"read": ("coverage", "total", "read"), "collected": ("coverage", "total", "collected"),
      "percent": ("coverage", "total", "percent"), "seen": ("coverage", "total", "seen"),
      "watched": ("coverage", "total", "watched")}),
    ("coverage", N_("Of %(expected)s account-days expected (one account on one day), %(seen)s brought posts and "
       "%(silent)s were looked at and brought none. %(gap)s are missing (%(percent)s)."),
     {"expected": ("coverage-days", "total", "expected"), "seen": ("coverage-days", "total", "seen"),
      "silent": ("coverage-days", "total", "silent"), "gap": ("coverage-days", "total", "gap"),
      "percent": ("coverage-days", "total", "percent")}),
    ("funnel", N_("Each number below counts something else, and each has its own name. Confirmed as violations: "
       "%(confirmed)s; published in detail: %(published)s; the others await a reply and are counted only."),
     {"confirmed": ("funnel", "confirmed", "count"), "published": ("funnel", "published", "count")}),
    ("direction", N_("Who broke the Code and whom it was broken against are different questions, in different tables. "
       "Against women: %(women)s; against men: %(men)s."),
     {"women": ("findings-by-target-gender", "woman", "count"), "men": ("findings-by-target-gender", "man", "count")}),
    ("signatories", N_("The status of a signatory is that on the date of the post. "
        "Violations and compliance stand side "
       "by side: violations %(violations)s, acts of compliance %(compliance)s."),
     {"violations": ("compliance-by-signatory", "total", "violations"),
      "compliance": ("compliance-by-signatory", "total", "compliance")}),
    ("answers", N_("Notices served: %(served)s. Answered: %(answered)s."),
     {"served": ("notices", "total", "count"), "answered": ("notices", "answered", "count")}),
    ("quality", N_("In the control sample, %(violations)s of %(read)s posts read "
        "were violations. Estimate of violations "
       "missed in all posts that no machine flagged: %(missed)s."),
     {"violations": ("control-sample", "violations", "count"), "read": ("control-sample", "read", "count"),
      "missed": ("control-sample", "missed", "count")}),
)  # fmt: skip

UNITS = {
    "instances": N_("instances (each posting counts)"), "contents": N_("contents (copies count once)"),
    "acts": N_("acts (one clause broken by one content)"), "posts": N_("posts"), "notices": N_("notices"),
    "actors": N_("signatories"), "accounts": N_("accounts"), "articles": N_("articles"),
    "account_days": N_("account-days (one account on one day)"),
}  # fmt: skip


def compute_all(facts: Facts, say, *, week: str = "") -> dict[str, Table]:
    return {each.name: catalogue.compute(each.name, facts, say, week=week) for each in catalogue.catalogue()}


def build(facts: Facts, say, *, prose: str = "", tables=None, charts=None) -> Document:
    """`prose`: the editor's own text (Markdown)."""
    week = facts.week if facts.meta["kind"] == "weekly" else ""
    tables = tables or compute_all(facts, say, week=week)
    charts = charts if charts is not None else draw(facts, tables, say)
    numbered = _Numbers()
    drawn = {chart.name: chart for chart in charts}
    sections = [_summary(tables, say, prose)]
    for key, title, layout in _LAYOUT:
        blocks: list = [told(message, cells, tables, say) for at, message, cells in _PROSE if at == key]
        for kind, name in layout:
            if kind == "table" and tables[name].unit == "articles" and not tables[name].total["count"]:
                continue  # no portal was collected: no tables of noughts
            if kind == "table":
                blocks.append(_table(numbered, tables[name], say))
            elif name in drawn:
                blocks.append(_figure(numbered, drawn[name]))
        sections.append(Section(key, say.say(title), blocks))
    sections += [
        Section("cases", say.say(N_("Cases")), _cases(facts, say, "violation")),
        Section("compliance", say.say(N_("Examples of compliance")), _cases(facts, say, "compliance")),
        Section(
            "quality", say.say(N_("How far these numbers can be trusted")),
            [
                *[told(message, cells, tables, say) for at, message, cells in _PROSE if at == "quality"],
                _table(numbered, tables["control-sample"], say),
                _table(numbered, tables["agreement"], say),
            ],
        ),
        Section("method", say.say(N_("Method and limits")), [*_method(facts, say), *_gaps(facts, week, say)]),
        Section("errata", say.say(N_("Corrections")), _errata(facts.meta["errata"], say)),
    ]  # fmt: skip
    return Document(
        language=say.tag,
        title=say.say(N_("Final report") if facts.meta["kind"] == "final" else N_("Weekly report")),
        subtitle=say.pick(facts.meta["names"]),
        lines=(
            tables[_FIRST].period,
            say.pick(facts.meta["operator"]),
            *([say.say(N_("A demonstration: election, persons and "
                "posts are invented."))] if facts.meta["demo"] else ()),
        ),
        date=facts.meta["last"],
        footer=f"{say.pick(facts.meta['names'])} · {tables[_FIRST].period}",
        words={
            "contents": say.say(N_("Contents of this report")), "table": say.say(N_("Table")),
            "figure": say.say(N_("Figure")), "page": say.say(N_("Page")), "reply": say.say(N_("Reply, verbatim")),
            "no_reply": say.say(N_("No reply came before the deadline.")), "remedy": say.say(N_("Remedy")),
            "excerpt": say.say(N_("Excerpt")),
        },
        sections=sections,
    )  # fmt: skip


def told(message: str, cells: Mapping[str, Cell], tables: Mapping[str, Table], say) -> Paragraph:
    """The message with its placeholders filled from cells of tables, and from nowhere else."""
    written = {name: cell_words(tables[cell[0]], cell, say) for name, cell in cells.items()}
    return Paragraph(say.say(message, **written), tuple(cells.values()), tuple(written.values()))


def cell_words(table: Table, cell: Cell, say) -> str:
    _, key, column = cell
    row = next((row for row in [*table.rows, table.total or {}] if row.get("key") == key), None)
    kind = next(each.kind for each in table.columns if each.key == column)
    return say.cell(kind, row.get(column) if row else None)


def stats(tables: Mapping[str, Table], say) -> list[Stat]:
    """The first page as single figures, each with the cell that it comes from."""
    table = tables[_FIRST]
    out = []
    for row in table.rows:
        column = "rate" if row["key"].startswith("against_") or row["key"] in ("hours", "alpha") else "count"
        if row["key"] == "duties":
            column = "percent"
        kind = next(each.kind for each in table.columns if each.key == column)
        if row["key"] != "alpha" and kind == "number":
            kind = "rate"
        notes = []
        if row["base"] is not None and column == "count":
            notes.append(say.say(N_("of %(base)s"), base=row["base"]))
        elif row["base"] is not None and row["key"] != "alpha":
            notes.append(say.say(N_("%(count)s of %(base)s"), count=row["count"], base=row["base"]))
        elif row["base"] is not None:
            notes.append(say.say(N_("%(base)s posts coded twice"), base=row["base"]))
        if row["percent"] is not None and column != "percent":
            notes.append(say.percent(row["percent"]))
        if row["interval"]:
            notes.append(f"{say.say(N_('95 per cent interval'))} {row['interval']}")
        if row["cumulative"] is not None:
            notes.append(say.say(N_("all weeks so far: %(cumulative)s"), cumulative=row["cumulative"]))
        out.append(
            Stat(row["key"], row["label"], say.cell(kind, row[column]), " · ".join(notes), _FIRST, row["key"], column)
        )
    return out


def _summary(tables, say, prose: str) -> Section:
    blocks: list = [Stats(tuple(stats(tables, say)))]
    blocks += [told(message, cells, tables, say) for at, message, cells in _PROSE if at == "summary"]
    if prose.strip():
        blocks += [Heading(say.say(N_("From the editor"))), *blocks_of(prose)]
    return Section("summary", say.say(N_("The week at a glance")), blocks)


class _Numbers:
    table = figure = 0


def _table(numbers: _Numbers, table: Table, say) -> TableBlock:
    numbers.table += 1
    return printed(numbers.table, table, say)


def printed(number: int, table: Table, say) -> TableBlock:
    """A table as it is printed: cells in words, and the lines that must stand under it."""
    rows = [*table.rows, *([table.total] if table.total else [])]
    cells = tuple(tuple(say.cell(column.kind, row.get(column.key)) for column in table.columns) for row in rows)
    lines = (
        # a date in Serbian ends with a stop of its own
        say.say(N_("Base of percentages: %(base)s. Counted: %(unit)s. %(period)s. %(phase)s. %(route)s"),
                base=table.denominator, unit=say.say(UNITS.get(table.unit, table.unit)),
                period=table.period.removesuffix("."), phase=table.phase, route=table.route),
        *table.notes,
    )  # fmt: skip
    if any(column.kind == "percent" for column in table.columns):
        lines += (table.rounding,)
    return TableBlock(number, table, cells, lines, table.total is not None)


def _figure(numbers: _Numbers, chart: Chart) -> FigureBlock:
    numbers.figure += 1
    return FigureBlock(numbers.figure, chart)


def _cases(facts: Facts, say, decision: str) -> list:
    findings = facts["findings"].filter((pl.col("decision") == decision) & (pl.col("standing") == NAMED))
    if facts.meta["kind"] == "weekly" and facts.week:
        findings = findings.filter((pl.col("week") == facts.week) | pl.col("new"))
    actors, areas = names(facts, "actors"), names(facts, "areas")
    clauses = {clause["slug"]: clause for clause in (facts.meta["code"] or {}).get("clauses", [])}
    blocks: list = []
    limit = None if decision == "violation" else 12
    for row in (
        findings.sort("week", "number", descending=[True, False]).head(limit or findings.height).iter_rows(named=True)
    ):
        clause = clauses.get(row["clause"])
        told_facts = [
            (say.say(N_("Author")), say.pick(actors.get(row["source"])) or row["source"]),
            (say.say(N_("Kind of author")), say.label("actorkind", row["source_class"])),
            (say.say(N_("Party")), say.pick(actors.get(row["party"])) if row["party"] else ""),
            (say.say(N_("Status on the date of the post")), say.label("signatorystatus", row["signatory_status"])),
            (say.say(N_("Clause")), say.pick(clause["titles"]) if clause else row["clause"]),
            (say.say(N_("Date")), say.day(row["day"])),
            (say.say(N_("Platform")), PLATFORM_NAMES.get(row["platform"]) or say.label("platform", row["platform"])),
            (say.say(N_("Municipality")), say.pick(areas.get(row["area"])) if row["area"] else ""),
        ]
        replies = facts["replies"].filter(pl.col("number") == row["number"]).sort("as_party", "day")
        remedies = facts["remedies"].filter((pl.col("number") == row["number"]) & pl.col("counts"))
        blocks.append(
            Case(
                number=row["number"],
                title=f"{row['number']} · {say.label('findingtype', row['type'])}",
                facts=tuple((name, value) for name, value in told_facts if value),
                excerpt=row["excerpt"] or "",
                replies=tuple(
                    (f"{say.label('replykind', reply['kind'])}, {say.day(reply['day'])}", reply["text"])
                    for reply in replies.iter_rows(named=True)
                ),
                remedies=tuple(
                    f"{say.label('remedykind', remedy['kind'])}, {say.day(remedy['day'])}"
                    for remedy in remedies.iter_rows(named=True)
                ),
            )
        )
    if not blocks:
        return [Paragraph(say.say(N_("None in this period that may be attributed.")))]
    if decision == "violation":
        blocks.insert(0, Paragraph(say.say(N_(
            "Only findings whose author is confirmed and was told, and where a reply came or its deadline has passed."
        ))))  # fmt: skip
    return blocks


def method_text(facts: Facts, say, name: str) -> str:
    """A text of the election pack with its placeholders filled."""
    written = say.pick((facts.meta["method"] or {}).get(name))
    return (
        written.replace("{election}", say.pick(facts.meta["names"]))
        .replace("{operator}", say.pick(facts.meta["operator"]))
        .replace("{hours}", str(facts.meta["reply_hours"]))
    )


def _method(facts: Facts, say) -> list:
    blocks: list = []
    for name, title in (("method", N_("Method")), ("limits", N_("Limits")), ("about", N_("About this monitoring"))):
        if written := method_text(facts, say, name):
            blocks += [Heading(say.say(title)), *blocks_of(written)]
    blocks += [
        Heading(say.say(N_("How to read the numbers"))),
        Bullets(
            tuple(
                say.say(line)
                for line in (
                    N_("A week holds posts by their local date in the election's time zone."),
                    N_("A finding is attributed only after its author could reply; until then it is one number."),
                    N_("Gender and community come from the candidate list or the person's own words."),
                    N_("Parties are not ranked: what was seen of each differs."),
                    N_("Rates and intervals come from random samples or full counts only; everything else is a count."),
                )
            )
        ),
    ]
    return blocks


def _gaps(facts: Facts, week: str, say) -> list:
    """Gaps in what was looked at that weaken this very report."""
    weak = gaps.weak(facts, Period(week), say)
    return [Heading(say.say(N_("Gaps in this period"))), Bullets(tuple(weak))] if weak else []


def _errata(errata, say) -> list:
    if not errata:
        return [Paragraph(say.say(N_("No corrections to earlier editions.")))]
    return [
        Bullets(
            tuple(
                say.say(N_("Edition %(number)s, %(date)s: %(note)s"), number=str(row["number"]),
                        date=say.day(row["date"]),
                        note=row["note"])
                for row in errata
            )
        )
    ]  # fmt: skip
