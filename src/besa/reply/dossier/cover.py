"""The cover of a dossier, in one language."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from besa.base import clock, languages, typeset
from besa.base.home import Home
from besa.edition import keys
from besa.reply.models import Case

_TEMPLATE = Path(__file__).resolve().parents[1] / "templates" / "reply" / "cover.typ"
#: Characters of a post, and of the title at the foot of each page.
_LONGEST, _RUNNING = 1_200, 70
#: Pixels of a picture that is opened at all, and of its longer side on the cover; its height to its width.
_MOST_PIXELS, _WIDEST, _TALLEST = 80_000_000, 1_400, 0.75


@dataclass(frozen=True)
class Shown:
    """A picture as the cover shows it: JPEG, `cut` where it is the upper part only."""

    file: str
    jpeg: bytes
    cut: bool


def shown(file: str, picture: bytes) -> Shown | None:
    """The upper part of a screenshot, small enough for a page; None where it is no picture that can be drawn."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(picture)) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                return None
            drawn = opened.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None
    height = min(drawn.height, int(drawn.width * _TALLEST))
    upper = drawn.crop((0, 0, drawn.width, height))
    upper.thumbnail((_WIDEST, _WIDEST))
    out = io.BytesIO()
    upper.save(out, "JPEG", quality=82)
    return Shown(file, out.getvalue(), height < drawn.height)


def cover(
    case: Case, title: str, note: str, told: list[dict], listed: list[dict], pictures: Mapping[str, Shown], *,
    language: str, recipient: str,
) -> bytes:  # fmt: skip
    """The PDF; the language is active. `pictures`: number of a finding -> what is shown of it."""
    data = _data(case, title, note, told, listed, language=language, recipient=recipient)
    drawn = {}
    for at, finding in enumerate(data["findings"]):
        picture = pictures.get(finding["number"])
        finding["picture"] = f"{at}.jpg" if picture else ""
        finding["caption"] = "" if picture is None else picture.file
        if picture is not None:
            drawn[f"{at}.jpg"] = picture.jpeg
            finding["caption"] += f" ({_('the upper part; the file holds all of it')})" if picture.cut else ""
    return typeset.pdf(_TEMPLATE, data, drawn)


def _data(
    case: Case, title: str, note: str, told: list[dict], listed: list[dict], *, language: str, recipient: str
) -> dict:
    election = case.election
    local = _local(election.timezone)
    code, script = typeset.TYPST_LANGUAGE[language]
    now = clock.now().astimezone(ZoneInfo(election.timezone))
    return {
        "language": code,
        "script": script,
        "year": now.year,
        "month": now.month,
        "day": now.day,
        "title": title,
        "running": title if len(title) <= _RUNNING else title[:_RUNNING].rsplit(" ", 1)[0] + "…",
        "number": f"C-{case.number}",
        "lines": [
            [_("Election"), languages.pick(election.names, language)],
            [_("Handed over by"), languages.pick(election.operator, language)],
            [_("To"), recipient],
            [_("Date"), date_format(now, "DATE_FORMAT")],
            [_("Key of the seal"), keys.public_hex(keys.signing_key(Home.here().signing_key))],
        ],
        "note": note,
        "words": {
            "page": _("Page"),
            "picture": _("Picture"),
            "files": _("Files"),
            "file": _("File"),
            "preserved": _("Preserved"),
            "stamped": _("Time-stamped"),
            "text": _("Text of the post"),
            "reason": _("Reason of the decision"),
            "check": _("README.txt says how anybody can check this dossier."),
        },
        "findings": [
            {
                "number": one["number"],
                "head": f"{one['decision']}: {one['type']}",
                "lines": [
                    [_("Clause"), one["clause"]],
                    [_("Posted"), f"{local(one['posted_at'])}, {one['platform']}"],
                    [_("Account"), " ".join(filter(None, [one["author"], one["handle"] and f"@{one['handle']}"]))],
                    [_("Address"), one["address"] or "–"],
                    [_("Decided"), ", ".join(filter(None, [local(one["decided_at"]), one["decided_by"]]))],
                    *([_("Deadline"), _deadline(held, local)] for held in one["deadlines"]),
                    *([_("Later look"), _look(look, local)] for look in one["later_looks"][-3:]),
                ],
                "clause_text": one["clause_text"],
                "text": one["text"] if len(one["text"]) <= _LONGEST else one["text"][:_LONGEST] + "…",
                "reason": one["reason"],
                "replies": [
                    [f"{one_reply['kind']}, {local(one_reply['at'])}", one_reply["text"]]
                    for one_reply in one["replies"]
                ],
            }
            for one in told
        ],
        "listed": [
            [
                one["file"] or f"– ({one['withheld']})",
                local(one["captured_at"]),
                "\n".join(_stamped(row, local) for row in one["time_stamps"]) or "–",
                " ".join(one["sha256"][at : at + 16] for at in (0, 16, 32, 48)),
            ]
            for one in listed
        ],
    }


def _deadline(held: dict, local: Callable[[str], str]) -> str:
    return ", ".join(filter(None, [local(held["due_at"]), held["rule"], held["article"], held["authority"]]))


def _look(look: dict, local: Callable[[str], str]) -> str:
    return ", ".join(filter(None, [local(look["at"]), look["state"], look["cause"]]))


def _stamped(row: dict, local: Callable[[str], str]) -> str:
    return f"{local(row['at'])}, {row['authority']}" if row["at"] else f"{_('Time-stamp awaited')}: {row['authority']}"


def _local(timezone: str) -> Callable[[str], str]:
    return lambda at: date_format(datetime.fromisoformat(at).astimezone(ZoneInfo(timezone)), "DATETIME_FORMAT")
