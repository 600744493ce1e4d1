"""Bluesky posts as the network's own API gives them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from besa.collect.rules.heads import keys
from besa.collect.rules.values import (
    at,
    handle,
    hashtags_in,
    ident,
    language,
    links_in,
    listed,
    medium,
    mentions_in,
    moment,
    several,
    total,
    whole,
    words,
)
from besa.collect.types import Post, Skip

_UNDERSCORE = re.compile(r"(?<=[a-z])_([a-z])")
_REPOST = "app.bsky.feed.defs#reasonRepost"


def sniff(head: bytes, file_name: str) -> float:
    names = keys(head)
    if {"uri", "cid", "author", "record", "indexed_at", "did"} <= names:
        return 1.0
    return 1.0 if {"uri", "cid", "author", "record", "indexedAt"} <= names and "did" in names else 0.0


def parse(raw: Mapping[str, Any]) -> Post | Skip:
    meta = raw.get("4CAT_metadata")
    if meta is not None or "indexed_at" in raw:
        read = _parse(_camel(raw))
        return read if isinstance(read, Skip) else read._replace(observed_at=moment(at(meta, "collected_at")))
    return _parse(raw)


def _camel(value: Any, deep: int = 12) -> Any:
    """4CAT writes the network's names in Python's way: like_count, display_name, py_type."""
    if isinstance(value, dict):
        return {_name(key): _camel(inner, deep - 1) for key, inner in value.items()} if deep else None
    if isinstance(value, list):
        return [_camel(inner, deep - 1) for inner in value] if deep else None
    return value


def _name(key: str) -> str:
    return "$type" if key == "py_type" else _UNDERSCORE.sub(lambda found: found[1].upper(), key)


def _parse(raw: Mapping[str, Any]) -> Post | Skip:
    post = raw["post"] if isinstance(raw.get("post"), dict) else raw
    if at(post, "notFound") or at(post, "blocked"):
        return Skip("gone")
    uri = ident(at(post, "uri"))
    if not uri:
        return Skip("no_id")
    reason = raw.get("reason")
    if at(reason, "$type") == _REPOST:
        return _repost(post, uri, reason)
    record = at(post, "record")
    above, root = ident(at(record, "reply", "parent", "uri")), ident(at(record, "reply", "root", "uri"))
    quoted = ident(at(record, "embed", "record", "uri")) or ident(at(record, "embed", "record", "record", "uri"))
    return _made(
        post,
        native_id=uri,
        kind="reply" if above else "post",
        parent_key=f"bluesky:{above or quoted}" if above or quoted else None,
        root_key=f"bluesky:{root}" if root else None,
        who=at(post, "author"),
        when=at(record, "createdAt"),
        counted=True,
    )


def _repost(post: Any, uri: str, reason: Any) -> Post | Skip:
    """An account passes on another's post: its own act, at its own time, with the other's words."""
    by = ident(at(reason, "by", "did"))
    if not by:
        return Skip("no_id")
    return _made(
        post,
        native_id=ident(at(reason, "uri")) or f"{by}|{uri}",
        kind="share",
        parent_key=f"bluesky:{uri}",
        root_key=None,
        who=at(reason, "by"),
        when=at(reason, "indexedAt"),
        counted=False,
    )


def _made(post: Any, *, native_id, kind, parent_key, root_key, who, when, counted) -> Post:
    record = at(post, "record")
    text, posted = words(at(record, "text")), moment(when)
    features = [inner for facet in listed(at(record, "facets")) for inner in listed(at(facet, "features"))]
    external = at(post, "embed", "external", "uri") or at(record, "embed", "external", "uri")
    did, uri = ident(at(who, "did")), ident(at(post, "uri")) or ""
    writer = ident(at(post, "author", "handle")) or ident(at(post, "author", "did"))
    pictures = [medium("image", at(item, "fullsize")) for item in listed(at(post, "embed", "images"))]
    return Post(
        platform="bluesky",
        native_id=native_id,
        kind=kind,
        parent_key=parent_key,
        root_key=root_key,
        url=f"https://bsky.app/profile/{writer}/post/{uri.rpartition('/')[2]}" if writer else None,
        account_key=f"bluesky:{did}" if did else None,
        account_handle=handle(at(who, "handle")),
        account_name=words(at(who, "displayName")),
        text=text,
        language=language(next(iter(listed(at(record, "langs"))), None)),
        posted_at=posted,
        posted_precision="second" if posted else None,
        links=several([external, *(at(feature, "uri") for feature in features), *links_in(text)]),
        hashtags=several([*(at(feature, "tag") for feature in features), *hashtags_in(text)]),
        mentions=mentions_in(text),
        media=tuple(part for picture in pictures for part in picture),
        reactions=whole(at(post, "likeCount")) if counted else None,
        comments=whole(at(post, "replyCount")) if counted else None,
        shares=total(whole(at(post, "repostCount")), whole(at(post, "quoteCount"))) if counted else None,
    )
