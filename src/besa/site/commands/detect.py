"""`besa detect KIND`: one detector's pairs as a file, of the corpus or of a file of one's own."""

from __future__ import annotations

import csv
import time
from pathlib import Path

from besa.base.errors import BadInput


def arguments(parser) -> None:
    parser.add_argument("kind", choices=("near-duplicates",), help="what to look for")
    parser.add_argument("--threshold", type=float, default=0.8, help="least similarity of two texts (default 0.8)")
    parser.add_argument(
        "--posts", type=Path, metavar="FILE.csv", help="texts with the columns id, text (else the corpus)"
    )
    parser.add_argument("--out", required=True, type=Path, metavar="PAIRS.csv", help="where the pairs are written")


def run(arguments, out) -> int:
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
        keys, texts = _of_corpus(arguments)
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


def _of_corpus(arguments) -> tuple[list[str], list[str]]:
    from besa.site.start import election_of, start

    start()
    from besa.base.home import Home
    from besa.corpus import Corpus

    found = Corpus(Home.here().corpus).table(
        "SELECT post_key, text_normal FROM posts WHERE election = $slug AND text_normal <> '' ORDER BY post_key",
        {"slug": election_of(arguments).slug},
    )
    return found["post_key"].to_pylist(), found["text_normal"].to_pylist()
