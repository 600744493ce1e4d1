"""Reading for how long what may be kept, and on which ground."""

from __future__ import annotations

from typing import Any

from besa.base.packfile import Fields, once
from besa.base.words import CountedFrom, RecordKind


def read_retention(top: Fields) -> list[dict[str, Any]]:
    """[[retention]]: kind, days, from, ground, by_itself; each kind once."""
    rows = [(table.take_word("kind", RecordKind, required=True), table) for table in top.take_tables("retention")]
    found = []
    for kind, table in once(rows, "rule of retention"):
        found.append(
            {
                "kind": kind,
                "days": table.take_number("days", default=0, required=True, least=1, most=36_500, whole=True),
                "from": table.take_word("from", CountedFrom, required=True),
                "ground": table.take_texts("ground", required=True),
                "by_itself": table.take_flag("by_itself", default=False),
            }
        )
        table.done()
    return found
