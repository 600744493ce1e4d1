"""`besa evaluate near-duplicates`: whether all near-copies are found, on one's own texts."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

from besa.base.errors import BadInput
from besa.base.text import normal
from besa.triage.detectors.copies import form
from besa.triage.detectors.copies.near import THRESHOLD, TOGETHER, families, pairs
from besa.triage.evaluation.labelled import TEXT, column, rows

_FAMILY = ("family", "cluster", "group", "label", "near_duplicate_of")


def evaluate(path: Path, *, text: str = "", label: str = "", threshold: float = THRESHOLD) -> dict:
    """`n, recall, precision` in pairs of texts.

    Where a column names each text's family, a pair is right if both are of one family, and texts are compared as the
    detector does (folded, each with the first text of a family). Otherwise the truth is counted: each pair whose
    word triples (of the normal text) have a Jaccard similarity of at least `threshold`.
    """
    found = rows(path)
    names = list(found[0][1])
    text_column = column(path, names, text, TEXT, "--text")
    family = next((name for name in names if name.lower() in ([label.lower()] if label else _FAMILY)), "")
    if label and not family:
        raise BadInput(f"has no column “{label}”.", where=f"{path}:1", remedy=f"It has: {', '.join(names)}.")
    texts = [normal(row.get(text_column)) for _, row in found]
    began = time.perf_counter()
    if family:
        groups = families(texts, threshold, form).tolist()
        seconds = time.perf_counter() - began
        said = _within(groups)
        right = _within([row.get(family) or f"line {line}" for line, row in found])
    else:
        said = set(pairs(texts, threshold).select("first", "second").iter_rows())
        seconds = time.perf_counter() - began
        right = counted(texts, threshold)
    return {
        "n": len(texts),
        "pairs": len(right),
        "found": len(said),
        "recall": round(len(said & right) / len(right), 4) if right else 1.0,
        "precision": round(len(said & right) / len(said), 4) if said else 1.0,
        "truth": f"column {family}" if family else f"Jaccard of word triples from {threshold}",
        "posts_per_second": round(len(texts) / max(seconds, 1e-9)),
    }


def _within(groups: list) -> set[tuple[int, int]]:
    places = defaultdict(list)
    for at, group in enumerate(groups):
        places[group].append(at)
    return {pair for mine in places.values() for pair in combinations(mine, 2)}


def counted(texts: list[str], threshold: float) -> set[tuple[int, int]]:
    """The truth without any short cut: common triples counted for each two texts that have one."""
    sets = []
    for text in texts:
        words = text.split()
        sets.append(
            {tuple(words[at : at + TOGETHER]) for at in range(max(len(words) - TOGETHER + 1, 1))} if words else set()
        )
    holders = defaultdict(list)
    for place, elements in enumerate(sets):
        for element in elements:
            holders[element].append(place)
    found = set()
    for place, elements in enumerate(sets):
        common = Counter(other for element in elements for other in holders[element] if other > place)
        found |= {
            (place, other)
            for other, shared in common.items()
            if shared >= threshold * (len(elements) + len(sets[other]) - shared) - 1e-9
        }
    return found


def human(document: dict, out) -> None:
    out.say(
        f"{document['n']:,} texts, {document['pairs']:,} pairs ({document['truth']}), {document['found']:,} found:"
        f" recall {document['recall']}, precision {document['precision']};"
        f" {document['posts_per_second']:,} posts a second."
    )
