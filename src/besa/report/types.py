"""The fact tables that a report freezes: de-identified, and the only source of its numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import polars as pl
import pyarrow as pa

_TEXT, _FLAG, _COUNT = pa.string(), pa.bool_(), pa.int64()

#: Standing of a finding towards the public: `named`, `unnamed` (settled, but never with a name),
#: `awaiting` (the reply deadline runs, nobody was told yet, or a reply awaits a decision).
NAMED, UNNAMED, AWAITING = "named", "unnamed", "awaiting"

_S: dict[str, list[tuple[str, pa.DataType]]] = {
    # one row per finding; `source` and `party` are NULL unless they may be named
    "findings": [
        ("number", _TEXT), ("decision", _TEXT), ("type", _TEXT), ("clause", _TEXT), ("other_clauses", _TEXT),
        ("severity", _COUNT), ("content", _TEXT), ("platform", _TEXT), ("language", _TEXT), ("route", _TEXT),
        ("sample", _TEXT), ("day", _TEXT), ("week", _TEXT), ("phase", _TEXT), ("area", _TEXT), ("source", _TEXT),
        ("source_class", _TEXT), ("source_gender", _TEXT), ("identity_grade", _TEXT), ("account_status", _TEXT),
        ("party", _TEXT), ("affiliation_grade", _TEXT), ("signatory_status", _TEXT),
        ("party_signatory_status", _TEXT), ("standing", _TEXT), ("why", _TEXT), ("new", _FLAG), ("excerpt", _TEXT),
    ],
    "targets": [
        ("number", _TEXT), ("kind", _TEXT), ("actor_kind", _TEXT), ("party", _TEXT), ("gender", _TEXT),
        ("community", _TEXT), ("ground", _TEXT),
    ],
    "funnel": [("week", _TEXT), ("stage", _TEXT), ("posts", _COUNT)],
    "coverage": [
        ("week", _TEXT), ("platform", _TEXT), ("language", _TEXT), ("collected", _COUNT), ("read", _COUNT),
    ],
    # portal articles by whom they name: `by` all (key NULL), gender (of candidates) or party; `none` names nobody such
    "visibility": [("week", _TEXT), ("phase", _TEXT), ("by", _TEXT), ("key", _TEXT), ("articles", _COUNT)],
    "accounts": [("week", _TEXT), ("platform", _TEXT), ("watched", _COUNT), ("seen", _COUNT)],
    # account-days of the watch-list by state (`collect.rules.coverage`); `accounts` on the list in that week
    "days": [
        ("week", _TEXT), ("platform", _TEXT), ("accounts", _COUNT), ("seen", _COUNT),
        ("silent", _COUNT), ("quiet", _COUNT), ("missing", _COUNT), ("unreached", _COUNT),
    ],
    # ads of the libraries, by the week in which they began; `actor` NULL where none may be named, `spend_low` the sum
    # of the lower bounds that are told (NULL where none is), `untold` ads without one
    "ads": [
        ("week", _TEXT), ("phase", _TEXT), ("actor", _TEXT), ("currency", _TEXT), ("ads", _COUNT),
        ("without_sponsor", _COUNT), ("forbidden", _COUNT), ("untold", _COUNT), ("spend_low", _COUNT),
    ],
    "agreement": [
        ("variable", _TEXT), ("level", _TEXT), ("alpha", pa.float64()), ("low", pa.float64()), ("high", pa.float64()),
        ("units", _COUNT), ("pairable", _COUNT), ("coders", _COUNT), ("words", _TEXT),
    ],
    "notices": [
        ("number", _TEXT), ("week", _TEXT), ("as_party", _FLAG), ("state", _TEXT), ("due", _FLAG),
        ("reply_kind", _TEXT), ("hours", pa.float64()), ("outcome", _TEXT),
    ],
    "remedies": [("number", _TEXT), ("week", _TEXT), ("kind", _TEXT), ("day", _TEXT), ("counts", _FLAG)],
    "replies": [("number", _TEXT), ("kind", _TEXT), ("text", _TEXT), ("day", _TEXT), ("as_party", _FLAG)],
    # `status` on the last day of the period; `spans` is JSON
    "signatories": [("slug", _TEXT), ("kind", _TEXT), ("status", _TEXT), ("spans", _TEXT)],
    # posts of the seeded samples that were decided: control (no signal) and duty (per signatory)
    "samples": [
        ("week", _TEXT), ("sample", _TEXT), ("signatory", _TEXT), ("drawn", _COUNT), ("read", _COUNT),
        ("violations", _COUNT), ("compliance", _COUNT), ("unflagged", _COUNT),
    ],
    # how many candidates are monitored: the base of rates
    "candidates": [("kind", _TEXT), ("area", _TEXT), ("gender", _TEXT), ("community", _TEXT), ("number", _COUNT)],
    "actors": [("slug", _TEXT), ("kind", _TEXT), ("short_name", _TEXT), ("names", _TEXT)],
    "areas": [("slug", _TEXT), ("names", _TEXT)],
}  # fmt: skip

SCHEMAS: dict[str, pa.Schema] = {name: pa.schema(fields) for name, fields in _S.items()}


@dataclass(frozen=True)
class Facts:
    """`frames[name]` has the schema `SCHEMAS[name]`. `meta`: election, period, phases, Code, versions."""

    meta: dict[str, Any]
    frames: dict[str, pl.DataFrame] = field(default_factory=dict)

    def __getitem__(self, name: str) -> pl.DataFrame:
        return self.frames[name]

    @property
    def week(self) -> str:
        return self.meta["week"]


def frame(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Rows as the frame `name`, sorted by all columns so that the same rows give the same bytes."""
    schema = SCHEMAS[name]
    table = pa.Table.from_pylist([{column: row.get(column) for column in schema.names} for row in rows], schema=schema)
    return pl.from_arrow(table).sort(schema.names, nulls_last=True)
