"""The records inside one JSON document: what an API answered, or a chat that was exported whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from besa.collect.rules.values import at

#: Lists that an answer may hold, and the key beside them without which they are something else.
_LISTS = (
    (("result", "posts"), "status"),
    (("data", "videos"), "error"),
    (("data", "comments"), "error"),
    (("items",), "kind"),
    (("feed",), ""),
    (("posts",), ""),
    (("statuses",), ""),
    (("messages",), "type"),
    (("data",), ""),
)
#: Keys of records that may hold several posts (see `unfolded`); lines without any of them are one row each.
FOLDED = frozenset({"kind", "includes", "errors", "meta", "__twarc", "matching_rules"})
#: A page of the X API has these beside its `data`.
_PAGE = frozenset({"includes", "__twarc", "errors"})
_CHAT = ("id", "name", "type")


def records(document: Any) -> Iterator[Any]:
    """The records of a document in their order; a document that holds no known list is one record itself."""
    if isinstance(document, list):
        for item in document:
            yield from unfolded(item)
        return
    if chats := _chats(document):
        for chat in chats:
            yield from records(chat)
        return
    found = _list_in(document)
    if found is None:
        yield from unfolded(document)
        return
    path, items = found
    chat = {key: document[key] for key in _CHAT if key in document} if path == ("messages",) else None
    for item in items:
        if chat is not None and isinstance(item, dict):
            yield {**item, "@chat": chat}
        else:
            yield from unfolded(item)


def unfolded(item: Any) -> Iterator[Any]:
    """A YouTube thread is its top comment and the replies beneath it, a page of the X API its posts and errors."""
    if not isinstance(item, dict) or FOLDED.isdisjoint(item):
        yield item
    elif item.get("kind") == "youtube#commentThread":
        yield from _thread(item)
    elif _is_page(item):
        yield from _page(item)
    else:
        yield item


def _thread(item: dict[str, Any]) -> Iterator[Any]:
    top, replies = at(item, "snippet", "topLevelComment"), at(item, "replies", "comments")
    if not isinstance(top, dict):
        yield item
        return
    thread = {"id": item.get("id"), "videoId": at(item, "snippet", "videoId")}
    yield {**top, "@thread": {**thread, "totalReplyCount": at(item, "snippet", "totalReplyCount")}}
    for reply in replies if isinstance(replies, list) else ():
        yield {**reply, "@thread": thread} if isinstance(reply, dict) else reply


def _is_page(item: dict[str, Any]) -> bool:
    data, errors = item.get("data"), item.get("errors")
    if isinstance(data, list):
        return not _PAGE.isdisjoint(item) or isinstance(at(item, "meta", "result_count"), int)
    if isinstance(data, dict):
        return "includes" in item or "__twarc" in item or "matching_rules" in item or isinstance(errors, list)
    return isinstance(errors, list) and "id" not in item


def _page(page: dict[str, Any]) -> Iterator[Any]:
    """Each post with its author, media and the posts it refers to written into it (as twarc flattens them)."""
    data = page.get("data")
    includes = page.get("includes")
    users = _listed(includes, "users")
    people = {ident: user for user in users if isinstance(ident := at(user, "id"), str)}
    people |= {f"@{name}": user for user in users if isinstance(name := at(user, "username"), str)}
    posts = {ident: post for post in _listed(includes, "tweets") if isinstance(ident := at(post, "id"), str)}
    media = {key: item for item in _listed(includes, "media") if isinstance(key := at(item, "media_key"), str)}
    polls = {ident: poll for poll in _listed(includes, "polls") if isinstance(ident := at(poll, "id"), str)}
    beside = {key: page[key] for key in ("__twarc", "matching_rules") if key in page}
    for item in data if isinstance(data, list) else [data] if isinstance(data, dict) else ():
        yield {**_filled(item, people, posts, media, polls), **beside} if isinstance(item, dict) else item
    for error in page["errors"] if isinstance(page.get("errors"), list) else ():
        yield {"@error": error, **beside}


def _filled(post: dict[str, Any], people, posts, media, polls, deep: int = 2) -> dict[str, Any]:
    made = dict(post)
    if author := _of(people, post.get("author_id")):
        made["author"] = author
    if asked := _of(people, post.get("in_reply_to_user_id")):
        made["in_reply_to_user"] = asked
    if isinstance(attached := post.get("attachments"), dict):
        made["attachments"] = attached = dict(attached)
        if "media_keys" in attached:
            attached["media"] = [_of(media, key) or {} for key in _listed(attached, "media_keys")]
        if found := [one for key in _listed(attached, "poll_ids") if (one := _of(polls, key))]:
            attached["poll"] = found[-1]
    if named := _listed(post.get("entities"), "mentions"):
        named = [
            {**one, **(_of(people, f"@{at(one, 'username')}") or {})} if isinstance(one, dict) else one for one in named
        ]
        made["entities"] = {**post["entities"], "mentions": named}
    if deep and (referred := _listed(post, "referenced_tweets")):
        made["referenced_tweets"] = [
            {**one, **_filled(_of(posts, at(one, "id")) or {}, people, posts, media, polls, deep - 1)}
            if isinstance(one, dict)
            else one
            for one in referred
        ]
    return made


def _of(known: dict[str, Any], key: Any) -> Any:
    return known.get(key) if isinstance(key, str) else None


def _listed(value: Any, key: str) -> list[Any]:
    items = at(value, key)
    return items if isinstance(items, list) else []


def _list_in(document: Any) -> tuple[tuple[str, ...], list[Any]] | None:
    # Pages of the X API keep authors and media apart from `data`: alone, their rows would say too little.
    if not isinstance(document, dict) or not _PAGE.isdisjoint(document):
        return None
    for path, beside in _LISTS:
        items = at(document, *path)
        if isinstance(items, list) and (not beside or beside in document):
            return path, items
    return None


def _chats(document: Any) -> list[Any]:
    """The chats of a whole Telegram account."""
    lists = [at(document, group, "list") for group in ("chats", "left_chats")]
    return [chat for chats in lists if isinstance(chats, list) for chat in chats]
