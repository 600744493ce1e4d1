"""Markdown of editors becomes blocks; nothing of it becomes HTML."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from besa.portal.prose import blocks


def test_the_usual_shapes():
    found = blocks(
        "# Big\n\nA **b** *c* `d` [e](https://x.example).\n\n- one\n- two\n\n> said\n\n| h |\n|---|\n| v |\n"
    )
    assert [block["kind"] for block in found] == ["heading", "text", "list", "quote", "table"]
    assert found[0]["level"] == 2
    spans = {span["text"]: span for span in found[1]["spans"]}
    assert spans["b"]["strong"] and spans["c"]["emphasis"] and spans["d"]["code"]
    assert spans["e"]["href"] == "https://x.example"
    assert [[span["text"] for span in entry] for entry in found[2]["entries"]] == [["one"], ["two"]]
    assert found[4]["rows"][1][0][0]["text"] == "v"


def test_links_that_run_something_lose_their_address():
    for bad in ("javascript:alert(1)", "data:text/html,x", "vbscript:x", "//evil.example", "../files"):
        spans = [span for block in blocks(f"[x]({bad})") for span in block.get("spans", [])]
        assert all(not span["href"] for span in spans)


@given(st.text(max_size=400))
def test_nothing_that_an_editor_types_breaks_it(text):
    for block in blocks(text):
        for span in block.get("spans", []):
            assert isinstance(span["text"], str)


@given(st.lists(st.sampled_from(["- a", "  - b", "1. c", "> d", "| e |", "|---|", "# f", "", "    g", "```", "***"])))
def test_nested_and_broken_structures_do_not_break_it(lines):
    blocks("\n".join(lines))
