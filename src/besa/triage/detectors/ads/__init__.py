"""Paid posts that do not say who paid, and ads that ran on days on which nobody may campaign."""

from __future__ import annotations

import re
from datetime import date

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from besa.base.text import folded
from besa.triage.detectors.ads import library
from besa.triage.detectors.ads.examples import CAMPAIGNERS, EXAMPLES, QUIET
from besa.triage.types import FOUND, Resources

__all__ = ["CAMPAIGNERS", "EXAMPLES", "QUIET", "detect", "library", "ran", "ran_on"]

#: Folded words by which a post gives itself away as paid (sq, sr, en).
PAID_WORDS = re.compile(
    r"(?<![^\W_])(?:e? ?sponsorizuar\w{0,3}|sponzorisan\w{0,3}|sponzorirano|sponsored|paid partnership|paid post|"
    r"permbajtje e paguar|postim i paguar|reklam[ae] e paguar|bashkepunim i paguar|placen[ao] (?:oglas\w*|objav\w*|"
    r"partnerstvo|reklam\w*|saradnj\w*)|partneriat i paguar|promo(?:ted)? post|#ad|#reklame?|#oglas)(?![^\W_])"
)
_FORBIDDEN, _NO_SPONSOR, _PARTNERSHIP, _WORDS = 0.8, 0.75, 0.6, 0.5


def detect(batch: pa.Table, resources: Resources, seed: int) -> pa.Table:
    clause = resources.clauses.get("ad", "")
    rows = []
    batch = batch.filter(_worth(batch))
    columns = [batch[name].to_pylist() for name in ("post_key", "observation_id", "kind", "text", "ad")]
    for post_key, observation_id, kind, text, ad in zip(*columns, strict=True):
        told = {name: value for name, value in (ad or {}).items() if value not in (None, "")}
        found: list[tuple[float, str]] = []
        if kind == "ad" or told:
            if not (told.get("sponsor") or "").strip():
                label = told.get("label") or "paid"
                found.append(
                    (_NO_SPONSOR, "was paid for, and names no sponsor")
                    if kind == "ad"
                    else (_PARTNERSHIP, f"carries the platform's label “{label}”, and names no sponsor")
                )
            days = ran_on(told, resources.quiet)
            found += [(_FORBIDDEN, f"ran on {day}, when nobody may campaign") for day in days]
        elif kind != "article" and text and (said := PAID_WORDS.search(folded(text))):
            found.append((_WORDS, f"says “{said[0].strip()}”, and carries no label of the platform"))
        if found:
            rows.append(
                {"post_key": post_key, "observation_id": observation_id, "concern": "ad", "clause": clause,
                 "score": max(score for score, _ in found), "spans": [],
                 "reason": "; ".join(reason for _, reason in found)}
            )  # fmt: skip
    return pa.Table.from_pylist(rows, schema=FOUND)


def ran(ad: dict) -> tuple[date, date] | None:
    """First and last day of delivery, as the library tells them. Where it tells no end, the first day alone is sure."""
    start, end = _day(ad.get("start")), _day(ad.get("end"))
    return (start, max(start, end or start)) if start else None


def ran_on(ad: dict, quiet: tuple[tuple[date, date, str], ...]) -> list[str]:
    """The forbidden days on which it ran for sure, in words."""
    if (days := ran(ad)) is None:
        return []
    inside = [(max(days[0], first), min(days[1], last)) for first, last, _ in quiet]
    return [f"{first}" if first == last else f"{first} to {last}" for first, last in inside if first <= last]


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


_HINTS = [
    "spons", "sponz", "sponc", "спонз", "спонс", "paid", "pagu", "plaćen", "placen", "плаћен", "promo", "#ad", "#rekl",
    "#oglas",
]  # fmt: skip


def _worth(batch: pa.Table) -> pa.ChunkedArray:
    """A quick look at all posts at once, so that a hundred thousand are not folded for this."""
    hinted = pl.from_arrow(batch["text"].combine_chunks()).str.to_lowercase().str.contains_any(_HINTS)
    told = pc.or_(pc.equal(batch["kind"], "ad"), pc.is_valid(batch["ad"]))
    return pc.fill_null(pc.or_kleene(told, pa.chunked_array([hinted.to_arrow()])), False)
