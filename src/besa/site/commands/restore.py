"""`besa restore DIR`: bring a backup back into an empty home."""

from __future__ import annotations

from pathlib import Path


def arguments(parser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help="a folder made by `besa backup`")
    parser.add_argument("--erasures", type=Path, metavar="LIST", help="what was erased (default: the list beside DIR)")


def run(arguments, out) -> int:
    from besa.base.errors import NotFound
    from besa.base.home import Home
    from besa.site.backup import read_backup

    with out.progress("Checking and copying") as advance:
        document = read_backup(arguments.folder, Home.here(), advance=advance)
    from besa.site.start import start

    start()
    from besa.retention.actions import erase_again, finish_pending
    from besa.retention.actions.files import list_name

    beside = arguments.erasures or arguments.folder.resolve().parent / list_name()
    known = beside.is_file()
    if arguments.erasures and not known:
        raise NotFound("There is no such list.", where=str(beside), remedy="`besa erase --again LIST --yes` takes it.")
    with out.progress("Erasing again what was erased"):
        finish_pending()
        document["erased_again"] = erase_again(list_file=beside if known else None)
    document["list"] = str(beside) if known else ""
    told = f"{document['erased_again']} erasures were done again ({beside.name})." if known else (
        "No list of erasures lies beside the backup: what was erased since it was made is back. "
        "`besa erase --again LIST --yes` erases it again."
    )  # fmt: skip
    out.result(
        document,
        f"{document['files']:,} files are back in {document['home']}. `besa verify --ledger` checks them.\n{told}",
    )
    return 0
