"""Plain lists of addresses: articles of portals, posts of platforms, with nothing else known of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from besa.collect.rules import addresses
from besa.collect.rules.heads import URL_LINE, columns
from besa.collect.rules.values import account_key, words
from besa.collect.types import Post, Skip

_NAMES = ("url", "URL", "Url", "link", "Link")
_VIDEOS = frozenset({"tiktok", "youtube"})


def sniff(head: bytes, file_name: str) -> float:
    if URL_LINE.match(head):
        return 0.9
    names = columns(head)
    return 0.9 if len(names) == 1 and names <= set(_NAMES) else 0.0


def parse(raw: Mapping[str, Any]) -> Post | Skip:
    url = next((text for name in _NAMES if (text := words(raw.get(name)))), None)
    address = addresses.read(url)
    if url is None or address is None:
        return Skip("no_address")
    portal = address.platform == "portal"
    short = address.host if portal else address.handle
    return Post(
        platform=address.platform,
        native_id=address.native_id,
        kind="article" if portal else "video" if address.platform in _VIDEOS and address.is_post else "post",
        url=url.strip(),
        account_key=account_key(address.platform, None, short),
        account_handle=short,
    )
