"""A first proposal for a column mapping, from the names of the columns."""

from __future__ import annotations

from collections.abc import Iterable

#: For each field the names that exports use, likeliest first (compared without case, spaces and underscores).
_NAMES = {
    "native_id": ("id", "post_id", "tweet_id", "message_id", "video_id", "comment_id", "nr"),
    "text": ("text", "full_text", "message", "body", "content", "post_text", "caption", "teksti", "tekst"),
    "posted_at": ("created_at", "posted_at", "published_at", "timestamp", "date", "time", "created", "data", "datum"),
    "account_id": ("author.id", "author_id", "user.id", "user_id", "account_id", "channel_id", "page_id"),
    "account_handle": ("author.username", "user.username", "username", "author_username", "screen_name", "handle"),
    "account_name": ("author.name", "user.name", "author_name", "account_name", "page_name", "author", "portali"),
    "url": ("url", "link", "post_url", "permalink", "adresa"),
    "title": ("title", "headline", "titulli", "naslov"),
    "language": ("lang", "language"),
    "parent_id": ("parent_id", "in_reply_to", "replied_to_post"),
    "root_id": ("conversation_id", "thread_id", "root_id"),
    "observed_at": ("collected_at", "retrieved_at", "__twarc.retrieved_at"),
    "edited_at": ("edited_at", "updated_at", "modified_time"),
    "reactions": ("public_metrics.like_count", "reactions", "likes", "like_count", "likes_count", "reactions_count"),
    "comments": ("public_metrics.reply_count", "comments", "comment_count", "comments_count", "reply_count", "replies"),
    "shares": ("public_metrics.retweet_count", "shares", "share_count", "shares_count", "retweet_count", "reposts"),
    "views": ("public_metrics.impression_count", "views", "view_count", "plays", "impressions", "lexime"),
    "followers": ("author.public_metrics.followers_count", "followers", "follower_count", "subscribers"),
    "links": ("entities.urls[].expanded_url", "links", "urls"),
    "hashtags": ("entities.hashtags[].tag", "hashtags", "tags"),
    "mentions": ("entities.mentions[].username", "mentions"),
    "sponsor": ("sponsor", "sponsor_name", "bylines", "funding_entity"),
    "platform": ("platform", "source_platform"),
}  # fmt: skip


def proposal(paths: Iterable[str]) -> dict[str, str]:
    """Field -> path, for the fields whose usual names are among `paths`; no path twice."""
    seen = {_plain(path): path for path in reversed(list(paths))}
    found: dict[str, str] = {}
    for field, names in _NAMES.items():
        path = next((seen[_plain(name)] for name in names if _plain(name) in seen), None)
        if path and path not in found.values():
            found[field] = path
    return found


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace(" ", "").replace("-", "")
