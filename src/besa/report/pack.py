"""This room's slice of an election pack: report/<language>/*.md, kept in the election's settings."""

from __future__ import annotations

from besa.base.languages import pick
from besa.base.packfile import Pack, read_texts
from besa.pledge.models import Election

NAMES = ("method", "limits", "about")
PLACEHOLDERS = frozenset({"election", "operator", "hours"})


def read(pack: Pack) -> dict[str, dict[str, str]]:
    """name -> text by language."""
    return read_texts(pack, "report", NAMES, PLACEHOLDERS)


def text(election: Election, language: str, name: str) -> str:
    """Markdown of `method`, `limits` or `about` in this language, placeholders filled; '' where none is loaded."""
    written = pick(election.settings.get("report", {}).get(name), language)
    return (
        written.replace("{election}", pick(election.names, language))
        .replace("{operator}", pick(election.operator, language))
        .replace("{hours}", str(election.reply_hours))
    )
