"""`besa verify`: is it what was written? Evidence, a dossier, edition or receipt, the vault, or the ledger."""

from __future__ import annotations

_WHOLE = "Whole: {:,} checked, nothing is missing or altered."


def arguments(parser) -> None:
    parser.add_argument(
        "what", nargs="?", default="",
        help="a dossier, web archive, edition, receipt or vault by its path; `vault`; an exhibit (E-12); "
        "a post by its key; any kept file by its SHA-256",
    )  # fmt: skip
    parser.add_argument("--text", default="", metavar="FILE", help="the text that a receipt says was signed")
    parser.add_argument("--key", default="", metavar="HEX", help="the public key that must have sealed the receipt")
    parser.add_argument("--ledger", action="store_true", help="check the chain and every row that it vouches for")


def run(arguments, out) -> int:
    from besa.base.errors import BadInput
    from besa.site import verifying

    if not arguments.what and not arguments.ledger:
        raise BadInput("What shall be checked?", remedy="Name a dossier, an edition, a vault, or add --ledger.")
    found = verifying.Found()
    if arguments.text or arguments.key:
        found.add(verifying.receipt_of(arguments.what, arguments.text, arguments.key))
    elif arguments.what:
        found.add(verifying.look(arguments.what, out.progress))
    if arguments.ledger:
        found.add(verifying.ledger())
    lines = [f"{one['where']}: {one['problem']}" for one in found.problems] or [_WHOLE.format(found.checked)]
    document = {"ok": not found.problems, "checked": found.checked, "problems": found.problems, **found.told}
    out.result(document, "\n".join([*lines, *found.lines]))
    return 1 if found.problems else 0
