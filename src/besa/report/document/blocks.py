"""What a report is made of, before it is HTML, PDF or DOCX. Plain text only: renderers escape it."""

from __future__ import annotations

from dataclasses import dataclass, field

from besa.edition.format import Stat, Table
from besa.report.charts import Chart

#: A figure in prose: table, row key, column key.
Cell = tuple[str, str, str]


@dataclass(frozen=True)
class Paragraph:
    """`cells`: where each figure of the text comes from; `values`: how it was written there."""

    text: str
    cells: tuple[Cell, ...] = ()
    values: tuple[str, ...] = ()
    kind: str = "paragraph"


@dataclass(frozen=True)
class Heading:
    text: str
    level: int = 3
    kind: str = "heading"


@dataclass(frozen=True)
class Bullets:
    items: tuple[str, ...]
    kind: str = "bullets"


@dataclass(frozen=True)
class Stats:
    items: tuple[Stat, ...]
    kind: str = "stats"


@dataclass(frozen=True)
class TableBlock:
    """`cells`: the table as it is printed; the last row is the total where `total`."""

    number: int
    table: Table
    cells: tuple[tuple[str, ...], ...]
    lines: tuple[str, ...]
    total: bool
    kind: str = "table"


@dataclass(frozen=True)
class FigureBlock:
    number: int
    chart: Chart
    kind: str = "figure"


@dataclass(frozen=True)
class Case:
    """One attributed finding with what was answered, verbatim."""

    number: str
    title: str
    facts: tuple[tuple[str, str], ...]
    excerpt: str
    replies: tuple[tuple[str, str], ...]
    remedies: tuple[str, ...]
    kind: str = "case"


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    blocks: list = field(default_factory=list)


@dataclass(frozen=True)
class Document:
    """`date`: ISO day that the files carry as theirs (the last of the period: no clock in a freeze)."""

    language: str
    title: str
    subtitle: str
    lines: tuple[str, ...]
    date: str
    footer: str
    words: dict[str, str]
    sections: list[Section]
