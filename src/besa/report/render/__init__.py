"""One document, three kinds of file. The same document gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable

from besa.base.errors import BadInput
from besa.report.document.blocks import Document

FORMATS = ("html", "pdf", "docx", "xlsx")


def renderer(name: str) -> Callable[[Document], bytes]:
    """Raises BadInput."""
    if name == "html":
        from besa.report.render.html import render
    elif name == "pdf":
        from besa.report.render.pdf import render
    elif name == "docx":
        from besa.report.render.word import render
    elif name == "xlsx":
        from besa.report.render.sheet import render
    else:
        raise BadInput(f"There is no format “{name}”.", remedy=f"Use one of: {', '.join(FORMATS)}.")
    return render
