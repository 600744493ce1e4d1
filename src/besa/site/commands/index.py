"""`besa index`: bring the index of the corpus up to date, or make it anew."""

from __future__ import annotations

import time

from besa.site.start import start, user_of


def arguments(parser) -> None:
    parser.add_argument("--rebuild", action="store_true", help="make it anew from the corpus")


def run(arguments, out) -> int:
    home = start()
    from besa.corpus import Corpus
    from besa.people import policy
    from besa.site import indexing

    policy.check(user_of(arguments), "corpus.query", arguments.election or "")
    corpus, began = Corpus(home.corpus), time.monotonic()
    observations = corpus.rows("SELECT count(*) AS n FROM observations")[0]["n"] if arguments.rebuild else 0
    with out.progress("Indexing posts", observations or None) as advance:
        state = indexing.refresh(rebuild=arguments.rebuild, advance=advance)
    seconds = round(time.monotonic() - began, 1)
    out.result(
        {"posts": state.posts, "version": state.corpus, "segments": len(state.segments), "seconds": seconds},
        f"{state.posts:,} posts in the index, as the corpus stands at version {state.corpus} ({seconds} s).",
    )
    return 0
