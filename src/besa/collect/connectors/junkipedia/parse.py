"""Posts as Junkipedia's API gives them, from whatever platform it followed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from besa.base.words import Platform
from besa.collect.rules import addresses
from besa.collect.rules.heads import keys
from besa.collect.rules.values import (
    account_key,
    at,
    first,
    hashtags_in,
    ident,
    language,
    links_in,
    medium,
    mentions_in,
    moment,
    words,
    yes,
)
from besa.collect.types import Post, Skip

_SYNONYMS = {"twitter": "x", "truthsocial": "truth_social", "truth social": "truth_social"}


def sniff(head: bytes, file_name: str) -> float:
    return 1.0 if {"attributes", "search_data_fields", "post_uid"} <= keys(head) else 0.0


def parse(raw: Mapping[str, Any]) -> Post | Skip:
    said = raw.get("attributes")
    if not isinstance(said, dict):
        return Skip("no_data")
    fields = said.get("search_data_fields")
    url = words(at(fields, "post_link")) or words(said.get("url")) or words(at(fields, "url"))
    address = addresses.read(url)
    platform = _platform(at(fields, "platform_name"), address)
    number = ident(said.get("post_uid")) or ident(said.get("id")) or ident(raw.get("id"))
    native = address.native_id if address and address.is_post and address.platform == platform else number
    if not native:
        return Skip("no_id")
    text = words(said.get("complete_post_text")) or words(at(fields, "description"))
    posted = moment(said.get("published_at")) or moment(at(fields, "published_at"))
    counted, also = said.get("engagement_data"), said.get("engagement_fields")
    replied, again = ident(at(fields, "replied_id")), ident(at(fields, "shared_id")) or ident(at(fields, "quoted_id"))
    is_reply = yes(at(fields, "is_reply")) or bool(replied)
    channel = words(at(fields, "channel_data", "channel_url_external"))
    home = addresses.read(channel)
    short = home.handle if home and home.platform == platform else None
    own = ident(at(fields, "channel_data", "channel_id")) or ident(said.get("channel_id"))
    return Post(
        platform=platform,
        native_id=native,
        kind="ad" if yes(at(fields, "is_ad")) else "reply" if is_reply else "share" if _shares(fields) else "post",
        parent_key=f"{platform}:{replied or again}" if replied or again else None,
        url=url,
        account_key=account_key(platform, None, short) or (f"{platform}:junkipedia-{own}" if own else None),
        account_handle=short,
        account_name=words(at(fields, "channel_name")) or words(at(fields, "channel_data", "channel_name")),
        title=words(at(fields, "post_title")),
        text=text,
        language=language(at(fields, "language_code")),
        posted_at=posted,
        posted_precision="second" if posted else None,
        observed_at=moment(said.get("updated_at")),
        links=links_in(text),
        hashtags=hashtags_in(text),
        mentions=mentions_in(text),
        media=medium("image", said.get("thumbnail_url")),
        reactions=first(at(counted, "like_count"), at(also, "likes_count")),
        comments=first(at(counted, "reply_count"), at(also, "comments_count")),
        shares=first(at(counted, "retweet_count"), at(also, "shares_count")),
        views=first(at(counted, "view_count"), at(also, "views_count")),
    )


def _platform(named: Any, address: addresses.Address | None) -> str:
    text = (ident(named) or "").lower()
    text = _SYNONYMS.get(text, text)
    if text in set(Platform):
        return text if text not in ("portal", "messaging") else "other"
    return address.platform if address and address.platform != "portal" else "other"


def _shares(fields: Any) -> bool:
    return bool(ident(at(fields, "shared_id")))
