"""What Apify's actors write: Facebook posts, comments and search results, TikTok posts and comments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from besa.collect.rules import addresses
from besa.collect.rules.heads import keys
from besa.collect.rules.values import (
    account_key,
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
    whole,
    words,
)
from besa.collect.types import Post, Skip

_SHAPES = (
    {"facebookUrl", "commentUrl"}, {"facebookUrl", "threadingDepth"}, {"facebookUrl", "postId"},
    {"facebookUrl", "topLevelUrl"}, {"post_id", "reactions_count", "comments_count"}, {"authorMeta", "webVideoUrl"},
    {"awemeId", "commentLanguage"}, {"awemeId", "isAuthorLiked"},
)  # fmt: skip


def sniff(head: bytes, file_name: str) -> float:
    names = keys(head)
    return 1.0 if any(shape <= names for shape in _SHAPES) else 0.0


def parse(raw: Mapping[str, Any]) -> Post | Skip:
    if raw.get("noResults"):
        return Skip("no_results")
    if raw.get("error") or raw.get("errorDescription"):
        return Skip("error_row")
    if "authorMeta" in raw or "webVideoUrl" in raw:
        return _tiktok(raw)
    if "awemeId" in raw:
        return _tiktok_comment(raw)
    if "commentUrl" in raw or "threadingDepth" in raw:
        return _comment(raw)
    return _found(raw) if "post_id" in raw else _facebook(raw)


def _native(url: str | None, *numbers: Any) -> str | None:
    """The platform's number of a post: as given, else as it stands in the address."""
    if number := next((text for value in numbers if (text := ident(value))), None):
        return number
    read = addresses.read(url)
    return read.native_id if read and read.is_post else None


def _facebook(raw: Mapping[str, Any]) -> Post | Skip:
    url = words(raw.get("url")) or words(raw.get("topLevelUrl"))
    native = _native(url, raw.get("postId"))
    if not native:
        return Skip("no_id")
    text, link = words(raw.get("text")), words(raw.get("link"))
    posted = moment(raw.get("time")) or moment(raw.get("timestamp"))
    pages = [
        medium(at(item, "__typename"), at(item, "thumbnail") or at(item, "url")) for item in listed(raw.get("media"))
    ]
    return Post(
        platform="facebook",
        native_id=native,
        kind="video" if raw.get("isVideo") is True else "post",
        url=url,
        account_key=account_key("facebook", at(raw, "user", "id") or raw.get("facebookId"), raw.get("pageName")),
        account_handle=handle(raw.get("pageName")),
        account_name=words(at(raw, "user", "name")) or words(raw.get("pageName")),
        text=text,
        posted_at=posted,
        posted_precision="second" if posted else None,
        links=several([link, *links_in(text)]),
        hashtags=hashtags_in(text),
        mentions=mentions_in(text),
        media=tuple(part for page in pages for part in page),
        reactions=whole(raw.get("likes")),
        comments=whole(raw.get("comments")),
        shares=whole(raw.get("shares")),
        views=whole(raw.get("viewsCount")),
    )


def _comment(raw: Mapping[str, Any]) -> Post | Skip:
    native = ident(raw.get("id"))
    if not native:
        return Skip("no_id")
    under = _native(words(raw.get("facebookUrl")))
    above = ident(raw.get("replyToCommentId"))
    is_reply = bool(above) or (whole(raw.get("threadingDepth")) or 0) > 0
    parent = above or (under if not is_reply else None)
    text = words(raw.get("text"))
    posted = moment(raw.get("date"))
    return Post(
        platform="facebook",
        native_id=native,
        kind="reply" if is_reply else "comment",
        parent_key=f"facebook:{parent}" if parent else None,
        root_key=f"facebook:{under}" if under else None,
        url=words(raw.get("commentUrl")),
        account_key=account_key("facebook", raw.get("profileId"), None),
        account_name=words(raw.get("profileName")),
        host_account_key=account_key("facebook", raw.get("facebookId"), None),
        text=text,
        posted_at=posted,
        posted_precision="second" if posted else None,
        links=links_in(text),
        hashtags=hashtags_in(text),
        mentions=mentions_in(text),
        reactions=whole(raw.get("likesCount")),
        comments=whole(raw.get("commentsCount")),
    )


