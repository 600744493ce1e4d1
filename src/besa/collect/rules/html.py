"""Posts that come as HTML, as the text that a reader sees."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

#: A post longer than this is no post; what stands after it is not looked at.
_LIMIT = 200_000
_BREAKS = frozenset({"br", "p", "div", "li", "blockquote", "tr", "h1", "h2", "h3", "h4", "ul", "ol"})
_UNSEEN = frozenset({"script", "style"})
_TAG = re.compile(r"<[^<>]{0,2000}>")


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag, attrs):
        if tag in _UNSEEN:
            self.unseen += 1
        elif tag in _BREAKS and tag != "p":
            self.parts.append("\n")

    def handle_endtag(self, tag):
        if tag in _UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        elif tag == "p":
            self.parts.append("\n\n")

    def handle_data(self, data):
        if not self.unseen:
            self.parts.append(data)


def plain(html: str | None) -> str | None:
    """The text of a piece of HTML: paragraphs and breaks become line breaks. None where nothing is left."""
    if not html:
        return None
    html = html[:_LIMIT]
    if "<" not in html:
        text = unescape(html)
    else:
        reader = _Reader()
        try:
            reader.feed(html)
            reader.close()
            text = "".join(reader.parts)
        except (AssertionError, NotImplementedError, ValueError):
            text = unescape(_TAG.sub(" ", html))
    text = re.sub(r"[ \t]*\n[ \t]*", "\n", text).replace("\x00", "")
    return re.sub(r"\n{3,}", "\n\n", text).strip() or None
