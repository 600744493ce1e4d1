"""Detectors that look at each post by itself, run over many posts on several cores, in the order of the posts.

It stands here, where no Django is known, because a worker starts by importing it.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor

import pyarrow as pa

from besa.triage import rules
from besa.triage.detectors import detectors
from besa.triage.types import Detector, Resources

#: Fewer posts are looked at by this process alone: starting another takes a second.
WORTH_IT = 40_000
_BATCH = 10_000
_MOST = 4
_held: tuple[Resources, int] | None = None


def look(
    posts: pa.Table, resources: Resources, seed: int, note: Callable[[str, str, str], None], advance: Callable
) -> Iterator[tuple[Detector, pa.Table]]:
    """What each detector found in each batch; `note(detector, post_key, problem)` for each post that failed."""
    batches = [posts.slice(start, _BATCH) for start in range(0, posts.num_rows, _BATCH)]
    alone = {detector.name: detector for detector in detectors() if not detector.across}
    workers = min(os.cpu_count() or 1, _MOST)
    if posts.num_rows < WORTH_IT or workers < 2:
        _hold(resources, seed)
        yield from _read(map(_look, batches), batches, alone, note, advance)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, initializer=_hold, initargs=(resources, seed)) as pool:
        yield from _read(pool.map(_look, batches), batches, alone, note, advance)


def _read(answers, batches, alone, note, advance) -> Iterator[tuple[Detector, pa.Table]]:
    for batch, (found, problems) in zip(batches, answers, strict=True):
        for problem in problems:
            note(*problem)
        for name, table in found:
            yield alone[name], table
        advance(batch.num_rows)


def _hold(resources: Resources, seed: int) -> None:
    global _held
    _held = (resources, seed)


def _look(batch: pa.Table) -> tuple[list[tuple[str, pa.Table]], list[tuple[str, str, str]]]:
    resources, seed = _held
    problems: list[tuple[str, str, str]] = []
    found = []
    for detector in detectors():
        if not detector.across:

            def note(post_key: str, problem: str, name: str = detector.name) -> None:
                problems.append((name, post_key, problem))

            found.append((detector.name, rules.run_detector(detector, batch, resources, seed, note)))
    return found, problems
