"""Posts a second that triage looks at, on a fresh home: `python benchmarks/triage_posts.py [posts]`."""

from __future__ import annotations

import hashlib
import os
import random
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ["BESA_HOME"] = tempfile.mkdtemp(prefix="besa-bench-")

SENTENCES = [
    "Sot folëm me qytetarët për ujin, rrugët dhe shkollat e komunës sonë.", "Ejani të gjithë nesër në shesh!",
    "Danas smo razgovarali sa građanima o vodi, putevima i školama naše opštine.", "Vidimo se sutra na trgu!",
    "Данас смо разговарали са грађанима о води и путевима.", "Today we spoke with citizens about water and roads.",
    "Faleminderit për mbështetjen", "Hvala svima na podršci", "Program ynë ka dhjetë pika dhe buxhet të qartë.",
]  # fmt: skip
PLANTED = ["Ata janë tradhtarë dhe hajna", "Oni su izdajnici i lopovi", "Издајници народа", "Ti je i d i o t"]


def posts(count: int, slug: str):
    import pyarrow as pa

    from besa.base.text import normal
    from besa.corpus.schema import OBSERVATIONS

    chance = random.Random(1)
    first = datetime(2025, 9, 1, tzinfo=UTC)
    for start in range(0, count, 10_000):
        rows = []
        for number in range(start, min(start + 10_000, count)):
            said = chance.sample(SENTENCES, 2) + ([chance.choice(PLANTED)] if chance.random() < 0.05 else [])
            text = " ".join(said) + f" #{number % 5000} https://a.example/{number}"
            rows.append(
                {"observation_id": hashlib.sha256(str(number).encode()).hexdigest(), "post_key": f"facebook:{number}",
                 "platform": chance.choice(["facebook", "tiktok", "instagram"]), "kind": "post", "channel": "public",
                 "account_key": f"facebook:{chance.randrange(2000)}", "text": text, "text_normal": normal(text),
                 "posted_at": first + timedelta(seconds=chance.randrange(45 * 86400)), "reactions": number % 900,
                 "route": "watch_list", "election": slug, "import_id": "bench", "connector": "bench", "raw": "{}"}
            )  # fmt: skip
        yield pa.RecordBatch.from_pylist(rows, schema=OBSERVATIONS)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    from besa.site.start import start

    home = start()
    import besa.packs
    from besa.corpus import Corpus
    from besa.people.queries import local_operator
    from besa.pledge.models import Election
    from besa.site.packs import load
    from besa.triage import actions

    by = local_operator()
    load(by=by, folder=Path(besa.packs.__file__).parent / "kosovo_local_2025")
    election = Election.objects.get()
    Corpus(home.corpus).append(posts(count, election.slug), import_id="bench")
    began = time.perf_counter()
    done = actions.run(by=by, election=election)
    seconds = time.perf_counter() - began
    print(f"{done['posts']:,} posts, {done['docketed']:,} docketed, signals {done['signals']}")
    print(f"triage (languages told here as well): {seconds:.1f} s, {count / seconds:,.0f} posts/s")


if __name__ == "__main__":
    main()
