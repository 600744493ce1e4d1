"""Export files as the field knows them; columns and keys are those of the tools themselves."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from besa.site.demo.corpus import Said

_ZONE = ZoneInfo("Europe/Belgrade")
MCL_FACEBOOK = (
    "activities,content_type,creation_time,id,is_branded_content,lang,link_attachment.caption,"
    "link_attachment.description,link_attachment.link,link_attachment.name,match_type,mcl_url,modified_time,"
    "multimedia,post_owner.type,post_owner.id,post_owner.name,post_owner.username,shared_post_id,"
    "statistics.angry_count,statistics.care_count,statistics.comment_count,statistics.haha_count,"
    "statistics.like_count,statistics.love_count,statistics.reaction_count,statistics.sad_count,"
    "statistics.share_count,statistics.views,statistics.views_date_last_refreshed,statistics.wow_count,"
    "surface.type,surface.id,surface.name,surface.username,text"
)
MCL_INSTAGRAM = (
    "content_type,creation_time,hashtags,id,is_branded_content,lang,match_type,mcl_url,modified_time,"
    "multimedia,post_owner.type,post_owner.id,post_owner.name,post_owner.username,statistics.comment_count,"
    "statistics.like_count,statistics.views,statistics.views_date_last_refreshed,text"
)
CROWDTANGLE = (
    "Page Name,User Name,Facebook Id,Page Category,Page Admin Top Country,Page Description,Page Created,"
    "Likes at Posting,Followers at Posting,Post Created,Post Created Date,Post Created Time,Type,"
    "Total Interactions,Likes,Comments,Shares,Love,Wow,Haha,Sad,Angry,Care,Video Share Status,"
    "Is Video Owner?,Post Views,Total Views,Total Views For All Crossposts,Video Length,URL,Message,Link,"
    "Final Link,Image Text,Link Text,Description,Sponsor Id,Sponsor Name,Sponsor Category,"
    "Overperforming Score (weighted  —  Likes 1x Shares 3x Comments 2x )"
)
COMMENTS = ["comment_id", "post_id", "page_id", "author", "author_name", "created", "likes", "text", "address"]
#: How the generic connector reads the comments that a browser tool wrote down.
MAPPING = """name = "facebook-comments"
platform = "facebook"
kind = "comment"
timezone = "UTC"
[fields]
native_id = "comment_id"
parent_id = "post_id"
root_id = "post_id"
account_handle = "author"
account_name = "author_name"
posted_at = "created"
reactions = "likes"
text = "text"
url = "address"
"""
#: What fact-checkers, invented like all here, have found out; the posts of `scenes.toml` say some of it.
CLAIMS_NAME = "checked-claims.csv"
CLAIMS = """claim,rating,reviewer,url,date,language,clause,claim_sr
Koalicioni Tri Dritat ka vendosur të mbyllë spitalin e Lumasit pas zgjedhjeve.,E rreme,Faktoskopi,\
https://faktoskopi.example/spitali,2027-09-18,sq,no-falsehood,\
Koalicija Tri svetla odlučila je da zatvori bolnicu u Lumasu posle izbora.
Komuna e Kodrinës ka blerë 14 vetura zyrtare me paratë e shkollave.,Gjysmë e vërtetë,Faktoskopi,\
https://faktoskopi.example/veturat,2027-09-15,sq,no-falsehood,\
Opština Kodrina kupila je 14 službenih vozila novcem za škole.
"""
_ENDS = ("lower", "upper")
_TAG = re.compile(r"#(\w+)")


def write(folder: Path, span: str, source: str, posts: Sequence[Said], seed: int) -> Path:
    """One file of one source; `span` goes into its name. Returns the path."""
    name, rows = _KINDS[source]
    path = folder / name.format(span=span)
    chance = Random(f"{seed}:{path.name}")
    rows(path, posts, chance)
    return path


def _table(path: Path, columns: Sequence[str], rows: Iterable[dict], encoding: str = "utf-8") -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)


def _parts(total: int, chance: Random) -> dict[str, int]:
    names = ["angry", "care", "haha", "love", "sad", "wow"]
    found = {name: int(total * chance.random() * 0.08) for name in names}
    return found | {"like": total - sum(found.values())}


def _mcl_facebook(path: Path, posts: Sequence[Said], chance: Random) -> None:
    def row(post: Said) -> dict:
        parts = _parts(post.reach, chance)
        owner = {"name": post.account.name, "username": post.account.handle, "id": post.account.number, "type": "page"}
        seen = post.at + timedelta(days=2)
        return {
            "content_type": "posts", "creation_time": _iso(post.at), "id": post.id,
            "is_branded_content": "true" if post.label else "false", "lang": "", "match_type": "text",
            "mcl_url": f"https://www.facebook.com/transparency/mcl/posts/{post.id}", "multimedia": "[]",
            "statistics.reaction_count": post.reach, "statistics.comment_count": post.reach // 6,
            "statistics.share_count": post.reach // 11, "statistics.views": post.reach * 37 + 120,
            "statistics.views_date_last_refreshed": f"{seen:%Y-%m-%d}", "text": post.text,
            **{f"statistics.{name}_count": number for name, number in parts.items()},
            **{f"post_owner.{key}": value for key, value in owner.items()},
            **{f"surface.{key}": value for key, value in owner.items()},
        }  # fmt: skip

    _table(path, MCL_FACEBOOK.split(","), map(row, posts), "utf-8-sig")


def _mcl_instagram(path: Path, posts: Sequence[Said], chance: Random) -> None:
    def row(post: Said) -> dict:
        seen = post.at + timedelta(days=2)
        return {
            "content_type": chance.choice(("photos", "reels", "albums")), "creation_time": _iso(post.at),
            "hashtags": json.dumps(_TAG.findall(post.text), ensure_ascii=False), "id": post.id,
            "is_branded_content": "true" if post.label else "false", "lang": "", "match_type": "text",
            "mcl_url": f"https://www.facebook.com/transparency/mcl/instagram/{post.id}", "multimedia": "[]",
            "post_owner.type": "business", "post_owner.id": post.account.number, "post_owner.name": post.account.name,
            "post_owner.username": post.account.handle, "statistics.comment_count": post.reach // 9,
            "statistics.like_count": post.reach, "statistics.views": post.reach * 21 + 60,
            "statistics.views_date_last_refreshed": f"{seen:%Y-%m-%d}", "text": post.text,
        }  # fmt: skip

    _table(path, MCL_INSTAGRAM.split(","), map(row, posts), "utf-8-sig")


def _crowdtangle(path: Path, posts: Sequence[Said], chance: Random) -> None:
    def row(post: Said) -> dict:
        parts = _parts(post.reach, chance)
        local = post.at.astimezone(_ZONE)
        total = post.reach + post.reach // 6 + post.reach // 11
        return {
            "Page Name": post.account.name, "User Name": post.account.handle, "Facebook Id": post.account.number,
            "Page Category": "POLITICAL_CANDIDATE", "Page Created": "2019-03-04 10:11:12",
            "Likes at Posting": post.reach * 40 + 900, "Followers at Posting": post.reach * 44 + 950,
            "Post Created": f"{local:%Y-%m-%d %H:%M:%S} {local.tzname()}", "Post Created Date": f"{local:%Y-%m-%d}",
            "Post Created Time": f"{local:%H:%M:%S}", "Type": "Status", "Total Interactions": f"{total:,}",
            "Comments": post.reach // 6, "Shares": post.reach // 11, "Video Length": "N/A",
            "URL": f"https://www.facebook.com/{post.account.handle}/posts/{post.id}", "Message": post.text,
            "Likes": parts["like"], "Sponsor Name": post.sponsor,
            **{name.capitalize(): number for name, number in parts.items() if name != "like"},
        }  # fmt: skip

    _table(path, CROWDTANGLE.split(","), map(row, posts))


def _comments(path: Path, posts: Sequence[Said], chance: Random) -> None:
    def row(post: Said) -> dict:
        host = post.parent
        return {
            "comment_id": post.id, "post_id": host.post_key.partition(":")[2] if host else "",
            "page_id": host.account.handle if host else "", "author": post.account.handle,
            "author_name": post.account.name, "created": f"{post.at:%Y-%m-%d %H:%M:%S}", "likes": post.reach,
            "text": post.text, "address": f"https://www.facebook.com/{post.id}",
        }  # fmt: skip

    _table(path, COMMENTS, map(row, posts))


def _envelope(post: Said, module: str, address: str, data: dict, number: int, seen: datetime) -> dict:
    stamp = int(seen.timestamp() * 1000)
    return {
        "id": number, "nav_index": "1:1:0", "item_id": post.id, "timestamp_collected": stamp, "last_updated": stamp,
        "source_platform": module, "source_platform_url": address, "source_url": address,
        "user_agent": "Mozilla/5.0", "data": data,
    }  # fmt: skip


def _lines(path: Path, posts: Sequence[Said], chance: Random, module: str, address: str, data) -> None:
    """One line per look. A few posts were looked at twice, with more reactions the second time."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for number, post in enumerate(posts, 1):
            looks = 2 if chance.random() < 0.02 else 1
            for look in range(looks):
                seen = post.at + timedelta(hours=20 + 24 * look)
                document = _envelope(post, module, address, data(post, 1 + look * 0.4), number, seen)
                file.write(json.dumps(document, ensure_ascii=False) + "\n")


