"""What is staged in the demo (`scenes.toml`): the few posts that the pages of triage explain themselves by."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from besa.site.demo.cast import Account, Cast

#: Where an export names an account by another word than the platform's.
_PLATFORM = {"meta-ad-library": "facebook"}


@dataclass(frozen=True)
class Line:
    """One post of a scene. `truth`: a category of planting.py, or nothing; `ad`: what the ad library tells of it."""

    source: str
    account: Account
    text: str
    at: datetime
    reach: int | None = None
    title: str = ""
    url: str = ""
    ad: Mapping = field(default_factory=dict)
    same_day: bool = False
    truth: str = ""
    about: str = ""
    party: str = ""


def lines(people: Cast, zone: ZoneInfo) -> Iterator[Line]:
    known = {(account.platform, account.handle): account for account in (*people.accounts, *people.sites)}
    more = ("reach", "title", "url", "ad", "same_day", "truth", "about", "party")
    for scene in _read():
        first = scene["at"].replace(tzinfo=zone).astimezone(UTC)
        given = {name: scene[name] for name in more if name in scene}
        for turn, text in enumerate(scene["texts"]):
            for place, who in enumerate(scene["by"]):
                source, _, handle = who.partition("/")
                platform = _PLATFORM.get(source, source)
                account = known.get((platform, handle)) or Account(platform, handle, scene["name"], _UNKNOWN, None)
                after = turn * scene.get("every", 0) + place * scene.get("apart", 0)
                yield Line(source, account, text, first + timedelta(seconds=after), **given)


#: The number of a page that is on no watch-list.
_UNKNOWN = "6899999999999"


@cache
def _read() -> list[dict]:
    data = resources.files("besa.site.demo") / "scenes.toml"
    return tomllib.loads(data.read_text(encoding="utf-8"))["scenes"]
