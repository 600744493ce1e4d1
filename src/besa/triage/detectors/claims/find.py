"""Which claims a text may say: those of whose words it holds three, and half by weight; all texts of a batch at once.

Words are compared by their first letters here, so that endings do not matter; what is found is looked at closely by
`alike`. Nothing depends on the other texts of the batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl
from scipy.sparse import csr_array

from besa.triage.detectors.claims import alike
from besa.triage.detectors.claims.vocabulary import STOP
from besa.triage.types import ClaimSpec

#: Letters by which words are compared, and what of a claim a text must hold: a share of its weight, and so many words.
LETTERS, HALF, THREE = 4, 0.5, 3
#: A word that so many claims have in common tells none of them apart.
_COMMON, _COMMON_SHARE = 20, 0.03
#: Long texts are looked at in stretches of so many words, each beginning in the middle of the one before.
_STRETCH = 60
_TEXTS_AT_ONCE = 5_000
_NEARLY = 1e-6
_PLAIN = (
    dict(zip("абвгдезијклмнопрстћуфхцчшжэый", "abvgdezijklmnoprstcufhccszeij", strict=True))
    | {"ђ": "dj", "љ": "lj", "њ": "nj", "џ": "dz", "ë": "e", "ç": "c", "š": "s", "č": "c", "ć": "c", "ž": "z"}
    | {"đ": "dj"}
    | dict.fromkeys("\n\t\r%€.,;:!?…\"'()[]{}<>“”„‘’«»#*_/|\\-–—•", " ")
)  # fmt: skip
_STOP = frozenset().union(*STOP.values())


@dataclass(frozen=True)
class Index:
    """Claims by their words. `weights` is words x texts of claims, the weights of a text summing to 1; each has 2 on
    top, so that the product with a text tells in one number how many words they share and how much these weigh
    (of a claim with fewer than three words all must be shared)."""

    texts: tuple[tuple[ClaimSpec, str, alike.Claim], ...]
    words: np.ndarray
    weights: csr_array


@lru_cache(maxsize=4)
def index(claims: tuple[ClaimSpec, ...]) -> Index | None:
    texts = [(claim, language, text) for claim in claims for language, text in claim.texts]
    if not texts:
        return None
    row, word = _words([text for _, _, text in texts])
    held = pl.DataFrame({"row": row, "word": word}).unique()
    often = held.group_by("word").agg(often=pl.len())
    often = often.filter(pl.col("often") <= max(_COMMON, _COMMON_SHARE * len(texts)))
    held = held.join(often, on="word").with_columns(weight=(1 + len(texts) / pl.col("often")).log())
    held = held.with_columns(pl.col("weight") / pl.col("weight").sum().over("row")).sort("word", "row")
    known = held["word"].unique().sort().to_numpy()
    at = np.searchsorted(known, held["word"].to_numpy())
    many = np.bincount(held["row"].to_numpy(), minlength=len(texts))[held["row"].to_numpy()]
    weights = csr_array(
        (2 * THREE / np.minimum(many, THREE) + held["weight"].to_numpy(), (at, held["row"].to_numpy())),
        shape=(len(known), len(texts)),
    )
    return Index(tuple((spec, lang, alike.claim(text, lang)) for spec, lang, text in texts), known, weights)


def candidates(found: Index, texts: Sequence[str | None]) -> list[tuple[int, int]]:
    """(text, place in `found.texts`) of all that are worth a close look, in this order."""
    pairs = []
    for start in range(0, len(texts), _TEXTS_AT_ONCE):
        row, word = _words(texts[start : start + _TEXTS_AT_ONCE], stretches=True)
        at = np.searchsorted(found.words, word)
        at[at == len(found.words)] = 0
        mine = found.words[at] == word
        if not mine.any():
            continue
        # sorted and compared with the neighbour: many times faster than numpy's own hashing
        once = np.sort(row[mine] * len(found.words) + at[mine])
        once = once[np.concatenate([[True], once[1:] != once[:-1]])]
        row, at = np.divmod(once, len(found.words))
        place = np.flatnonzero(np.concatenate([[True], row[1:] != row[:-1]]))
        kept = row[place]
        held = csr_array(
            (np.ones(len(at)), at.astype(np.int32), np.append(place, len(at)).astype(np.int32)),
            shape=(len(kept), len(found.words)),
        )
        share = held @ found.weights
        worth = np.flatnonzero(share.data >= 2 * THREE + HALF - _NEARLY)
        worth = worth[share.data[worth] % 2 >= HALF - _NEARLY]
        texts_of = kept[np.searchsorted(share.indptr, worth, side="right") - 1] >> _SHIFT
        pairs.append(np.stack([texts_of + start, share.indices[worth]], axis=1))
    if not pairs:
        return []
    return [tuple(pair) for pair in np.unique(np.concatenate(pairs), axis=0).tolist()]


#: Stretches of one text are numbered in so many bits below its own number.
_SHIFT = 10


def _words(texts: Sequence[str | None], *, stretches: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """(text, hash of the beginning) of each word of content; with `stretches`, the text's number holds which one."""
    plain = pl.Series(texts, dtype=pl.String).fill_null("").str.to_lowercase()
    plain = plain.str.replace_many(list(_PLAIN), list(_PLAIN.values()))
    listed = plain.str.split(" ")
    words = listed.list.explode()
    lengths = listed.list.len().to_numpy().astype(np.int64)
    row = np.repeat(np.arange(len(lengths)), lengths)
    place = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    figure = words.str.contains(r"^\d")
    kept = ((words.str.len_bytes() > 2) & ~words.is_in(list(_STOP)) | figure).fill_null(False).to_numpy()
    beginning = words.str.head(LETTERS).hash(7).to_numpy()[kept]
    row, place, lengths = row[kept], place[kept], lengths[row[kept]]
    if not stretches:
        return row, beginning
    half = place // (_STRETCH // 2)
    part = np.where(lengths > _STRETCH, np.minimum(half, (1 << _SHIFT) - 1), 0)
    row = row << _SHIFT
    twice = (lengths > _STRETCH) & (part > 0)
    return np.concatenate([row + part, (row + part - 1)[twice]]), np.concatenate([beginning, beginning[twice]])
