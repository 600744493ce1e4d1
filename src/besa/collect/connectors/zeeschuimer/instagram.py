"""Instagram in its three shapes: feed item, old Graph record, and the partial one of 2026."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from besa.collect.rules.values import (
    account_key,
    at,
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


def post(data: dict[str, Any], observed: datetime | None) -> Post | Skip:
    code = ident(data.get("code")) or ident(data.get("shortcode"))
    if not code:
        return Skip("no_id")
    old = "shortcode" in data
    text = words(at(data, "edge_media_to_caption", "edges", 0, "node", "text") if old else _caption(data))
    owner = next((data[key] for key in ("user", "owner") if isinstance(data.get(key), dict)), {})
    posted = moment(data.get("taken_at_timestamp") if old else data.get("taken_at"))
    hidden = data.get("like_and_view_counts_disabled") is True
    tagged = [at(person, "user", "username") for person in listed(at(data, "usertags", "in"))]
    return Post(
        platform="instagram",
        native_id=code,
        kind=_kind(data),
        url=f"https://www.instagram.com/p/{code}/",
        account_key=account_key("instagram", owner.get("id") or owner.get("pk"), owner.get("username")),
        account_handle=handle(owner.get("username")),
        account_name=words(owner.get("full_name")),
        text=text,
        posted_at=posted,
        posted_precision="second" if posted else None,
        observed_at=observed,
        links=links_in(text),
        hashtags=hashtags_in(text),
        mentions=several([*mentions_in(text), *(handle(name) for name in tagged)]),
        media=media(data),
        reactions=None if hidden else _likes(data),
        comments=_first(data.get("comment_count"), at(data, "edge_media_to_comment", "count")),
        views=None if hidden else _first(data.get("play_count"), data.get("view_count"), data.get("video_view_count")),
        ad=_ad(data),
    )


def _caption(data: dict[str, Any]) -> Any:
    caption = data.get("caption")
    return at(caption, "text") if isinstance(caption, dict) else caption


def _first(*values: Any) -> int | None:
    return next((number for value in values if (number := whole(value)) is not None), None)


def _likes(data: dict[str, Any]) -> int | None:
    return _first(
        data.get("like_count"),
        at(data, "edge_media_preview_like", "count"),
        at(data, "edge_liked_by", "count"),
    )


def _kind(data: dict[str, Any]) -> str:
    if data.get("product_type") == "story":
        return "story"
    return "video" if data.get("media_type") == 2 or data.get("is_video") is True else "post"


def media(data: dict[str, Any]) -> tuple[dict[str, str | None], ...]:
    found = []
    for item in [data, *listed(data.get("carousel_media"))]:
        url = words(at(item, "image_versions2", "candidates", 0, "url")) or words(at(item, "display_url"))
        if url:
            found.append({"kind": "image", "url": url, "sha256": None, "pdq": None})
        if video := words(at(item, "video_versions", 0, "url")):
            found.append({"kind": "video", "url": video, "sha256": None, "pdq": None})
    return tuple(found)


def _ad(data: dict[str, Any]) -> dict[str, str] | None:
    if data.get("product_type") == "ad":
        return {"label": "advertisement"}
    return {"label": "paid partnership"} if data.get("is_paid_partnership") is True else None
