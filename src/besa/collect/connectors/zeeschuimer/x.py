"""X (twitter.com) as its website receives it; names moved from `legacy` to `core` in 2025."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from besa.collect.rules.values import account_key, at, handle, ident, language, listed, moment, several, whole, words
from besa.collect.types import Post, Skip


def post(data: dict[str, Any], observed: datetime | None) -> Post | Skip:
    if isinstance(data.get("tweet"), dict):
        data = data["tweet"]
    legacy = data.get("legacy")
    if not isinstance(legacy, dict):
        return Skip("no_data")
    native = ident(data.get("rest_id")) or ident(legacy.get("id_str"))
    if not native:
        return Skip("no_id")
    user = at(data, "core", "user_results", "result")
    name = _of(user, "screen_name")
    repeated = _unwrapped(at(legacy, "retweeted_status_result", "result"))
    quoted = _unwrapped(at(data, "quoted_status_result", "result"))
    above = ident(legacy.get("in_reply_to_status_id_str"))
    parent = ident(at(repeated, "rest_id")) or above or ident(at(quoted, "rest_id"))
    root = ident(legacy.get("conversation_id_str"))
    short = handle(name)
    said = repeated if isinstance(repeated, dict) else data
    entities = at(said, "legacy", "entities")
    posted = moment(legacy.get("created_at"))
    return Post(
        platform="x",
        native_id=native,
        kind="share" if repeated else "reply" if above else "post",
        parent_key=f"x:{parent}" if parent else None,
        root_key=f"x:{root}" if root else None,
        url=f"https://x.com/{short or 'i'}/status/{native}",
        account_key=account_key("x", at(user, "rest_id") or legacy.get("user_id_str"), name),
        account_handle=short,
        account_name=words(_of(user, "name")),
        text=words(at(said, "note_tweet", "note_tweet_results", "result", "text"))
        or words(at(said, "legacy", "full_text")),
        language=language(legacy.get("lang")),
        posted_at=posted,
        posted_precision="second" if posted else None,
        observed_at=observed,
        links=several(at(item, "expanded_url") for item in listed(at(entities, "urls"))),
        hashtags=several(at(item, "text") for item in listed(at(entities, "hashtags"))),
        mentions=several(handle(at(item, "screen_name")) for item in listed(at(entities, "user_mentions"))),
        media=_media(said),
        reactions=whole(legacy.get("favorite_count")),
        comments=whole(legacy.get("reply_count")),
        shares=_shares(legacy),
        views=whole(at(data, "views", "count")),
        followers=whole(at(user, "legacy", "followers_count")),
        ad={"label": "promoted"} if data.get("promoted") else None,
    )


def _of(user: Any, key: str) -> Any:
    return at(user, "core", key) or at(user, "legacy", key)


def _unwrapped(result: Any) -> Any:
    inner = at(result, "tweet")
    return inner if isinstance(inner, dict) else result


def _shares(legacy: dict[str, Any]) -> int | None:
    again, quoted = whole(legacy.get("retweet_count")), whole(legacy.get("quote_count"))
    return None if again is None and quoted is None else (again or 0) + (quoted or 0)


def _media(said: dict[str, Any]) -> tuple[dict[str, str | None], ...]:
    items = listed(at(said, "legacy", "extended_entities", "media")) or listed(at(said, "legacy", "entities", "media"))
    return tuple(
        {"kind": words(at(item, "type")), "url": words(at(item, "media_url_https")), "sha256": None, "pdq": None}
        for item in items
        if isinstance(item, dict)
    )
