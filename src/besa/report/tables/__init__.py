"""The catalogue of tables: one explicit tuple; each entry is a pure function of the facts."""

from __future__ import annotations

from besa.base.errors import NotFound
from besa.edition.format import Table
from besa.report.tables import answers, findings, first_page, flow, quality, signatories, targets
from besa.report.tables.shape import Definition, Period, finish
from besa.report.types import Facts

_CATALOGUE: tuple[Definition, ...] = (
    *first_page.TABLES,
    *flow.TABLES,
    *findings.TABLES,
    *targets.TABLES,
    *signatories.TABLES,
    *answers.TABLES,
    *quality.TABLES,
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
