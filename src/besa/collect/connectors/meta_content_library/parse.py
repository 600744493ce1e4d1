"""Meta Content Library downloads: one row is one Facebook or Instagram post."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from besa.collect.rules.heads import keys
from besa.collect.rules.values import (
    account_key,
    handle,
    hashtags_in,
    ident,
    language,
    links_in,
    listed,
    mentions_in,
    moment,
    several,
    whole,
    words,
    yes,
)
from besa.collect.types import Post, Skip

_FACEBOOK_ONLY = ("surface.id", "surface.type", "statistics.share_count", "link_attachment.link", "shared_post_id")
_GROUPS = ("post_owner", "surface", "statistics", "link_attachment")
_OF_THE_API = frozenset({"post_owner", "statistics", "creation_time", "content_type"})
_KINDS = (("stor", "story"), ("live", "live"), ("video", "video"), ("reel", "video"), ("comment", "comment"))


def sniff(head: bytes, file_name: str) -> float:
    if keys(head) >= _OF_THE_API:
        return 1.0
    line = head.split(b"\n", 1)[0]
    return 1.0 if b"mcl_url" in line and b"post_owner.id" in line else 0.0


def parse(raw: Mapping[str, Any]) -> Post | Skip:
    """The API gives in groups what the table has in dotted columns, and leaves out the text unless it is asked for."""
    if isinstance(raw.get("post_owner"), dict) or isinstance(raw.get("statistics"), dict):
        raw = _dotted(raw)
    if raw.get("id") == "id" and raw.get("mcl_url") == "mcl_url":
        return Skip("repeated_header")
    number = ident(raw.get("id"))
    if not number:
        return Skip("no_id")
    platform = "facebook" if any(key in raw for key in _FACEBOOK_ONLY) else "instagram"
    text = words(raw.get("text"))
    owner, surface = _owner(platform, raw, "post_owner"), _owner(platform, raw, "surface")
    link = words(raw.get("link_attachment.link"))
    return Post(
        platform=platform,
        native_id=f"mcl-{number}",
        kind=_kind(raw),
        parent_key=f"{platform}:mcl-{shared}" if (shared := ident(raw.get("shared_post_id"))) else None,
        url=words(raw.get("mcl_url")),
        account_key=owner,
        account_handle=handle(raw.get("post_owner.username")),
        account_name=words(raw.get("post_owner.name")),
        host_account_key=surface if surface != owner else None,
        title=words(raw.get("link_attachment.name")),
        text=text,
        language=language(raw.get("lang")),
        posted_at=(posted := moment(raw.get("creation_time"))),
        posted_precision="second" if posted else None,
        observed_at=moment(raw.get("statistics.views_date_last_refreshed")),
        edited_at=moment(raw.get("modified_time")),
        links=several([link, *links_in(text)]),
        hashtags=several([str(tag).lstrip("#") for tag in _json(raw.get("hashtags"))] or hashtags_in(text)),
        mentions=mentions_in(text),
        media=_media(raw),
        reactions=_first(raw, "statistics.reaction_count", "statistics.like_count"),
        comments=whole(raw.get("statistics.comment_count")),
        shares=whole(raw.get("statistics.share_count")),
        views=whole(raw.get("statistics.views")),
        ad={"label": "paid partnership"} if yes(raw.get("is_branded_content")) else None,
    )


def _dotted(raw: Mapping[str, Any]) -> dict[str, Any]:
    flat = dict(raw)
    for group in _GROUPS:
        if isinstance(inner := flat.get(group), dict):
            flat |= {f"{group}.{name}": value for name, value in inner.items()}
    return flat


def _first(raw: Mapping[str, Any], *keys: str) -> int | None:
    return next((number for key in keys if (number := whole(raw.get(key))) is not None), None)


def _owner(platform: str, raw: Mapping[str, Any], role: str) -> str | None:
    """The library's own ids are not the platform's: the handle is the better key where there is one."""
    if key := account_key(platform, None, raw.get(f"{role}.username")):
        return key
    number = ident(raw.get(f"{role}.id"))
    return f"{platform}:mcl-{number}" if number else None


def _kind(raw: Mapping[str, Any]) -> str:
    if ident(raw.get("shared_post_id")):
        return "share"
    named = (words(raw.get("content_type")) or "").lower()
    return next((kind for part, kind in _KINDS if part in named), "post")


def _json(value: Any) -> list[Any]:
    """A column that holds a JSON list as text."""
    if isinstance(value, str) and value.strip().startswith("["):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return []
    return listed(value)


def _media(raw: Mapping[str, Any]) -> tuple[dict[str, str | None], ...]:
    found = []
    for item in _json(raw.get("multimedia")):
        if isinstance(item, dict):
            kind, url = words(item.get("type")), words(item.get("url"))
            if kind or url:
                found.append({"kind": kind.lower() if kind else None, "url": url, "sha256": None, "pdq": None})
    return tuple(found)
