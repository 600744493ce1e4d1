"""`besa demo`: the fictional election, run through the whole method, then served."""

from __future__ import annotations

import sys
import time
from pathlib import Path


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
    from besa.site.demo.telling import summary
    from besa.site.start import start

    began = time.monotonic()
    if arguments.posts < 300:
        raise BadInput("A demo needs at least 300 posts.", remedy="Take --posts 1500 for a small one.")
    home = Home.here()
    if not home.demo_clock.exists():
        clock.set_clock(clock.SetClock(BEGINS, demo=True))  # so that the first entry of the ledger says so too
    start()
    _only_demo(home)
    story = Story(home, posts=arguments.posts, seed=arguments.seed)
    fresh = not story.told
    if fresh:
        out.say("Six weeks of monitoring in Lumëria. No place, party or person in it exists.")
        out.say("This takes a few minutes once. Cut off, it goes on where it stopped.\n")
        story.tell()
        clock.set_clock(clock.recall_demo(home.demo_clock))
    else:
        out.say("The demo is there already; nothing was changed.")
    document = {**summary(home), "seconds": round(time.monotonic() - began, 1)}
    out.result(document, lambda: _tell(out, document, arguments))
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


def _tell(out, document: dict, arguments) -> None:
    from besa.people.models import User
    from besa.site.demo.story import PASSWORD, PEOPLE

    seconds = round(document["seconds"])
    out.say(f"\nThe demo stands ({seconds // 60} min {seconds % 60} s).\n")
    for figure, text in (
        (document["posts"], "posts collected, from the export files of six tools"),
        (document["docketed"], "put on the docket, each with its reason in words"),
        (document["findings"], "findings, decided by people after two blind codings"),
        (len(document["editions"]), "weekly editions published, signed and verifiable"),
    ):
        out.say(f"  {figure:>7,}  {text}")
    here = set(User.objects.filter(demo=True).values_list("username", flat=True))
    out.say("\nLog-ins (this machine only)\n")
    for name, roles, reads, language in PEOPLE:
        if name in here:
            reading = f", reads {' '.join(reads)}" if reads else ""
            role = f"{roles[0].replace('_', ' ')}{reading}"
            out.say(f"  {name:<14} {PASSWORD.format(username=name):<27} {role:<25} {language}".rstrip())
    home, besa = _near(document["home"]), _near(sys.argv[0]) if sys.argv[0].endswith("besa") else "besa"
    option = "" if home == "var" else f" --home {home}"
    places = [("home", home), ("posts, truth", f"{home}/demo-files"), ("mail", f"{home}/mail")]
    steps = [("read", "docs/tutorial.md, a first walk of half an hour"), ("try", f"{besa} table funnel{option}")]
    if document["editions"]:
        newest = _near(document["editions"][-1])
        places.append(("last edition", newest))
        steps.append(("check", f"{besa} verify {newest}"))
    if arguments.no_serve:
        steps.append(("serve", f"{besa} serve{option}"))
    for title, lines in (("Files", places), ("Next", steps)):
        out.say(f"\n{title}\n")
        for name, text in lines:
            out.say(f"  {name:<14} {text}")
    out.say("")


def _near(path: str) -> str:
    """The path as one would type it here."""
    try:
        return str(Path(path).absolute().relative_to(Path.cwd()))
    except ValueError:
        return path
