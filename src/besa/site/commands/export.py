"""`besa export KIND`: what leaves the house, sealed."""

from __future__ import annotations

from pathlib import Path


def arguments(parser) -> None:
    parser.add_argument("kind", choices=("dossier",), help="what to export")
    parser.add_argument("name", nargs="?", default="", metavar="CASE", help="the number of a case, or of a finding")
    parser.add_argument("--list", action="store_true", help="what there is to export")
    parser.add_argument("--out", type=Path, metavar="FILE.zip", help="where it is written")
    parser.add_argument("--language", default="", metavar="TAG", help="of the cover (default: the election's first)")
    parser.add_argument("--to", default="", metavar="NAME", help="who gets it: the panel, commission or platform")


def run(arguments, out) -> int:
    import re
    import time

    from besa.base.errors import BadInput
    from besa.base.languages import INTERFACE
    from besa.site.start import election_of, start, user_of

    start()
    from besa.coding.queries import finding_named
    from besa.reply.actions.cases import hand_over, make_dossier
    from besa.reply.queries.cases import case_of, cases

    begun = time.monotonic()
    election = election_of(arguments)
    if arguments.list:
        found = [{"case": f"C-{case.number}", "title": case.title, "findings": case.size} for case in cases(election)]
        out.result(found, lambda: out.table("", ["case", "title", "findings"], [list(row.values()) for row in found]))
        return 0
    if not arguments.name or arguments.out is None:
        raise BadInput("Which case or finding, and where to?", remedy="besa export dossier C-1 --out C-1.zip --to NAME")
    language = arguments.language or (election.languages or ["en"])[0]
    if language not in INTERFACE:
        raise BadInput(f"There is no cover in “{language}”.", remedy=f"Choose one of {', '.join(INTERFACE)}.")
    to = {"by": user_of(arguments), "language": language, "recipient": arguments.to, "out": arguments.out}
    with out.progress("Sealing the dossier"):
        if re.fullmatch(r"([Cc]-)?\d+", arguments.name):
            made = make_dossier(case=case_of(election, arguments.name), **to)
        else:
            made = hand_over(finding=finding_named(election, arguments.name), **to)
    document = {
        "case": f"C-{made.case.number}", "path": str(arguments.out), "sha256": made.sha256, "files": made.files,
        "bytes": made.size, "seconds": round(time.monotonic() - begun, 2), "ok": True, "problems": [],
    }  # fmt: skip
    out.result(document, f"C-{made.case.number}: {made.files} files sealed in {arguments.out}\nSHA-256 {made.sha256}")
    return 0
