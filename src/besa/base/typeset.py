"""A tagged PDF (PDF/UA-1) from one of our Typst templates, with the fonts that Typst brings: no machine's own."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from besa.base.glyphs import printable

#: Language and script as Typst names them.
TYPST_LANGUAGE = {"sq": ("sq", "latn"), "sr-Latn": ("sr", "latn"), "sr-Cyrl": ("sr", "cyrl"), "en": ("en", "latn")}


def pdf(template: Path, data: Mapping[str, Any], pictures: Mapping[str, str | bytes] | None = None) -> bytes:
    """The PDF of `template`, which reads `data` as `data.json` and `pictures` (name -> SVG text or bytes) beside it.

    What the font cannot draw is written out by name, so that no emoji of a post stops a document.
    """
    import typst  # heavy, and only documents need it

    with tempfile.TemporaryDirectory(prefix="besa-pdf-") as name:
        folder = Path(name)
        (folder / "data.json").write_text(json.dumps(printable(data), ensure_ascii=False), encoding="utf-8")
        (folder / "main.typ").write_bytes(template.read_bytes())
        for file, picture in (pictures or {}).items():
            if isinstance(picture, str):
                (folder / file).write_text(printable(picture), encoding="utf-8")
            else:
                (folder / file).write_bytes(picture)
        return typst.compile(
            folder / "main.typ", root=folder, format="pdf", ignore_system_fonts=True, pdf_standards=["ua-1"]
        )
