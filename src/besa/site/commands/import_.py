"""besa import FILE…"""

from __future__ import annotations

from pathlib import Path


def arguments(parser) -> None:
    parser.add_argument("files", nargs="*", metavar="FILE", help="exports of any tool; ZIP and gzip are opened")
    parser.add_argument("--connector", default="", metavar="NAME", help="do not guess which tool wrote the file")
    parser.add_argument("--mapping", metavar="FILE.toml", help="column mapping for files that no connector knows")
    parser.add_argument("--route", default="watch_list", metavar="ROUTE", help="how the posts reached us")
    parser.add_argument(
        "--consent", default="", metavar="TEXT", help="for exports of closed groups: which member agreed, when and how"
    )
    parser.add_argument("--again", metavar="IMPORT", help="read the raw rows of an import (by its number) once more")


def run(arguments, out) -> int:
    if bool(arguments.files) == bool(arguments.again):
        out.say("besa import: name the files, or the number of one import after --again")
        return 2
    from besa.site.start import election_of, start, user_of

    start()
    from besa.base.errors import BesaError
    from besa.collect.actions import import_all, mapping_of_file, read_again

    by, election = user_of(arguments), election_of(arguments)
    if arguments.again:
        row = read_again(by=by, election=election, import_id=arguments.again)
        out.result([row], lambda: _show(row, out))
        return int(row["state"] == "held")
    mapping = None
    if arguments.mapping:
        mapping = mapping_of_file(by=by, election=election, path=Path(arguments.mapping))
    done, worst = [], 0
    for name in arguments.files:
        last = 0
        try:
            with out.progress(Path(name).name[-34:]) as advance:

                def seen(rows: int, advance=advance) -> None:
                    nonlocal last
                    advance(rows - last)
                    last = rows

                rows, refused = import_all(
                    by=by, election=election, path=name, connector=arguments.connector, mapping=mapping,
                    route=arguments.route, consent=arguments.consent, advance=seen,
                )  # fmt: skip
            done += rows
            for error in refused:
                out.fail(error)
                worst = max(worst, error.exit_code)
        except BesaError as error:
            out.fail(error)
            worst = max(worst, error.exit_code)
    # A check failed: somebody must look before these rows count.
    worst = max(worst, *(int(row["state"] == "held") for row in done), 0)
    out.result(done, lambda: [_show(row, out) for row in done])
    return worst


def _show(row: dict, out) -> None:
    skipped = ", ".join(f"{reason} {number:,}" for reason, number in row["skipped"].items()) or "0"
    out.say(f"\n{row['file']} ({row['connector']}, {row['seconds']:.1f} s)")
    out.table(
        "",
        ["read", "mapped", "duplicate", "skipped", "unmapped keys"],
        [[row["read"], row["mapped"], row["duplicate"], skipped, len(row["unmapped_keys"])]],
    )
    if row["state"] == "held":
        names = ", ".join(sorted({change["name"] for change in row["changes"]}))
        out.say(
            f"  Held: the shape of the file has changed ({names}). Look at it under Imports, number {row['import']}."
        )
    for problem in row["problems"][:20]:
        where = f"{row['file']}:{problem['line']}" if problem["line"] else row["file"]
        out.say(f"  {where}: {problem['problem']}")
    if len(row["problems"]) > 20:
        out.say(f"  … and {len(row['problems']) - 20} more; the browser shows them under Imports.")
