"""Articles out of web archives (WARC, WACZ): one record of the archive is one row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from besa.collect.rules import addresses
from besa.collect.rules.articles import article
from besa.collect.rules.posts import post
from besa.collect.rules.values import account_key, moment, words
from besa.collect.types import Post, Skip


def sniff(head: bytes, file_name: str) -> float:
    return 1.0 if head.startswith(b"WARC/") else 0.0


def parse(raw: Mapping[str, Any]) -> Post | Skip:
    html, url = words(raw.get("html")), words(raw.get("WARC-Target-URI"))
    if raw.get("status") not in (None, "", "200", 200):
        return Skip("page_error")
    if html is None:
        return Skip("no_page")
    address = addresses.read(url)
    if url is None or address is None:
        return Skip("no_address")
    if address.platform != "portal":
        return Skip("platform_not_read")
    seen = moment(raw.get("WARC-Date"))
    found = article(html, url, seen)
    if found is None:
        return Skip("no_article")
    return post(
        "portal",
        address.native_id,
        found.text,
        found.published,
        kind="article",
        url=url.strip(),
        account_key=account_key("portal", None, address.host),
        account_handle=address.host,
        account_name=found.site or found.author,
        title=found.title,
        language=found.language,
        posted_precision=found.precision,
        observed_at=seen,
        edited_at=found.modified if found.modified != found.published else None,
    )
