"""What Apify's actors write: Facebook posts, comments and search results, TikTok posts and comments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from besa.collect.rules import addresses
from besa.collect.rules.heads import columns, keys
from besa.collect.rules.posts import comment, post, tiktok
from besa.collect.rules.values import (
    account_key,
    at,
    handle,
    ident,
    language,
    links_in,
    listed,
    medium,
    moment,
    several,
    whole,
    words,
)
from besa.collect.types import Post, Skip

_TRUTH = {"true": True, "false": False}
_SHAPES = (
    {"facebookUrl", "commentUrl"}, {"facebookUrl", "threadingDepth"}, {"facebookUrl", "postId"},
    {"facebookUrl", "topLevelUrl"}, {"post_id", "reactions_count", "comments_count"}, {"authorMeta", "webVideoUrl"},
    {"awemeId", "commentLanguage"}, {"awemeId", "isAuthorLiked"},
)  # fmt: skip


def sniff(head: bytes, file_name: str) -> float:
    names = keys(head) or frozenset(name.split("/")[0] for name in columns(head))
    return 1.0 if any(shape <= names for shape in _SHAPES) else 0.0


def parse(raw: Mapping[str, Any]) -> Post | Skip:
    if _is_row_of_table(raw):
        raw = _deep(raw)
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


def _is_row_of_table(raw: Mapping[str, Any]) -> bool:
    """In a table everything is text, and what lies deeper has a column like `user/name` or `media/0/thumbnail`."""
    return all(isinstance(value, str) for value in raw.values()) or any("/" in key for key in raw)


def _deep(raw: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in raw.items():
        if value == "" or value is None:
            continue
        place, steps = made, name.split("/", 8)
        for step in steps[:-1]:
            place = place.setdefault(step, {})
            if not isinstance(place, dict):
                break
        else:
            place[steps[-1]] = _TRUTH.get(value, value) if isinstance(value, str) else value
    return {name: _lists(value) for name, value in made.items()}


def _lists(value: Any) -> Any:
    """What is numbered is a list."""
    if not isinstance(value, dict):
        return value
    inner = {name: _lists(item) for name, item in value.items()}
    return list(inner.values()) if inner and all(name.isdecimal() for name in inner) else inner


def _native(url: str | None, *numbers: Any) -> str | None:
    """The platform's number of a post: as given, else as it stands in the address."""
    if number := next((text for value in numbers if (text := ident(value))), None):
        return number
    read = addresses.read(url)
    return read.native_id if read and read.is_post else None


def _facebook(raw: Mapping[str, Any]) -> Post | Skip:
    url, text, link = words(raw.get("url")) or words(raw.get("topLevelUrl")), raw.get("text"), words(raw.get("link"))
    pages = [
        medium(at(item, "__typename"), at(item, "thumbnail") or at(item, "url")) for item in listed(raw.get("media"))
    ]
    return post(
        "facebook",
        _native(url, raw.get("postId")),
        text,
        moment(raw.get("time")) or moment(raw.get("timestamp")),
        kind="video" if raw.get("isVideo") is True else "post",
        url=url,
        account_key=account_key("facebook", at(raw, "user", "id") or raw.get("facebookId"), raw.get("pageName")),
        account_handle=handle(raw.get("pageName")),
        account_name=words(at(raw, "user", "name")) or words(raw.get("pageName")),
        links=several([link, *links_in(words(text))]),
        media=tuple(part for page in pages for part in page),
        reactions=whole(raw.get("likes")),
        comments=whole(raw.get("comments")),
        shares=whole(raw.get("shares")),
        views=whole(raw.get("viewsCount")),
    )


def _comment(raw: Mapping[str, Any]) -> Post | Skip:
    return comment(
        "facebook",
        ident(raw.get("id")),
        raw.get("text"),
        moment(raw.get("date")),
        under=_native(words(raw.get("facebookUrl"))),
        above=ident(raw.get("replyToCommentId")),
        is_reply=(whole(raw.get("threadingDepth")) or 0) > 0,
        counts=(raw.get("likesCount"), raw.get("commentsCount")),
        url=words(raw.get("commentUrl")),
        account_key=account_key("facebook", raw.get("profileId"), None),
        account_name=words(raw.get("profileName")),
        host_account_key=account_key("facebook", raw.get("facebookId"), None),
    )


def _found(raw: Mapping[str, Any]) -> Post | Skip:
    """A post that the search actor found."""
    url = words(raw.get("url"))
    return post(
        "facebook",
        _native(url, raw.get("post_id")),
        raw.get("message"),
        moment(raw.get("timestamp")),
        kind="video" if raw.get("type") == "video" else "post",
        url=url,
        account_key=account_key("facebook", at(raw, "author", "id"), None),
        account_name=words(at(raw, "author", "name")),
        reactions=whole(raw.get("reactions_count")),
        comments=whole(raw.get("comments_count")),
        shares=whole(raw.get("reshare_count")),
    )


def _tiktok(raw: Mapping[str, Any]) -> Post | Skip:
    url, author = words(raw.get("webVideoUrl")), raw.get("authorMeta")
    return tiktok(
        _native(url, raw.get("id")),
        raw.get("text"),
        moment(raw.get("createTime")) or moment(raw.get("createTimeISO")),
        account=at(author, "id"),
        name=at(author, "name"),
        url=url,
        counts=tuple(raw.get(name) for name in ("diggCount", "commentCount", "shareCount", "playCount")),
        pictures=raw.get("isSlideshow") is True,
        ad=raw.get("isAd") is True,
        paid=raw.get("isSponsored") is True,
        account_name=words(at(author, "nickName")),
        language=language(raw.get("textLanguage")),
        hashtags=several(at(tag, "name") for tag in listed(raw.get("hashtags"))),
        mentions=several(handle(name) for name in listed(raw.get("mentions"))),
        media=medium("video_cover", at(raw, "videoMeta", "coverUrl")),
        followers=whole(at(author, "fans")),
    )


def _tiktok_comment(raw: Mapping[str, Any]) -> Post | Skip:
    user = raw.get("user")
    return comment(
        "tiktok",
        ident(raw.get("id")),
        raw.get("text"),
        moment(raw.get("createdAt")),
        under=ident(raw.get("awemeId")),
        above=ident(raw.get("parentId")),
        counts=(raw.get("likeCount"), raw.get("replyCount")),
        account_key=account_key("tiktok", at(user, "id"), at(user, "username")),
        account_handle=handle(at(user, "username")),
        account_name=words(at(user, "displayName")),
        language=language(raw.get("commentLanguage")),
    )
