"""TikTok's Research API: videos and comments as JSON, and the table of its research tools."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from besa.collect.rules.heads import columns, keys
from besa.collect.rules.values import (
    account_key,
    handle,
    hashtags_in,
    ident,
    links_in,
    listed,
    mentions_in,
    moment,
    several,
    whole,
    words,
)
from besa.collect.types import Post, Skip


def sniff(head: bytes, file_name: str) -> float:
    names = keys(head)
    if {"video_description", "create_time", "id"} <= names or {"video_id", "parent_comment_id", "text"} <= names:
        return 1.0
    return 1.0 if {"video_id", "author_name", "video_description"} <= columns(head) else 0.0


def parse(raw: Mapping[str, Any]) -> Post | Skip:
    if "parent_comment_id" in raw or ("text" in raw and "video_id" in raw):
        return _comment(raw)
    native = ident(raw.get("id")) or ident(raw.get("video_id"))
    if not native:
        return Skip("no_id")
    short = handle(raw.get("username")) or handle(raw.get("author_name"))
    text = words(raw.get("video_description"))
    posted = moment(raw.get("create_time"))
    address = f"https://www.tiktok.com/@{short}/video/{native}" if short else None
    return Post(
        platform="tiktok",
        native_id=native,
        kind="video",
        url=words(raw.get("video_url")) or address,
        account_key=account_key("tiktok", None, short),
        account_handle=short,
        text=text,
        posted_at=posted,
        posted_precision="second" if posted else None,
        links=links_in(text),
        hashtags=several(_parts(raw.get("hashtag_names"))) or hashtags_in(text),
        mentions=several(handle(name) for name in _parts(raw.get("video_mention_list"))) or mentions_in(text),
        reactions=whole(raw.get("like_count")),
        comments=whole(raw.get("comment_count")),
        shares=whole(raw.get("share_count")),
        views=whole(raw.get("view_count")),
    )


def _comment(raw: Mapping[str, Any]) -> Post | Skip:
    native, under = ident(raw.get("id")), ident(raw.get("video_id"))
    if not native:
        return Skip("no_id")
    above = ident(raw.get("parent_comment_id"))
    is_reply = bool(above and above not in ("0", under))
    parent = above if is_reply else under
    text = words(raw.get("text"))
    posted = moment(raw.get("create_time"))
    return Post(
        platform="tiktok",
        native_id=native,
        kind="reply" if is_reply else "comment",
        parent_key=f"tiktok:{parent}" if parent else None,
        root_key=f"tiktok:{under}" if under else None,
        text=text,
        posted_at=posted,
        posted_precision="second" if posted else None,
        links=links_in(text),
        hashtags=hashtags_in(text),
        mentions=mentions_in(text),
        reactions=whole(raw.get("like_count")),
        comments=whole(raw.get("reply_count")),
    )


def _parts(value: Any) -> list[Any]:
    """A list, or the same written into a cell: "a,b" or "['a', 'b']"."""
    return re.findall(r"[^\s,\[\]'\"]+", value) if isinstance(value, str) else listed(value)
