"""X as its API (version 2) answers, page by page or one post to a line, as twarc keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from besa.collect.rules.heads import levels
from besa.collect.rules.posts import post
from besa.collect.rules.values import (
    account_key,
    at,
    handle,
    ident,
    language,
    listed,
    medium,
    moment,
    several,
    total,
    whole,
    words,
)
from besa.collect.types import Post, Skip

#: A post has one of these beside its id and text; people and lists have others.
_OF_POSTS = frozenset({"author_id", "edit_history_tweet_ids", "public_metrics", "referenced_tweets", "conversation_id"})
_OF_PAGES = frozenset({"includes", "meta", "errors", "__twarc", "matching_rules"})
_COMPLIANCE = frozenset({"id", "action", "created_at"})


def sniff(head: bytes, file_name: str) -> float:
    own, inner = levels(head)
    if own >= _COMPLIANCE and own <= _COMPLIANCE | {"reason", "redacted_at", "upload_location"}:
        return 1.0
    if own and own <= _OF_PAGES | {"data"}:
        if inner:
            return 1.0 if _is_post(inner) or (inner == {"id", "text"} and own & _OF_PAGES) else 0.0
        return 1.0 if b"/2/tweets" in head or b"/2/problems/" in head or b'"newest_id"' in head else 0.0
    return 1.0 if _is_post(own) else 0.0


def _is_post(names: frozenset[str]) -> bool:
    return {"id", "text"} <= names and bool(names & _OF_POSTS) and "source_platform" not in names


def parse(raw: Mapping[str, Any]) -> Post | Skip:
    if "@error" in raw:
        return _error(raw["@error"])
    if "id" not in raw and isinstance(raw.get("data"), dict):
        raw = raw["data"]
    if "action" in raw and "text" not in raw:
        return Skip("deleted")
    native = ident(raw.get("id"))
    if not native:
        return Skip("no_results" if at(raw, "meta", "result_count") == 0 else "no_id")
    if "text" not in raw:
        return Skip("withheld" if raw.get("withheld") else "not_a_post")
    referred = {
        words(at(one, "type")): one for one in reversed(listed(raw.get("referenced_tweets"))) if isinstance(one, dict)
    }
    again, answered, quoted = (ident(at(referred.get(kind), "id")) for kind in ("retweeted", "replied_to", "quoted"))
    # A repetition carries the first 140 characters only: its words are those of the post it repeats.
    said = referred["retweeted"] if again and words(at(referred["retweeted"], "text")) else raw
    entities, author, counted = said.get("entities"), raw.get("author"), raw.get("public_metrics")
    short, parent = handle(at(author, "username")), again or answered or quoted
    root = ident(raw.get("conversation_id"))
    posted = moment(raw.get("created_at"))
    versions = listed(raw.get("edit_history_tweet_ids"))
    media = [medium(at(one, "type"), at(one, "url") or at(one, "preview_image_url")) for one in _media(said)]
    return post(
        "x",
        native,
        at(said, "note_tweet", "text") or said.get("text"),
        posted,
        kind="share" if again else "reply" if answered else "post",
        parent_key=f"x:{parent}" if parent else None,
        root_key=f"x:{root}" if root else None,
        url=f"https://x.com/{short or 'i'}/status/{native}",
        account_key=account_key("x", raw.get("author_id") or at(author, "id"), short),
        account_handle=short,
        account_name=words(at(author, "name")),
        language=language(raw.get("lang")),
        observed_at=moment(at(raw, "__twarc", "retrieved_at")),
        # An edited post is a new one, made at the time of the edit.
        edited_at=posted if len(versions) > 1 and ident(versions[0]) != native else None,
        gone_cause="platform" if isinstance(raw.get("withheld"), dict) else None,
        links=several(_address(one) for one in listed(at(entities, "urls"))),
        hashtags=several(at(one, "tag") for one in listed(at(entities, "hashtags"))),
        mentions=several(handle(at(one, "username")) for one in listed(at(entities, "mentions"))),
        media=tuple(part for parts in media for part in parts),
        reactions=whole(at(counted, "like_count")),
        comments=whole(at(counted, "reply_count")),
        shares=total(whole(at(counted, "retweet_count")), whole(at(counted, "quote_count"))),
        views=whole(at(counted, "impression_count")),
        followers=whole(at(author, "public_metrics", "followers_count")),
    )


def _error(error: Any) -> Skip:
    """What the API could not give: posts that are gone or hidden are told apart from other faults."""
    kind, about = words(at(error, "type")) or "", at(error, "resource_type")
    if about == "tweet" and kind.endswith(("/resource-not-found", "/not-authorized-for-resource")):
        return Skip("gone")
    return Skip("error_row")


def _address(one: Any) -> Any:
    return words(at(one, "unwound_url")) or words(at(one, "expanded_url")) or words(at(one, "url"))


def _media(said: Any) -> list[Any]:
    return listed(at(said, "attachments", "media"))
