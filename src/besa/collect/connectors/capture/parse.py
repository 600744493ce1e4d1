"""Posts and comments that a person captured by hand, as the capture itself recorded them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from besa.base.ids import sha256_hex
from besa.base.text import normal
from besa.base.words import Channel, Platform, PostKind
from besa.collect.rules import addresses
from besa.collect.rules.values import (
    account_key,
    at,
    handle,
    hashtags_in,
    ident,
    language,
    links_in,
    mentions_in,
    moment,
    whole,
    words,
)
from besa.collect.types import Post, Skip

_UNDER = frozenset({"comment", "reply"})


def sniff(head: bytes, file_name: str) -> float:
    return 0.95 if re.match(rb'\s*\{"besa_capture"\s*:', head) else 0.0


def parse(raw: Mapping[str, Any]) -> Post | Skip:
    url, parent_url = words(raw.get("url")), words(raw.get("parent_url"))
    address, above = addresses.read(url), addresses.read(parent_url)
    platform = _word(Platform, raw.get("platform")) or (address.platform if address else None)
    if not platform:
        return Skip("no_platform")
    kind = _word(PostKind, raw.get("kind")) or "post"
    text, by = words(raw.get("text")), handle(raw.get("account_handle"))
    parent = ident(raw.get("parent_key")) or (f"{above.platform}:{above.native_id}" if above else None)
    native = ident(raw.get("native_id")) or _native(kind, url, address, parent, by, text, ident(raw.get("token")))
    if not native:
        return Skip("no_id")
    if not by and address and kind not in _UNDER:
        by = address.host if platform == "portal" else address.handle
    told = moment(raw.get("posted_at"))
    posted = told or addresses.told_time(platform, native)
    return Post(
        platform=platform,
        native_id=native,
        kind=kind,
        parent_key=parent,
        root_key=ident(raw.get("root_key")) or parent,
        url=url,
        channel=_word(Channel, raw.get("channel")) or "public",
        account_key=account_key(platform, raw.get("account_id"), by),
        account_handle=by,
        account_name=words(raw.get("account_name")),
        title=words(raw.get("title")),
        text=text,
        language=language(raw.get("language")),
        posted_at=posted,
        posted_precision=("day" if told and raw.get("posted_precision") == "day" else "second") if posted else None,
        observed_at=moment(raw.get("seen_at")),
        links=links_in(text),
        hashtags=hashtags_in(text),
        mentions=mentions_in(text),
        media=tuple(_media(one) for one in raw.get("media") or () if isinstance(one, Mapping)),
        reactions=whole(at(raw, "counts", "reactions")),
        comments=whole(at(raw, "counts", "comments")),
        shares=whole(at(raw, "counts", "shares")),
        views=whole(at(raw, "counts", "views")),
        followers=whole(at(raw, "counts", "followers")),
    )


def _media(raw: Mapping[str, Any]) -> dict[str, str | None]:
    return {name: words(raw.get(name)) for name in ("kind", "url", "sha256", "pdq")}


def _native(kind, url, address, parent, by, text, token) -> str | None:
    """The platform's own number where an address holds it; else made of what tells this post from others."""
    if kind in _UNDER and address:
        if address.comment_id:
            return address.comment_id
        if address.is_post and f"{address.platform}:{address.native_id}" != parent:
            return address.native_id
    if kind in _UNDER and parent and text:
        return "~" + sha256_hex(f"{parent}|{by or ''}|{normal(text)}")[:32]
    if address and url:
        return address.native_id if address.is_post else addresses.made_id(url)
    return "~" + sha256_hex(token)[:32] if token else None


def _word(allowed, value: Any) -> str | None:
    return value if isinstance(value, str) and value in set(allowed) else None
