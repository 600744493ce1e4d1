"""What most sources have in common: a text with its time, a comment beneath something, a film on TikTok."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from besa.collect.rules.values import (
    account_key,
    handle,
    hashtags_in,
    ident,
    links_in,
    mentions_in,
    several,
    whole,
    words,
)
from besa.collect.types import Post, Skip


def post(platform: str, native_id: str | None, text: Any, posted: datetime | None, **more: Any) -> Post | Skip:
    """A post; links, hashtags and mentions are taken from its text where the source lists none."""
    if not native_id:
        return Skip("no_id")
    text = words(text)
    more["links"] = more.get("links") or links_in(text)
    more["hashtags"] = more.get("hashtags") or hashtags_in(text)
    more["mentions"] = more.get("mentions") or mentions_in(text)
    more.setdefault("posted_precision", "second" if posted else None)
    return Post(platform=platform, native_id=native_id, text=text, posted_at=posted, **more)


def comment(
    platform: str,
    native_id: str | None,
    text: Any,
    posted: datetime | None,
    *,
    under: str | None,
    above: str | None = None,
    is_reply: bool | None = None,
    reactions: Any = None,
    comments: Any = None,
    **more: Any,
) -> Post | Skip:
    """A comment `under` a post, or a reply to the comment `above` it ("0" and the post itself are no comment).

    A reply whose comment is not known (`is_reply`, nothing above) has no parent: the post is its root only.
    """
    above = above if above not in ("0", under) else None
    is_reply = bool(above) if is_reply is None else is_reply or bool(above)
    parent = above or (None if is_reply else under)
    return post(
        platform,
        native_id,
        text,
        posted,
        kind="reply" if is_reply else "comment",
        parent_key=f"{platform}:{parent}" if parent else None,
        root_key=f"{platform}:{under}" if under else None,
        reactions=whole(reactions),
        comments=whole(comments),
        **more,
    )


def tiktok(
    native_id: str | None,
    text: Any,
    posted: datetime | None,
    *,
    account: Any = None,
    name: Any = None,
    url: str | None = None,
    counts: tuple[Any, Any, Any, Any],
    pictures: bool = False,
    paid: str | None = None,
    **more: Any,
) -> Post | Skip:
    """A film (or a row of pictures) on TikTok; `counts` are likes, comments, shares and plays."""
    short = handle(name)
    likes, comments, shares, plays = counts
    return post(
        "tiktok",
        native_id,
        text,
        posted,
        kind="post" if pictures else "video",
        url=url or (f"https://www.tiktok.com/@{short}/video/{native_id}" if short else None),
        account_key=account_key("tiktok", account, short),
        account_handle=short,
        reactions=whole(likes),
        comments=whole(comments),
        shares=whole(shares),
        views=whole(plays),
        ad={"label": paid} if paid else None,
        **more,
    )


def tags(names: Any) -> tuple[str, ...]:
    return several(names)


def people(names: Any) -> tuple[str, ...]:
    """Short names of accounts."""
    return several(handle(name) for name in names)


def number(value: Any) -> str | None:
    return ident(value)
