"""`besa publish`: write the signed edition of a freeze, with its portal."""

from __future__ import annotations

from pathlib import Path


def arguments(parser) -> None:
    parser.add_argument(
        "freeze", nargs="?", default="", help="the beginning of its name (default: the latest signed off)"
    )
    parser.add_argument("--out", metavar="DIR", default="", help="write it there (default: editions/ in the home)")
    parser.add_argument("--change-note", default="", help="what this edition corrects, shown in it and in the next")


def run(arguments, out) -> int:
    import time

    from besa.site.start import election_of, start, user_of

    start()
    from besa.portal import render
    from besa.report import actions, queries

    begun = time.monotonic()
    election, by = election_of(arguments), user_of(arguments)
    freeze = queries.freeze_of(election, arguments.freeze) if arguments.freeze else None
    with out.progress("Writing the edition"):
        publication = actions.publish(
            by=by,
            election=election,
            freeze=freeze,
            out=Path(arguments.out) if arguments.out else None,
            change_note=arguments.change_note,
            render_site=render,
        )
    path = Path(publication.path)
    files = sorted(file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file())
    document = {
        "edition": publication.edition,
        "number": publication.number,
        "path": str(path),
        "files": files,
        "seconds": round(time.monotonic() - begun, 2),
    }
    out.result(document, f"Edition {publication.number}, {len(files)} files: {path}")
    return 0
