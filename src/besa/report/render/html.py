"""The report as one accessible HTML file that needs nothing but itself, on screen and on paper."""

from __future__ import annotations

from base64 import b64encode

from django.template.loader import render_to_string

from besa.report.document.blocks import Document


def picture(svg: str) -> str:
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()


def render(document: Document) -> bytes:
    return render_to_string("report/document.html", {"document": document, "pictures": _pictures(document)}).encode()


def _pictures(document: Document) -> dict[str, str]:
    return {
        block.chart.name: picture(block.chart.svg)
        for section in document.sections
        for block in section.blocks
        if block.kind == "figure"
    }
