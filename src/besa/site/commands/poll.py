"""`besa poll`: ask live sources for what is new, once or until stopped."""

from __future__ import annotations

import sys
import time


def arguments(parser) -> None:
    parser.add_argument("--once", action="store_true", help="one round over what is due, then stop")
    parser.add_argument(
        "--source", action="append", default=[], metavar="ADDRESS", help="poll this one now (address or number)"
    )
    parser.add_argument("--list", action="store_true", help="show the sources and stop")
    parser.add_argument("--add", metavar="ADDRESS", help="poll one more address from now on, and stop")
    parser.add_argument("--store-key", metavar="NAME", help="keep a service's key in the home (typed in, or on stdin)")


def run(arguments, out) -> int:
    from besa.site.start import election_of, start, user_of

    start()
    from besa.collect import queries
    from besa.collect.actions import add_source, derive_sources, poll, store_key

    by, election = user_of(arguments), election_of(arguments)
    if arguments.store_key:
        store_key(by=by, election=election, name=arguments.store_key, key=_typed(arguments.store_key))
        out.result({"key": arguments.store_key}, f"The key “{arguments.store_key}” is kept in the home.")
        return 0
    if arguments.add:
        source = add_source(by=by, election=election, address=arguments.add)
        out.result(_plain(source), f"{source.address} is polled every {source.minutes:,} minutes ({source.connector}).")
        return 0
    if arguments.list:
        derive_sources(by=by, election=election)
        rows = queries.source_rows(election)
        out.result([_plain(row.source, row) for row in rows], lambda: _show(rows, out))
        return 0
    chosen = [_named(election, name) for name in arguments.source]
    if arguments.once or chosen:
        with out.progress("Polling", len(chosen) or None) as advance:
            done = poll(by=by, election=election, sources=chosen or None, advance=advance)
        out.result({"election": election.slug, **done}, lambda: _tell(out, done))
        return 1 if done["failed"] else 0
    out.say("Live sources are polled; stop it with Ctrl-C.")
    while True:
        done = poll(by=by, election=election)
        if done["polled"]:
            _tell(out, done)
        time.sleep(queries.rest(election))


def _typed(name: str) -> str:
    """A key is never an argument: arguments stand in the shell's history and in the list of processes."""
    if not sys.stdin.isatty():
        return sys.stdin.readline()
    import getpass

    return getpass.getpass(f"Key “{name}” (it is not shown): ")


def _named(election, name: str):
    from besa.base.errors import NotFound
    from besa.collect import queries

    found = queries.sources(election)
    source = found.filter(pk=int(name)).first() if name.isdecimal() else found.filter(address=name).first()
    if source is None:
        raise NotFound(f"There is no source “{name}”.", remedy="`besa poll --list` shows them.")
    return source


def _plain(source, row=None) -> dict:
    about = {
        "source": source.pk, "connector": source.connector, "address": source.address, "name": source.name,
        "minutes": source.minutes, "active": source.active,
    }  # fmt: skip
    if row:
        last = row.last
        about |= {"state": row.state, "next_at": source.next_at, "last_at": last.at if last else None}
        about |= {"error": last.error if last else ""}
    return about


def _show(rows, out) -> None:
    if not rows:
        out.say("Nothing is polled yet. `besa poll --add ADDRESS` adds a source.")
        return
    columns = ["", "service", "source", "state", "last error"]
    lines = []
    for row in rows:
        about, error = row.source, row.last.error if row.last else ""
        lines.append([str(about.pk), about.connector, about.name or about.address, row.state, error])
    out.table("", columns, lines)


def _tell(out, done: dict) -> None:
    if not done["polled"]:
        out.say("Nothing is due.")
        return
    out.say(
        f"{done['polled']:,} polled, {done['not_modified']:,} unchanged, {done['failed']:,} failed;"
        f" {done['new']:,} new posts of {done['seen']:,} seen ({done['seconds']:.1f} s)."
    )
    for problem in done["problems"][:20]:
        out.say(f"  {problem['address']}: {problem['error']}")
    if len(done["problems"]) > 20:
        out.say(f"  … and {len(done['problems']) - 20} more; the browser shows them under Sources.")
