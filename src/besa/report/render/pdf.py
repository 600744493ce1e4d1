"""The report as a tagged PDF, set by Typst from a template of our own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from besa.base import typeset
from besa.report.charts import svg as drawing
from besa.report.document.blocks import Document

_TEMPLATE = Path(__file__).resolve().parents[1] / "templates" / "report" / "report.typ"
_CHART_FONT = "Libertinus Serif"


def render(document: Document) -> bytes:
    pictures: dict[str, str] = {}
    return typeset.pdf(_TEMPLATE, _data(document, pictures), pictures)


def _data(document: Document, pictures: dict[str, str]) -> dict:
    day = date.fromisoformat(document.date)
    language, script = typeset.TYPST_LANGUAGE.get(document.language, ("en", "latn"))
    return {
        "language": language,
        "script": script,
        "title": document.title,
        "subtitle": document.subtitle,
        "lines": [line for line in document.lines if line],
        "footer": document.footer,
        "words": document.words,
        "year": day.year,
        "month": day.month,
        "day": day.day,
        "sections": [
            {
                "key": section.key,
                "title": section.title,
                "blocks": [_block(block, pictures) for block in section.blocks],
            }
            for section in document.sections
        ],
    }


def _block(block, pictures: dict[str, str]) -> dict:
    if block.kind in ("paragraph", "heading"):
        return {"kind": block.kind, "text": block.text, "told": bool(getattr(block, "cells", ()))}
    if block.kind == "bullets":
        return {"kind": "bullets", "items": list(block.items)}
    if block.kind == "stats":
        return {
            "kind": "stats",
            "items": [{"label": stat.label, "value": stat.value, "note": stat.note} for stat in block.items],
        }
    if block.kind == "figure":
        file = f"{block.chart.name}.svg"
        pictures[file] = block.chart.svg.replace(drawing.FONT, _CHART_FONT)
        return {
            "kind": "figure",
            "number": block.number,
            "file": file,
            "title": block.chart.title,
            "alt": block.chart.alt,
        }
    if block.kind == "table":
        return {
            "kind": "table",
            "number": block.number,
            "title": block.table.title,
            "columns": [{"label": column.label, "text": column.kind == "text"} for column in block.table.columns],
            "rows": [list(row) for row in block.cells],
            "lines": list(block.lines),
            "total": block.total,
        }
    return {
        "kind": "case",
        "title": block.title,
        "facts": [list(pair) for pair in block.facts],
        "excerpt": block.excerpt,
        "replies": [list(pair) for pair in block.replies],
        "remedies": list(block.remedies),
    }
