"""What each detector takes, and what memory a run needs: `python benchmarks/detectors.py [POSTS [--million]]`.

100,000 invented posts of about 30 words (`invented/`), the demo pack with its lexicon. First a whole run of triage
in a process of its own: wall-clock and processor seconds (workers included), peak memory of the parent and of its
largest worker; the same with three times as many posts (and ten times, with `--million`), where memory should hardly
grow. Then each detector by itself, in one process, in processor seconds: those that look at each post by itself, told
the language already, and those that look across all posts (DuckDB, its threads counted).
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

NOW = datetime(2027, 10, 20, 9, 0, tzinfo=UTC)


def processor_seconds() -> float:
    parts = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(part.ru_utime + part.ru_stime for part in parts)


def begin():
    """(corpus, election) of the home named in the environment, with the demo pack."""
    from besa.site.start import start

    start()
    import besa.packs
    from besa.base import clock
    from besa.base.home import Home
    from besa.corpus import Corpus
    from besa.people.queries import local_operator
    from besa.pledge.models import Election
    from besa.site.packs import load

    clock.set_clock(clock.SetClock(NOW))
    if not Election.objects.exists():
        load(by=local_operator(), folder=Path(besa.packs.__file__).parent / "demo")
    return Corpus(Home.here().corpus), Election.objects.get()


def write(posts: int) -> None:
    """Invented posts straight into the corpus, with their languages told, as an import leaves them."""
    corpus, election = begin()
    import invented
    import pyarrow as pa

    from besa.base.language import detect
    from besa.base.text import normal
    from besa.corpus.schema import OBSERVATIONS

    chance = random.Random(7)
    first = datetime.fromtimestamp(invented.FIRST, UTC)

    def batches():
        for start in range(0, posts, 10_000):
            numbers = range(start, min(posts, start + 10_000))
            texts = [invented.text(number, chance) for number in numbers]
            rows = [
                {"observation_id": f"{number:064x}", "post_key": f"tiktok:{7_400_000_000 + number}",
                 "platform": "tiktok", "kind": "video", "channel": "public",
                 "account_key": f"tiktok:{chance.randrange(2_000)}", "text": text,
                 "text_normal": normal(text), "language": told, "reactions": number % 999, "election": election.slug,
                 "posted_at": first + timedelta(seconds=chance.randrange(invented.SPAN)), "import_id": "i1"}
                for number, text, (told, _) in zip(numbers, texts, detect(texts, election.post_languages), strict=True)
            ]  # fmt: skip
            yield pa.RecordBatch.from_pylist(rows, schema=OBSERVATIONS)

    corpus.append(batches(), import_id="i1")


def run() -> None:
    _, election = begin()
    from besa.people.queries import local_operator
    from besa.triage import actions

    began, spent = time.perf_counter(), processor_seconds()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = actions.run(by=local_operator(), election=election)
    worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(json.dumps(told | {
        "wall": time.perf_counter() - began, "processor": processor_seconds() - spent, "before": before >> 10,
        "parent": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10, "worker": worker >> 10,
    }))  # fmt: skip


def alone() -> None:
    """Each detector by itself."""
    corpus, election = begin()
    from besa.triage import queries
    from besa.triage.actions import runs
    from besa.triage.detectors import detectors
    from besa.triage.detectors.parallel import with_language
    from besa.triage.queries.arrivals import all_posts, in_slices, new_posts

    resources, spent = queries.resources(election), {}
    posts = new_posts(corpus, election, -1, corpus.version())
    for batch in in_slices(corpus, posts, corpus.version()):
        batch = with_language(batch, tuple(election.post_languages))
        for detector in detectors():
            if not detector.across:
                began = time.process_time()
                detector.detect(batch, resources, 7)
                spent[detector.name] = spent.get(detector.name, 0) + time.process_time() - began
    with all_posts(corpus, election, corpus.version()) as (posts, signals):
        for detector in detectors():
            if detector.across:
                began = time.process_time()
                runs._across(detector, posts, signals, resources, 7)
                spent[detector.name] = time.process_time() - began
    print(json.dumps(spent))


def call(step: str, home: Path) -> dict:
    done = subprocess.run(
        [sys.executable, __file__, f"--{step}"], env={**os.environ, "BESA_HOME": str(home)},
        check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return json.loads(done.stdout or "{}")


def main(posts: int, million: bool) -> None:
    for count in (posts, 3 * posts, *((10 * posts,) if million else ())):
        home = Path(tempfile.mkdtemp(prefix="speed-of-besa-"))
        try:
            call(f"write={count}", home)
            each = call("alone", home) if count == posts else None
            told = call("run", home)
        finally:
            shutil.rmtree(home)
        print(
            f"{count:,} posts, {os.cpu_count()} cores: {told['wall']:.1f} s wall-clock, {told['processor']:.1f} s "
            f"processor; peak memory: parent {told['parent']:,} MB ({told['before']:,} MB before it began), largest "
            f"worker {told['worker']:,} MB; {told['docketed']:,} docketed, signals {told['signals']}",
            flush=True,
        )
        for name, seconds in (each or {}).items():
            print(f"  {name:14} {seconds:6.2f} s processor", flush=True)


if __name__ == "__main__":
    asked = sys.argv[1] if len(sys.argv) > 1 else "100000"
    if asked.startswith("--write="):
        write(int(asked[8:]))
    elif asked in ("--run", "--alone"):
        {"--run": run, "--alone": alone}[asked]()
    else:
        main(int(asked), "--million" in sys.argv)
