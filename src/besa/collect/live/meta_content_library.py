"""Meta Content Library: posts of Facebook pages, groups and profiles and of Instagram accounts, with the user's key.

Meta opens this interface inside its approved research environments only; the address says where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson

from besa.collect.live.look import Job, Look, gathered, wrong
from besa.collect.live.meta import pages_of
from besa.net.visit import Visitor

TITLE = "Meta Content Library"
CONNECTOR = "meta_content_library"
KEY = "meta"
#: The library has ids of its own, which the watch-list does not hold: these sources are added on the desk.
PLATFORMS = ()
MINUTES = 360
_PATH = re.compile(r"/(?:[\w.-]+/)*(facebook|instagram)/posts/preview")
_FIELDS = {
    "facebook": (
        "id,mcl_url,text,creation_time,modified_time,content_type,lang,is_branded_content,shared_post_id,match_type,"
        "hashtags,multimedia,post_owner,surface,link_attachment,statistics"
    ),
    "instagram": (
        "id,mcl_url,text,creation_time,modified_time,content_type,lang,is_branded_content,match_type,hashtags,"
        "multimedia,post_owner,statistics"
    ),
}
_IDS = {"facebook": "surface_ids", "instagram": "account_ids"}
#: A search gives no more than a thousand posts; older ones are asked for by an earlier end.
_WINDOW = 1_000


def address_of(platform: str, key: str, handle: str, url: str) -> str:
    return ""


def checked(address: str) -> str:
    asked = _asked(address)
    if not asked:
        raise wrong(
            "a search in Meta's Content Library",
            "https://graph.facebook.com/v21.0/facebook/posts/preview?surface_ids=1234567890 (Instagram: account_ids)",
        )
    base, platform, ids = asked
    return f"{base}?{_IDS[platform]}={','.join(ids)}"


def _asked(address: str) -> tuple[str, str, list[str]] | None:
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return None
    found = _PATH.fullmatch(parts.path)
    if parts.scheme not in ("http", "https") or not parts.hostname or not found:
        return None
    ids = [number for number in parse_qs(parts.query).get(_IDS[found[1]], [""])[0].split(",") if number]
    if not ids or not all(re.fullmatch(r"\d{5,}", number) for number in ids):
        return None
    return f"{parts.scheme}://{parts.netloc}{parts.path}", found[1], ids


def look(visit: Visitor, job: Job) -> Look:
    base, platform, ids = _asked(job.address) or ("", "facebook", [])
    query: dict[str, Any] = {
        _IDS[platform]: orjson.dumps(ids).decode(),
        "sort": "newest_to_oldest",
        "since": str(int(job.since.timestamp())),
        "fields": _FIELDS[platform],
        "limit": 100,
    }

    def pages(job: Job, look: Look) -> Iterator[list[Any]]:
        while True:
            given, oldest = 0, None
            for page in pages_of(visit, job, base, query):
                given += len(page)
                rows = [_flat(row) if isinstance(row, dict) else row for row in page]
                yield rows
                oldest = next((row["creation_time"] for row in reversed(rows) if _has_time(row)), oldest)
            if given < _WINDOW or not oldest or query.get("until") == oldest:
                return
            query["until"] = oldest

    return gathered(job, CONNECTOR, pages)


def _has_time(row: Any) -> bool:
    return isinstance(row, dict) and bool(row.get("creation_time"))


def _flat(row: dict[str, Any], above: str = "") -> dict[str, Any]:
    """Nested objects under dotted names, as the library's own downloads have them."""
    flat: dict[str, Any] = {}
    for key, value in row.items():
        if isinstance(value, dict) and value:
            flat |= _flat(value, f"{above}{key}.")
        else:
            flat[f"{above}{key}"] = value
    return flat
