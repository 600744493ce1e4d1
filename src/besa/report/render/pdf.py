"""The report as a tagged PDF, set by Typst from a template of our own with the fonts that it brings."""

from __future__ import annotations

import json
import tempfile
from datetime import date
from pathlib import Path

from besa.report.charts import svg as drawing
from besa.report.document.blocks import Document
from besa.report.render.glyphs import printable

_TEMPLATE = Path(__file__).resolve().parents[1] / "templates" / "report" / "report.typ"
#: What Typst carries inside: nothing depends on the fonts of a machine.
_CHART_FONT = "Libertinus Serif"
_LANGUAGE = {"sq": ("sq", "Latn"), "sr-Latn": ("sr", "latn"), "sr-Cyrl": ("sr", "cyrl"), "en": ("en", "latn")}


def render(document: Document) -> bytes:
    import typst

    with tempfile.TemporaryDirectory(prefix="besa-report-") as name:
        folder = Path(name)
        (folder / "report.json").write_text(json.dumps(printable(_data(document, folder)), ensure_ascii=False))
        (folder / "report.typ").write_bytes(_TEMPLATE.read_bytes())
        return typst.compile(
            folder / "report.typ",
            root=folder,
            format="pdf",
            ignore_system_fonts=True,
            pdf_standards=["ua-1"],
        )


def _data(document: Document, folder: Path) -> dict:
    day = date.fromisoformat(document.date)
    language, script = _LANGUAGE.get(document.language, ("en", "latn"))
    return {
        "language": language,
        "script": script.lower(),
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
                "blocks": [_block(block, folder) for block in section.blocks],
            }
            for section in document.sections
        ],
    }


def _block(block, folder: Path) -> dict:
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
        (folder / file).write_text(printable(block.chart.svg.replace(drawing.FONT, _CHART_FONT)))
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
