"""Threads as its website receives it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from besa.collect.connectors.zeeschuimer.instagram import media
from besa.collect.rules import posts
from besa.collect.rules.values import account_key, at, handle, ident, links_in, moment, several, total, whole, words
from besa.collect.types import Post, Skip


def post(data: dict[str, Any], observed: datetime | None) -> Post | Skip:
    code, user, about = ident(data.get("code")), data.get("user"), data.get("text_post_app_info")
    short = handle(at(user, "username"))
    text = words(at(data, "caption", "text"))
    quoted = ident(at(about, "share_info", "quoted_post", "code")) or ident(
        at(about, "share_info", "reposted_post", "code")
    )
    return posts.post(
        "threads",
        code,
        text,
        moment(data.get("taken_at")),
        kind="reply" if at(about, "is_reply") is True else "video" if data.get("media_type") == 2 else "post",
        parent_key=f"threads:{quoted}" if quoted else None,
        url=f"https://www.threads.com/@{short}/post/{code}" if short else None,
        account_key=account_key("threads", at(user, "pk") or at(user, "id"), short),
        account_handle=short,
        account_name=words(at(user, "full_name")),
        observed_at=observed,
        links=several([at(about, "link_preview_attachment", "url"), *links_in(text)]),
        media=media(data),
        reactions=None if data.get("like_and_view_counts_disabled") is True else whole(data.get("like_count")),
        comments=whole(at(about, "direct_reply_count")),
        shares=total(whole(at(about, "repost_count")), whole(at(about, "quote_count"))),
        ad={"label": "paid partnership"} if data.get("is_paid_partnership") is True else None,
    )
