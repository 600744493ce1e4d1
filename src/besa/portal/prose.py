"""Editors' Markdown as plain blocks that a template renders: no HTML passes through."""

from __future__ import annotations

from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
_SAFE_LINKS = ("http://", "https://", "mailto:", "#")


def blocks(markdown: str) -> list[dict[str, Any]]:
    """[{kind, level, spans | entries | rows}]; kinds: heading, text, quote, list, code, table, rule.

    A span is {text, strong, emphasis, code, href}.
    """
    out: list[dict[str, Any]] = []
    stack: list[str] = []
    for token in _PARSER.parse(markdown or ""):
        _take(token, out, stack)
    return out


def _take(token: Token, out: list, stack: list[str]) -> None:
    if token.type in ("bullet_list_open", "ordered_list_open"):
        if not any(kind.endswith("list_open") for kind in stack):
            out.append({"kind": "list", "ordered": token.type.startswith("ordered"), "entries": []})
        stack.append(token.type)
    elif token.type == "table_open":
        out.append({"kind": "table", "rows": []})
        stack.append(token.type)
    elif token.type == "tr_open":
        out[-1]["rows"].append([])
    elif token.type == "list_item_open":
        out[-1]["entries"].append([])
    elif token.type in ("blockquote_open", "heading_open", "paragraph_open", "th_open", "td_open"):
        stack.append(token.type + token.tag)
    elif token.type.endswith("_close") and token.type[:-6] in (
        "bullet_list", "ordered_list", "table", "blockquote", "heading", "paragraph", "th", "td",
    ):  # fmt: skip
        stack.pop()
    elif token.type in ("fence", "code_block"):
        out.append({"kind": "code", "text": token.content})
    elif token.type == "hr":
        out.append({"kind": "rule"})
    elif token.type == "inline":
        _place(_spans(token.children or []), out, stack)


def _place(spans: list[dict], out: list, stack: list[str]) -> None:
    within = stack[-1]
    if within.startswith(("th_open", "td_open")):
        out[-1]["rows"][-1].append(spans)
    elif any(kind.endswith("list_open") for kind in stack):
        out[-1]["entries"][-1].extend(spans)
    elif within.startswith("heading_open"):
        # the page has its own h1, so that texts start at h2
        out.append({"kind": "heading", "level": max(2, int(within[-1])), "spans": spans})
    else:
        quoted = any(kind.startswith("blockquote") for kind in stack)
        out.append({"kind": "quote" if quoted else "text", "spans": spans})


def _spans(children: list[Token]) -> list[dict[str, Any]]:
    spans, strong, emphasis, href = [], 0, 0, ""
    for child in children:
        if child.type in ("strong_open", "strong_close"):
            strong += 1 if child.nesting > 0 else -1
        elif child.type in ("em_open", "em_close"):
            emphasis += 1 if child.nesting > 0 else -1
        elif child.type == "link_open":
            wanted = str(child.attrGet("href") or "")
            href = wanted if wanted.startswith(_SAFE_LINKS) else ""
        elif child.type == "link_close":
            href = ""
        else:
            text = "\n" if child.type in ("softbreak", "hardbreak") else child.content
            spans.append(
                {"text": text, "strong": strong > 0, "emphasis": emphasis > 0, "code": child.type == "code_inline",
                 "href": href}
            )  # fmt: skip
    return spans
