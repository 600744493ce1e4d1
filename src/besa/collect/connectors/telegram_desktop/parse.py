"""Chats exported by Telegram Desktop: channels and groups, whole accounts, messages without views."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from besa.collect.rules.heads import keys
from besa.collect.rules.values import (
    account_key,
    at,
    handle,
    hashtags_in,
    ident,
    links_in,
    listed,
    medium,
    mentions_in,
    moment,
    several,
    total,
    whole,
    words,
)
from besa.collect.types import Post, Skip

_WRITERS = frozenset({"from_id", "actor_id", "date_unixtime", "text_entities"})
#: How the id of a chat reads where the chat itself writes.
_PREFIXES = (
    ("channel", "channel"),
    ("supergroup", "channel"),
    ("group", "chat"),
    ("personal", "user"),
    ("bot", "user"),
)


def sniff(head: bytes, file_name: str) -> float:
    names = keys(head)
    return 1.0 if {"messages", "type", "id", "date"} <= names and names & _WRITERS else 0.0


def parse(raw: Mapping[str, Any]) -> Post | Skip:
    if raw.get("type") != "message":
        return Skip("service_message" if raw.get("type") == "service" else "not_a_post")
    chat, number = ident(at(raw, "@chat", "id")), ident(raw.get("id"))
    if not chat or not number:
        return Skip("no_id")
    text, parts = _text(raw.get("text"))
    if not text:
        text = words(at(raw, "poll", "question"))
    parts += [part for part in listed(raw.get("text_entities")) if isinstance(part, dict)]
    exact = moment(raw.get("date_unixtime"))
    posted = exact or moment(raw.get("date"))
    writer, host = account_key("telegram", raw.get("from_id"), None), _host(raw, chat)
    above = ident(raw.get("reply_to_message_id"))
    elsewhere = ident(raw.get("reply_to_peer_id"))
    return Post(
        platform="telegram",
        native_id=f"{chat}/{number}",
        kind="share" if words(raw.get("forwarded_from")) or ident(raw.get("forwarded_from_id")) else "message",
        parent_key=f"telegram:{_bare(elsewhere) or chat}/{above}" if above else None,
        channel=_channel(raw),
        account_key=writer or host,
        account_name=words(raw.get("from")) or (None if writer else words(at(raw, "@chat", "name"))),
        host_account_key=host if writer and host != writer else None,
        title=words(raw.get("title")),
        text=text,
        posted_at=posted,
        posted_precision=("second" if exact else "day") if posted else None,
        edited_at=moment(raw.get("edited_unixtime")) or moment(raw.get("edited")),
        links=several([*(part.get("href") for part in parts), *links_in(text)]),
        hashtags=hashtags_in(text),
        mentions=several(
            [*(handle(part.get("text")) for part in parts if part.get("type") == "mention"), *mentions_in(text)]
        ),
        media=medium("image", _present(raw.get("photo")))
        + medium(raw.get("media_type") or "file", _present(raw.get("file"))),
        reactions=total(*(whole(at(item, "count")) for item in listed(raw.get("reactions")))),
    )


def _text(value: Any) -> tuple[str | None, list[dict[str, Any]]]:
    """A text, or a list of texts and marked parts; the marked parts beside it."""
    if not isinstance(value, list):
        return words(value), []
    marked = [part for part in value if isinstance(part, dict)]
    pieces = (words(part.get("text")) if isinstance(part, dict) else _piece(part) for part in value)
    return words("".join(piece or "" for piece in pieces)), marked


def _piece(part: Any) -> str | None:
    """One piece as it stands: a space between two marked parts is part of the text."""
    return part if isinstance(part, str) and part.isspace() else words(part)


def _channel(raw: Mapping[str, Any]) -> str:
    kind = ident(at(raw, "@chat", "type")) or ""
    if kind.startswith("public_"):
        return "public"
    return "closed" if kind.startswith("private_") else "private"


def _host(raw: Mapping[str, Any], chat: str) -> str:
    kind = ident(at(raw, "@chat", "type")) or ""
    prefix = next((prefix for part, prefix in _PREFIXES if part in kind), "")
    return f"telegram:{prefix}{chat}"


def _bare(peer: str | None) -> str | None:
    return peer.lstrip("abcdefghijklmnopqrstuvwxyz") if peer else None


def _present(value: Any) -> str | None:
    """A file's path; what was not exported stands there in brackets."""
    text = words(value)
    return None if text is None or text.startswith("(") else text
