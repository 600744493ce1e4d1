"""`besa detect KIND`: one detector's pairs as a file, of the corpus or of a file of one's own."""

from __future__ import annotations

import csv
import time
from pathlib import Path

from besa.base.errors import BadInput

_OBJECTS = {"url": "url", "text": "text", "hashtag": "hashtags", "hashtags": "hashtags", "image": "image"}


def arguments(parser) -> None:
    parser.add_argument("kind", choices=("near-duplicates", "coordination"), help="what to look for")
    parser.add_argument("--out", required=True, type=Path, metavar="FILE.csv", help="where the pairs are written")
    alike = parser.add_argument_group("near-duplicates")
    alike.add_argument("--threshold", type=float, default=0.8, help="least similarity of two texts (default 0.8)")
    alike.add_argument(
        "--posts", type=Path, metavar="FILE.csv", help="texts with the columns id, text (else the corpus)"
    )
    tied = parser.add_argument_group("coordination")
    tied.add_argument(
        "--shares", type=Path, metavar="FILE.csv",
        help="shares: object_id, account_id, content_id, timestamp_share (else the corpus)",
    )  # fmt: skip
    tied.add_argument("--object", "--by", choices=tuple(_OBJECTS), default="url", help="what is shared (default url)")
    tied.add_argument("--window", type=float, default=60, metavar="SECONDS", help="most time between two (default 60)")
    tied.add_argument(
        "--min-participation", type=int, default=2, metavar="N", help="shares that an account needs (default 2)"
    )
    tied.add_argument(
        "--min-weight", "--min-repetition", type=int, default=1, metavar="N",
        help="how often two accounts must have shared together (default 1)",
    )  # fmt: skip
    tied.add_argument("--faster", action="store_true", help="only what is faster than chance would have it")
    tied.add_argument("--gexf", type=Path, metavar="FILE", help="write the network for Gephi too")
    tied.add_argument("--graphml", type=Path, metavar="FILE", help="write the network for other programs too")


def run(arguments, out) -> int:
    return {"near-duplicates": _near_duplicates, "coordination": _coordination}[arguments.kind](arguments, out)


def _near_duplicates(arguments, out) -> int:
    from besa.base.text import normal
    from besa.triage.detectors.copies.near import pairs
    from besa.triage.evaluation.labelled import TEXT, column, rows

    if not 0 < arguments.threshold <= 1:
        raise BadInput("--threshold takes more than 0, up to 1.")
    began = time.perf_counter()
    if arguments.posts:
        read = [row for _, row in rows(arguments.posts)]
        names = list(read[0])
        key = column(arguments.posts, names, "", ("id", "post_key", "post_id"), "the header")
        text = column(arguments.posts, names, "", TEXT, "the header")
        keys, texts = [row[key] for row in read], [normal(row[text]) for row in read]
    else:
        keys, texts = _texts_of_corpus(arguments)
    found = pairs(texts, arguments.threshold)
    try:
        with arguments.out.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("a", "b", "similarity"))
            writer.writerows((keys[a], keys[b], round(alike, 6)) for a, b, alike in found.iter_rows())
    except OSError as error:
        raise BadInput(f"cannot be written ({error.strerror}).", where=str(arguments.out)) from None
    document = {"posts": len(keys), "pairs": len(found), "seconds": round(time.perf_counter() - began, 3)}
    out.result(document, f"{len(keys):,} posts, {len(found):,} pairs of near-copies ({document['seconds']} s).")
    return 0


def _coordination(arguments, out) -> int:
    from besa.triage.detectors.coordination import chance, files, near
    from besa.triage.detectors.coordination.together import families

    if arguments.window < 0 or arguments.min_participation < 1 or arguments.min_weight < 1:
        raise BadInput("--window takes 0 or more, --min-participation and --min-weight take 1 or more.")
    began = time.perf_counter()
    given = files.read(arguments.shares) if arguments.shares else _shares_of_corpus(arguments)
    rule = near.Rule(arguments.window, arguments.min_participation, arguments.min_weight)
    sorted_ = near.Shares(given, rule)
    ties = near.named(sorted_, chance.judged(sorted_, near.ties(sorted_)))
    if arguments.faster:
        ties = ties.filter("faster")
    files.write(arguments.out, ties.write_csv().encode())
    if arguments.gexf or arguments.graphml:
        nodes, edges = files.network(ties, families(ties))
        for path, form in ((arguments.gexf, files.gexf), (arguments.graphml, files.graphml)):
            if path:
                files.write(path, form(nodes, edges))
    document = {
        "shares": len(given), "accounts": len({*ties["account_a"], *ties["account_b"]}), "edges": len(ties),
        "faster": int(ties["faster"].sum()), "seconds": round(time.perf_counter() - began, 3),
    }  # fmt: skip
    out.result(
        document,
        f"{document['shares']:,} shares, {document['accounts']:,} accounts with {document['edges']:,} ties, "
        f"{document['faster']:,} of them faster than chance would have it ({document['seconds']} s).",
    )
    return 0


def _shares_of_corpus(arguments):
    from besa.site.start import election_of, start

    start()
    from besa.base.home import Home
    from besa.corpus import Corpus
    from besa.triage.detectors.coordination.shared import shares_of

    posts = Corpus(Home.here().corpus).ibis().table("posts")
    kind = _OBJECTS[arguments.object]
    return shares_of(posts.filter(posts.election == election_of(arguments).slug), (kind,))[kind]


def _texts_of_corpus(arguments) -> tuple[list[str], list[str]]:
    from besa.site.start import election_of, start

    start()
    from besa.base.home import Home
    from besa.corpus import Corpus

    found = Corpus(Home.here().corpus).table(
        "SELECT post_key, text_normal FROM posts WHERE election = $slug AND text_normal <> '' ORDER BY post_key",
        {"slug": election_of(arguments).slug},
    )
    return found["post_key"].to_pylist(), found["text_normal"].to_pylist()
