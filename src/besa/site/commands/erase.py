"""`besa erase`: take one post, account or piece of evidence out of everything. Without --yes it only tells."""

from __future__ import annotations

from pathlib import Path


def arguments(parser) -> None:
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--post", metavar="KEY", help="its key, as `besa query` shows it, or its number on the docket")
    what.add_argument("--account", metavar="KEY", help="its key, or the code that pages show instead of the name")
    what.add_argument("--exhibit", metavar="E-12", help="one piece of evidence")
    what.add_argument(
        "--again", nargs="?", type=Path, const=Path(), metavar="LIST", help="do the erasures of a list once more"
    )
    what.add_argument("--list", action="store_true", help="what was erased, when and why")
    parser.add_argument("--ground", choices=("person", "court"), default="person", help="who asked (default: person)")
    parser.add_argument("--reason", default="", help="stands in the ledger for good; never write a name here")
    parser.add_argument("--yes", action="store_true", help="do it; without this nothing changes")


def run(arguments, out) -> int:
    from besa.base.errors import BadInput
    from besa.site.start import election_of, start, user_of

    start()
    from besa.retention import actions
    from besa.retention.queries.telling import erasures, lines_of, subject_of

    if arguments.again is not None:
        if not arguments.yes:
            raise BadInput("This erases again all that is on the list.", remedy="Add --yes to do it.")
        done = actions.erase_again(by=user_of(arguments), list_file=arguments.again if arguments.again.name else None)
        out.result({"erased_again": done}, f"{done} erasures were done again.")
        return 0
    election, by = election_of(arguments), user_of(arguments)
    if arguments.list:
        rows = erasures(election)
        out.result(rows, lambda: _show(out, rows))
        return 0
    what = next((name for name in ("post", "account", "exhibit") if getattr(arguments, name)), "")
    if not what:
        raise BadInput("What shall be erased?", remedy="Name --post, --account or --exhibit, or see --list.")
    subject = subject_of(election, what, str(getattr(arguments, what)))
    asked = {"election": election, "what": what, "ground": arguments.ground, "subject": subject}
    if not arguments.yes:
        row, _ = actions.erasing.drafted(by=by, **asked)
    else:
        row = actions.order(by=by, reason=arguments.reason, **asked)
        with out.progress("Erasing", sum(row.counts.values())) as advance:
            row = actions.finish(by=by, erasure=row, advance=advance)
    told = {"erasure": row.erasure_id, "done": row.state == "done", "counts": row.counts, "held": row.held} | row.left
    out.result(told, "\n".join(lines_of(row, dry=not arguments.yes)))
    return 0 if not arguments.yes or row.state == "done" else 1


def _show(out, rows: list[dict]) -> None:
    """What was counted differs from erasure to erasure, so that it stands together in one column."""
    if not rows:
        out.say("Nothing was erased yet.")
        return
    names = ["erasure", "what", "ground", "asked_at", "by", "state", "reason"]
    counted = [", ".join(f"{name} {n:,}" for name, n in row.items() if name not in names) for row in rows]
    shown = [
        [row["erasure"], row["what"], row["ground"], row["asked_at"][:16].replace("T", " "), row["by"],
         row["state"], count, row["reason"]]
        for row, count in zip(rows, counted, strict=True)
    ]  # fmt: skip
    out.table("", ["erasure", "what", "ground", "asked (UTC)", "by", "state", "went", "reason"], shown)
