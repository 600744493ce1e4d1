"""What was said and watched of a captured video, for any page that shows a capture."""

from __future__ import annotations

from django import template

from besa.collect.queries import captured_files
from besa.collect.rules import video

register = template.Library()
_MOVING = {"video", "live", "story"}


@register.inclusion_tag("collect/video_said.html")
def video_said(capture, editable: bool = True) -> dict:
    """`{% video_said capture %}`: a card with quotes and the share watched; nothing for what does not move."""
    said = capture.video
    moving = bool(said) or capture.kind in _MOVING or any(f.kind == "recording" for f in captured_files([capture]))
    share = video.share(said)
    return {
        "capture": capture,
        "moving": moving,
        "editable": editable,
        "measured": bool(said) and said["measured"],
        "percent": None if share is None else int(share * 100),
        "seen": video.code(video.seen(said)) if said and said["watched"] else "",
        "length": video.code(said["length"]) if said and said["length"] else "",
        "quotes": [
            (video.code(quote["start"]), video.code(quote["end"]), quote["text"])
            for quote in (said or {}).get("quotes", ())
        ],
    }
