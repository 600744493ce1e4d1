"""TikTok posts and comments as its website receives them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from besa.collect.rules.values import (
    account_key,
    at,
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
)
from besa.collect.types import Post, Skip


def post(data: dict[str, Any], observed: datetime | None) -> Post | Skip:
    native = ident(data.get("id"))
    if not native:
        return Skip("no_id")
    author = data.get("author")
    if isinstance(author, dict):
        name, shown, number = author.get("uniqueId"), author.get("nickname"), author.get("id")
    else:
        name, shown, number = author, data.get("nickname"), data.get("authorId")
    short = handle(name)
    text = words(data.get("desc"))
    extra = [item for item in listed(data.get("textExtra")) if isinstance(item, dict)]
    tags = [item.get("hashtagName") for item in extra]
    tags += [at(item, "title") for item in listed(data.get("challenges"))]
    posted = moment(data.get("createTime"))
    return Post(
        platform="tiktok",
        native_id=native,
        kind="post" if data.get("imagePost") else "video",
        url=f"https://www.tiktok.com/@{short}/video/{native}" if short else None,
        account_key=account_key("tiktok", number, name),
        account_handle=short,
        account_name=words(shown),
        text=text,
        language=language(data.get("textLanguage")),
        posted_at=posted,
        posted_precision="second" if posted else None,
        observed_at=observed,
        links=links_in(text),
        hashtags=several(tags) or hashtags_in(text),
        mentions=several(handle(item.get("userUniqueId")) for item in extra) or mentions_in(text),
        media=_media(data),
        reactions=_count(data, "stats", "diggCount"),
        comments=_count(data, "stats", "commentCount"),
        shares=_count(data, "stats", "shareCount"),
        views=_count(data, "stats", "playCount"),
        followers=_count(data, "authorStats", "followerCount"),
        ad=_ad(data),
    )


def comment(data: dict[str, Any], observed: datetime | None) -> Post | Skip:
    native, under = ident(data.get("cid")), ident(data.get("aweme_id"))
    if not native:
        return Skip("no_id")
    above = ident(data.get("reply_id"))
    is_reply = bool(above and above != "0")
    parent = above if is_reply else under
    text = words(data.get("text"))
    posted = moment(data.get("create_time"))
    return Post(
        platform="tiktok",
        native_id=native,
        kind="reply" if is_reply else "comment",
        parent_key=f"tiktok:{parent}" if parent else None,
        root_key=f"tiktok:{under}" if under else None,
        url=words(at(data, "share_info", "url")),
        account_key=account_key("tiktok", at(data, "user", "uid"), at(data, "user", "unique_id")),
        account_handle=handle(at(data, "user", "unique_id")),
        account_name=words(at(data, "user", "nickname")),
        text=text,
        language=language(data.get("comment_language")),
        posted_at=posted,
        posted_precision="second" if posted else None,
        observed_at=observed,
        links=links_in(text),
        hashtags=hashtags_in(text),
        mentions=mentions_in(text),
        reactions=whole(data.get("digg_count")),
        comments=whole(data.get("reply_comment_total")),
    )


def _count(data: dict[str, Any], group: str, key: str) -> int | None:
    """The older group holds numbers, its successor ("statsV2") the same as texts."""
    number = whole(at(data, group, key))
    return whole(at(data, f"{group}V2", key)) if number is None else number


def _media(data: dict[str, Any]) -> tuple[dict[str, str | None], ...]:
    cover = words(at(data, "video", "cover"))
    return ({"kind": "video_cover", "url": cover, "sha256": None, "pdq": None},) if cover else ()


def _ad(data: dict[str, Any]) -> dict[str, str] | None:
    if data.get("isAd") is True:
        return {"label": "advertisement"}
    return {"label": "paid partnership"} if data.get("adAuthorization") is True else None
