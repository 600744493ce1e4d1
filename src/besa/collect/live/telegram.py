"""Telegram: the messages of a public channel, as its preview page on the web shows them; no key, no account."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree, html

from besa.collect.live.look import Job, Look, Unreadable, gathered, host_and_path, wrong
from besa.net.visit import Visitor

TITLE = "Telegram"
CONNECTOR = "telegram_web"
KEY = ""
PLATFORMS = ("telegram",)
MINUTES = 15
SITE = "https://t.me"
_NAME = re.compile(r"(?:/s)?/([A-Za-z]\w{3,31})")
_PICTURE = re.compile(r"url\(['\"]?([^'\")]+)")
_WRITTEN = 200_000


def address_of(platform: str, key: str, handle: str, url: str) -> str:
    name = handle or key.removeprefix("telegram:").lstrip("@")
    return f"https://t.me/s/{name}" if re.fullmatch(r"[A-Za-z]\w{3,31}", name) else ""


def checked(address: str) -> str:
    found = _NAME.fullmatch(host_and_path(address, ("t.me", "telegram.me")) or "")
    if not found:
        raise wrong("a public Telegram channel", "https://t.me/s/channel")
    return f"https://t.me/s/{found[1]}"


def look(visit: Visitor, job: Job) -> Look:
    place = f"{SITE}/s/{job.address.rpartition('/')[2]}"

    def pages(job: Job, look: Look) -> Iterator[list[Any]]:
        before = ""
        while True:
            answer = visit.get(f"{place}?before={before}" if before else place)
            rows = messages(answer.body)
            if not rows and not before:
                raise Unreadable("This channel shows no public preview.", where=job.address)
            yield rows
            numbers = [int(number) for row in rows if (number := row["post"].rpartition("/")[2]).isdecimal()]
            if not numbers or (before and min(numbers) >= int(before)) or min(numbers) <= 1:
                return
            before = str(min(numbers))

    return gathered(job, CONNECTOR, pages)


def messages(page: bytes) -> list[dict[str, Any]]:
    """The messages of a preview page, each as a row with what stands there, counts as they are written ("1.2K")."""
    try:
        tree = html.document_fromstring(page, parser=html.HTMLParser(encoding="utf-8", huge_tree=False))
    except (etree.ParserError, ValueError):
        return []
    title = _text(_first(tree, "tgme_channel_info_header_title"))
    return [
        row
        for message in tree.xpath("//*[@data-post]")
        if _has(message, "tgme_widget_message") and (row := _row(message, title))
    ]


def _row(message: Any, title: str | None) -> dict[str, Any] | None:
    post = message.get("data-post") or ""
    channel, _, number = post.partition("/")
    if not channel or not number:
        return None
    written = [node for node in _all(message, "tgme_widget_message_text") if not _in_reply(node)]
    when = next(iter(message.xpath(".//*[contains(@class,'tgme_widget_message_date')]//time/@datetime")), None)
    forwarded, answered = (
        _first(message, "tgme_widget_message_forwarded_from_name"),
        _first(message, "tgme_widget_message_reply"),
    )
    preview = _first(message, "tgme_widget_message_link_preview")
    return {
        "post": post,
        "channel_title": title,
        "author": _text(_first(message, "tgme_widget_message_from_author")),
        "service": _has(message, "service_message"),
        "datetime": when,
        "edited": "edited" in (_text(_first(message, "tgme_widget_message_meta")) or ""),
        "html": etree.tostring(written[-1], encoding="unicode", with_tail=False)[:_WRITTEN] if written else None,
        "poll": _text(_first(message, "tgme_widget_message_poll_question")),
        "views": _text(_first(message, "tgme_widget_message_views")),
        "reactions": [_text(node) for node in _all(message, "tgme_reaction")],
        "forwarded_from": _text(forwarded),
        "forwarded_from_url": forwarded.get("href") if forwarded is not None else None,
        "reply_to": answered.get("href") if answered is not None else None,
        "link": preview.get("href") if preview is not None else None,
        "photos": [
            found[1]
            for node in _all(message, "tgme_widget_message_photo_wrap")
            if (found := _PICTURE.search(node.get("style") or ""))
        ],
        "videos": [source for node in _all(message, "tgme_widget_message_video") if (source := node.get("src"))],
    }


def _all(node: Any, name: str) -> list[Any]:
    return node.xpath(".//*[contains(concat(' ', normalize-space(@class), ' '), $name)]", name=f" {name} ")


def _first(node: Any, name: str) -> Any:
    return next(iter(_all(node, name)), None)


def _has(node: Any, name: str) -> bool:
    return name in (node.get("class") or "").split()


def _in_reply(node: Any) -> bool:
    return any(_has(above, "tgme_widget_message_reply") for above in node.iterancestors())


def _text(node: Any) -> str | None:
    return re.sub(r"\s+", " ", node.text_content()).strip()[:500] or None if node is not None else None