def _found(raw: Mapping[str, Any]) -> Post | Skip:
    """A post that the search actor found."""
    url = words(raw.get("url"))
    native = _native(url, raw.get("post_id"))
    if not native:
        return Skip("no_id")
    text = words(raw.get("message"))
    posted = moment(raw.get("timestamp"))
    return Post(
        platform="facebook",
        native_id=native,
        kind="video" if raw.get("type") == "video" else "post",
        url=url,
        account_key=account_key("facebook", at(raw, "author", "id"), None),
        account_name=words(at(raw, "author", "name")),
        text=text,
        posted_at=posted,
        posted_precision="second" if posted else None,
        links=links_in(text),
        hashtags=hashtags_in(text),
        mentions=mentions_in(text),
        reactions=whole(raw.get("reactions_count")),
        comments=whole(raw.get("comments_count")),
        shares=whole(raw.get("reshare_count")),
    )


def _tiktok(raw: Mapping[str, Any]) -> Post | Skip:
    url = words(raw.get("webVideoUrl"))
    native = _native(url, raw.get("id"))
    if not native:
        return Skip("no_id")
    author, text = raw.get("authorMeta"), words(raw.get("text"))
    posted = moment(raw.get("createTime")) or moment(raw.get("createTimeISO"))
    paid = (
        "advertisement" if raw.get("isAd") is True else "paid partnership" if raw.get("isSponsored") is True else None
    )
    return Post(
        platform="tiktok",
        native_id=native,
        kind="post" if raw.get("isSlideshow") is True else "video",
        url=url,
        account_key=account_key("tiktok", at(author, "id"), at(author, "name")),
        account_handle=handle(at(author, "name")),
        account_name=words(at(author, "nickName")),
        text=text,
        language=language(raw.get("textLanguage")),
        posted_at=posted,
        posted_precision="second" if posted else None,
        links=links_in(text),
        hashtags=several(at(tag, "name") for tag in listed(raw.get("hashtags"))) or hashtags_in(text),
        mentions=several(handle(name) for name in listed(raw.get("mentions"))) or mentions_in(text),
        media=medium("video_cover", at(raw, "videoMeta", "coverUrl")),
        reactions=whole(raw.get("diggCount")),
        comments=whole(raw.get("commentCount")),
        shares=whole(raw.get("shareCount")),
        views=whole(raw.get("playCount")),
        followers=whole(at(author, "fans")),
        ad={"label": paid} if paid else None,
    )


def _tiktok_comment(raw: Mapping[str, Any]) -> Post | Skip:
    native, under = ident(raw.get("id")), ident(raw.get("awemeId"))
    if not native:
        return Skip("no_id")
    above = ident(raw.get("parentId"))
    is_reply = bool(above and above not in ("0", under))
    parent = above if is_reply else under
    text = words(raw.get("text"))
    posted = moment(raw.get("createdAt"))
    return Post(
        platform="tiktok",
        native_id=native,
        kind="reply" if is_reply else "comment",
        parent_key=f"tiktok:{parent}" if parent else None,
        root_key=f"tiktok:{under}" if under else None,
        account_key=account_key("tiktok", at(raw, "user", "id"), at(raw, "user", "username")),
        account_handle=handle(at(raw, "user", "username")),
        account_name=words(at(raw, "user", "displayName")),
        text=text,
        language=language(raw.get("commentLanguage")),
        posted_at=posted,
        posted_precision="second" if posted else None,
        links=links_in(text),
        hashtags=hashtags_in(text),
        mentions=mentions_in(text),
        reactions=whole(raw.get("likeCount")),
        comments=whole(raw.get("replyCount")),
    )
