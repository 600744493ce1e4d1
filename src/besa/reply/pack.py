"""This room's slice of an election pack: notices/<language>/*.md, kept in the election's settings."""

from __future__ import annotations

import re

from besa.base.languages import pick
from besa.base.packfile import Pack, read_texts
from besa.pledge.models import Election

NAMES = ("notice", "party_notice")
PLACEHOLDERS = frozenset(
    {
        "election", "operator", "recipient", "person", "number", "type", "clauses", "platform", "posted_at",
        "url", "quote", "hours", "deadline", "link",
    }
)  # fmt: skip
_NEEDED = ("link", "deadline")


def read(pack: Pack) -> dict[str, dict[str, str]]:
    """name -> text by language."""
    texts = read_texts(pack, "notices", NAMES, PLACEHOLDERS)
    for name, by_language in texts.items():
        for tag, text in by_language.items():
            if tag not in pack.written:
                continue
            where = f"notices/{tag}/{name}.md"
            if not text.startswith("# "):
                pack.fault(f"{where}:1", "does not begin with the subject of the mail.", "Begin with: # Subject")
            for needed in _NEEDED:
                if f"{{{needed}}}" not in text:
                    pack.fault(where, f"{{{needed}}} does not occur.", "Whoever is told must know how and until when.")
    return texts


def notice_text(election: Election, language: str, name: str, values: dict[str, str] | None = None) -> tuple[str, str]:
    """Subject and body in this language, with `values` put in place of the placeholders.

    `name`: notice, party_notice. A placeholder without a value stays as it is.
    """
    text = pick(election.settings.get("notices", {}).get(name), language)
    filled = re.sub(r"\{([a-z_]+)\}", lambda found: str((values or {}).get(found[1], found[0])), text)
    subject, _, body = filled.partition("\n")
    return " ".join(subject.removeprefix("#").split()), body.strip()
