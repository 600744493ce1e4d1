"""How many posts a second go in and are triaged: `python benchmarks/import_and_triage.py [POSTS]`.

Runs the commands themselves, `besa import` and `besa triage`, on a fresh home with the demo pack, and before
and after them the rival: one process that reads the same file with orjson and calls the same connector on
each row, and does nothing else (no language, no hashes, no corpus). Figures are wall-clock and processor
seconds of whole processes, start-up included (where the processor seconds are well below the wall-clock
seconds, others were using the machine); memory is the largest resident set of any one process.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import invented

BESA = str(Path(sys.executable).parent / "besa")


def processor_seconds() -> float:
    """Of this process and of all that it has started and that have ended."""
    parts = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(part.ru_utime + part.ru_stime for part in parts)


class Watch:
    """Wall-clock and processor seconds of a block."""

    def __enter__(self):
        self.began, self.spent = time.perf_counter(), processor_seconds()
        return self

    def __exit__(self, *_):
        self.wall, self.processor = time.perf_counter() - self.began, processor_seconds() - self.spent


def run(*arguments: str, home: Path) -> tuple[Watch, dict]:
    """What one command took, and what it said as JSON."""
    with Watch() as watch:
        done = subprocess.run(
            [BESA, *arguments, "--json"], env={**os.environ, "BESA_HOME": str(home)}, check=True, capture_output=True
        )
    return watch, json.loads(done.stdout)


def rival(path: Path) -> Watch:
    """What a plain loop takes: orjson, and the connector's own parsing."""
    import orjson

    from besa.collect.connectors import connector

    parse = connector("zeeschuimer").parse
    with path.open("rb") as file, Watch() as watch:
        for line in file:
            parse(orjson.loads(line))
    return watch


def main(posts: int) -> None:
    home = Path(tempfile.mkdtemp(prefix="speed-of-besa-"))
    try:
        path = invented.write(home / "posts.ndjson", posts)
        print(f"{posts:,} posts, {path.stat().st_size >> 20} MB, {os.cpu_count()} cores", flush=True)
        run("pack", "load", "demo", home=home)
        before = rival(path)
        importing, (row,) = run("import", str(path), home=home)
        triaging, told = run("triage", home=home)
        after = rival(path)
        most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
        again, (second,) = run("import", str(path), home=home)
        _, languages = run("query", "SELECT language, count(*) AS n FROM posts GROUP BY 1 ORDER BY 2 DESC", home=home)
        if not (row["mapped"] == told["posts"] == second["duplicate"] == posts):
            raise SystemExit(f"wrong counts: {row} {told} {second}")
    finally:
        shutil.rmtree(home)
    both = importing.wall + triaging.wall
    for name, watch in (
        ("orjson and parse (before)", before),
        ("besa import", importing),
        ("besa triage", triaging),
        ("orjson and parse (after)", after),
        ("besa import again", again),
    ):
        rate = posts / watch.wall
        print(f"{name:26} {watch.wall:6.1f} s {rate:10,.0f} posts/s   processor {watch.processor:6.1f} s")
    print(f"{'import and triage':26} {both:6.1f} s {posts / both:10,.0f} posts/s")
    print(f"that is {2 * both / (before.wall + after.wall):.1f} times orjson and parse")
    print(f"most memory of one process: {most:,} MB; languages: {languages}")
    print(f"{told['docketed']:,} docketed, signals {told['signals']}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
