"""The catalogue of tables: one explicit tuple; each entry is a pure function of the facts."""

from __future__ import annotations

from besa.base.errors import NotFound
from besa.edition.format import Table
from besa.report.tables import (
    advertising,
    answers,
    findings,
    first_page,
    flow,
    gaps,
    quality,
    signatories,
    targets,
    visibility,
)
from besa.report.tables.shape import Definition, Period, finish
from besa.report.types import Facts

_CATALOGUE: tuple[Definition, ...] = (
    *first_page.TABLES,
    *flow.TABLES,
    *gaps.TABLES,
    *findings.TABLES,
    *targets.TABLES,
    *signatories.TABLES,
    *answers.TABLES,
    *advertising.TABLES,
    *quality.TABLES,
    *visibility.TABLES,
)


def catalogue() -> tuple[Definition, ...]:
    return _CATALOGUE


def definition(name: str) -> Definition:
    for each in _CATALOGUE:
        if each.name == name:
            return each
    raise NotFound(f"There is no table “{name}”.", remedy="`besa table --list` names them all.")


def compute(name: str, facts: Facts, say, *, week: str = "", phase: str = "") -> Table:
    """One table in one voice (`besa.report.speech.Speech`). Raises NotFound.

    A table that knows no weeks or phases takes no notice of them, and says so in its period.
    """
    of = definition(name)
    period = Period(week if of.by_week else "", phase if of.by_phase else "")
    return finish(of, of.make(facts, period, say), facts, period, say)


def document(table: Table) -> dict:
    """The table as the command contract wants it."""
    from besa.edition.format import plain

    return plain(table)


def reference() -> str:
    """docs/reference/tables.md, made from the catalogue."""
    lines = [
        "# Tables",
        "",
        "Made from the catalogue by `besa.report.tables.reference`; a test "
        "holds it to it. `besa table NAME` prints any",
        "of them from the casework as it stands; a report prints them from its freeze, by the same code.",
        "",
        "| name | title | base of percentages | unit | categories | by week | by phase |",
        "|---|---|---|---|---|---|---|",
    ]
    for each in _CATALOGUE:
        overlap = "may overlap" if each.overlap else "do not overlap"
        week, phase = ("yes" if flag else "no" for flag in (each.by_week, each.by_phase))
        lines.append(
            f"| `{each.name}` | {each.title} | {each.denominator} | {each.unit} | {overlap} | {week} | {phase} |"
        )
    return "\n".join([*lines, ""])
