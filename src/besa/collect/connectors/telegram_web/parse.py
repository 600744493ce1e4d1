"""Messages of public Telegram channels as the live source `telegram` brings them from the preview pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from besa.collect.rules.heads import keys
from besa.collect.rules.html import plain
from besa.collect.rules.values import (
    account_key,
    hashtags_in,
    ident,
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

_POST = re.compile(r"(\w{1,64})/(\d{1,12})")
_ANSWERED = re.compile(r"t\.me/(?:s/)?(\w{1,64}/\d{1,12})")
_SHORT = re.compile(r"(\d{1,4})(?:[.,](\d))?\s*([KMkm])")
_COUNT = re.compile(r"\d[\d.,]*\s*[KMkm]?$")
_HREF = re.compile(r'href="(https?://[^"]{1,2000})"')


def sniff(head: bytes, file_name: str) -> float:
    return 1.0 if {"post", "channel_title", "datetime", "html", "forwarded_from_url"} <= keys(head) else 0.0


def parse(raw: Mapping[str, Any]) -> Post | Skip:
    found = _POST.fullmatch(ident(raw.get("post")) or "")
    if not found:
        return Skip("no_id")
    if raw.get("service") is True:
        return Skip("service_message")
    name, html = found[1], words(raw.get("html"))
    text = plain(html) or words(raw.get("poll"))
    posted = moment(raw.get("datetime"))
    answered = _ANSWERED.search(words(raw.get("reply_to")) or "")
    hrefs = [link.replace("&amp;", "&") for link in _HREF.findall(html or "")]
    pictures = [medium("image", url) for url in listed(raw.get("photos"))]
    films = [medium("video", url) for url in listed(raw.get("videos"))]
    return Post(
        platform="telegram",
        native_id=found[0],
        kind="share" if words(raw.get("forwarded_from")) else "message",
        parent_key=f"telegram:{answered[1]}" if answered else None,
        url=f"https://t.me/{found[0]}",
        account_key=account_key("telegram", None, name),
        account_handle=name.lower(),
        account_name=words(raw.get("channel_title")),
        text=text,
        posted_at=posted,
        posted_precision="second" if posted else None,
        links=several([raw.get("link"), raw.get("forwarded_from_url"), *hrefs, *links_in(text)]),
        hashtags=hashtags_in(text),
        mentions=mentions_in(text),
        media=tuple(part for parts in (*pictures, *films) for part in parts),
        reactions=total(*(_number(_last(reaction)) for reaction in listed(raw.get("reactions")))),
        views=_number(words(raw.get("views"))),
    )


def _last(reaction: Any) -> str | None:
    """The count at the end of "❤ 12"."""
    found = _COUNT.search(words(reaction) or "")
    return found[0] if found else None


def _number(text: str | None) -> int | None:
    """A count as the page writes it: 87, or "1.2K", which stands for 1200 (the page gives no more figures)."""
    found = _SHORT.fullmatch(text.strip()) if text else None
    if not found:
        return whole(text)
    tens = int(found[1]) * 10 + int(found[2] or 0)
    return tens * (100 if found[3] in "Kk" else 100_000)
