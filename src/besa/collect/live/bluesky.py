"""Bluesky: the posts, replies and reposts of an account, from the network's public interface; no key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from besa.collect.live.look import Job, Look, ask, gathered, host_and_path, part, wrong
from besa.net.visit import Visitor

TITLE = "Bluesky"
CONNECTOR = "bluesky"
KEY = ""
PLATFORMS = ("bluesky",)
MINUTES = 15
API = "https://public.api.bsky.app/xrpc"
_NAME = re.compile(r"/profile/(did:[a-z]+:[\w.:%-]+|[\w.-]+\.[\w-]+)")


def address_of(platform: str, key: str, handle: str, url: str) -> str:
    name = key.removeprefix("bluesky:").removeprefix("@") or handle
    return f"https://bsky.app/profile/{name}" if name else ""


def checked(address: str) -> str:
    found = _NAME.fullmatch(host_and_path(address, ("bsky.app",)) or "")
    if not found:
        raise wrong("a Bluesky account", "https://bsky.app/profile/name.bsky.social")
    return f"https://bsky.app/profile/{found[1]}"


def look(visit: Visitor, job: Job) -> Look:
    actor = job.address.rpartition("/")[2]

    def pages(job: Job, look: Look) -> Iterator[list[Any]]:
        query = {"actor": actor, "limit": 100, "filter": "posts_with_replies"}
        while True:
            document = ask(visit, f"{API}/app.bsky.feed.getAuthorFeed", query)
            yield part(document, "feed")
            if not document.get("cursor"):
                return
            query["cursor"] = document["cursor"]

    return gathered(job, CONNECTOR, pages)
