"""`besa pack load NAME-or-DIR`, `besa pack check DIR`, `besa pack list`."""

from __future__ import annotations

from besa.base.errors import BadInput


def arguments(parser) -> None:
    parser.add_argument("verb", choices=["load", "check", "list"], help="load it, only read it, or list what is there")
    parser.add_argument("pack", nargs="?", metavar="NAME-or-DIR", help="a shipped pack's name, or a folder")


def run(arguments, out) -> int:
    from besa.site.start import start, user_of

    start(migrate=arguments.verb != "check")
    if arguments.verb == "list":
        return _list(out)
    if not arguments.pack:
        raise BadInput(f"`besa pack {arguments.verb}` needs a pack.", remedy="`besa pack list` shows those shipped.")
    from besa.site import packs

    folder = packs.folder_of(arguments.pack)
    if arguments.verb == "check":
        return _check(folder, out)
    done = packs.load(by=user_of(arguments), folder=folder)
    out.result(done, lambda: _tell(out, done, "Loaded"))
    return 0


def _check(folder, out) -> int:
    from besa.base.packfile import BadPack
    from besa.site import packs

    try:
        found = packs.read(folder).summary()
    except BadPack as bad:
        if not out.json:
            raise
        out.result({"ok": False, "problems": [{"where": p.where, "problem": str(p)} for p in bad.problems]})
        return bad.exit_code
    out.result({"ok": True, **found, "problems": []}, lambda: _tell(out, found, "Whole"))
    return 0


def _list(out) -> int:
    from besa.base.packfile import BadPack
    from besa.pledge.queries import elections
    from besa.site import packs

    loaded = {election.slug for election in elections()}
    rows = []
    for folder in packs.shipped():
        try:
            found = packs.read(folder).summary()
        except BadPack as bad:
            found = {"election": "", "problems": len(bad.problems)}
        rows.append({"pack": folder.name, "loaded": found["election"] in loaded, **found})
    out.result(
        rows,
        lambda: out.table(
            "",
            ["pack", "election", "areas", "actors", "loaded"],
            [
                [row["pack"], row["election"], row.get("areas"), row.get("actors"), "yes" if row["loaded"] else "no"]
                for row in rows
            ],
        ),
    )
    return 0


def _tell(out, done: dict, verb: str) -> None:
    out.say(
        f"{verb}: {done['election']} with {done['clauses']} clauses, {done['areas']} areas, "
        f"{done['actors']} actors, {done['accounts']} accounts."
    )
    for warning in done["warnings"]:
        out.say(f"  note: {warning}")
