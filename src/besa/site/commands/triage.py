"""`besa triage`: run the detectors over what is new and fill the docket."""

from __future__ import annotations

from besa.site.start import election_of, start, user_of


def arguments(parser) -> None:
    parser.add_argument("--seed", type=int, help="of the random samples (default: the election's own)")


def run(arguments, out) -> int:
    start()
    from besa.site import triaging
    from besa.triage import queries

    election, by = election_of(arguments), user_of(arguments)
    with out.progress("Looking at new posts", queries.pending(election)) as advance:
        document = triaging.run(by=by, election=election, seed=arguments.seed, advance=advance)
    found = ", ".join(f"{name} {count:,}" for name, count in document["signals"].items()) or "none"
    out.result(
        document,
        f"{document['posts']:,} new posts, signals: {found}; {document['docketed']:,} put on the docket"
        f" ({document['seconds']} s).",
    )
    return 0
