"""besa query SQL"""

from __future__ import annotations

import argparse
from pathlib import Path


class _JsonHere(argparse.Action):
    """`--json` prints one document; `--json FILE` writes it there instead."""

    def __call__(self, parser, namespace, value, option=None):
        namespace.json, namespace.json_file = True, value


def arguments(parser) -> None:
    # All commands have a plain --json; only this one lets it take a file.
    parser._optionals.conflict_handler = "resolve"
    parser.add_argument("sql", nargs="?", metavar="SQL", help="one SELECT over observations, posts and signals")
    parser.add_argument("--version", type=int, metavar="N", help="the corpus as it stood at this version")
    parser.add_argument("--csv", metavar="FILE", help="write the rows to a CSV file")
    parser.add_argument("--parquet", metavar="FILE", help="write the rows to a Parquet file")
    parser.add_argument(
        "--json", action=_JsonHere, nargs="?", default=False, metavar="FILE", help="the rows as one JSON document"
    )
    parser.set_defaults(json_file=None)


def run(arguments, out) -> int:
    if arguments.sql is None:
        # `--json SQL`: the option took what was meant as the question.
        arguments.sql, arguments.json_file = arguments.json_file, None
    if not arguments.sql:
        out.say('besa query: the question is missing, for example: besa query "SELECT count(*) FROM posts"')
        return 2
    from besa.site.start import start, user_of

    home = start()
    from besa.base.errors import BadInput
    from besa.corpus import Corpus
    from besa.corpus.export import write_csv, write_json, write_parquet
    from besa.people import policy

    policy.check(user_of(arguments), "corpus.query", arguments.election or "")
    answer = Corpus(home.corpus).ask(arguments.sql, version=arguments.version)
    asked = {write_csv: arguments.csv, write_parquet: arguments.parquet, write_json: arguments.json_file}
    written = []
    for write, place in asked.items():
        if not place:
            continue
        try:
            write(answer, Path(place))
        except OSError as error:
            raise BadInput("The file cannot be written.", where=place, remedy=str(error.strerror)) from None
        written.append(place)
        out.say(f"{answer.num_rows:,} rows written to {place}.")
    if written and arguments.json_file:
        return 0
    if arguments.json:
        out.result(answer.to_pylist())
    elif not written:
        shown = answer.slice(0, 200)
        out.table("", answer.column_names, [list(row.values()) for row in shown.to_pylist()])
        if answer.num_rows > shown.num_rows:
            out.say(f"… {answer.num_rows:,} rows in all; --csv FILE writes them.")
    return 0
