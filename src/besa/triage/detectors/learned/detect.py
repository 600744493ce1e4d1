"""Chances from the model handed in with the resources; a signal from each concern's threshold on."""

from __future__ import annotations

import pyarrow as pa

from besa.triage.types import FOUND, Resources


def detect(batch: pa.Table, resources: Resources, seed: int) -> pa.Table:
    """One signal for each post and concern whose chance is worth it, with the words that speak for it."""
    model = resources.model
    if model is None or not batch.num_rows:
        return FOUND.empty_table()
    keys, observations, texts, titles = (
        batch[name].to_pylist() for name in ("post_key", "observation_id", "text", "title")
    )
    chances = model.chances([text or title or "" for text, title in zip(texts, titles, strict=True)])
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
