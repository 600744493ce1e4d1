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
    """A YouTube thread is its top comment and the replies beneath it; everything else is itself."""
    if not isinstance(item, dict) or item.get("kind") != "youtube#commentThread":
        yield item
        return
    top, replies = at(item, "snippet", "topLevelComment"), at(item, "replies", "comments")
    if not isinstance(top, dict):
        yield item
        return
    thread = {"id": item.get("id"), "videoId": at(item, "snippet", "videoId")}
    yield {**top, "@thread": {**thread, "totalReplyCount": at(item, "snippet", "totalReplyCount")}}
    for reply in replies if isinstance(replies, list) else ():
        yield {**reply, "@thread": thread} if isinstance(reply, dict) else reply


def _list_in(document: Any) -> tuple[tuple[str, ...], list[Any]] | None:
    # Pages of the X API keep authors and media apart from `data`: alone, their rows would say too little.
    if not isinstance(document, dict) or "includes" in document or "__twarc" in document:
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
