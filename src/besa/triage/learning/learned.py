"""A model that has learned: what it holds, the chances it gives, and the words that made them. No Django, no chance.

All of its parts (two linear models and their mixture, for each concern) are linear in the same pieces of text, so
together they are one row of weights for each concern: scoring is one product, and the share of a word can be told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from scipy.sparse import csr_matrix, diags, hstack

from besa.base.text import fold
from besa.triage.learning import turned
from besa.triage.learning.vectors import BITS, Pieces, batches, counts

#: How much words weigh beside letters (both have length 1 before).
WORDS_WEIGH = 0.5
_MOST_WORDS = 6
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The pieces that were seen often enough, and how rare each is."""

    letters: np.ndarray
    words: np.ndarray
    letters_idf: np.ndarray
    words_idf: np.ndarray

    @classmethod
    def of(cls, counted: dict[str, Pieces], least: int = 2) -> Vocabulary:
        found = {}
        for kind, (matrix, _) in counted.items():
            often = np.bincount(matrix.indices, minlength=matrix.shape[1])
            kept = np.flatnonzero(often >= least)
            found[kind] = kept.astype(np.int32)
            found[f"{kind}_idf"] = (np.log((1 + matrix.shape[0]) / (1 + often[kept])) + 1).astype(np.float32)
        return cls(**found)

    @property
    def size(self) -> int:
        return len(self.letters) + len(self.words)

    @cached_property
    def _columns(self) -> dict[str, np.ndarray]:
        found = {}
        for kind in BITS:
            kept = getattr(self, kind)
            found[kind] = np.full(1 << BITS[kind], -1, np.int32)
            found[kind][kept] = np.arange(len(kept), dtype=np.int32)
        return found

    def __getstate__(self) -> dict:
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def matrix(self, counted: dict[str, Pieces], turn: float) -> csr_matrix:
        """TF-IDF of the known pieces; letters damped by logarithm, words there or not; each kind of length 1.

        What is denied, quoted or reported counts `turn` times: 1 as all else, below 0 against what it says.
        """
        parts = []
        for kind, idf in (("letters", self.letters_idf), ("words", self.words_idf)):
            given, away = counted[kind]
            columns = self._columns[kind][given.indices]
            known = columns >= 0
            starts = np.concatenate([[0], np.cumsum(known)])[given.indptr]
            columns = columns[known]
            often = given.data[known] - (1 - turn) * away[known]
            size = np.abs(often)
            damped = 1 + np.log(np.maximum(size, 1)) if kind == "letters" else 1.0
            values = np.sign(often) * np.where(size < 1, size, damped)
            made = csr_matrix((values * idf[columns], columns, starts), shape=(given.shape[0], len(idf)))
            length = np.sqrt(np.asarray(made.multiply(made).sum(axis=1)).ravel())
            weight = 1.0 if kind == "letters" else WORDS_WEIGH
            parts.append(diags(weight / np.maximum(length, 1e-9)) @ made)
        return hstack(parts, format="csr")


@dataclass(frozen=True, eq=False)
class Learned:
    """`weights[k]`, `bias[k]` make the score of concern k; `slope`, `offset` make a chance of it; from
    `threshold` on, the chance is worth a signal. What is denied, quoted or reported counts `turned` times."""

    version: str
    concerns: tuple[str, ...]
    vocabulary: Vocabulary
    weights: np.ndarray
    bias: np.ndarray
    slope: np.ndarray
    offset: np.ndarray
    threshold: np.ndarray
    turned: float = 1.0

    def chances(self, texts: Sequence[str | None]) -> np.ndarray:
        """The chance of each concern for each text: texts x concerns, 0 to 1. The same in whatever batch."""
        made = [self._chances(batch) for batch in batches(texts)]
        return np.concatenate(made) if made else np.zeros((0, len(self.concerns)))

    def _chances(self, texts: Sequence[str | None]) -> np.ndarray:
        scores = self.vocabulary.matrix(counts(texts), self.turned) @ self.weights.T + self.bias
        return 1 / (1 + np.exp(-np.clip(scores * self.slope + self.offset, -30, 30)))

    def words(self, text: str, concern: str) -> list[tuple[int, int]]:
        """Where the words stand in the original text that speak most for this concern, in their order."""
        folded = fold(text)
        found = list(_WORD.finditer(folded.text))
        if not found:
            return []
        # each word by itself: its own pieces with their weights, undisturbed by its neighbours
        alone = counts([word[0] for word in found])
        speaks = self.vocabulary.matrix(alone, 1.0) @ self.weights[self.concerns.index(concern)]
        away = turned.spans(folded.text)
        inside = [any(first < word.end() and word.start() < last for first, last in away) for word in found]
        weights = np.asarray(speaks).ravel() * np.where(inside, self.turned, 1.0)
        best = [
            at for at in np.argsort(-weights, kind="stable")[:_MOST_WORDS] if weights[at] > 0.35 * weights.max() > 0
        ]
        return sorted(_trimmed(text, *folded.span(found[at].start(), found[at].end())) for at in best)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without quotation marks, commas and the like at its ends, where something else is left."""
    inner_start, inner_end = start, end
    while inner_start < inner_end and not text[inner_start].isalnum():
        inner_start += 1
    while inner_end > inner_start and not text[inner_end - 1].isalnum():
        inner_end -= 1
    return (inner_start, inner_end) if inner_start < inner_end else (start, end)
