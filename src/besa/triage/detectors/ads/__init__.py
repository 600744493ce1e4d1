"""Paid posts that do not say who paid."""

from __future__ import annotations

import re

import pyarrow as pa

from besa.base.text import folded
from besa.triage.types import FOUND, Resources

#: Folded words by which a post gives itself away as paid (sq, sr, en).
PAID_WORDS = re.compile(
    r"(?<![^\W_])(?:e? ?sponsorizuar\w{0,3}|sponzorisan\w{0,3}|sponzorirano|sponsored|paid partnership|paid post|"
    r"permbajtje e paguar|postim i paguar|reklam[ae] e paguar|bashkepunim i paguar|placen[ao] (?:oglas\w*|objav\w*|"
    r"partnerstvo|reklam\w*|saradnj\w*)|partneriat i paguar|promo(?:ted)? post|#ad|#reklame?|#oglas)(?![^\W_])"
)
_PAID_SCORE, _WORDS_SCORE = 0.75, 0.5


def detect(batch: pa.Table, resources: Resources, seed: int) -> pa.Table:
    clause = resources.clauses.get("ad", "")
    rows = []
    columns = [batch[name].to_pylist() for name in ("post_key", "observation_id", "kind", "text", "ad")]
    for post_key, observation_id, kind, text, ad in zip(*columns, strict=True):
        sponsor = ((ad or {}).get("sponsor") or "").strip()
        paid = kind == "ad" or any(value not in (None, "") for value in (ad or {}).values())
        spans: list[dict] = []
        if paid and not sponsor:
            score, reason = _PAID_SCORE, "was paid for, and names no sponsor"
        elif not paid and text and (said := PAID_WORDS.search(folded(text) if _hint(text) else "")):
            score, reason = _WORDS_SCORE, f"says “{said[0].strip()}”, and carries no label of the platform"
        else:
            continue
        rows.append(
            {"post_key": post_key, "observation_id": observation_id, "concern": "ad", "clause": clause,
             "score": score, "spans": spans, "reason": reason}
        )  # fmt: skip
    return pa.Table.from_pylist(rows, schema=FOUND)


_HINTS = (
    "spons", "sponz", "sponc", "спонз", "спонс", "paid", "pagu", "plaćen", "placen", "плаћен", "promo", "#ad", "#rekl",
    "#oglas",
)  # fmt: skip


def _hint(text: str) -> bool:
    """A quick look, so that a hundred thousand posts are not folded for this; faster than an expression."""
    lower = text.lower()
    return any(hint in lower for hint in _HINTS)


EXAMPLES = (
    {"text": "Vote for the lake.", "kind": "ad", "ad": {"spend_low": 100}, "concerns": ["ad"]},
    {"text": "Vote for the lake.", "kind": "ad", "ad": {"sponsor": "Party of the Lake"}, "concerns": []},
    {"text": "Postim i sponsorizuar: votoni!", "kind": "post", "ad": None, "concerns": ["ad"]},
    {"text": "Плаћена објава за боље сутра", "kind": "post", "ad": None, "concerns": ["ad"]},
    {"text": "Sponzori su došli na utakmicu.", "kind": "post", "ad": None, "concerns": []},
)
