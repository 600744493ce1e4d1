"""Who is in the demo: the watch-list of the demo pack, and citizens who comment."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from random import Random

#: Where the accounts of citizens come from: first names by language of what they write.
_FIRST = {
    "sq": "Ardit Besa Dafina Endrit Fatos Gresa Ismet Kujtim Lirie Majlinda Nexhat Qëndresa Rita Skënder Vjollca Zef",
    "sr": "Bojan Ceca Duško Gordana Jasna Ljuba Mira Nikola Rade Slavica Toma Vida Zlatko Živka Ranko Mica",
    "en": "Alan Beth Carl Dora Ellie Fred Gwen Hugh",
}
_SECOND = {
    "sq": "Prrenjasi Lugu Kroni Dushku Mali Vau Guri Fusha Bregu Lisi Ara Zalli",
    "sr": "Potok Vrba Jasen Breza Kamen Brdo Polje Izvor Lug Gaj Vir Most",
    "en": "Brook Field Stone Marsh Wood Hill Lane Well",
}


@dataclass(frozen=True)
class Actor:
    slug: str
    kind: str
    name: str
    short: str
    party: str
    area: str
    gender: str
    community: str
    language: str
    names: Mapping[str, str]

    def named(self, language: str) -> str:
        return self.names.get(language) or self.name


@dataclass(frozen=True)
class Account:
    """`number` is the platform's own id (texts only: 64 bits do not fit every tool)."""

    platform: str
    handle: str
    name: str
    number: str
    actor: Actor | None
    grade: str = ""
    status: str = "authentic"
    language: str = "sq"


@dataclass(frozen=True)
class Cast:
    actors: Mapping[str, Actor]
    accounts: tuple[Account, ...]
    citizens: tuple[Account, ...]
    #: web sites of outlets
    sites: tuple[Account, ...] = ()

    def of(self, *kinds: str) -> list[Account]:
        return [account for account in self.accounts if account.actor and account.actor.kind in kinds]

    def persons(self, gender: str = "") -> list[Actor]:
        """Candidates, in the pack's order."""
        return [
            actor
            for actor in self.actors.values()
            if actor.kind in ("mayor_candidate", "council_candidate") and gender in ("", actor.gender)
        ]


def pack() -> Path:
    return Path(str(resources.files("besa.packs") / "demo"))


def _rows(name: str) -> list[dict[str, str]]:
    with (pack() / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def read() -> Cast:
    """The cast; citizens are drawn with a seed of their own, so that they are always the same people."""
    actors = {
        row["slug"]: Actor(
            slug=row["slug"], kind=row["kind"], name=row["name"], short=row["short_name"], party=row["party"],
            area=row["area"], gender=row["gender"], community=row["community"],
            language={"sr-Latn": "sr"}.get(row["language"], row["language"]),
            names={"sq": row["name_sq"], "sr": row["name_sr-Latn"], "en": row["name_en"]},
        )
        for row in _rows("actors.csv")
    }  # fmt: skip
    accounts = tuple(
        Account(
            platform=row["platform"], handle=row["handle"], name=row["name"], number=str(6810000000000 + 7919 * at),
            actor=actors.get(row["actor"]), grade=row["identity_grade"], status=row["status"],
            language=actors[row["actor"]].language if row["actor"] else "sq",
        )
        for at, row in enumerate(_rows("accounts.csv"))
    )  # fmt: skip
    sites = tuple(account for account in accounts if account.platform == "portal")
    return Cast(actors, tuple(one for one in accounts if one not in sites), tuple(_citizens()), sites)


def _citizens() -> list[Account]:
    chance, made, taken = Random(11), [], set()
    for number in range(420):
        language = chance.choices(["sq", "sr", "en"], [66, 26, 8])[0]
        first, second = chance.choice(_FIRST[language].split()), chance.choice(_SECOND[language].split())
        handle = f"{_plain(first)}.{_plain(second)}{chance.randrange(10, 999)}"
        if handle in taken:
            continue
        taken.add(handle)
        made.append(
            Account(
                platform=("facebook", "tiktok", "facebook", "tiktok", "x")[number % 5], handle=handle,
                name=f"{first} {second}", number=str(7120000000000 + 104729 * number), actor=None, language=language,
            )
        )  # fmt: skip
    return made


def _plain(text: str) -> str:
    return text.lower().translate(str.maketrans("ëçšđčćžž", "ecsdcczz"))
