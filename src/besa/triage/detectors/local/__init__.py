"""What a model that somebody runs on this machine takes a post for; silent unless the election's settings name one."""

from __future__ import annotations

import pyarrow as pa

from besa.triage.types import FOUND, Resources

#: With the stand-in of the contract test, which takes every post with a “!” for what it looks for.
EXAMPLES = ({"text": "Jashtë të gjithë!", "concerns": ["hate"]}, {"text": "Takim në fshat", "concerns": []})


def detect(batch: pa.Table, resources: Resources, seed: int) -> pa.Table:
    """One signal for each post that the model takes for its concern; no words, for it cannot say which they were."""
    model = resources.local
    if model is None:
        return FOUND.empty_table()
    rows = []
    for post_key, observation_id, text in zip(
        *(batch[name].to_pylist() for name in ("post_key", "observation_id", "text")), strict=True
    ):
        if not (text or "").strip() or (chance := model.chance(text)) < model.speaks_from:
            continue
        rows.append(
            {
                "post_key": post_key,
                "observation_id": observation_id,
                "concern": model.concern,
                "clause": resources.clauses.get(model.concern, ""),
                "score": chance,
                "spans": [],
                "reason": f"local model {model.model}: {chance:.0%} likely",
            }
        )
    return pa.Table.from_pylist(rows, schema=FOUND)
