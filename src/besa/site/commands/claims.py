"""`besa claims FILE`: claims that others have checked, from ClaimReview (JSON) or a table (CSV)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

_TOLD = 100


def arguments(parser) -> None:
    parser.add_argument("file", metavar="FILE", help="ClaimReview JSON, or CSV with claim, rating and reviewer")
    parser.add_argument("--dry-run", action="store_true", help="say what each row would do and write nothing")


def run(arguments, out) -> int:
    from besa.site.start import election_of, start, user_of

    start()
    from besa.base.errors import BadInput
    from besa.triage.actions.claims import planned, take_in

    path, election, by = Path(arguments.file), election_of(arguments), user_of(arguments)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(f"The file cannot be read: {error.strerror}.", where=str(path)) from None
    plan = (planned if arguments.dry_run else take_in)(by=by, election=election, data=data, file_name=path.name)
    counts = Counter(outcome for outcome, _ in plan)
    rows = [
        {"line": row.line, "outcome": outcome, "claim": row.claim, "verdict": row.verdict, "rating": row.rating,
         "reviewer": row.reviewer, "why": row.why}
        for outcome, row in plan
    ]  # fmt: skip
    document = {
        "file": path.name, "read": len(rows), "new": counts["new"], "known": counts["known"],
        "refused": counts["refused"], "written": not arguments.dry_run and counts["new"] > 0, "rows": rows,
    }  # fmt: skip

    def human() -> None:
        refused = [[f"{path.name}:{row['line']}", row["why"], row["claim"]] for row in rows if row["why"]]
        if refused:
            out.table("Left out", ["where", "why", "claim"], refused[:_TOLD])
        out.say(f"{counts['new']} new, {counts['known']} known already, {counts['refused']} left out.")
        out.say("The next triage run seeks them in all posts." if document["written"] else "Nothing was written.")

    out.result(document, human)
    return 1 if counts["refused"] else 0
