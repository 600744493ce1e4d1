"""YouTube videos, search results and comments: Data API JSON, and the tables of YouTube Data Tools."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from besa.collect.rules.heads import columns
from besa.collect.rules.html import plain
from besa.collect.rules.posts import comment
from besa.collect.rules.values import (
    account_key,
    at,
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

_KIND = re.compile(rb'"kind"\s*:\s*"youtube#(?:video|searchResult|search|commentThread|comment)(?:ListResponse)?"')
_THUMBNAILS = ("maxres", "standard", "high", "medium", "default")


def sniff(head: bytes, file_name: str) -> float:
    if head.lstrip().startswith((b"{", b"[")):
        return 1.0 if _KIND.search(head) else 0.0
    names = columns(head)
    if names >= {"videoId", "channelId", "publishedAt"} or names >= {"id", "isReplyTo", "authorName", "text"}:
        return 1.0
    return 0.0


def parse(raw: Mapping[str, Any]) -> Post | Skip:
    if "isReplyTo" in raw:
        return _row_of_comment(raw)
    if "videoId" in raw and "kind" not in raw:
        return _row_of_video(raw)
    kind = raw.get("kind")
    if kind == "youtube#video":
        return _video(raw, ident(raw.get("id")), escaped=False)
    if kind == "youtube#searchResult":
        number = ident(at(raw, "id", "videoId"))
        return _video(raw, number, escaped=True) if number else Skip("not_a_post")
    if kind == "youtube#comment":
        return _comment(raw)
    return Skip("not_a_post")


def _video(raw: Mapping[str, Any], number: str | None, *, escaped: bool) -> Post | Skip:
    """`escaped`: search gives titles and descriptions with HTML entities, the list of videos as they are."""
    if not number:
        return Skip("no_id")
    about, counted = raw.get("snippet"), raw.get("statistics")
    title, text = words(at(about, "title")), words(at(about, "description"))
    if escaped:
        title, text = unescape(title or "") or None, unescape(text or "") or None
    posted = moment(at(about, "publishedAt"))
    thumbnails = at(about, "thumbnails")
    cover = next((url for size in _THUMBNAILS if (url := words(at(thumbnails, size, "url")))), None)
    live = at(about, "liveBroadcastContent") in ("live", "upcoming") or isinstance(
        raw.get("liveStreamingDetails"), dict
    )
    return Post(
        platform="youtube",
        native_id=number,
        kind="live" if live else "video",
        url=f"https://www.youtube.com/watch?v={number}",
        account_key=account_key("youtube", at(about, "channelId"), None),
        account_name=words(at(about, "channelTitle")),
        title=words(title),
        text=words(text),
        language=language(at(about, "defaultAudioLanguage") or at(about, "defaultLanguage")),
        posted_at=posted,
        posted_precision="second" if posted else None,
        links=links_in(text),
        hashtags=several([*hashtags_in(title), *hashtags_in(text)]),
        mentions=mentions_in(text),
        media=medium("video_cover", cover),
        reactions=whole(at(counted, "likeCount")),
        comments=whole(at(counted, "commentCount")),
        views=whole(at(counted, "viewCount")),
    )


def _comment(raw: Mapping[str, Any]) -> Post | Skip:
    number, about = ident(raw.get("id")), raw.get("snippet")
    video = ident(at(about, "videoId")) or ident(at(raw, "@thread", "videoId"))
    posted, edited = moment(at(about, "publishedAt")), moment(at(about, "updatedAt"))
    return comment(
        "youtube",
        number,
        words(at(about, "textOriginal")) or plain(words(at(about, "textDisplay"))),
        posted,
        under=video,
        above=ident(at(about, "parentId")),
        counts=(at(about, "likeCount"), at(raw, "@thread", "totalReplyCount")),
        url=f"https://www.youtube.com/watch?v={video}&lc={number}" if video else None,
        account_key=account_key("youtube", at(about, "authorChannelId", "value"), None),
        account_name=words(at(about, "authorDisplayName")),
        host_account_key=account_key("youtube", at(about, "channelId"), None),
        edited_at=edited if edited != posted else None,
    )


def _row_of_video(raw: Mapping[str, Any]) -> Post | Skip:
    number = ident(raw.get("videoId"))
    if not number:
        return Skip("no_id")
    text = words(raw.get("videoDescription")) or words(raw.get("description"))
    posted = moment(raw.get("publishedAt"))
    tags = raw.get("tags")
    return Post(
        platform="youtube",
        native_id=number,
        kind="video",
        url=f"https://www.youtube.com/watch?v={number}",
        account_key=account_key("youtube", raw.get("channelId"), None),
        account_name=words(raw.get("channelTitle")),
        title=words(raw.get("videoTitle")) or words(raw.get("title")),
        text=text,
        language=language(raw.get("defaultLAudioLanguage") or raw.get("defaultLanguage")),
        posted_at=posted,
        posted_precision="second" if posted else None,
        links=links_in(text),
        hashtags=several(part.strip() for part in tags.split(",")) if isinstance(tags, str) else several(listed(tags)),
        mentions=mentions_in(text),
        media=medium("video_cover", raw.get("thumbnail_maxres")),
        reactions=whole(raw.get("likeCount")),
        comments=whole(raw.get("commentCount")),
        views=whole(raw.get("viewCount")),
    )


def _row_of_comment(raw: Mapping[str, Any]) -> Post | Skip:
    number = ident(raw.get("id"))
    if not number:
        return Skip("no_id")
    above = ident(raw.get("isReplyTo"))
    # A reply's own id begins with that of the comment it stands under.
    above = above if above and len(above) > 5 else number.partition(".")[0] if "." in number else None
    return comment(
        "youtube",
        number,
        plain(words(raw.get("text"))),
        moment(raw.get("publishedAt")),
        under=None,
        above=above,
        counts=(raw.get("likeCount"), raw.get("replyCount")),
        account_key=account_key("youtube", raw.get("authorChannelId"), None),
        account_name=words(raw.get("authorName")),
    )