def _tiktok(path: Path, posts: Sequence[Said], chance: Random) -> None:
    def data(post: Said, grown: float) -> dict:
        reach = int(post.reach * grown)
        return {
            "id": post.id, "desc": post.text, "createTime": int(post.at.timestamp()),
            "author": {"id": post.account.number, "uniqueId": post.account.handle, "nickname": post.account.name,
                       "verified": False, "signature": "", "privateAccount": False},
            "authorStats": {"followerCount": post.reach * 30 + 200, "videoCount": 40, "heartCount": 900},
            "stats": {"diggCount": reach, "commentCount": reach // 8, "shareCount": reach // 12,
                      "playCount": reach * 26 + 90, "collectCount": reach // 20},
            "textExtra": [{"hashtagName": tag} for tag in _TAG.findall(post.text)], "challenges": [],
            "video": {"cover": f"https://cdn.example/tiktok/{post.id}.jpg"}, "isAd": False,
            "adAuthorization": bool(post.label),
        }  # fmt: skip

    _lines(path, posts, chance, "tiktok.com", "https://www.tiktok.com/", data)


def _tiktok_comments(path: Path, posts: Sequence[Said], chance: Random) -> None:
    def data(post: Said, grown: float) -> dict:
        under = post.parent.id if post.parent else "0"
        return {
            "cid": post.id, "aweme_id": under, "reply_id": "0", "text": post.text,
            "create_time": int(post.at.timestamp()), "digg_count": int(post.reach * grown), "reply_comment_total": 0,
            "comment_language": "", "author_pin": False, "stick_position": 0,
            "user": {"uid": post.account.number, "unique_id": post.account.handle, "nickname": post.account.name},
            "share_info": {"url": f"https://www.tiktok.com/share/{under}?c={post.id}", "title": ""},
        }  # fmt: skip

    _lines(path, posts, chance, "tiktok-comments", "https://www.tiktok.com/", data)


def _x(path: Path, posts: Sequence[Said], chance: Random) -> None:
    def data(post: Said, grown: float) -> dict:
        reach = int(post.reach * grown)
        user = {"screen_name": post.account.handle, "name": post.account.name}
        found = {
            "__typename": "Tweet", "rest_id": post.id,
            "core": {"user_results": {"result": {"rest_id": post.account.number, "core": user,
                                                 "legacy": {"followers_count": post.reach * 12 + 80}}}},
            "legacy": {
                "id_str": post.id, "full_text": post.text, "created_at": f"{post.at:%a %b %d %H:%M:%S %z %Y}",
                "conversation_id_str": post.id, "user_id_str": post.account.number, "favorite_count": reach,
                "retweet_count": reach // 7, "reply_count": reach // 5, "quote_count": reach // 40,
                "bookmark_count": 0, "lang": "und",
                "entities": {"hashtags": [{"text": tag} for tag in _TAG.findall(post.text)], "urls": [],
                             "user_mentions": []},
            },
            "views": {"count": str(reach * 19 + 40)},
        }  # fmt: skip
        return found | ({"promoted": True} if post.label else {})

    _lines(path, posts, chance, "twitter.com", "https://x.com/home", data)


def _ad_library(path: Path, posts: Sequence[Said], chance: Random) -> None:
    """An answer of the library's API."""

    def row(post: Said) -> dict:
        told = post.ad
        spend = {f"{end}_bound": str(euros) for end, euros in zip(_ENDS, told.get("spend", ()), strict=False)}
        found = {
            "id": post.id, "page_id": post.account.number, "page_name": post.account.name, "currency": "EUR",
            "bylines": told.get("sponsor", ""), "spend": spend, "ad_creative_bodies": [post.text],
            "ad_delivery_start_time": f"{post.at.astimezone(_ZONE):%Y-%m-%d}", "publisher_platforms": ["facebook"],
            "ad_snapshot_url": f"https://www.facebook.com/ads/archive/render_ad/?id={post.id}",
        }  # fmt: skip
        return found | ({"ad_delivery_stop_time": f"{told['until']}"} if "until" in told else {})

    path.write_text(json.dumps({"data": [row(post) for post in posts]}, ensure_ascii=False, indent=1), encoding="utf-8")


def _articles(path: Path, posts: Sequence[Said], chance: Random) -> None:
    """As the live source of feeds writes them down."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for post in posts:
            site = {"key": f"portal:@{post.account.handle}", "name": post.account.name}
            document = {
                "outlet": site, "feed": {"url": f"https://{post.account.handle}/feed/", "title": post.account.name},
                "entry": {"id": post.url, "link": post.url, "title": post.title, "published_at": post.at.isoformat()},
                "article": {"url": post.url, "title": post.title, "text": post.text, "site": post.account.name},
                "observed_at": (post.at + timedelta(hours=1)).isoformat(),
            }  # fmt: skip
            file.write(json.dumps(document, ensure_ascii=False) + "\n")


def _iso(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}+0000"


_KINDS = {
    "facebook": ("{span}_meta-content-library_facebook.csv", _mcl_facebook),
    "facebook-archive": ("{span}_crowdtangle_facebook.csv", _crowdtangle),
    "facebook-comments": ("{span}_facebook-comments.csv", _comments),
    "instagram": ("{span}_meta-content-library_instagram.csv", _mcl_instagram),
    "tiktok": ("{span}_zeeschuimer_tiktok.ndjson", _tiktok),
    "tiktok-comments": ("{span}_zeeschuimer_tiktok-comments.ndjson", _tiktok_comments),
    "x": ("{span}_zeeschuimer_x.ndjson", _x),
    "meta-ad-library": ("{span}_meta-ad-library.json", _ad_library),
    "portal": ("{span}_portal-articles.ndjson", _articles),
}
