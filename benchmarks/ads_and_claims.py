"""How long advertising, claims and figures to check take: `python benchmarks/ads_and_claims.py [POSTS]`.

Invented posts of 30 words with the frequencies of a language; one in a hundred is an ad of the library, a fifth are
posts of campaigners, a tenth articles, of which some repeat a campaigner's post; 2,000 claims of 8 to 15 words,
and one post in fifty says one of them. Processor seconds of this process, the best of three rounds.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from datetime import UTC, datetime, timedelta

import ibis
import pyarrow as pa

from besa.base.text import normal
from besa.corpus.schema import OBSERVATIONS
from besa.triage.detectors import ads, checkable, claims
from besa.triage.types import SEEN_ACROSS, ClaimSpec, Resources

CLAIMS = 2_000
FIRST = datetime(2027, 9, 1, tzinfo=UTC)
CAMPAIGNERS = {f"facebook:c{number}": f"Party {number}" for number in range(200)}


def invented(count: int, seed: int = 5) -> tuple[pa.Table, tuple[ClaimSpec, ...]]:
    chance = random.Random(seed)
    syllables = [first + second for first in "bcdfgjklmnprstvzhšçž" for second in "aeiouë"]
    words = ["".join(chance.choices(syllables, k=chance.randint(1, 5))) for _ in range(30_000)]
    flow = iter(chance.choices(words, [1 / (place + 10) for place in range(len(words))], k=count * 31 + CLAIMS * 20))

    def said(number: int) -> str:
        return " ".join(next(flow) for _ in range(number))

    held = tuple(
        ClaimSpec(at, ((("sq", "sr", "en")[at % 3], said(chance.randint(8, 15))),), "false", "False", "Nobody")
        for at in range(CLAIMS)
    )
    rows, own = [], []
    for at in range(count):
        kind, account = ("article", "portal:p") if at % 10 == 9 else ("post", f"facebook:{at % 5000}")
        text = said(30)
        if at % 100 == 0:
            kind, account = "ad", f"facebook:c{at % 200}"
        elif at % 5 == 1:
            account = f"facebook:c{at % 200}"
            own.append(text)
        elif at % 100 == 19:
            text = chance.choice(own)
        elif at % 50 == 3:
            text = f"{said(10)}. {chance.choice(held).texts[0][1]}. {said(8)}"
        if at % 10 == 2:
            text = f"Rritja ishte {at % 90} %. {text}"
        rows.append(
            {"post_key": f"facebook:{at}", "observation_id": f"{at:064}", "platform": "facebook", "kind": kind,
             "account_key": account, "account_handle": None, "text": text, "text_normal": normal(text),
             "posted_at": FIRST + timedelta(seconds=at)}
        )  # fmt: skip
    return pa.Table.from_pylist(rows, schema=OBSERVATIONS).select(list(SEEN_ACROSS)), held


def main(count: int) -> None:
    posts, held = invented(count)
    resources = Resources(claims=held, new_claims=held, campaigners=CAMPAIGNERS)
    table = ibis.memtable(posts)

    def by_batch(detect):
        return lambda: sum(detect(posts.slice(at, 10_000), resources, 1).num_rows for at in range(0, count, 10_000))

    every = {
        "ads": by_batch(ads.detect),
        "claims": by_batch(claims.detect),
        "checkable": by_batch(checkable.detect),
        "library": lambda: ads.library.detect(table, resources, 1).to_pyarrow().num_rows,
    }
    best: dict[str, tuple[float, int]] = {}
    for _ in range(3):
        for name, run in every.items():
            began = time.process_time()
            found = run()
            best[name] = min(best.get(name, (1e9, 0)), (time.process_time() - began, found))
    for name, (seconds, found) in best.items():
        print(f"{name:<10} {seconds:6.2f} s processor, {found:7,} signals")
    together = sum(seconds for seconds, _ in best.values())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"together   {together:6.2f} s for {count:,} posts and {CLAIMS:,} claims; most memory {memory} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
