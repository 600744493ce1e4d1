"""`besa work`: run the belt, once or until stopped."""

from __future__ import annotations

import time


def arguments(parser) -> None:
    parser.add_argument("--once", action="store_true", help="one turn, then stop")
    parser.add_argument("--every", type=float, default=60, metavar="SECONDS", help="pause between turns (default 60)")


def run(arguments, out) -> int:
    from besa.site.start import election_of, start

    start()
    from besa.collect.actions import recover
    from besa.people.policy import BELT
    from besa.site.belt import turn

    if arguments.once:
        recover(by=BELT)
        election = election_of(arguments)
        done = turn(election=election)
        out.result({"election": election.slug, **done}, lambda: _tell(out, done))
        return 1 if done["problems"] else 0
    out.say("The belt runs; stop it with Ctrl-C.")
    while True:
        recover(by=BELT)
        for election in _elections(arguments):
            _tell(out, turn(election=election))
        time.sleep(max(arguments.every, 1))


def _elections(arguments) -> list:
    from besa.pledge.queries import elections
    from besa.site.start import election_of

    return [election_of(arguments)] if arguments.election else elections()


def _tell(out, done: dict) -> None:
    figures = {name: figure for name, figure in done.items() if name != "problems" and figure}
    if figures:
        out.say(
            ", ".join(
                f"{name} {f'{figure:,}' if isinstance(figure, int) else figure}" for name, figure in figures.items()
            )
        )
    for problem in done["problems"]:
        out.say(f"Not now: {problem}")
    if not figures and not done["problems"]:
        out.say("Nothing waits.")
