"""`besa restore DIR`: bring a backup back into an empty home."""

from __future__ import annotations

from pathlib import Path


def arguments(parser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help="a folder made by `besa backup`")


def run(arguments, out) -> int:
    from besa.base.home import Home
    from besa.site.backup import read_backup

    with out.progress("Checking and copying") as advance:
        document = read_backup(arguments.folder, Home.here(), advance=advance)
    out.result(
        document, f"{document['files']:,} files are back in {document['home']}. `besa verify --ledger` checks them."
    )
    return 0
