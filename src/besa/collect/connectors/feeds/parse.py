"""Articles of news portals as the live source `feeds` brings them: what the feed says, and the text of the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from besa.collect.rules.addresses import host_of, made_id, untracked
from besa.collect.rules.heads import keys
from besa.collect.rules.html import plain
from besa.collect.rules.values import (
    account_key,
    at,
    hashtags_in,
    ident,
    links_in,
    listed,
    medium,
    moment,
    precision,
    several,
    words,
)
from besa.collect.types import Post, Skip


def sniff(head: bytes, file_name: str) -> float:
    return 1.0 if {"outlet", "feed", "entry", "article", "observed_at"} <= keys(head) else 0.0


def parse(raw: Mapping[str, Any]) -> Post | Skip:
    entry, article = raw.get("entry"), raw.get("article")
    link = words(at(entry, "link"))
    url = untracked(link) if host_of(link) else None
    known_by = url or ident(at(entry, "id"))
    if not known_by:
        return Skip("no_id")
    host = host_of(url) or host_of(words(at(raw, "feed", "url")))
    said = plain(words(at(entry, "content")) or words(at(entry, "summary")))
    text = words(at(article, "text")) or said
    posted = next(
        (value for value in _times(entry, article) if moment(value) is not None),
        None,
    )
    pictures = [medium("image", at(article, "image"))]
    pictures += [medium(at(file, "type"), at(file, "url")) for file in listed(at(entry, "enclosures"))]
    return Post(
        platform="portal",
        native_id=made_id(known_by),
        kind="article",
        url=url,
        account_key=ident(at(raw, "outlet", "key")) or account_key("portal", None, host),
        account_handle=host or None,
        account_name=words(at(raw, "outlet", "name")) or words(at(raw, "feed", "title")) or words(at(article, "site")),
        title=plain(words(at(entry, "title"))) or words(at(article, "title")),
        text=text,
        posted_at=moment(posted),
        posted_precision=precision(posted),
        observed_at=moment(raw.get("observed_at")),
        links=several([*listed(at(article, "links")), *links_in(text)]),
        hashtags=hashtags_in(text),
        media=tuple(part for parts in pictures for part in parts),
    )


def _times(entry: Any, article: Any) -> tuple[Any, ...]:
    """When it was published, the surest first; the time of a change only where nothing else is said."""
    return (
        at(entry, "published_at"),
        at(article, "published"),
        at(entry, "updated_at"),
    )
