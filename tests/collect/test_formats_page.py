"""The page on formats says what the manifests say."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from besa.collect.connectors import NAMES
from besa.collect.forms.imports import REASON_WORDS

ROOT = Path(__file__).resolve().parents[2]
REASON = re.compile(r'Skip\("(\w+)"|else "(not_a_post)"')


def test_the_page_on_formats_is_fresh():
    spec = importlib.util.spec_from_file_location("docs_tool", ROOT / "tools" / "docs.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    page = (ROOT / "docs" / "reference" / "formats.md").read_text("utf-8")
    assert page == tool.formats(), "run `make docs`"
    assert all(f"| `{name}` |" in page for name in NAMES)


def test_every_reason_of_a_connector_has_words_and_stands_on_the_page():
    page = (ROOT / "docs" / "reference" / "formats.md").read_text("utf-8")
    sources = (ROOT / "src" / "besa" / "collect" / "connectors").rglob("*.py")
    named = {word for path in sources for found in REASON.findall(path.read_text("utf-8")) for word in found if word}
    assert {"no_id", "error_row", "advertiser_total"} <= named
    for reason in named - {"no_mapping"}:
        assert reason in REASON_WORDS and f"`{reason}`" in page, reason
