"""Live sources: how each service is asked for what is new. No database here; `actions.polling` stores what comes."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from besa.base.errors import BadInput

#: A module (or folder) and one line here for each. It has: TITLE; CONNECTOR, whose `parse` reads its rows; KEY, the
#: name of the user's key that it needs ("" for none); PLATFORMS, the accounts of the watch-list that it serves;
#: MINUTES, the usual time between two polls; `address_of(platform, key, handle, url)`, where an account is polled
#: ("" where it cannot be); `checked(address)`, the address in one form only, or BadInput; `look(visit, job)`.
NAMES = ("feeds", "telegram", "youtube", "bluesky", "mastodon", "meta_content_library", "meta_ad_library")


def live(name: str) -> ModuleType:
    """The live source of this name. Raises BadInput."""
    if name not in NAMES:
        raise BadInput(f"There is no live source “{name}”.", remedy=f"There are: {', '.join(NAMES)}.")
    return import_module(f"besa.collect.live.{name}")


def for_address(address: str) -> str:
    """The live source that an address belongs to; `feeds` for any site that is no known service."""
    for name in NAMES[1:]:
        try:
            live(name).checked(address)
        except BadInput:
            continue
        return name
    return "feeds"


def for_platform(platform: str) -> str:
    """The live source that serves the accounts of a platform, empty where none does."""
    return next((name for name in NAMES if platform in live(name).PLATFORMS), "")
