"""`besa demo`: the fictional election, run through the whole method, then served."""

from __future__ import annotations

import time


def arguments(parser) -> None:
    parser.add_argument("--no-serve", action="store_true", help="do everything but serve")
    parser.add_argument("--posts", type=int, default=9500, help="how many posts to invent (default 9500)")
    parser.add_argument("--seed", type=int, default=2027, help="the same seed gives the same demo (default 2027)")
    parser.add_argument("--port", type=int, default=8000)


def run(arguments, out) -> int:
    from besa.base import clock
    from besa.base.errors import BadInput
    from besa.base.home import Home
    from besa.site.demo.story import BEGINS, Story
    from besa.site.start import start

    began = time.monotonic()
    if arguments.posts < 300:
        raise BadInput("A demo needs at least 300 posts.", remedy="Take --posts 1500 for a small one.")
    home = Home.here()
    if not home.demo_clock.exists():
        clock.set_clock(clock.SetClock(BEGINS, demo=True))  # so that the first entry of the ledger says so too
    start()
    _only_demo(home)
    story = Story(home, out, posts=arguments.posts, seed=arguments.seed)
    fresh = not story.told
    if fresh:
        out.say("Lumëria is invented: no place, party or person of this demo exists.")
        story.tell()
        clock.set_clock(clock.recall_demo(home.demo_clock))
    else:
        out.say("The demo is there already; nothing was changed.")
    document = {**story.summary(), "seconds": round(time.monotonic() - began, 1)}
    out.result(document, lambda: _tell(out, document))
    if arguments.no_serve:
        return 0
    from django.db import connections

    from besa.site.commands.serve import serve

    connections.close_all()
    serve("127.0.0.1", arguments.port, out)
    return 0


def _only_demo(home) -> None:
    """Demo time in the ledger of a real election would spoil it."""
    from besa.base.errors import Conflict
    from besa.pledge.queries import elections

    if real := [election.slug for election in elections() if not election.demo]:
        raise Conflict(
            f"This home holds a real election ({', '.join(real)}).",
            where=str(home.root),
            remedy="Give the demo a folder of its own: besa demo --home DIR.",
        )


def _tell(out, document: dict) -> None:
    from besa.people.models import User
    from besa.site.demo.story import PASSWORD, PEOPLE

    demo = set(User.objects.filter(demo=True).values_list("username", flat=True))
    out.say("")
    out.say(
        f"{document['posts']:,} posts collected, {document['docketed']:,} put on the docket, "
        f"{document['findings']:,} findings, {len(document['editions'])} editions, {document['seconds']} seconds."
    )
    out.say(f"Home: {document['home']}  (export files and their truth: demo-files/, mail: mail/)")
    for path in document["editions"]:
        out.say(f"  edition {path}")
    out.table(
        "Log-ins of the demo (this machine only)",
        ["user", "role", "password"],
        [[name, ", ".join(roles), PASSWORD.format(username=name)] for name, roles, *_ in PEOPLE if name in demo],
    )
