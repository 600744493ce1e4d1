"""Chances from the model handed in with the resources; a signal from each concern's threshold on."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from besa.triage.learning.doubt import doubt
from besa.triage.types import FOUND, Resources

if TYPE_CHECKING:
    from besa.triage.learning.learned import Learned


@lru_cache(maxsize=1)
def _chances(model: Learned, texts: tuple[str, ...]) -> np.ndarray:
    """Remembered for the posts looked at last: signals and doubts both come from them."""
    return model.chances(texts)


def _texts(batch: pa.Table) -> tuple[str, ...]:
    columns = (batch[name].to_pylist() for name in ("text", "title"))
    return tuple(text or title or "" for text, title in zip(*columns, strict=True))


def detect(batch: pa.Table, resources: Resources, seed: int) -> pa.Table:
    """One signal for each post and concern whose chance is worth it, with the words that speak for it."""
    model = resources.model
    if model is None or not batch.num_rows:
        return FOUND.empty_table()
    keys, observations, texts, titles = (
        batch[name].to_pylist() for name in ("post_key", "observation_id", "text", "title")
    )
    chances = _chances(model, _texts(batch))
    rows = []
    for at, concern in zip(*(chances >= model.threshold).nonzero(), strict=True):
        text, name = texts[at] or "", model.concerns[concern]
        if not (text or titles[at] or "").strip():
            continue
        spans = model.words(text, name)
        words = ", ".join(f"“{text[start:end]}”" for start, end in spans)
        chance = float(chances[at, concern])
        rows.append(
            {
                "post_key": keys[at],
                "observation_id": observations[at],
                "concern": name,
                "clause": resources.clauses.get(name, ""),
                "score": chance,
                "spans": [{"start": start, "end": end} for start, end in spans],
                "reason": f"model {model.version}: {chance:.0%} likely"
                + (f", most by {words}" if words else ""),
            }
        )  # fmt: skip
    return pa.Table.from_pylist(rows, schema=FOUND)


def doubts(batch: pa.Table, model: Learned | None) -> pa.Array:
    """How far each post's chances are from where the model would say the other thing; null where it says nothing."""
    if model is None or not batch.num_rows or not model.concerns:
        return pa.nulls(batch.num_rows, pa.float32())
    try:
        chances = _chances(model, _texts(batch))
    except Exception:  # the detector fails too, post by post, and says so
        return pa.nulls(batch.num_rows, pa.float32())
    silent = np.array([not (text or "").strip() for text in batch["text"].to_pylist()])
    return pa.array(doubt(chances, model.threshold).astype(np.float32), mask=silent)
