"""What a sender says of a capture, as the arguments of the action; anything may stand there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from besa.collect.rules.values import listed, moment, precision, whole, words

_TEXTS = (
    "token", "url", "platform", "kind", "account_handle", "account_name", "title", "text", "parent_url", "note",
    "channel", "language", "device", "docket_reason",
)  # fmt: skip
_COMMENT_TEXTS = ("native_id", "parent_native_id", "url", "account_handle", "account_name", "text", "posted_at")
_FRAME = ("shown", "declared", "captured", "hidden", "own")
#: No text of a post is longer; what is longer is a mistake or an attack.
_LONGEST = 200_000


def arguments(said: Any, *, now: datetime) -> dict[str, Any]:
    """Keyword arguments for `actions.capture`; what is not of its kind is left out."""
    said = said if isinstance(said, Mapping) else {}
    found: dict[str, Any] = {name: text[:_LONGEST] for name in _TEXTS if (text := words(said.get(name)))}
    found |= {
        "token": found.get("token", ""),
        "url": found.get("url", ""),
        "seen_at": moment(said.get("seen_at")) or now,
        "posted_at": moment(said.get("posted_at")),
        "posted_precision": precision(said.get("posted_at")) or "",
        "counts": said.get("counts") if isinstance(said.get("counts"), Mapping) else {},
        "urgent": said.get("urgent") is True,
        "thread": _thread(said.get("thread")),
        "operator_names": [text for name in listed(said.get("operator")) if (text := words(name))][:50],
    }
    return found


def _thread(said: Any) -> dict[str, Any]:
    if not isinstance(said, Mapping):
        return {}
    frame: dict[str, Any] = {name: number for name in _FRAME if (number := whole(said.get(name))) is not None}
    if sort := words(said.get("sort")):
        frame["sort"] = sort[:100]
    frame["comments"] = [_comment(comment) for comment in listed(said.get("comments")) if isinstance(comment, Mapping)]
    frame["captured"] = len(frame["comments"])
    return frame


def _comment(said: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {name: text[:_LONGEST] for name in _COMMENT_TEXTS if (text := words(said.get(name)))}
    counts = said.get("counts")
    if isinstance(counts, Mapping) and (reactions := whole(counts.get("reactions"))) is not None:
        kept["counts"] = {"reactions": reactions}
    return kept
