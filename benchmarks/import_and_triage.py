"""How many posts a second go in and are triaged: `python benchmarks/import_and_triage.py [POSTS]`.

Runs the commands themselves, `besa import` and `besa triage`, on a fresh home with the demo pack, and before
and after them the rival: one process that reads the same file with orjson and calls the same connector on
each row, and does nothing else (no language, no hashes, no corpus). Figures are wall-clock seconds of whole
processes, start-up included; memory is the largest resident set of any one process.
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


def run(*arguments: str, home: Path) -> tuple[float, dict]:
    """Seconds of one command, and what it said as JSON."""
    began = time.perf_counter()
    done = subprocess.run(
        [BESA, *arguments, "--json"], env={**os.environ, "BESA_HOME": str(home)}, check=True, capture_output=True
    )  # fmt: skip
    return time.perf_counter() - began, json.loads(done.stdout)


def rival(path: Path) -> float:
    """Seconds of a plain loop: orjson, and the connector's own parsing."""
    import orjson

    from besa.collect.connectors import connector

    parse, began, rows = connector("zeeschuimer").parse, time.perf_counter(), 0
    with path.open("rb") as file:
        for line in file:
            parse(orjson.loads(line))
            rows += 1
    return time.perf_counter() - began


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
    for name, seconds in (
        ("orjson and parse (before)", before),
        ("besa import", importing),
        ("besa triage", triaging),
        ("import and triage", importing + triaging),
        ("orjson and parse (after)", after),
        ("besa import again", again),
    ):
        print(f"{name:26} {seconds:6.1f} s {posts / seconds:10,.0f} posts/s")
    print(f"import and triage take {2 * (importing + triaging) / (before + after):.1f} times orjson and parse")
    print(f"most memory of one process: {most:,} MB; languages: {languages}")
    print(f"{told['docketed']:,} docketed, signals {told['signals']}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
