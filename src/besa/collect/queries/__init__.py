"""Reads of the room: files, what people captured, what came in at the Door, live sources."""

from besa.collect.queries.door import has_contact, in_corpus, same_tips, tip_counts, tip_of_number, tips, tips_held
from besa.collect.queries.files import (
    Inside,
    Preview,
    SeenPath,
    imports,
    inside,
    leaves,
    mappings,
    paths_seen,
    pending,
    preview,
)
from besa.collect.queries.hand import captured_files, captures, living_tokens
from besa.collect.queries.live import (
    SourceRow,
    due,
    last_polls,
    polled,
    polled_since,
    polls_of,
    rest,
    source_rows,
    sources,
)

__all__ = [
    "Inside",
    "Preview",
    "SeenPath",
    "SourceRow",
    "captured_files",
    "captures",
    "due",
    "has_contact",
    "imports",
    "in_corpus",
    "inside",
    "last_polls",
    "leaves",
    "living_tokens",
    "mappings",
    "paths_seen",
    "pending",
    "polled",
    "polled_since",
    "polls_of",
    "preview",
    "rest",
    "same_tips",
    "source_rows",
    "sources",
    "tip_counts",
    "tip_of_number",
    "tips",
    "tips_held",
]
