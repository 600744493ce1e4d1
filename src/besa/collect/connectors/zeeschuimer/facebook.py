"""Facebook as the extension's own branch receives it: a story in parts, without any counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from besa.collect.rules import posts
from besa.collect.rules.values import account_key, at, ident, listed, medium, moment, words
from besa.collect.types import Post, Skip


def post(data: dict[str, Any], observed: datetime | None) -> Post | Skip:
    story = at(data, "comet_sections", "content", "story")
    who = at(story, "actors", 0)
    attached = listed(at(story, "attachments"))
    shown = [at(item, "styles", "attachment", "media") or at(item, "media") for item in attached]
    pictures = [
        medium(at(one, "__typename"), at(one, "photo_image", "uri") or at(one, "image", "uri") or at(one, "uri"))
        for one in shown
    ]
    return posts.post(
        "facebook",
        ident(at(story, "post_id")) or ident(data.get("post_id")),
        at(story, "message", "text"),
        moment(_first(at(data, "comet_sections", "context_layout"), "creation_time")),
        kind="video" if any(at(one, "__typename") == "Video" for one in shown) else "post",
        url=words(at(story, "wwwURL")),
        account_key=account_key("facebook", at(who, "id"), None),
        account_name=words(at(who, "name")),
        observed_at=observed,
        media=tuple(part for picture in pictures for part in picture),
    )


def _first(value: Any, key: str, deep: int = 10) -> Any:
    """The first value under a key, wherever it stands: the layout around it changes often."""
    if isinstance(value, dict):
        if value.get(key) is not None:
            return value[key]
        value = list(value.values())
    if isinstance(value, list) and deep:
        return next((found for item in value if (found := _first(item, key, deep - 1)) is not None), None)
    return None
