"""How long `besa --help` takes, and the rival: an empty Python program. `python benchmarks/help.py`."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 15


def median_of(*command: str) -> float:
    """Milliseconds of the whole process; the first run, which may compile, is left out."""
    took = []
    for _ in range(ROUNDS + 1):
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took[1:])


if __name__ == "__main__":
    print(f"besa --help    {median_of(str(Path(sys.executable).parent / 'besa'), '--help'):6.0f} ms")
    print(f"python -c pass {median_of(sys.executable, '-c', 'pass'):6.0f} ms")
