"""The text of an article out of its page."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from lxml import etree

_BLOCKS = ("p", "head", "quote", "item", "row", "lb", "list", "table", "code")
_TEXT = 500_000
_LINKS = 300
_PUBLISHED = (
    "//meta[@property='article:published_time']/@content",
    "//meta[@itemprop='datePublished']/@content",
    "//time[@itemprop='datePublished' or @pubdate]/@datetime",
)
_AUTHOR = ("//meta[@name='author']/@content", "//meta[@itemprop='author']/@content")


def article_of(page: bytes, *, url: str, now: datetime) -> dict[str, Any]:
    """Title, author, time, text, links and picture of a page; an `error` where it holds no text."""
    # one and a half seconds of import, only where articles are read
    import trafilatura

    try:
        tree = trafilatura.load_html(page)
        published, author = _first(tree, _PUBLISHED), _first(tree, _AUTHOR)
        found = trafilatura.bare_extraction(
            tree,
            url=url,
            with_metadata=True,
            include_links=True,
            include_comments=False,
            date_extraction_params={"original_date": True, "extensive_search": False, "max_date": now},
        )
    except Exception as error:  # whatever stands in a page of others must not stop the poll
        return {"url": url, "error": f"The page could not be read ({type(error).__name__})."}
    if found is None or found.body is None:
        return {"url": url, "error": "The page holds no text of an article."}
    text = _text(found.body)
    return {
        "url": url,
        "title": found.title,
        "author": author or found.author,
        "published": published or found.date,
        "text": text[:_TEXT] or None,
        "links": _links(found.body, url),
        "image": found.image,
        "site": found.sitename,
    }


def _first(tree: Any, paths: tuple[str, ...]) -> str | None:
    """The first of the page's own statements that is not empty."""
    if tree is None:
        return None
    return next((said.strip() for path in paths for said in tree.xpath(path) if said.strip()), None)


def _text(body: Any) -> str:
    """The text as it is read: a line for each paragraph, heading, quotation and item."""
    for node in body.iter(*_BLOCKS):
        node.tail = "\n" + (node.tail or "")
    lines = ("".join(body.itertext())).split("\n")
    return "\n".join(line for piece in lines if (line := " ".join(piece.split())))


def _links(body: etree._Element, url: str) -> list[str]:
    found = (node.get("target") for node in body.iter("ref"))
    links = dict.fromkeys(urljoin(url, link.strip()) for link in found if link)
    return [link for link in links if link.startswith(("http://", "https://"))][:_LINKS]
