"""`besa backup DIR`: one folder that holds the whole installation, each file with its SHA-256."""

from __future__ import annotations

from pathlib import Path


def arguments(parser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help="a new or empty folder")


def run(arguments, out) -> int:
    from besa.site.backup import write_backup
    from besa.site.start import start

    home = start()
    from besa.retention.actions.files import remember_place, write_list

    # before the copy: without the key in it, no later list of erasures could be read by whoever restores it
    remember_place(arguments.folder.resolve().parent)
    with out.progress("Copying") as advance:
        document = write_backup(home, arguments.folder, advance=advance)
    write_list()
    out.result(
        document,
        f"{document['files']:,} files, {document['bytes'] / 1e6:,.1f} MB in {document['path']}\n"
        "It holds the signing key and personal data: keep it where only you can read it.",
    )
    return 0
