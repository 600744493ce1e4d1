"""Meta Ad Library: political and issue ads of pages, or that hold given words, with the user's own key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import orjson

from besa.collect.live.look import Job, Look, gathered, host_and_path, wrong
from besa.collect.live.meta import pages_of
from besa.net.visit import Visitor

TITLE = "Meta Ad Library"
CONNECTOR = "meta_ad_library"
KEY = "meta"
#: The watch-list does not know in which country ads are shown: these sources are added on the desk.
PLATFORMS = ()
MINUTES = 360
API = "https://graph.facebook.com/v21.0"
_FIELDS = (
    "id,page_id,page_name,bylines,currency,spend,impressions,publisher_platforms,languages,ad_creation_time,"
    "ad_delivery_start_time,ad_delivery_stop_time,ad_creative_bodies,ad_creative_link_titles,"
    "ad_creative_link_captions,ad_creative_link_descriptions,ad_snapshot_url,estimated_audience_size,"
    "demographic_distribution,delivery_by_region"
)


def address_of(platform: str, key: str, handle: str, url: str) -> str:
    return ""


def checked(address: str) -> str:
    asked = _asked(address)
    if not asked:
        raise wrong(
            "a search in Meta's Ad Library",
            "https://www.facebook.com/ads/library/?country=XK&view_all_page_id=1234567890 (or &q=words)",
        )
    return f"https://www.facebook.com/ads/library/?{urlencode(asked)}"


def _asked(address: str) -> dict[str, str] | None:
    if host_and_path(address, ("facebook.com",)) != "/ads/library":
        return None
    said = {name: values[0].strip() for name, values in parse_qs(urlsplit(address).query).items()}
    country, page, words = said.get("country", ""), said.get("view_all_page_id", ""), said.get("q", "")
    if not re.fullmatch(r"[A-Z]{2}", country) or not (re.fullmatch(r"\d{5,}", page) or words):
        return None
    return {"country": country, **({"view_all_page_id": page} if page else {"q": words})}


def look(visit: Visitor, job: Job) -> Look:
    asked = _asked(job.address) or {}
    query = {
        "ad_type": "POLITICAL_AND_ISSUE_ADS",
        "ad_active_status": "ALL",
        "ad_reached_countries": orjson.dumps([asked.get("country")]).decode(),
        "ad_delivery_date_min": job.since.date().isoformat(),
        "fields": _FIELDS,
        "limit": 100,
    }
    if "q" in asked:
        query["search_terms"] = asked["q"]
    else:
        query["search_page_ids"] = orjson.dumps([asked.get("view_all_page_id")]).decode()

    def pages(job: Job, look: Look) -> Iterator[list[Any]]:
        yield from pages_of(visit, job, f"{API}/ads_archive", query)

    # An ad that began long ago may still be shown and paid for: all are read each time.
    return gathered(job, CONNECTOR, pages, by_time=False)
