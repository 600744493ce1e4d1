"""`besa log-in HOST`: keep a log-in for captures of a host, enciphered; show and end those that are kept."""

from __future__ import annotations

from pathlib import Path


def arguments(parser) -> None:
    parser.add_argument("host", nargs="?", default="", metavar="HOST", help="as platform.example")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--file", type=Path, metavar="FILE.json", help="a storage state that Playwright saved")
    how.add_argument("--open", action="store_true", help="log in by hand in a browser window that opens now")
    how.add_argument("--end", action="store_true", help="empty what is kept for this host")
    how.add_argument("--list", action="store_true", help="the hosts that have one")
    parser.add_argument(
        "--called", action="append", default=[], metavar="NAME",
        help="what the account is called there: it is blacked out in captures (may be given more than once)",
    )  # fmt: skip


def run(arguments, out) -> int:
    from besa.base.errors import BadInput
    from besa.site.start import election_of, start, user_of

    start()
    from besa.evidence import queries
    from besa.evidence.actions.log_ins import end_log_in, store_log_in

    election, by = election_of(arguments), user_of(arguments)
    if arguments.list:
        rows = [_told(row) for row in queries.log_ins(election)]
        columns = ["host", "cookies", "until", "stored_at", "by"]
        out.result(rows, lambda: out.table("", columns, [[str(row[name] or "") for name in columns] for row in rows]))
        return 0
    if not arguments.host:
        raise BadInput("At which host?", remedy="besa log-in platform.example --file state.json")
    if arguments.end:
        ended = end_log_in(by=by, election=election, host=arguments.host)
        out.result({"host": arguments.host, "ended": ended}, f"{ended} log-in of {arguments.host} emptied.")
        return 0
    data = _data(arguments, out)
    row = store_log_in(by=by, election=election, host=arguments.host, data=data, names=arguments.called)
    out.result(_told(row), f"The log-in of {row.host} is kept, enciphered ({row.cookies} cookies).")
    if arguments.file:
        out.say(f"{arguments.file} still holds it in the clear: delete it.")
    return 0


def _data(arguments, out) -> bytes:
    from besa.base.errors import BadInput

    if arguments.file:
        try:
            return arguments.file.read_bytes()
        except OSError as error:
            raise BadInput(f"The file cannot be read ({error.strerror}).", where=str(arguments.file)) from None
    if not arguments.open:
        raise BadInput("Where from?", remedy="Add --file state.json, or --open to log in by hand.")
    from besa.evidence.capturers.logging_in import by_hand

    out.say("A browser window opens. Log in there, then come back and press Enter.")
    return by_hand(arguments.host, input)


def _told(row) -> dict:
    return {"host": row.host, "cookies": row.cookies, "until": row.until, "stored_at": row.stored_at, "by": row.by}
