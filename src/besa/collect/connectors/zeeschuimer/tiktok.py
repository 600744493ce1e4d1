"""TikTok posts and comments as its website receives them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from besa.collect.rules import posts
from besa.collect.rules.values import (
    account_key,
    at,
    handle,
    ident,
    language,
    listed,
    medium,
    moment,
    several,
    whole,
    words,
)
from besa.collect.types import Post, Skip


def post(data: dict[str, Any], observed: datetime | None) -> Post | Skip:
    author = data.get("author")
    if isinstance(author, dict):
        name, shown, number = author.get("uniqueId"), author.get("nickname"), author.get("id")
    else:
        name, shown, number = author, data.get("nickname"), data.get("authorId")
    extra = [item for item in listed(data.get("textExtra")) if isinstance(item, dict)]
    tags = [item.get("hashtagName") for item in extra]
    tags += [at(item, "title") for item in listed(data.get("challenges"))]
    return posts.tiktok(
        ident(data.get("id")),
        data.get("desc"),
        moment(data.get("createTime")),
        account=number,
        name=name,
        url=None,
        counts=_counts(data, "stats", "diggCount", "commentCount", "shareCount", "playCount"),
        pictures=bool(data.get("imagePost")),
        ad=data.get("isAd") is True,
        paid=data.get("adAuthorization") is True,
        account_name=words(shown),
        language=language(data.get("textLanguage")),
        observed_at=observed,
        hashtags=several(tags),
        mentions=several([handle(short) for item in extra if (short := item.get("userUniqueId"))]),
        media=medium("video_cover", at(data, "video", "cover")),
        followers=_counts(data, "authorStats", "followerCount")[0],
    )


def comment(data: dict[str, Any], observed: datetime | None) -> Post | Skip:
    user = data.get("user")
    return posts.comment(
        "tiktok",
        ident(data.get("cid")),
        data.get("text"),
        moment(data.get("create_time")),
        under=ident(data.get("aweme_id")),
        above=ident(data.get("reply_id")),
        counts=(data.get("digg_count"), data.get("reply_comment_total")),
        url=words(at(data, "share_info", "url")),
        account_key=account_key("tiktok", at(user, "uid"), at(user, "unique_id")),
        account_handle=handle(at(user, "unique_id")),
        account_name=words(at(user, "nickname")),
        language=language(data.get("comment_language")),
        observed_at=observed,
    )


def _counts(data: dict[str, Any], group: str, *keys: str) -> list[int | None]:
    """The older group holds numbers, its successor ("statsV2") the same as texts."""
    older = data.get(group)
    found = [whole(at(older, key)) for key in keys]
    if None in found:
        newer = data.get(f"{group}V2")
        found = [whole(at(newer, key)) if told is None else told for key, told in zip(keys, found, strict=True)]
    return found
