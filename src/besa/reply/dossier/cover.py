"""The cover of a dossier, in one language."""

from __future__ import annotations

from collections.abc import Callable
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
_LONGEST = 1_200


def cover(
    case: Case, title: str, note: str, told: list[dict], listed: list[dict], *, language: str, recipient: str
) -> bytes:
    """The PDF; the language is active."""
    return typeset.pdf(_TEMPLATE, _data(case, title, note, told, listed, language=language, recipient=recipient))


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
