"""Who is named and who is not: private persons get a code, the same throughout an election and no other."""

from __future__ import annotations

import hashlib
import hmac

#: Letters and figures that are not taken for one another.
_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LENGTH = 8


def is_public(*, watched: bool, platform: str, kind: str) -> bool:
    """Accounts of the watch-list, outlets, and whoever runs a political advertisement; everybody else is private."""
    return watched or platform == "portal" or kind == "ad"


def identity(platform: str, key: str | None, handle: str | None, name: str | None) -> str:
    """What an account is known by: its key, else its short name, else its name; '' where nothing is known."""
    if key:
        return key.casefold()
    if handle:
        return f"{platform}:@{handle.lstrip('@')}".casefold()
    return f"{platform}:{name}".casefold() if name else ""


def code(secret: bytes, known_by: str) -> str:
    """The code of an account under the secret of an election: 40 bits of a keyed hash."""
    digest = hmac.new(secret, known_by.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
    number = int.from_bytes(digest[:5], "big")
    return "".join(_SIGNS[number >> 5 * at & 31] for at in range(_LENGTH))


def without(value: str, names: list[str]) -> str:
    """The value, or '' where it holds one of the names (as in an address that spells out whose it is)."""
    folded = value.casefold()
    return "" if any(name.casefold() in folded for name in names if len(name) > 2) else value
