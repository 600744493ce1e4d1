"""Messages of a closed group that a member brought (WhatsApp, Viber): leads, with nobody's name in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from besa.base.ids import sha256_hex
from besa.base.text import normal
from besa.collect.rules.chats import is_chat
from besa.collect.rules.posts import post
from besa.collect.rules.values import moment, words
from besa.collect.types import Post, Skip


def sniff(head: bytes, file_name: str) -> float:
    return 1.0 if is_chat(head) else 0.0


def parse(raw: Mapping[str, Any]) -> Post | Skip:
    """Neither a zone nor the platform stands in such a file; the day is what can be relied on."""
    text, by = words(raw.get("text")), words(raw.get("by"))
    if by is None:
        return Skip("service_message")
    if text is None:
        return Skip("no_text")
    posted = moment(raw.get("at"))
    return post(
        "messaging",
        "~" + sha256_hex(f"{by}|{raw.get('at')}|{normal(text)}")[:32],
        text,
        posted,
        kind="message",
        channel="closed",
        account_name=by,
        posted_precision="day" if posted else None,
    )
