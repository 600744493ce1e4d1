"""How fast 2,000 terms are found: `python benchmarks/lexicon.py [POSTS] [TERMS]`.

Invented posts of thirty words, Albanian, Serbian in both scripts and English, from word lists; one in twelve holds a
term, half of those inflected or disguised. The rival is `extract_many` of polars (Aho-Corasick in Rust), on the same
texts. Three questions, each answered in the same run by processor time, the least of several rounds taken:

1. the search alone, on texts folded before. What the detector finds of the terms as whole words must equal what
   `extract_many` finds of them between spaces, post by post and term by term;
2. the same with folding: what polars cannot do itself it is given by Besa's `fold_all`;
3. the whole detector (endings, dialects, disguises, counter-examples, places in the original) against `extract_many`
   on texts as they came, which finds fewer.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator
from importlib.resources import files

import polars as pl
import pyarrow as pa

from besa.base.script import to_cyrillic
from besa.base.text import fold_all, folded
from besa.triage.detectors.lexicon import detect, sieve
from besa.triage.detectors.lexicon.detect import lexicon
from besa.triage.types import Resources, TermSpec

ROUNDS = 5
BATCH = 10_000
SYLLABLES = (
    "ba",
    "dru",
    "fi",
    "gja",
    "kel",
    "mor",
    "në",
    "pri",
    "rë",
    "shu",
    "tač",
    "vi",
    "zhe",
    "çu",
    "lje",
    "đo",
    "ks",
)


def invented(posts: int, terms: int, seed: int = 11) -> tuple[list[str], list[str], list[TermSpec]]:
    """Texts, their languages, terms. A term is an invented word, so that what is found was put there."""
    chance = random.Random(seed)
    specs: dict[str, TermSpec] = {}
    while len(specs) < terms:
        word = "".join(chance.choices(SYLLABLES, k=chance.choice((3, 3, 4))))
        kind = chance.choice(("word", "stem", "stem"))
        specs[folded(word)] = TermSpec(chance.choice(("sq", "sr", "en")), word, kind, "hate", "", 0.6)
    known = list(specs.values())
    vocabulary = {language: listed(language) for language in ("sq", "hbs", "en")}
    texts, languages = [], []
    for _ in range(posts):
        language = chance.choices(("sq", "hbs", "en"), (60, 35, 5))[0]
        words = vocabulary[language]
        text = [words[int(len(words) * chance.random() ** 3)] for _ in range(30)]
        if chance.random() < 1 / 12:
            text[chance.randrange(30)] = disguised(chance.choice(known).term, chance)
        whole = " ".join(text).capitalize()
        texts.append(to_cyrillic(whole) if language == "hbs" and chance.random() < 0.4 else whole)
        languages.append({"hbs": "sr"}.get(language, language))
    return texts, languages, known


def listed(language: str) -> list[str]:
    lines = files("besa.base.vocabulary").joinpath(f"{language}.txt").read_text(encoding="utf-8").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]


def disguised(word: str, chance: random.Random) -> str:
    return chance.choice((
        word, word, word, word.upper(), f"{word}it", " ".join(word), word[:2] + word[2] * 4 + word[3:],
        word.replace("i", "1").replace("e", "3"), word[:3] + "\u200b" + word[3:],
    ))  # fmt: skip


def tables(texts: list[str], languages: list[str]) -> Iterator[pa.Table]:
    for start in range(0, len(texts), BATCH):
        part = texts[start : start + BATCH]
        yield pa.table({
            "post_key": [str(start + at) for at in range(len(part))], "observation_id": ["o"] * len(part),
            "text": part, "title": pa.nulls(len(part), pa.string()), "language": languages[start : start + BATCH],
        })  # fmt: skip


def least(*tasks: Callable[[], object]) -> list[float]:
    """Processor seconds of each, taken in turn so that all meet the same machine."""
    best = [float("inf")] * len(tasks)
    for _ in range(ROUNDS):
        for at, task in enumerate(tasks):
            began = time.process_time()
            task()
            best[at] = min(best[at], time.process_time() - began)
    return best


def main(posts: int, terms: int) -> None:
    texts, languages, specs = invented(posts, terms)
    forms = sorted({folded(spec.term) for spec in specs})
    plain = fold_all(texts)
    column = pl.Series(plain)

    def rival() -> set:
        """(post, term) where the term is a whole word."""
        padded = (" " + column.str.replace_all(r"[\W_]", " ") + " ").alias("text")
        found = padded.str.extract_many([f" {form} " for form in forms], overlapping=True)
        frame = pl.DataFrame({"post": range(posts), "term": found}).explode("term").drop_nulls()
        return {(post, term.strip()) for post, term in frame.iter_rows()}

    def ours() -> set:
        """The detector's, for the same terms in no language (so that none is inflected or spelled otherwise)."""
        bare = Resources(terms=tuple(TermSpec("", form, "word", "hate") for form in forms))
        return {
            (int(row["post_key"]), plain[int(row["post_key"])][span["start"] : span["end"]])
            for batch in tables(plain, [""] * posts)
            for row in detect(batch, bare, 0).to_pylist()
            for span in row["spans"]
        }

    expected, told = rival(), ours()
    equal, anchors = expected == told, [sieve.anchor(form) for form in forms]
    lexicon(tuple(specs))
    batches = list(tables(texts, languages))
    resources = Resources(terms=tuple(specs))
    raw = pl.Series(texts)
    as_written = sorted({spec.term for spec in specs})
    ready = [sieve.sieved(plain[start : start + BATCH]) for start in range(0, posts, BATCH)]
    polars, besa, polars_raw, folding, both, whole = least(
        lambda: column.str.extract_many(forms, overlapping=True),
        lambda: [list(sieve.words(one, anchors)) for one in ready],
        lambda: raw.str.extract_many(as_written, ascii_case_insensitive=True, overlapping=True),
        lambda: fold_all(texts),
        lambda: [
            list(sieve.words(sieve.sieved(texts[start : start + BATCH]), anchors)) for start in range(0, posts, BATCH)
        ],
        lambda: [detect(batch, resources, 0) for batch in batches],
    )
    found = sum(detect(batch, resources, 0).num_rows for batch in batches)
    began = time.process_time()
    lexicon.__wrapped__(tuple(specs))
    making = time.process_time() - began
    print(f"{posts:,} posts, {len(specs):,} terms, {len(forms):,} folded forms; {len(expected):,} whole-word hits")
    print(f"the detector's hits are those of extract_many, post by post and term by term: {equal}")
    print(f"search alone, folded texts:    polars {polars:.2f} s   Besa {besa:.2f} s   speed {polars / besa:.2f}")
    print(f"search with folding:           polars {polars + folding:.2f} s   Besa {both:.2f} s   "
          f"speed {(polars + folding) / both:.2f}")  # fmt: skip
    print(f"the whole detector, raw texts: polars {polars_raw:.2f} s (as written, {pl.Series(as_written).len():,})   "
          f"Besa {whole:.2f} s   speed {polars_raw / whole:.2f}; {found:,} posts found")  # fmt: skip
    print(f"terms made ready in {making:.2f} s ({len(lexicon(tuple(specs)).anchors):,} anchors)")
    if not equal:
        raise SystemExit("the hits differ")


if __name__ == "__main__":
    numbers = [int(number) for number in sys.argv[1:]]
    main(*(numbers + [100_000, 2_000][len(numbers) :]))
