"""The page on formats says what the manifests say."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from besa.collect.connectors import NAMES

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_on_formats_is_fresh():
    spec = importlib.util.spec_from_file_location("docs_tool", ROOT / "tools" / "docs.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    page = (ROOT / "docs" / "reference" / "formats.md").read_text("utf-8")
    assert page == tool.formats(), "run `make docs`"
    assert all(f"| `{name}` |" in page for name in NAMES)
