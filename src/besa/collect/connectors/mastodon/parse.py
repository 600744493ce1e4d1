"""Statuses of Mastodon, and of Truth Social which speaks the same language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from besa.collect.rules import addresses
from besa.collect.rules.heads import keys
from besa.collect.rules.html import plain
from besa.collect.rules.values import (
    at,
    handle,
    hashtags_in,
    ident,
    language,
    links_in,
    listed,
    medium,
    moment,
    several,
    total,
    whole,
    words,
)
from besa.collect.types import Post, Skip

_CHANNELS = {"private": "closed", "direct": "private"}


def sniff(head: bytes, file_name: str) -> float:
    return 1.0 if {"favourites_count", "reblogs_count", "account", "content", "acct"} <= keys(head) else 0.0


def parse(raw: Mapping[str, Any]) -> Post | Skip:
    native, platform = _known_by(raw)
    if not native:
        return Skip("no_id")
    again = raw.get("reblog") if isinstance(raw.get("reblog"), dict) else None
    said: Mapping[str, Any] = again if again is not None else raw
    above = _above(raw, platform, native)
    passed_on = _known_by(again or _dict(raw.get("quote")))[0]
    parent = passed_on if again is not None else above or passed_on
    is_reply = bool(ident(raw.get("in_reply_to_id")))
    text = plain(words(said.get("content")))
    posted = moment(raw.get("created_at"))
    account = raw.get("account")
    short = _handle(account, platform)
    key = ident(at(account, "id")) if platform == "truth_social" else None
    attached = [medium(at(item, "type"), at(item, "url")) for item in listed(said.get("media_attachments"))]
    counted = raw if again is None else {}
    return Post(
        platform=platform,
        native_id=native,
        kind="share" if again is not None else "reply" if is_reply else "post",
        parent_key=f"{platform}:{parent}" if parent else None,
        url=words(raw.get("url")) or words(said.get("url")),
        channel=_CHANNELS.get(ident(raw.get("visibility")) or "", "public"),
        account_key=f"{platform}:{key}" if key else f"{platform}:@{short}" if short else None,
        account_handle=short,
        account_name=words(at(account, "display_name")),
        title=words(said.get("spoiler_text")) or words(said.get("title")),
        text=text,
        language=language(said.get("language")),
        posted_at=posted,
        posted_precision="second" if posted else None,
        edited_at=moment(raw.get("edited_at")),
        links=several([at(said, "card", "url"), *links_in(text)]),
        hashtags=several(at(tag, "name") for tag in listed(said.get("tags"))) or hashtags_in(text),
        mentions=several(handle(at(person, "acct")) for person in listed(said.get("mentions"))),
        media=tuple(part for parts in attached for part in parts),
        reactions=whole(counted.get("favourites_count")),
        comments=whole(counted.get("replies_count")),
        shares=total(whole(counted.get("reblogs_count")), whole(counted.get("quotes_count"))),
        followers=whole(at(account, "followers_count")),
    )


def _dict(value: Any) -> Mapping[str, Any]:
    """A quotation is the status itself, or wraps it (Mastodon 4.4)."""
    inner = at(value, "quoted_status")
    return inner if isinstance(inner, dict) else value if isinstance(value, dict) else {}


def _known_by(status: Mapping[str, Any]) -> tuple[str | None, str]:
    """The id by which a status is known, and its platform."""
    uri, url = ident(status.get("uri")), words(status.get("url"))
    if addresses.platform_of(url) == "truth_social" or addresses.platform_of(uri) == "truth_social":
        return ident(status.get("id")), "truth_social"
    return uri or url, "mastodon"


def _above(raw: Mapping[str, Any], platform: str, native: str) -> str | None:
    """The status replied to. On Mastodon only where someone answers himself at home is its address known."""
    number = ident(raw.get("in_reply_to_id"))
    if not number or platform == "truth_social":
        return number
    own, at_home = ident(at(raw, "account", "id")), "@" not in (ident(at(raw, "account", "acct")) or "@")
    start, slash, last = native.rpartition("/")
    if at_home and own and own == ident(raw.get("in_reply_to_account_id")) and slash and last == ident(raw.get("id")):
        return f"{start}/{number}"
    return None


def _handle(account: Any, platform: str) -> str | None:
    """`name@host`: an instance leaves out the host of its own people."""
    name = handle(at(account, "acct")) or handle(at(account, "username"))
    if not name or "@" in name or platform == "truth_social":
        return name
    host = addresses.host_of(words(at(account, "url")))
    return f"{name}@{host}" if host else name
