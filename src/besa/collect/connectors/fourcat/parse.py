"""4CAT exports: its mapped tables, and NDJSON of what the platforms sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from besa.collect.connectors.zeeschuimer import parse as zeeschuimer
from besa.collect.rules import addresses
from besa.collect.rules.heads import columns
from besa.collect.rules.values import (
    account_key,
    at,
    first,
    handle,
    hashtags_in,
    ident,
    language,
    links_in,
    medium,
    mentions_in,
    moment,
    several,
    total,
    whole,
    words,
    yes,
)
from besa.collect.types import Post, Skip

#: Columns by which a table's platform is known.
_MARKS = (
    ("tiktok", ("tiktok_url",)),
    ("x", ("quote_tweet_id", "is_quote_tweet", "language_guess")),
    ("instagram", ("num_likes", "likes_hidden", "collected_from_view")),
    ("facebook", ("is_in_group",)),
    ("telegram", ("body_markdown", "author_forwarded_from_name")),
    ("bluesky", ("repost_count", "replied_to_post")),
)
_URLS = ("tiktok_url", "link", "url", "collected_from_url")
_MEDIA = (
    ("image", ("image_url", "image_urls", "images")),
    ("video", ("video_url", "videos")),
    ("video_cover", ("thumbnail_url",)),
)


def sniff(head: bytes, file_name: str) -> float:
    if b'"__import_meta"' in head and head.lstrip()[:1] in (b"{", b"["):
        return 1.0
    return 0.9 if {"id", "thread_id", "author", "body", "timestamp"} <= columns(head) else 0.0


def parse(raw: Mapping[str, Any]) -> Post | Skip:
    if "__import_meta" in raw:
        return _received(raw)
    platform = _platform(raw)
    if not platform:
        return Skip("platform_not_read")
    url = next((text for name in _URLS if (text := words(raw.get(name)))), None)
    native = _native(raw, platform, url)
    if not native:
        return Skip("no_id")
    text = words(raw.get("body"))
    posted = moment(raw.get("unix_timestamp")) or moment(raw.get("timestamp"))
    short = handle(raw.get("author_username")) or handle(raw.get("author"))
    thread = ident(raw.get("thread_id")) if platform == "x" else None
    parent = _parent(raw, platform)
    host = ident(raw.get("chat")) if platform == "telegram" else None
    return Post(
        platform=platform,
        native_id=native,
        kind=_kind(raw, platform),
        parent_key=f"{platform}:{parent}" if parent else None,
        root_key=f"{platform}:{thread}" if thread and thread != native else None,
        url=url,
        account_key=account_key(platform, raw.get("author_id"), short),
        account_handle=short,
        account_name=_name(raw),
        host_account_key=account_key(platform, None, host),
        title=words(raw.get("link_title")),
        text=text,
        language=language(raw.get("language_guess") or (ident(raw.get("languages")) or "").partition(",")[0]),
        posted_at=posted,
        posted_precision="second" if posted else None,
        observed_at=moment(raw.get("collected_at")),
        edited_at=moment(raw.get("unix_timestamp_edited")) or moment(raw.get("timestamp_edited")),
        links=several([*(link for name in _LINKS for link in _cut(raw.get(name))), *links_in(text)]),
        hashtags=several(tag.lstrip("#") for tag in _cut(raw.get("hashtags") or raw.get("tags"))) or hashtags_in(text),
        mentions=several(handle(name) for key in _PEOPLE for name in _cut(raw.get(key))) or mentions_in(text),
        media=tuple(
            part
            for kind, names in _MEDIA
            for name in names
            for link in _cut(raw.get(name))
            for part in medium(kind, link)
        ),
        reactions=None
        if yes(raw.get("likes_hidden"))
        else _count(raw, "likes", "like_count", "num_likes", "reactions"),
        comments=_count(raw, "comments", "reply_count", "num_comments"),
        shares=total(_count(raw, "shares", "retweet_count", "repost_count"), whole(raw.get("quote_count"))),
        views=_count(raw, "plays", "impression_count", "play_count", "views"),
        followers=whole(raw.get("author_followers")),
        ad=_ad(raw),
    )


_LINKS = ("urls", "links", "entities_linked", "link_attached")
_PEOPLE = ("mentions", "usertags", "entities_mentioned")


def _received(raw: Mapping[str, Any]) -> Post | Skip:
    """What Zeeschuimer sent to 4CAT: the platform's record, with the rest of the envelope beside it."""
    meta = raw["__import_meta"]
    envelope = {name: at(meta, name) for name in ("source_platform", "timestamp_collected")}
    return zeeschuimer.parse({**envelope, "data": dict(raw)})


def _platform(raw: Mapping[str, Any]) -> str:
    for platform, names in _MARKS:
        if any(name in raw for name in names):
            return platform
    found = next((name for key in _URLS if (name := addresses.platform_of(words(raw.get(key))))), "")
    return "" if found == "portal" else found


def _native(raw: Mapping[str, Any], platform: str, url: str | None) -> str | None:
    number = ident(raw.get("id"))
    if platform == "bluesky" and not (number or "").startswith("at://"):
        did, address = ident(raw.get("author_id")) or "", addresses.read(url)
        if did.startswith("did:") and address and address.is_post:
            return f"at://{did}/app.bsky.feed.post/{address.native_id}"
    if platform == "telegram" and number and "-" not in number and (chat := ident(raw.get("chat"))):
        return f"{chat}-{number}"
    return number


def _parent(raw: Mapping[str, Any], platform: str) -> str | None:
    if platform == "x":
        return ident(raw.get("quote_tweet_id"))
    above = ident(raw.get("replied_to_post")) or ident(raw.get("reply_to"))
    if platform == "telegram" and above and "-" not in above:
        chat = ident(raw.get("chat"))
        return f"{chat}-{above}" if chat else None
    return above if platform == "telegram" or (above or "").startswith("at://") else None


def _kind(raw: Mapping[str, Any], platform: str) -> str:
    if yes(raw.get("is_retweet")):
        return "share"
    if platform == "telegram":
        return "share" if words(raw.get("author_forwarded_from_name")) else "message"
    if yes(raw.get("is_reply")) or ident(raw.get("replied_to_post")):
        return "reply"
    return "video" if platform == "tiktok" or raw.get("media_type") == "video" else "post"


def _name(raw: Mapping[str, Any]) -> str | None:
    names = ("author_full", "author_fullname", "author_display_name", "author_name")
    return next((text for name in names if (text := words(raw.get(name)))), None)


def _cut(value: Any) -> list[str]:
    """The parts of a cell in which a list is joined by commas; addresses may hold commas themselves."""
    if not isinstance(value, str):
        return []
    return [part.strip() for part in re.split(r",(?=https?://)" if "://" in value else ",", value) if part.strip()]


def _count(raw: Mapping[str, Any], *names: str) -> int | None:
    return first(*(raw.get(name) for name in names))


def _ad(raw: Mapping[str, Any]) -> dict[str, str] | None:
    if yes(raw.get("is_ad")):
        return {"label": "advertisement"}
    return {"label": "paid partnership"} if yes(raw.get("is_paid_partnership")) else None
