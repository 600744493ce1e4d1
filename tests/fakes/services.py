"""Services that answer in their documented shapes: Bluesky, Mastodon, YouTube, Meta's libraries, Telegram's pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from fakes.serving import Asked, Reply, Web

START = datetime(2027, 9, 14, 6, 0, tzinfo=UTC)


def at(number: int) -> datetime:
    return START + timedelta(minutes=number)


def iso(number: int) -> str:
    return at(number).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def as_json(document: Any, status: int = 200) -> Reply:
    return Reply(json.dumps(document, ensure_ascii=False), status=status, kind="application/json; charset=utf-8")


class Service:
    """`count` posts so far, numbered from 0, a minute apart; pages of `size`. `break_off(asked)` may answer instead."""

    host = ""

    def __init__(self, web: Web, count: int = 0, size: int = 5):
        self.web, self.count, self.size = web, count, size
        self.break_off: Callable[[Asked], Reply | None] = lambda asked: None
        web.hosts[self.host] = lambda asked: self.break_off(asked) or self.answer(asked)

    def answer(self, asked: Asked) -> Reply:
        raise NotImplementedError

    def newest_first(self, cursor: str) -> tuple[list[int], str]:
        """The numbers of one page, and the cursor of the next."""
        start = int(cursor) if cursor else self.count
        numbers = list(range(start - 1, max(-1, start - 1 - self.size), -1))
        return numbers, str(numbers[-1]) if numbers and numbers[-1] > 0 else ""


class Bluesky(Service):
    host = "api.bluesky.example"

    def answer(self, asked):
        if not asked.path.endswith("/app.bsky.feed.getAuthorFeed") or asked.query.get("actor") != "ana.example":
            return as_json({"error": "InvalidRequest", "message": "Profile not found"}, 400)
        numbers, cursor = self.newest_first(asked.query.get("cursor", ""))
        author = {"did": "did:plc:ana", "handle": "ana.example", "displayName": "Ana"}
        feed = [
            {
                "post": {
                    "uri": f"at://did:plc:ana/app.bsky.feed.post/k{number}", "cid": f"c{number}", "author": author,
                    "record": {"$type": "app.bsky.feed.post", "text": f"Postimi {number}", "createdAt": iso(number)},
                    "replyCount": 0, "repostCount": 0, "likeCount": number, "indexedAt": iso(number),
                }
            }
            for number in numbers
        ]  # fmt: skip
        return as_json({"feed": feed, **({"cursor": cursor} if cursor else {})})


class Mastodon(Service):
    host = "mastodon.example"

    def answer(self, asked):
        if asked.path == "/api/v1/accounts/lookup":
            known = asked.query.get("acct") == "ana"
            return as_json({"id": "77", "acct": "ana"}) if known else as_json({"error": "Record not found"}, 404)
        if asked.path != "/api/v1/accounts/77/statuses":
            return as_json({"error": "Record not found"}, 404)
        base = self.web.url(self.host)
        numbers, _ = self.newest_first(asked.query.get("max_id", ""))
        account = {"id": "77", "username": "ana", "acct": "ana", "display_name": "Ana", "url": f"{base}@ana"}
        return as_json(
            [
                {
                    "id": str(number), "uri": f"{base}users/ana/statuses/{number}", "url": f"{base}@ana/{number}",
                    "created_at": iso(number), "account": account, "content": f"<p>Postimi {number}</p>",
                    "visibility": "public", "reblog": None, "replies_count": 0, "reblogs_count": 0,
                    "favourites_count": number, "media_attachments": [], "mentions": [], "tags": [],
                }
                for number in numbers
            ]
        )  # fmt: skip


class YouTube(Service):
    host = "youtube-api.example"
    key = "AIzaCANARY-youtube-key-0123456789"

    def answer(self, asked):
        if asked.headers.get("x-goog-api-key") != self.key:
            said = f"API key not valid: {asked.headers.get('x-goog-api-key')}"
            return as_json({"error": {"code": 400, "message": said}}, 400)
        what = asked.path.rpartition("/")[2]
        return as_json(getattr(self, what)(asked.query))

    def channels(self, query):
        items = [{"kind": "youtube#channel", "contentDetails": {"relatedPlaylists": {"uploads": "UUana"}}}]
        return {"kind": "youtube#channelListResponse", "items": items if query.get("forHandle") == "@ana" else []}

    def playlistItems(self, query):
        numbers, cursor = self.newest_first(query.get("pageToken", ""))
        items = [{"kind": "youtube#playlistItem", "contentDetails": {"videoId": f"video{n:06d}"}} for n in numbers]
        answer = {"kind": "youtube#playlistItemListResponse", "items": items}
        return {**answer, **({"nextPageToken": cursor} if cursor else {})}

    def videos(self, query):
        numbers = [int(video.removeprefix("video")) for video in query["id"].split(",")]
        items = [
            {
                "kind": "youtube#video", "etag": "e", "id": f"video{number:06d}",
                "snippet": {"publishedAt": iso(number), "channelId": "UC" + "a" * 22, "title": f"Video {number}",
                            "description": f"Për videon {number}", "channelTitle": "Ana"},
                "statistics": {"viewCount": "10", "likeCount": "2"},
            }
            for number in numbers
        ]  # fmt: skip
        return {"kind": "youtube#videoListResponse", "items": items}

    def commentThreads(self, query):
        video = query["videoId"]
        snippet = {
            "videoId": video, "textDisplay": f"Koment te {video}", "textOriginal": f"Koment te {video}",
            "authorDisplayName": "Qytetari", "authorChannelId": {"value": "UC" + "b" * 22},
            "publishedAt": iso(5), "updatedAt": iso(5), "likeCount": 0,
        }  # fmt: skip
        top = {"kind": "youtube#comment", "etag": "e", "id": f"C-{video}", "snippet": snippet}
        about = {"videoId": video, "topLevelComment": top, "totalReplyCount": 0}
        thread = {"kind": "youtube#commentThread", "etag": "e", "id": f"C-{video}", "snippet": about}
        return {"kind": "youtube#commentThreadListResponse", "items": [thread]}


class Meta(Service):
    """Both libraries; like the real one it repeats the key in addresses that it gives."""

    host = "graph.example"
    key = "EAABCANARYmetakey0123456789"

    def answer(self, asked):
        if asked.headers.get("authorization") != f"Bearer {self.key}":
            said = {"message": "Invalid OAuth access token.", "type": "OAuthException", "code": 190}
            return as_json({"error": said}, 400)
        make = self.ad if asked.path.endswith("/ads_archive") else self.post
        numbers, cursor = self.newest_first(asked.query.get("after", ""))
        following = f"https://graph.facebook.com/v21.0/x?access_token={self.key}&after={cursor}"
        paging = {"cursors": {"after": cursor}, "next": following} if cursor else {}
        return as_json({"data": [make(number) for number in numbers], "paging": paging})

    def ad(self, number):
        return {
            "id": f"9000{number}", "page_id": "1234567", "page_name": "Partia e Liqenit", "bylines": "Partia e Liqenit",
            "currency": "EUR", "spend": {"lower_bound": "100", "upper_bound": "199"},
            "impressions": {"lower_bound": "1000"}, "publisher_platforms": ["facebook"],
            "ad_delivery_start_time": at(number).date().isoformat(), "ad_creative_bodies": [f"Reklama {number}"],
            "ad_snapshot_url": f"https://www.facebook.com/ads/archive/render_ad/?id=9000{number}&access_token={self.key}",
        }  # fmt: skip

    def post(self, number):
        return {
            "id": f"5000{number}", "mcl_url": f"https://www.facebook.com/content_library/?id=5000{number}",
            "text": f"Postimi {number}", "creation_time": iso(number), "content_type": "posts", "lang": "sq",
            "post_owner": {"type": "page", "id": "777", "name": "Ana", "username": "ana.pl"},
            "surface": {"type": "page", "id": "777", "name": "Ana", "username": "ana.pl"},
            "statistics": {"like_count": number, "share_count": 0, "comment_count": 0, "views": 10},
            "hashtags": [], "multimedia": [],
        }  # fmt: skip


class Telegram(Service):
    host = "telegram.example"

    def answer(self, asked):
        if asked.path == "/robots.txt":
            return Reply(status=404)
        if asked.path != "/s/lumassot":
            return Reply('<html><body class="tgme_page">Preview not available</body></html>')
        numbers, _ = self.newest_first(asked.query.get("before", ""))
        messages = "".join(
            f'<div class="tgme_widget_message_wrap js-widget_message_wrap"><div class="tgme_widget_message '
            f'text_not_supported_wrap js-widget_message" data-post="lumassot/{number}" data-view="x">'
            f'<div class="tgme_widget_message_text js-message_text" dir="auto">Mesazhi {number}<br/>'
            f'<a href="https://burimi.example/{number}">burimi</a></div>'
            f'<div class="tgme_widget_message_footer"><span class="tgme_widget_message_views">1.{number % 10}K</span>'
            f'<span class="tgme_widget_message_meta"><a class="tgme_widget_message_date" '
            f'href="https://t.me/lumassot/{number}"><time datetime="{at(number).isoformat()}" class="time">'
            f"</time></a></span></div></div></div>"
            for number in reversed(numbers)
            if number
        )
        head = '<div class="tgme_channel_info_header_title"><span dir="auto">Lumas Sot</span></div>'
        return Reply(f"<!DOCTYPE html><html><body>{head}<section>{messages}</section></body></html>")
