"""`besa table`: one report table, computed now from the casework as it stands."""

from __future__ import annotations


def arguments(parser) -> None:
    parser.add_argument("name", nargs="?", help="a table of the catalogue (`--list` names them)")
    parser.add_argument("--list", action="store_true", help="name all tables")
    parser.add_argument("--week", metavar="YYYY-Www", default="", help="one week (default: all weeks together)")
    parser.add_argument("--phase", metavar="P", default="", help="one phase, for example campaign")
    parser.add_argument("--lang", metavar="L", default="en", help="sq, sr-Latn, sr-Cyrl or en")


def run(arguments, out) -> int:
    from besa.base.errors import BadInput
    from besa.base.languages import INTERFACE
    from besa.site.start import election_of, start

    start()
    from besa.report import queries, tables
    from besa.report.speech import Speech

    if arguments.lang not in INTERFACE:
        raise BadInput(f"“{arguments.lang}” is not a language of the report.", remedy=f"Use: {', '.join(INTERFACE)}.")
    say = Speech(arguments.lang)
    if arguments.list:
        listed = [
            {"name": each.name, "title": say.say(each.title), "unit": each.unit, "overlap": each.overlap}
            for each in tables.catalogue()
        ]
        out.result(listed, lambda: out.table("", ["name", "title"], [[row["name"], row["title"]] for row in listed]))
        return 0
    if not arguments.name:
        raise BadInput("Name a table.", remedy="`besa table --list` names them all.")
    definition = tables.definition(arguments.name)
    election = election_of(arguments)
    _known(election, arguments)
    table = tables.compute(
        definition.name,
        queries.live_facts(election, week=arguments.week),
        say,
        week=arguments.week,
        phase=arguments.phase,
    )

    def human() -> None:
        rows = [*table.rows, *([table.total] if table.total else [])]
        out.table(
            table.title,
            [column.label for column in table.columns],
            [[say.cell(column.kind, row.get(column.key)) for column in table.columns] for row in rows],
        )
        out.say(f"{table.denominator}. {table.unit}. {table.period}. {table.phase}.")
        for note in table.notes:
            out.say(f"- {note}")

    out.result(tables.document(table), human)
    return 0


def _known(election, arguments) -> None:
    """Raises BadInput for a week or phase that this election does not have."""
    from besa.base.errors import BadInput
    from besa.base.weeks import week_days
    from besa.pledge.queries import phases

    if arguments.week:
        week_days(arguments.week)
    kinds = [phase.kind for phase in phases(election)]
    if arguments.phase and arguments.phase not in kinds:
        raise BadInput(f"This election has no phase “{arguments.phase}”.", remedy=f"Its phases: {', '.join(kinds)}.")
