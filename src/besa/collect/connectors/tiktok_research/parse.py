"""TikTok's Research API: videos and comments as JSON, and the table of its research tools."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from besa.collect.rules.heads import columns, keys
from besa.collect.rules.posts import comment, tiktok
from besa.collect.rules.values import (
    handle,
    ident,
    listed,
    moment,
    several,
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
    return tiktok(
        ident(raw.get("id")) or ident(raw.get("video_id")),
        raw.get("video_description"),
        moment(raw.get("create_time")),
        account=None,
        name=handle(raw.get("username")) or handle(raw.get("author_name")),
        url=words(raw.get("video_url")),
        counts=tuple(raw.get(f"{name}_count") for name in ("like", "comment", "share", "view")),
        hashtags=several(_parts(raw.get("hashtag_names"))),
        mentions=several(handle(name) for name in _parts(raw.get("video_mention_list"))),
    )


def _comment(raw: Mapping[str, Any]) -> Post | Skip:
    return comment(
        "tiktok",
        ident(raw.get("id")),
        raw.get("text"),
        moment(raw.get("create_time")),
        under=ident(raw.get("video_id")),
        above=ident(raw.get("parent_comment_id")),
        counts=(raw.get("like_count"), raw.get("reply_count")),
    )


def _parts(value: Any) -> list[Any]:
    """A list, or the same written into a cell: "a,b" or "['a', 'b']"."""
    return re.findall(r"[^\s,\[\]'\"]+", value) if isinstance(value, str) else listed(value)
