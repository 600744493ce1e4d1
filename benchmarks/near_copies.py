"""How fast near-copies are found, and whether all are: `python benchmarks/near_copies.py [POSTS] [--alone]`.

Invented posts of about 30 words with the frequencies of a language: a fifth are copies with a word or three changed,
a tenth end with the same sentence of eight words. The rival is `rensa` (MinHash, LSH with 16 bands of 8, its
estimate), where it is installed; it is no dependency. The truth is counted apart from both: an index of all triples.
With `--alone` only Besa's own families are made, and the most memory it took is told (for a million posts).
"""

from __future__ import annotations

import multiprocessing
import random
import resource
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from besa.base.text import normal
from besa.triage.detectors.copies import form
from besa.triage.detectors.copies.near import families, pairs

THRESHOLD = 0.8


def invented(count: int, seed: int = 7) -> list[str]:
    chance = random.Random(seed)
    words = [f"{chance.choice('bdfgklmnprst')}{chance.choice('aeiou')}{number:x}" for number in range(30_000)]
    shares = [1 / (place + 10) for place in range(len(words))]
    endings = [" ".join(chance.choices(words, shares, k=8)) for _ in range(5)]
    flow = iter(chance.choices(words, shares, k=count * 40))
    posts: list[list[str]] = []
    for _ in range(count):
        if posts and chance.random() < 0.2:
            post = list(chance.choice(posts[-5000:]))
            for _ in range(chance.choice((0, 0, 1, 1, 2, 3))):
                post[chance.randrange(len(post))] = next(flow)
        else:
            post = [next(flow) for _ in range(chance.randint(12, 48))]
            if chance.random() < 0.1:
                post += chance.choice(endings).split()
        posts.append(post)
    return [" ".join(post) for post in posts]


def triples(text: str) -> frozenset:
    words = text.split()
    return frozenset(zip(words, words[1:], words[2:], strict=False)) or frozenset([tuple(words)])


def truth(texts: list[str]) -> dict[tuple[int, int], float]:
    """Every pair that shares a triple, counted."""
    sets = [triples(text) for text in texts]
    holders = defaultdict(list)
    for place, elements in enumerate(sets):
        for element in elements:
            holders[element].append(place)
    found = {}
    for place, elements in enumerate(sets):
        common: Counter[int] = Counter()
        for element in elements:
            held = holders[element]
            if len(held) > 1:
                common.update(other for other in held if other > place)
        for other, shared in common.items():
            alike = shared / (len(elements) + len(sets[other]) - shared)
            if alike >= THRESHOLD:
                found[place, other] = alike
    return found


def by_rensa(texts: list[str]) -> set[tuple[int, int]]:
    from rensa import RMinHash, RMinHashLSH

    index, sketches, found = RMinHashLSH(threshold=THRESHOLD, num_perm=128, num_bands=16), [], set()
    for place, text in enumerate(texts):
        words = text.split()
        sketch = RMinHash(num_perm=128, seed=1)
        sketch.update([" ".join(words[at : at + 3]) for at in range(max(1, len(words) - 2))])
        for other in index.query(sketch):
            if sketches[other].jaccard(sketch) >= THRESHOLD:
                found.add((other, place))
        index.insert(place, sketch)
        sketches.append(sketch)
    return found


def ours(texts: list[str]) -> set[tuple[int, int]]:
    found = pairs(texts, THRESHOLD)
    return set(found.select("first", "second").iter_rows())


def timed(name: str, find, texts: list[str], right=None) -> None:
    wall, spent = time.perf_counter(), time.process_time()
    found = find(texts)
    wall, spent = time.perf_counter() - wall, time.process_time() - spent
    line = f"{name:<16} {wall:6.2f} s wall, {spent:6.2f} s processor, {len(texts) / wall:9,.0f} posts/s"
    if right is not None:
        line += (
            f", precision {len(found & right) / max(len(found), 1):.4f}, recall {len(found & right) / len(right):.4f}"
        )
    print(line, flush=True)


def main(count: int, alone: bool) -> None:
    if alone:
        measure_alone(count)
        return
    texts = invented(count)
    right = set(truth(texts))
    print(f"{count:,} posts, {len(right):,} pairs at {THRESHOLD} or more")
    for _ in range(3):
        timed("besa", ours, texts, right)
        try:
            timed("rensa", by_rensa, texts, right)
        except ImportError:
            print("rensa is not installed: no rival in this run")
    measure_templates(2 * count)


def measure_templates(count: int) -> None:
    """Posts put together from a few sentences, the hard case for families: nearly all have much in common."""
    import invented as put_together

    chance = random.Random(7)
    texts = [normal(put_together.text(number, chance)) for number in range(count)]
    spent = time.process_time()
    found = families(texts, THRESHOLD, form)
    spent = time.process_time() - spent
    print(f"{count:,} posts of the same few sentences folded and put in {len(set(found.tolist())):,} families: "
          f"{spent:.2f} s processor")  # fmt: skip


def measure_alone(count: int) -> None:
    """The texts come from a Parquet file that another process has written, some at a time; words are folded."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "texts.parquet"
        write = multiprocessing.get_context("spawn").Process(target=write_invented, args=(path, count))
        write.start()
        write.join()
        batches = pq.ParquetFile(path).iter_batches(10_000)
        stream = (text for batch in batches for text in batch.column(0).to_pylist())
        began, spent = time.perf_counter(), time.process_time()
        found = families(stream, THRESHOLD, form)
        seconds, spent = time.perf_counter() - began, time.process_time() - spent
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"{count:,} posts folded and put in {len(set(found.tolist())):,} families: {seconds:.1f} s wall, "
          f"{spent:.1f} s processor, {count / seconds:,.0f} posts/s, most memory of the process {most} MB")  # fmt: skip


def write_invented(path: Path, count: int) -> None:
    pq.write_table(pa.table({"text": invented(count)}), path)


if __name__ == "__main__":
    numbers = [argument for argument in sys.argv[1:] if argument.isdigit()]
    main(int(numbers[0]) if numbers else 50_000, "--alone" in sys.argv)
