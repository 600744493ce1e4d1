"""Reads about imports and mappings, and the preview of a file before it is imported."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.db.models import Exists, Max, OuterRef, QuerySet

from besa.base.errors import BadInput
from besa.collect.actions.importing import connector_for
from besa.collect.actions.opening import Source, source_of
from besa.collect.actions.reading import rows
from besa.collect.models import Capture, Import, Mapping
from besa.collect.rules.columns import Columns
from besa.collect.types import Connector, Counts, Post

#: How many rows a preview reads.
PREVIEW_ROWS = 2_000


def imports(election) -> QuerySet[Import]:
    """The imports of files of an election, newest first (captures by hand have their own list)."""
    found = Import.objects.filter(election=election.slug if election else "")
    return found.filter(~Exists(Capture.objects.filter(entered=OuterRef("pk")))).select_related("mapping")


def pending() -> QuerySet[Import]:
    """Imports that were begun and not finished: running now, or to be settled by `actions.recover`."""
    return Import.objects.filter(state="intent")


def mappings() -> list[Mapping]:
    """The newest version of each saved mapping, by name."""
    newest = Mapping.objects.values("name").annotate(last=Max("id")).values("last")
    return list(Mapping.objects.filter(pk__in=newest).order_by("name"))


@dataclass(frozen=True)
class Preview:
    posts: list[Post]
    counts: Counts
    whole: bool


def preview(source: Source, connector: Connector, *, limit: int = 10) -> Preview:
    """What an import would make of the first rows of a file. Writes nothing."""
    columns = Columns(connector, {})
    posts: list[Post] = []
    for row in islice(rows(source), PREVIEW_ROWS):
        read = columns.take(row)
        if read and len(posts) < limit:
            posts.append(read[0])
    counts = columns.finish()
    return Preview(posts, counts, whole=counts.read < PREVIEW_ROWS)


@dataclass(frozen=True)
class Inside:
    """One file of an archive: who reads it, or why nobody does."""

    name: str
    connector: Connector | None
    problem: str = ""


def inside(path: Path, name: str, members: list[str]) -> list[Inside]:
    """What an import would make of each file of a ZIP file."""
    found = []
    for member in members:
        try:
            found.append(Inside(member, connector_for(source_of(path, name, member))))
        except BadInput as error:
            found.append(Inside(member, None, error.message))
    return found


@dataclass(frozen=True)
class SeenPath:
    """A column or dotted path of a file, in how many of the looked-at rows it stands, and what stood there."""

    path: str
    rows: int
    sample: str


def paths_seen(source: Source, *, look_at: int = 200, limit: int = 600) -> list[SeenPath]:
    """Columns and dotted paths of the first rows, in the order in which they come."""
    counts: dict[str, int] = {}
    samples: dict[str, str] = {}
    for row in islice(rows(source), look_at):
        if not isinstance(row.raw, dict):
            continue
        for path, value in dict(leaves(row.raw)).items():
            counts[path] = counts.get(path, 0) + 1
            if path not in samples and value not in (None, ""):
                samples[path] = str(value)[:120].encode("utf-8", "replace").decode().replace("\x00", "")
    return [SeenPath(path, count, samples.get(path, "")) for path, count in islice(counts.items(), limit)]


def leaves(value: Any, path: str = "", depth: int = 0):
    if isinstance(value, dict) and value and depth < 6:
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}" if path else str(key), depth + 1)
    elif isinstance(value, list) and value and isinstance(value[0], dict) and depth < 6:
        yield from leaves(value[0], f"{path}[]", depth + 1)
    elif path:
        yield path, value
