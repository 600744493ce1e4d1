"""Meta Ad Library: one row is one ad, as the API answers it or as the pages' CSV holds it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from besa.collect.rules.heads import columns, keys
from besa.collect.rules.values import (
    account_key,
    at,
    hashtags_in,
    ident,
    language,
    links_in,
    listed,
    mentions_in,
    moment,
    precision,
    several,
    whole,
    words,
)
from besa.collect.types import Post, Skip

_ARCHIVE_ID = re.compile(r"[?&]id=(\d+)")
_BOUND = {end: re.compile(rf"{end}_bound[\"']?\s*:\s*[\"']?(\d[\d,.]*)") for end in ("lower", "upper")}
_ADS = frozenset({"page_id", "page_name"})
_TIMES = frozenset({"ad_delivery_start_time", "ad_creation_time"})


def sniff(head: bytes, file_name: str) -> float:
    for names in (keys(head), columns(head)):
        if names >= _ADS and names & _TIMES:
            return 1.0
    lower = {name.lower() for name in columns(head)}
    if {"page id", "page name", "disclaimer"} <= lower or _is_places(lower):
        return 0.9
    return 0.0


def _is_places(lower: set[str]) -> bool:
    return "location name" in lower and any(name.startswith("amount spent") for name in lower)


def parse(raw: Mapping[str, Any]) -> Post | Skip:
    if "Location name" in raw:
        return Skip("location_total")
    if any(name in raw for name in ("Page ID", "Page id", "Page Name")):
        return Skip("advertiser_total")
    snapshot = words(raw.get("ad_snapshot_url"))
    found = _ARCHIVE_ID.search(snapshot or "")
    number = ident(raw.get("ad_archive_id")) or ident(raw.get("id")) or (found[1] if found else None)
    if not number:
        return Skip("no_id")
    platform = "instagram" if _platforms(raw) == ("instagram",) else "facebook"
    text = "\n\n".join(_texts(raw, "ad_creative_bodies", "ad_creative_body")) or None
    titles = _texts(raw, "ad_creative_link_titles", "ad_creative_link_title")
    told = _texts(raw, "ad_creative_link_descriptions", "ad_creative_link_description")
    start = words(raw.get("ad_delivery_start_time")) or words(raw.get("ad_creation_time"))
    return Post(
        platform=platform,
        native_id=f"ad-{number}",
        kind="ad",
        url=f"https://www.facebook.com/ads/library/?id={number}",
        account_key=account_key("facebook", raw.get("page_id"), None),
        account_name=words(raw.get("page_name")),
        title=" · ".join((*titles, *told)) or None,
        text=text,
        language=language(next(iter(_parts(raw.get("languages"))), None)),
        posted_at=moment(start),
        posted_precision=precision(start),
        links=links_in(text),
        hashtags=hashtags_in(text),
        mentions=mentions_in(text),
        ad={
            "sponsor": words(raw.get("bylines")) or words(raw.get("byline")) or words(raw.get("funding_entity")),
            "label": "political or issue ad",
            "spend_low": _bound(raw.get("spend"), "lower"),
            "spend_high": _bound(raw.get("spend"), "upper"),
            "impressions_low": _bound(raw.get("impressions"), "lower"),
            "impressions_high": _bound(raw.get("impressions"), "upper"),
            "currency": words(raw.get("currency")),
            "start": start,
            "end": words(raw.get("ad_delivery_stop_time")),
        },
    )


def _texts(raw: Mapping[str, Any], many: str, one: str) -> tuple[str, ...]:
    """The texts of all versions of an ad, each once; older answers hold one only."""
    return several(listed(raw.get(many)) or listed(raw.get(one)))


def _parts(value: Any) -> tuple[str, ...]:
    """A list, or the same joined by commas in a cell."""
    return several(re.split(r"[,\s]+", value)) if isinstance(value, str) else several(listed(value))


def _platforms(raw: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(name.lower() for name in _parts(raw.get("publisher_platforms")))


def _bound(value: Any, end: str) -> int | None:
    """One end of a range: an object of the API, or "lower_bound: 100, upper_bound: 199" in a cell."""
    if isinstance(value, str):
        found = _BOUND[end].search(value[:500])
        return whole(found[1].rstrip(",.")) if found else None
    return whole(at(value, f"{end}_bound"))
