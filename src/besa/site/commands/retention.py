"""`besa retention`: what falls due and when; with --yes, what is due goes."""

from __future__ import annotations


def arguments(parser) -> None:
    parser.add_argument("--kind", default="", help="only this kind of record")
    parser.add_argument("--reason", default="", help="stands in the ledger (default: the ground of the rule)")
    parser.add_argument("--yes", action="store_true", help="erase what is due; without this nothing changes")


def run(arguments, out) -> int:
    from besa.base.errors import BadInput
    from besa.site.start import election_of, start, user_of

    start()
    from besa.retention import actions
    from besa.retention.queries.due import due
    from besa.retention.queries.telling import lines_of

    election, by = election_of(arguments), user_of(arguments)
    rules = [one for one in due(election) if arguments.kind in ("", one.kind)]
    if not rules:
        known = ", ".join(one.kind for one in due(election))
        raise BadInput(
            "The election has no such rule.", where=arguments.kind,
            remedy=f"It has: {known}." if known else "Add [[retention]] to its pack and load it again.",
        )  # fmt: skip
    told = [
        {"kind": one.kind, "rows": one.rows, "from": str(one.day or ""), "due": one.due, "by_itself": one.by_itself}
        for one in rules
    ]
    if not arguments.yes:
        shown = [
            [one.kind, one.rows, one.day or "the period has not begun", "yes" if one.due else "no",
             "by itself" if one.by_itself else "when told to (--yes)"]
            for one in rules
        ]  # fmt: skip
        out.result(told, lambda: out.table("", ["kind", "rows", "falls due on", "due now", "goes"], shown))
        return 0
    done = []
    for one in rules:
        if one.due:
            row = actions.order(by=by, election=election, what=one.kind, reason=arguments.reason or one.ground_words)
            with out.progress(one.kind, sum(row.counts.values())) as advance:
                done.append(actions.finish(by=by, erasure=row, advance=advance))
    document = [
        {"kind": row.what, "erasure": row.erasure_id, "done": row.state == "done", "counts": row.counts,
         "held": len(row.held)} for row in done
    ]  # fmt: skip
    lines = [line for row in done for line in lines_of(row, dry=False)]
    out.result(document, "\n".join(lines or ["Nothing is due."]))
    return 0 if all(row.state == "done" for row in done) else 1
