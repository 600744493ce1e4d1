"""Zeeschuimer NDJSON: an envelope per line around what the platform sent to the researcher's browser."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from besa.collect.connectors.mastodon import parse as mastodon
from besa.collect.connectors.zeeschuimer import facebook, instagram, threads, tiktok, x
from besa.collect.rules.values import at, moment
from besa.collect.types import Post, Skip


def _truth(data: dict[str, Any], observed: datetime | None) -> Post | Skip:
    read = mastodon.parse(data)
    return read if isinstance(read, Skip) else read._replace(observed_at=observed)


_READERS = {
    "tiktok.com": tiktok.post,
    "tiktok-comments": tiktok.comment,
    "instagram.com": instagram.post,
    "facebook.com": facebook.post,
    "threads.net": threads.post,
    "threads.com": threads.post,
    "truthsocial.com": _truth,
    "twitter.com": x.post,
    "x.com": x.post,
}
#: What it calls the platforms that are read here.
PLATFORMS = frozenset(_READERS)


def sniff(head: bytes, file_name: str) -> float:
    line = head.split(b"\n", 1)[0]
    if not line.lstrip(b"\xef\xbb\xbf \t").startswith(b"{"):
        return 0.0
    return 1.0 if b'"source_platform"' in head and b'"data"' in head else 0.0


def parse(raw: Mapping[str, Any]) -> Post | Skip:
    platform = at(raw, "source_platform")
    read = _READERS.get(platform) if isinstance(platform, str) else None
    if read is None:
        return Skip("platform_not_read")
    data = at(raw, "data")
    if not isinstance(data, dict):
        return Skip("no_data")
    return read(data, moment(raw.get("timestamp_collected")))
