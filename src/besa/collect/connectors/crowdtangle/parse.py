"""CrowdTangle archives (the service closed in August 2024), CSV and API JSON: Facebook and Instagram posts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from besa.base.ids import sha256_hex
from besa.base.text import normal
from besa.collect.rules.heads import keys
from besa.collect.rules.values import (
    account_key,
    at,
    first,
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
    total,
    whole,
    words,
)
from besa.collect.types import Post, Skip

_REACTIONS = ("Likes", "Love", "Wow", "Haha", "Sad", "Angry", "Care")
_API_REACTIONS = ("like", "love", "wow", "haha", "sad", "angry", "thankful", "care", "favorite")
_FACEBOOK_ID = re.compile(r"(?:/posts/|/videos/|/photos/[^/?]+/|/reel/|/permalink/|story_fbid=|fbid=|[?&]v=)(\d{5,})")
_INSTAGRAM_CODE = re.compile(r"instagram\.com/(?:[\w.]+/)?(?:p|reel|tv)/([\w-]{5,})")
_KINDS = (("live", "live"), ("video", "video"), ("igtv", "video"), ("reel", "video"), ("story", "story"))


def sniff(head: bytes, file_name: str) -> float:
    if {"platformId", "postUrl", "statistics", "account"} <= keys(head):
        return 1.0
    line = head.split(b"\n", 1)[0]
    if b"Post Created" not in line or b"User Name" not in line:
        return 0.0
    return 1.0 if any(name in line for name in (b"Page Name", b"Group Name", b"Account")) else 0.0


def parse(raw: Mapping[str, Any]) -> Post | Skip:
    if raw.get("Post Created") == "Post Created":
        return Skip("repeated_header")
    if "platformId" in raw or "postUrl" in raw:
        return _of_api(raw)
    instagram = "Account" in raw
    platform = "instagram" if instagram else "facebook"
    name = words(raw.get("Account" if instagram else "Page Name")) or words(raw.get("Group Name"))
    url = words(raw.get("URL"))
    text = words(raw.get("Description" if instagram else "Message"))
    posted = moment(raw.get("Post Created"))
    account = account_key(platform, raw.get("Facebook Id"), raw.get("User Name"))
    found = (_INSTAGRAM_CODE if instagram else _FACEBOOK_ID).search(url or "")
    if found:
        native = found[1]
    elif account and posted:
        native = "~" + sha256_hex(f"{account}|{posted.isoformat(timespec='seconds')}|{normal(text or '')}")[:32]
    else:
        return Skip("no_id")
    link = words(raw.get("Final Link")) or words(raw.get("Link"))
    sponsor = words(raw.get("Sponsor Name"))
    photo = words(raw.get("Photo"))
    reactions = [whole(raw.get(key)) for key in (_REACTIONS[:1] if instagram else _REACTIONS)]
    return Post(
        platform=platform,
        native_id=native,
        kind=_kind(raw),
        url=url,
        account_key=account,
        account_handle=handle(raw.get("User Name")),
        account_name=name,
        host_account_key=account if words(raw.get("Group Name")) else None,
        title=words(raw.get("Title" if instagram else "Link Text")),
        text=text,
        posted_at=posted,
        posted_precision="second" if posted else None,
        links=several([link if link != url else None, *links_in(text)]),
        hashtags=hashtags_in(text),
        mentions=mentions_in(text),
        media=({"kind": "image", "url": photo, "sha256": None, "pdq": None},) if photo else (),
        reactions=total(*reactions),
        comments=whole(raw.get("Comments")),
        shares=whole(raw.get("Shares")),
        views=whole(raw.get("Views" if instagram else "Total Views")),
        followers=whole(raw.get("Followers at Posting")),
        ad={"sponsor": sponsor, "label": "paid partnership"} if sponsor else None,
    )


def _of_api(raw: Mapping[str, Any]) -> Post | Skip:
    """One of `result.posts` that the API answered."""
    platform = (ident(raw.get("platform")) or ident(at(raw, "account", "platform")) or "").lower()
    if platform not in ("facebook", "instagram"):
        return Skip("platform_not_read")
    instagram = platform == "instagram"
    url = words(raw.get("postUrl"))
    found = (_INSTAGRAM_CODE if instagram else _FACEBOOK_ID).search(url or "")
    native = found[1] if found else (ident(raw.get("platformId")) or "").rpartition("_")[2]
    if not native:
        return Skip("no_id")
    account, counted = at(raw, "account"), at(raw, "statistics", "actual")
    text = words(raw.get("description" if instagram else "message"))
    posted = moment(raw.get("date"))
    sponsor = words(at(raw, "brandedContentSponsor", "name"))
    outward = [at(item, "expanded") for item in listed(raw.get("expandedLinks"))]
    key = account_key(platform, at(account, "platformId"), at(account, "handle"))
    return Post(
        platform=platform,
        native_id=native,
        kind=_kind({"Type": raw.get("type")}),
        url=url,
        account_key=key,
        account_handle=handle(at(account, "handle")),
        account_name=words(at(account, "name")),
        host_account_key=key if at(account, "accountType") == "facebook_group" else None,
        title=words(raw.get("title")),
        text=text,
        language=language(raw.get("languageCode")),
        posted_at=posted,
        posted_precision="second" if posted else None,
        observed_at=moment(raw.get("updated")),
        links=several([*(link for link in outward if link != url), *links_in(text)]),
        hashtags=hashtags_in(text),
        mentions=mentions_in(text),
        media=tuple(
            part
            for item in listed(raw.get("media"))
            for part in medium(at(item, "type"), at(item, "full") or at(item, "url"))
        ),
        reactions=total(*(whole(at(counted, f"{name}Count")) for name in _API_REACTIONS)),
        comments=whole(at(counted, "commentCount")),
        shares=whole(at(counted, "shareCount")),
        views=whole(at(counted, "viewCount")),
        followers=first(raw.get("subscriberCount"), at(account, "subscriberCount")),
        ad={"sponsor": sponsor, "label": "paid partnership"} if sponsor else None,
    )


def _kind(raw: Mapping[str, Any]) -> str:
    named = (words(raw.get("Type")) or "").lower()
    return next((kind for part, kind in _KINDS if part in named), "post")
