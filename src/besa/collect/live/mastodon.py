"""Mastodon: the public statuses of an account, from its own instance; no key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

from besa.base.errors import BadInput
from besa.collect.live.look import Job, Look, Unreadable, ask, gathered, part, wrong
from besa.net.visit import Declined, Visitor

TITLE = "Mastodon"
CONNECTOR = "mastodon"
KEY = ""
PLATFORMS = ("mastodon",)
MINUTES = 15
_AT = re.compile(r"/@([\w.-]+)/?")
#: Sites whose addresses look alike and that speak another language.
_OTHERS = frozenset(
    {"tiktok.com", "youtube.com", "threads.net", "threads.com", "truthsocial.com", "medium.com", "t.me"}
)


def address_of(platform: str, key: str, handle: str, url: str) -> str:
    name, _, host = (handle or key.removeprefix("mastodon:")).lstrip("@").partition("@")
    if name and host:
        return f"https://{host}/@{name}"
    try:
        return checked(url)
    except BadInput:
        return ""


def checked(address: str) -> str:
    try:
        parts = urlsplit(address.strip())
        host = parts.hostname or ""
    except ValueError:
        parts, host = None, ""
    found = _AT.fullmatch(parts.path) if parts else None
    if not found or parts.scheme not in ("http", "https") or host.removeprefix("www.") in _OTHERS:
        raise wrong("a Mastodon account", "https://mastodon.example/@name")
    return f"{parts.scheme}://{parts.netloc}/@{found[1]}"


def look(visit: Visitor, job: Job) -> Look:
    base, _, name = job.address.partition("/@")

    def pages(job: Job, look: Look) -> Iterator[list[Any]]:
        number = look.memory.get("account")
        if not number:
            found = ask(visit, f"{base}/api/v1/accounts/lookup", {"acct": name})
            look.memory["account"] = number = part(found, "id", str)
        query: dict[str, Any] = {"limit": 40}
        while True:
            try:
                page = ask(visit, f"{base}/api/v1/accounts/{quote(number)}/statuses", query)
            except Declined as error:
                if error.status in (404, 410):
                    look.memory.pop("account", None)  # the account may have moved within the instance
                raise
            if not isinstance(page, list):
                raise Unreadable("The answer is no list: the service may have changed its form.")
            yield page
            oldest = page[-1].get("id") if page and isinstance(page[-1], dict) else None
            if not oldest or query.get("max_id") == oldest:
                return
            query["max_id"] = oldest

    return gathered(job, CONNECTOR, pages)
