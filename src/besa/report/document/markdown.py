"""Markdown of packs and editors as plain blocks: paragraphs, headings, lists. Anything else becomes text."""

from __future__ import annotations

from markdown_it import MarkdownIt

from besa.report.document.blocks import Bullets, Heading, Paragraph

_READER = MarkdownIt("commonmark", {"html": False})


def blocks_of(text: str) -> list:
    blocks: list = []
    items: list[str] | None = None
    opened = ""
    for token in _READER.parse(text):
        if token.type in ("bullet_list_open", "ordered_list_open") and items is None:
            items = []
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            if items:
                blocks.append(Bullets(tuple(items)))
            items = None
        elif token.type in ("heading_open", "paragraph_open"):
            opened = token.type
        elif token.type == "inline":
            words = _plain(token)
            if items is not None:
                items.append(words)
            elif opened == "heading_open":
                blocks.append(Heading(words))
            else:
                blocks.append(Paragraph(words))
        elif token.type in ("fence", "code_block", "html_block"):
            blocks.append(Paragraph(token.content.strip()))
    return blocks


def _plain(token) -> str:
    out, address = [], ""
    for child in token.children or []:
        if child.type in ("softbreak", "hardbreak"):
            out.append(" ")
        elif child.type in ("text", "code_inline", "html_inline"):
            out.append(child.content)
        elif child.type == "link_open":
            address = child.attrGet("href") or ""
        elif child.type == "link_close" and address:
            out.append(f" ({address})")
    return "".join(out)
