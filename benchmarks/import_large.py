"""How fast a million rows go in, and in how much memory: `python benchmarks/import_large.py [ROWS]`.

Two files that cannot be held in memory as objects: Zeeschuimer NDJSON of TikTok posts with all that its records
carry (8 kB each), and a Meta Content Library CSV (35 columns, 0.5 kB each). The command itself runs, `besa import`,
on a fresh home; before and after it the plain loops that read the same file (the first RIVAL rows of it) and do
nothing else: `json.loads` and `orjson.loads` with the connector's own parsing, or `csv.DictReader`. Memory, looked at
twice a second, is that of all processes of the command together (shared pages once), and of the largest alone.
"""

from __future__ import annotations

import csv
import json
import shutil
import sys
import tempfile
import threading
import time
from itertools import islice
from pathlib import Path

import invented
from import_and_triage import run

RIVAL = 20_000


def resident(pid: int) -> list[int]:
    """Bytes of memory of a process and of each below it; what several share is divided among them."""
    found, waiting = [], [pid]
    while waiting:
        at = waiting.pop()
        try:
            tasks = Path(f"/proc/{at}/task")
            for task in tasks.iterdir():
                waiting += map(int, (task / "children").read_text().split())
            lines = Path(f"/proc/{at}/smaps_rollup").read_text().splitlines()
            found.append(sum(int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:")))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


class Memory(threading.Thread):
    """The most memory that the children of this process held at one moment: together, and the largest alone."""

    def __init__(self):
        super().__init__(daemon=True)
        self.most, self.largest, self.over = 0, 0, False

    def run(self) -> None:
        import os

        me = os.getpid()
        while not self.over:
            children = [int(pid) for pid in Path(f"/proc/{me}/task/{me}/children").read_text().split()]
            held = [size for pid in children for size in resident(pid)]
            self.most, self.largest = max(self.most, sum(held)), max(self.largest, *held, 0)
            time.sleep(0.5)


def loops(path: Path, kind: str) -> None:
    import orjson

    from besa.collect.connectors import connector

    if kind == "csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            began = time.perf_counter()
            for _ in islice(csv.DictReader(file), RIVAL):
                pass
        print(f"  csv.DictReader       {RIVAL / (time.perf_counter() - began):9,.0f} rows/s")
        return
    parse = connector("zeeschuimer").parse
    for name, loads in (("json", json.loads), ("orjson", orjson.loads)):
        with path.open("rb") as file:
            began = time.perf_counter()
            for line in islice(file, RIVAL):
                parse(loads(line))
        print(f"  {name:6} and parse     {RIVAL / (time.perf_counter() - began):9,.0f} rows/s")


def main(rows: int) -> None:
    place = Path(tempfile.mkdtemp(prefix="speed-of-besa-"))
    try:
        for kind, write in (
            ("ndjson", lambda path: invented.write(path, rows, one=invented.full_line)),
            ("csv", lambda path: invented.write_mcl(path, rows)),
        ):
            home = place / f"home-{kind}"
            path = write(place / f"posts.{kind}")
            print(f"{kind}: {rows:,} rows, {path.stat().st_size >> 20:,} MB", flush=True)
            run("pack", "load", "demo", home=home)
            loops(path, kind)
            memory = Memory()
            memory.start()
            watch, (row,) = run("import", str(path), home=home)
            memory.over = True
            if not (row["read"] == row["mapped"] == rows):
                raise SystemExit(f"wrong counts: {row}")
            size = sum(part.stat().st_size for part in (home / "corpus").rglob("*.parquet")) >> 20
            print(
                f"  besa import          {rows / watch.wall:9,.0f} rows/s   {watch.wall:.1f} s\n"
                f"    processor {watch.processor:.1f} s, {watch.processor / rows * 1e6:.1f} µs a row: two cores to "
                f"themselves could do {2 * rows / watch.processor:,.0f} rows/s\n"
                f"    memory {memory.most >> 20:,} MB together, {memory.largest >> 20:,} MB the largest process; "
                f"corpus {size:,} MB",
                flush=True,
            )
            loops(path, kind)
            path.unlink()
            shutil.rmtree(home)
    finally:
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
