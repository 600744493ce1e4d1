"""`besa watch-list`: candidates and accounts from a table, with a look first, and a way back."""

from __future__ import annotations

from pathlib import Path

#: So many rows that are left out are named on the terminal.
_TOLD = 100


def arguments(parser) -> None:
    acts = parser.add_subparsers(dest="act", required=True, metavar="import|undo|template")
    take = acts.add_parser("import", help="take a table (CSV or XLSX) in")
    take.add_argument("file", metavar="FILE")
    take.add_argument("--dry-run", action="store_true", help="say what each row would do and write nothing")
    undo = acts.add_parser("undo", help="correct what a table brought, dated today")
    undo.add_argument("number", type=int, metavar="IMPORT")
    undo.add_argument("--reason", required=True)
    empty = acts.add_parser("template", help="write an empty table to fill in (.csv or .xlsx)")
    empty.add_argument("file", metavar="FILE")
    empty.add_argument("--lang", default="en", help="language of its headings: sq, sr-Latn, sr-Cyrl, en")


def run(arguments, out) -> int:
    from besa.site.start import election_of, start, user_of

    start()
    act = {"import": _import, "undo": _undo, "template": _template}[arguments.act]
    return act(arguments, out, user_of(arguments), None if arguments.act == "template" else election_of(arguments))


def _import(arguments, out, by, election) -> int:
    from besa.people import policy
    from besa.pledge import actions, queries
    from besa.pledge.actions.listing import planned
    from besa.pledge.rules.plan import counts

    policy.check(by, "watchlist.edit", election.slug)
    path = Path(arguments.file)
    data = _bytes(path)
    made = planned(by=by, election=election, data=data, file_name=path.name)
    found, moved = counts(made), queries.effect(election, made)
    batch = None
    if not arguments.dry_run and (found["new"] or found["changed"]):
        batch, made = actions.import_list(by=by, election=election, data=data, file_name=path.name)
    rows = [
        {"line": row.line, "outcome": row.outcome, "name": row.name, "actor": row.actor, "account": row.account,
         "says": [message % values for message, values in row.says]}
        for row in made
    ]  # fmt: skip
    document = {
        "file": path.name, "read": len(rows), **found, "import": batch.pk if batch else None,
        "moved": [vars(one) for one in moved], "rows": rows,
    }  # fmt: skip

    def human() -> None:
        left_out = [row for row in rows if row["outcome"] in ("conflict", "refused")]
        told = [
            [row["line"], row["outcome"], row["name"], row["account"], " ".join(row["says"])]
            for row in left_out[:_TOLD]
        ]  # fmt: skip
        if told:
            out.table("Left out", ["line", "why", "name", "account", "in words"], told)
        if len(left_out) > _TOLD:
            out.say(f"… and {len(left_out) - _TOLD} more; --json names them all.")
        if moved:
            lines = [[one.before or "–", one.after or "–", one.posts, one.accounts] for one in moved]
            out.table("Posts that change hands", ["from", "to", "posts", "accounts"], lines)
        out.say(", ".join(f"{n} {outcome}" for outcome, n in found.items()) + ".")
        if batch:
            out.say(f"Taken in as {batch.pk}; `besa watch-list undo {batch.pk} --reason …` corrects it.")
        else:
            out.say("Nothing was written.")

    out.result(document, human)
    return 1 if found["conflict"] or found["refused"] else 0


def _undo(arguments, out, by, election) -> int:
    from besa.base.errors import NotFound
    from besa.pledge import actions, queries

    batch = queries.list_imports(election).filter(pk=arguments.number).first()
    if batch is None:
        raise NotFound(f"No table was taken in as {arguments.number}.", remedy="The desk lists them: Watch-list.")
    stays = actions.undo_list(by=by, batch=batch, reason=arguments.reason)
    out.result(
        {"import": batch.pk, "undone": True, "stays": stays},
        "Corrected as of today." + (f" Changed since, and left: {'; '.join(stays)}." if stays else ""),
    )
    return 0


def _template(arguments, out, by, election) -> int:
    from django.utils import translation

    from besa.base.errors import BadInput
    from besa.base.languages import INTERFACE
    from besa.pledge import queries

    path = Path(arguments.file)
    if path.suffix not in (".csv", ".xlsx") or arguments.lang not in INTERFACE:
        raise BadInput("A template is .csv or .xlsx, in sq, sr-Latn, sr-Cyrl or en.", where=str(path))
    with translation.override(INTERFACE[arguments.lang]):
        path.write_bytes(queries.template(path.suffix[1:]))
    out.result({"file": str(path)}, f"{path} is ready to be filled in.")
    return 0


def _bytes(path: Path) -> bytes:
    from besa.base.errors import BadInput

    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"The table cannot be read: {error.strerror}.", where=str(path)) from None
