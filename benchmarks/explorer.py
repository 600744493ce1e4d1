"""The explorer on a large corpus: `python benchmarks/explorer.py [POSTS]` (default 10,000,000).

Invented posts of fifteen words by Zipf's law (Latin with and without diacritics, Cyrillic), three fifths of them
comments in threads, one in twenty observed twice, one in twenty with a signal; 1,400 accounts on a watch-list of
12 parties say half. They go into a corpus, the index is made of them, and every kind of question is asked many times
with ever other words and filters. Each line: median and 95th percentile of the milliseconds by wall clock, and the
median of the processor milliseconds. "cold" is the first time in a process of its own, with the files in the system's
cache. With BESA_BENCH_HOME=DIR the corpus and index are kept there, and taken up by the next run.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from besa.corpus import Corpus
from besa.corpus.index.keeping import Index
from besa.corpus.index.reading import Watch
from besa.corpus.index.search import Query
from besa.corpus.index.segment import id_of
from besa.corpus.index.words import parse, words
from besa.corpus.schema import OBSERVATIONS, SIGNALS

FIRST, DAYS = int(datetime(2027, 8, 30, tzinfo=UTC).timestamp()), 57
PLATFORMS = np.array(["facebook", "instagram", "tiktok", "x", "youtube"])
LANGUAGES = np.array(["sq", "sr", "en", "tr", "und"])
CONCERNS = ["hate", "harassment", "incitement", "falsehood", "ad"]
WORDS, WATCHED, PARTIES, BATCH = 600_000, 1_400, 12, 100_000


def lexicon(draw: np.random.Generator) -> pa.Array:
    """Invented words, the most frequent first."""
    begins = np.array([*"bdfghklmnprsštvzžćçq", "gj", "sh", "dh", "xh"])
    ends = np.array(["a", "e", "i", "o", "u", "ë"])
    size = draw.integers(1, 5, WORDS)
    found = np.full(WORDS, "", dtype=object)
    for at in range(4):
        piece = begins[draw.integers(0, len(begins), WORDS)].astype(object) + ends[draw.integers(0, 6, WORDS)]
        found = np.where(size > at, found + piece, found)
    for at in range(3):
        rare = np.arange(WORDS) > 300 * 8**at
        more = begins[draw.integers(0, len(begins), WORDS)].astype(object) + ends[draw.integers(0, 6, WORDS)]
        found = np.where(rare, found + more, found)
    for at in np.flatnonzero(draw.random(WORDS) < 0.15)[: WORDS // 5]:
        found[at] = "".join("абвгдежзиклмнопрстћуфхцчш"[ord(sign) % 25] for sign in found[at])
    return pa.array(found.tolist(), pa.string())


def batches(posts: int):
    draw = np.random.default_rng(7)
    named = lexicon(draw)
    weight = 1 / np.arange(1, WORDS + 1) ** 1.07
    edges = np.cumsum(weight / weight.sum())
    for start in range(0, posts, BATCH):
        n = min(BATCH, posts - start)
        number = np.arange(start, start + n)
        again = draw.random(n) < 0.05
        number = np.where(again & (start > 0), draw.integers(0, max(start, 1), n), number)
        length = draw.integers(2, 29, n)
        held = np.searchsorted(edges, draw.random(int(length.sum()))).clip(0, WORDS - 1)
        lists = pa.ListArray.from_arrays(np.concatenate([[0], np.cumsum(length)]).astype(np.int32), named.take(held))
        text = pc.binary_join(lists, " ")
        account = np.where(draw.random(n) < 0.5, draw.integers(0, WATCHED, n), draw.integers(WATCHED, 400_000, n))
        platform = PLATFORMS[account % 5]
        comment = draw.random(n) < 0.6
        root = draw.integers(0, max(start, 1), n)
        at = FIRST * 1_000_000 + (draw.random(n) * DAYS * 86_400_000_000).astype(np.int64)
        keys = [f"p:{one}" for one in number.tolist()]
        columns = {
            "observation_id": [f"{one:064x}" for one in range(start, start + n)],
            "post_key": keys,
            "platform": platform,
            "native_id": keys,
            "kind": np.where(comment, "comment", "post"),
            "root_key": [f"p:{one}" if is_ else None for one, is_ in zip(root.tolist(), comment.tolist(), strict=True)],
            "url": [f"https://social.example/{key}" for key in keys],
            "channel": ["public"] * n,
            "account_key": [f"{p}:{one}" for p, one in zip(platform.tolist(), account.tolist(), strict=True)],
            "account_handle": [f"page{one}" for one in account.tolist()],
            "account_name": [f"Page {one}" for one in account.tolist()],
            "text": text,
            "text_normal": text,
            "language": LANGUAGES[draw.integers(0, 5, n)],
            "posted_at": pa.array(at, pa.timestamp("us", "UTC")),
            "observed_at": pa.array(at + 3_600_000_000 + start, pa.timestamp("us", "UTC")),
            "reactions": draw.integers(0, 500, n),
            "election": ["demo"] * n,
            "connector": ["bench"] * n,
        }
        arrays = [
            pa.array(columns[field.name], field.type) if field.name in columns else pa.nulls(n, field.type)
            for field in OBSERVATIONS
        ]
        yield pa.RecordBatch.from_arrays(arrays, schema=OBSERVATIONS)


def signals(posts: int):
    draw = np.random.default_rng(8)
    n = posts // 20
    post = draw.choice(posts, n, replace=False) if posts < 20_000_000 else draw.integers(0, posts, n)
    for start in range(0, n, BATCH):
        some = post[start : start + BATCH]
        rows = {"signal_id": [f"s{start + at}" for at in range(len(some))],
                "post_key": [f"p:{one}" for one in some],
                "concern": [CONCERNS[one % 5] for one in some.tolist()],
                "detector": ["lexicon"] * len(some)}  # fmt: skip
        arrays = [
            pa.array(rows[field.name], field.type) if field.name in rows else pa.nulls(len(some), field.type)
            for field in SIGNALS
        ]
        yield pa.RecordBatch.from_arrays(arrays, schema=SIGNALS)


def made(home: Path, posts: int) -> None:
    corpus = Corpus(home / "corpus")
    if corpus.version() < 0:
        began = time.perf_counter()
        size = 1_000_000
        stream = batches(posts)
        for part in range(0, posts, size):
            some = (next(stream) for _ in range(min(size, posts - part) // BATCH or 1))
            corpus.append(some, import_id=f"bench-{part}")
        print(f"invented and appended to the corpus: {time.perf_counter() - began:.1f} s", flush=True)
        corpus.add_signals(signals(posts), run_id="bench")


def built(home: Path) -> None:
    began, spent = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    index = Index(home / "index", Corpus(home / "corpus"))
    state = index.rebuild()
    own, workers = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    cpu = own.ru_utime + own.ru_stime - spent.ru_utime - spent.ru_stime + workers.ru_utime + workers.ru_stime
    size = sum(path.stat().st_size for path in (home / "index").rglob("*") if path.is_file())
    print(
        f"index of {state.posts:,} posts in {len(state.segments)} segments: {time.perf_counter() - began:.1f} s, "
        f"{cpu:.1f} processor s; {size / 1e9:.2f} GB on disk; peak memory of this process "
        f"{own.ru_maxrss / 1024:.0f} MB, of the largest worker {workers.ru_maxrss / 1024:.0f} MB",
        flush=True,
    )


def asked(home: Path, rounds: int) -> None:
    """Every line, in a process of its own."""
    index = Index(home / "index", Corpus(home / "corpus"))
    watch = Watch({f"{PLATFORMS[at % 5]}:{at}": at + 1 for at in range(WATCHED)})
    party = np.concatenate([[0], np.arange(WATCHED) % PARTIES + 1]).astype(np.uint8)
    edges = [FIRST + day * 86_400 for day in range(DAYS + 1)]
    chance, named = random.Random(5), lexicon(np.random.default_rng(7)).to_pylist()
    posts = index.state().posts

    def word(most: int) -> str:
        return named[int(most ** chance.random())]

    def middle() -> str:
        long = [folded for folded in (words(word(WORDS))) if len(folded) > 5]
        return long[0][1:5] if long else middle()

    def read(found, first: int = 0):
        cards, _ = found.page(first, 25)
        return [card.segment.post(card.row) for card in cards]

    def two() -> str:
        texts = index.find(Query(equal=(("platform", PLATFORMS[chance.randrange(5)]),))).newest(50)
        segment, row = chance.choice(texts)
        held = segment.post(row)["text"].split()
        at = chance.randrange(max(len(held) - 1, 1))
        return " ".join(held[at : at + 2])

    def cross(query: Query):
        return index.find(query).cross(edges, "platform", watch, party)

    def asks(typed: str, **more) -> Query:
        return Query(sought=parse(typed), **more)

    lines = {
        "counts by day x platform x party, all posts": lambda: cross(Query()),
        "the same of one word": lambda: cross(asks(word(2_000))),
        "first page, all posts": lambda: read(index.find(Query())),
        "first page of a platform": lambda: read(index.find(Query(equal=(("platform", chance.choice(PLATFORMS)),)))),
        "one post by id": lambda: index.post(id_of(f"p:{chance.randrange(posts)}")),
        "word: count and first page": lambda: (f := index.find(asks(word(WORDS))), f.count, read(f)),
        "frequent word: count and first page": lambda: (f := index.find(asks(word(100))), f.count, read(f)),
        "word and not another": lambda: index.find(asks(f"{word(5_000)} -{word(1_000)}")).count,
        "phrase of two words": lambda: index.find(asks(f'"{two()}"')).count,
        "substring of four letters": lambda: (f := index.find(asks(f"*{middle()}*")), f.count, read(f)),
        "substring of two letters": lambda: index.find(asks(f"*{middle()[:2]}*")).count,
        "substring over a space": lambda: index.find(asks(f'"*{two()[1:-1]}*"')).count,
        "facets of all posts": lambda: [f := index.find(Query()), f.by("platform"), f.by("language"),
                                       f.by_account(watch), f.by_mark(5), f.by_span(edges)],
        "facets of a word": lambda: [f := index.find(asks(word(2_000))), f.by("platform"), f.by("language"),
                                     f.by_account(watch), f.by_mark(5), f.by_span(edges)],
    }  # fmt: skip
    print(f"{'':44}{'cold':>8}{'median':>8}{'p95':>8}{'cpu':>8}   ms")
    for name, ask in lines.items():
        spans = []
        for _ in range(rounds + 1):
            began, spent = time.perf_counter(), time.process_time()
            ask()
            spans.append((1000 * (time.perf_counter() - began), 1000 * (time.process_time() - spent)))
        wall = sorted(one for one, _ in spans[1:])
        cpu = statistics.median(one for _, one in spans[1:])
        print(
            f"{name:44}{spans[0][0]:8.1f}{statistics.median(wall):8.1f}{wall[int(len(wall) * 0.95)]:8.1f}{cpu:8.1f}",
            flush=True,
        )
    own = [line.split() for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("RssAnon")]
    print(
        f"peak memory of this process, files that the system may let go of included: "
        f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB; its own at the end: "
        f"{int(own[0][1]) / 1024:.0f} MB"
    )


def main() -> None:
    if sys.argv[1:2] == ["--step"]:
        step, home, number = sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])
        {"make": made, "build": lambda home, _: built(home), "ask": asked}[step](home, number)
        return
    posts = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    kept = os.environ.get("BESA_BENCH_HOME")
    home = Path(kept or tempfile.mkdtemp(prefix="besa-explorer-"))
    try:
        for step, number in (("make", posts), ("build", posts), ("ask", 40)):
            subprocess.run([sys.executable, __file__, "--step", step, str(home), str(number)], check=True)
    finally:
        if not kept:
            shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
