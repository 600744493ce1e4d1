"""Detectors that look at each post by itself, run slice by slice, on several cores, in the order of the posts.

It stands here, where no Django is known, because a worker starts by importing it.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

import polars as pl
import pyarrow as pa

from besa.base import language, script
from besa.triage import rules
from besa.triage.detectors import detectors
from besa.triage.detectors.learned.detect import doubts
from besa.triage.types import Resources

#: Fewer posts are looked at by this process alone: starting another takes a second.
WORTH_IT = 40_000
_MOST = 4
KEPT = pa.schema(
    [
        ("mark", pa.uint64()),
        ("language", pa.dictionary(pa.int8(), pa.string())),
        ("doubt", pa.float32()),
        ("said", pa.uint64()),
    ]
)
_held: tuple[Resources, int, tuple[str, ...]] | None = None


@dataclass
class Looked:
    """What came of one slice of posts: the findings of each detector, the failures, and what the run remembers.

    `problems`: (detector, post_key, problem). `kept`, a few bytes for each post: `mark` (`marks`); `language`; `doubt`,
    how near the model came to the other answer (null: no model, no text); `said`, a number that equal texts share.
    """

    kept: pa.Table
    found: list[tuple[str, pa.Table]] = field(default_factory=list)
    problems: list[tuple[str, str, str]] = field(default_factory=list)


def look(
    slices: Iterable[pa.Table], posts: int, resources: Resources, seed: int, languages: tuple[str, ...]
) -> Iterator[Looked]:
    """What the detectors say to each slice; `posts`: how many there are in all. Few slices are in memory at once."""
    workers = min(os.cpu_count() or 1, _MOST)
    if posts < WORTH_IT or workers < 2:
        _hold(resources, seed, languages)
        yield from map(_look, slices)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, initializer=_hold, initargs=(resources, seed, languages)) as pool:
        waiting: deque = deque()
        for posts_of_slice in slices:
            waiting.append(pool.submit(_look, posts_of_slice))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _hold(resources: Resources, seed: int, languages: tuple[str, ...]) -> None:
    global _held
    _held = (resources, seed, languages)


def _look(posts: pa.Table) -> Looked:
    resources, seed, languages = _held
    posts = with_language(posts, languages)
    looked = Looked(remembered(posts, resources))
    for detector in detectors():
        if not detector.across:

            def note(post_key: str, problem: str, name: str = detector.name) -> None:
                looked.problems.append((name, post_key, problem))

            looked.found.append((detector.name, rules.run_detector(detector, posts, resources, seed, note)))
    return looked


def with_language(posts: pa.Table, wanted: tuple[str, ...]) -> pa.Table:
    """Language and script filled in where the import did not tell them; what it could not tell stays `und`."""
    texts = posts["text"].to_pylist()
    said = posts["language"].to_pylist()
    places = [at for at, told in enumerate(said) if not told]
    for at, (found, _) in zip(places, language.detect([texts[at] for at in places], wanted), strict=True):
        said[at] = found
    scripts = [told or script.script_of(text) for told, text in zip(posts["script"].to_pylist(), texts, strict=True)]
    for name, values in (("language", said), ("script", scripts)):
        posts = posts.set_column(posts.schema.get_field_index(name), name, pa.array(values, pa.string()))
    return posts


def marks(post_keys: pl.Series) -> pl.Series:
    """By what a run knows a post again: of a million two have the same mark with a chance of 1 in 30 million."""
    return post_keys.hash(1)


def remembered(posts: pa.Table, resources: Resources) -> pa.Table:
    """What a run keeps of these posts, as in `Looked.kept`."""
    said = pl.from_arrow(posts["text_normal"]).fill_null("").hash()
    return pa.table(
        {
            "mark": marks(pl.from_arrow(posts["post_key"])).to_arrow(),
            "language": posts["language"].combine_chunks().dictionary_encode().cast(KEPT.field("language").type),
            "doubt": doubts(posts, resources.model),
            "said": pa.array(said.to_numpy(), pa.uint64()),
        },
        schema=KEPT,
    )
