"""What most sources have in common: a text with its time, a comment beneath something, a film on TikTok."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from besa.collect.rules.values import account_key, handle, hashtags_in, links_in, mentions_in, whole, words
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
    is_reply: bool = False,
    counts: tuple[Any, Any],
    **more: Any,
) -> Post | Skip:
    """A comment `under` a post, or a reply to the comment `above` it ("0" and the post itself are no comment).

    A reply of which nobody says to what (`is_reply`, nothing above) has the post for its root and no parent.
    `counts` are likes and answers.
    """
    if not native_id:
        return Skip("no_id")
    if above in ("0", under):
        above = None
    is_reply = is_reply or bool(above)
    parent = above or (None if is_reply else under)
    text = words(text)
    return Post(
        platform=platform,
        native_id=native_id,
        kind="reply" if is_reply else "comment",
        parent_key=f"{platform}:{parent}" if parent else None,
        root_key=f"{platform}:{under}" if under else None,
        text=text,
        posted_at=posted,
        posted_precision="second" if posted else None,
        links=links_in(text),
        hashtags=hashtags_in(text),
        mentions=mentions_in(text),
        reactions=whole(counts[0]),
        comments=whole(counts[1]),
        **more,
    )


def tiktok(
    native_id: str | None,
    text: Any,
    posted: datetime | None,
    *,
    account: Any,
    name: Any,
    url: str | None,
    counts: tuple[Any, Any, Any, Any],
    pictures: bool = False,
    ad: bool = False,
    paid: bool = False,
    hashtags: tuple[str, ...] = (),
    mentions: tuple[str, ...] = (),
    **more: Any,
) -> Post | Skip:
    """A film (or `pictures`) on TikTok; `counts` are likes, comments, shares and plays."""
    if not native_id:
        return Skip("no_id")
    short, text = handle(name), words(text)
    label = "advertisement" if ad else "paid partnership" if paid else None
    return Post(
        platform="tiktok",
        native_id=native_id,
        kind="post" if pictures else "video",
        url=url or (f"https://www.tiktok.com/@{short}/video/{native_id}" if short else None),
        account_key=account_key("tiktok", account, name),
        account_handle=short,
        text=text,
        posted_at=posted,
        posted_precision="second" if posted else None,
        links=links_in(text),
        hashtags=hashtags or hashtags_in(text),
        mentions=mentions or mentions_in(text),
        reactions=whole(counts[0]),
        comments=whole(counts[1]),
        shares=whole(counts[2]),
        views=whole(counts[3]),
        ad={"label": label} if label else None,
        **more,
    )
