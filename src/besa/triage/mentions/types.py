"""Whom a register holds, and what a mention of them is."""

from __future__ import annotations

from dataclasses import dataclass

#: Kinds of actors that are no persons.
GROUPS = frozenset(
    [
        "party",
        "coalition",
        "media",
        "civil_society",
        "institution",
        "group",
        "organisation",
        "organization",
        "movement",
        "outlet",
        "diaspora_page",
        "anonymous_page",
    ]
)


@dataclass(frozen=True)
class Named:
    """One person, party or group. `also`: short names, nicknames, names in other languages."""

    id: str
    name: str
    kind: str = ""
    gender: str = ""
    party: str = ""
    area: str = ""
    office: str = ""
    #: `sq`, `sr`, `en`; decides how the name is written in the other languages. "" is told from its letters.
    language: str = ""
    also: tuple[str, ...] = ()
    community: str = ""

    @property
    def group(self) -> bool:
        return self.kind in GROUPS


@dataclass(frozen=True)
class Mention:
    """Characters start..end-1 of the text. Several `ids`: it is one of them, and the text does not say which."""

    start: int
    end: int
    ids: tuple[str, ...]
    #: `name` (in full), `surname`, `given` (name), `called` (short or nickname, or a group's name)
    how: str

    @property
    def id(self) -> str:
        """Whom it means, or "" where that was left open."""
        return self.ids[0] if len(self.ids) == 1 else ""
