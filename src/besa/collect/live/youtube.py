"""YouTube: videos of a channel and the newest comments under the recent ones, with the user's own key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from besa.collect.live.look import Job, Look, Unreadable, ask, gathered, host_and_path, part, wrong
from besa.collect.rules.documents import records
from besa.collect.rules.values import at, moment
from besa.net.visit import Declined, Resting, Visitor

TITLE = "YouTube"
CONNECTOR = "youtube"
KEY = "youtube"
PLATFORMS = ("youtube",)
MINUTES = 60
API = "https://www.googleapis.com/youtube/v3"
#: Comments are looked at under videos of so many days, the newest hundred threads of each.
COMMENT_DAYS = 7
_QUOTA_REST = 6 * 3600.0
_CHANNEL = re.compile(r"/channel/(UC[\w-]{22})")
_HANDLE = re.compile(r"/@([\w.·-]+)")


def address_of(platform: str, key: str, handle: str, url: str) -> str:
    name = key.removeprefix("youtube:")
    if re.fullmatch(r"UC[\w-]{22}", name):
        return f"https://www.youtube.com/channel/{name}"
    name = name.lstrip("@") or handle
    return f"https://www.youtube.com/@{name}" if name else ""


def checked(address: str) -> str:
    path = host_and_path(address, ("youtube.com", "m.youtube.com")) or ""
    found = _CHANNEL.match(path) or _HANDLE.match(path)
    if not found:
        raise wrong("a YouTube channel", "https://www.youtube.com/@name or …/channel/UC…")
    return f"https://www.youtube.com{found[0]}"


def look(visit: Visitor, job: Job) -> Look:
    def call(what: str, **query: Any) -> Any:
        try:
            return ask(visit, f"{API}/{what}", query, secret=job.secret, headers={"X-Goog-Api-Key": job.secret})
        except Declined as error:
            if error.status == 403 and b"quotaExceeded" in error.body:
                raise Resting(_QUOTA_REST, API) from None
            raise

    def pages(job: Job, look: Look) -> Iterator[list[Any]]:
        uploads = look.memory.get("uploads")
        if not uploads:
            name = job.address.rpartition("/")[2]
            who = {"forHandle": name} if name.startswith("@") else {"id": name}
            # a channel that is not there is an answer without items
            channels = call("channels", part="contentDetails", **who).get("items") or []
            uploads = at(channels, 0, "contentDetails", "relatedPlaylists", "uploads")
            if not isinstance(uploads, str):
                raise Unreadable("There is no such channel.", where=job.address)
            look.memory["uploads"] = uploads
        query: dict[str, Any] = {"playlistId": uploads, "maxResults": 50}
        while True:
            listed = call("playlistItems", part="contentDetails", **query)
            numbers = [number for item in part(listed, "items") if (number := at(item, "contentDetails", "videoId"))]
            videos = []
            if numbers:
                known = call("videos", part="snippet,statistics,liveStreamingDetails", id=",".join(numbers))
                videos = part(known, "items")
            comments: list[Any] = []
            for video in videos:
                posted = moment(at(video, "snippet", "publishedAt"))
                if posted and job.now - posted <= timedelta(days=COMMENT_DAYS):
                    comments += _comments(call, at(video, "id"))
            yield [*videos, *comments]
            if not listed.get("nextPageToken"):
                return
            query["pageToken"] = listed["nextPageToken"]

    return gathered(job, CONNECTOR, pages)


def _comments(call, video: Any) -> list[Any]:
    try:
        document = call("commentThreads", part="snippet,replies", videoId=video, order="time", maxResults=100)
    except Declined as error:
        if error.status in (403, 404) and b"quota" not in error.body:
            return []  # comments are closed, or the video went in between
        raise
    part(document, "items")
    return list(records(document))
