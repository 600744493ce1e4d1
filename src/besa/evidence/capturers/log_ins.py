"""Log-ins of a browser: what of them is kept, for which addresses, and how nothing of them stays in a capture. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from besa.base.errors import BadInput

#: Shorter values (a language, a flag) tell nobody who captured, and stand in any text.
SHORTEST, SHORTEST_NAME = 8, 3
LARGEST = 2 << 20
_HOST = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")


@dataclass(frozen=True)
class State:
    """`storage`: Playwright's storage_state, of this host alone. `names`: what the account is called there."""

    storage: dict[str, Any]
    names: tuple[str, ...] = ()

    @property
    def cookies(self) -> int:
        return len(self.storage["cookies"])

    @property
    def until(self) -> datetime | None:
        """When the last cookie lapses; None where none says when."""
        ends = [one["expires"] for one in self.storage["cookies"] if one.get("expires", -1) > 0]
        return datetime.fromtimestamp(min(max(ends), 4_000_000_000), UTC) if ends else None

    def plain(self) -> dict[str, Any]:
        return {"storage": self.storage, "names": list(self.names)}


def host_named(text: str) -> str:
    """The host of an address or name, without `www.`. Raises BadInput."""
    text = text.strip().lower()
    host = (urlsplit(text if "//" in text else f"//{text}").hostname or "").rstrip(".").removeprefix("www.")
    if not _HOST.fullmatch(host):
        raise BadInput("This is no host of the web.", where=text[:200], remedy="Write it as platform.example.")
    return host


def of_host(host: str, url: str) -> bool:
    """Whether the log-in of `host` is for this address: the host itself or one below it, over TLS or not."""
    asked = (urlsplit(url).hostname or "").rstrip(".").lower()
    return asked == host or asked.endswith(f".{host}")


def read(data: bytes, host: str, names: Iterable[str] = ()) -> State:
    """A storage_state file, cut down to `host`. Raises BadInput where nothing of that host is in it."""
    if len(data) > LARGEST:
        raise BadInput("This file is larger than any log-in.", remedy="Send the storage state of the browser alone.")
    try:
        given = json.loads(data)
        cookies = [_cookie(one) for one in given["cookies"] if of_host(host, f"//{one['domain'].lstrip('.')}")]
        origins = [_origin(one) for one in given.get("origins", []) if of_host(host, one["origin"])]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadInput(
            "This is no storage state of a browser.", remedy="Make it with `besa log-in HOST --open`, or by Playwright."
        ) from None
    if not cookies and not origins:
        raise BadInput(f"Nothing of {host} is in this file.", remedy="Log in there first, then save the state.")
    told = tuple(dict.fromkeys(name.strip() for name in names if len(name.strip()) >= SHORTEST_NAME))
    return State({"cookies": cookies, "origins": origins}, told)


def _cookie(given: Mapping[str, Any]) -> dict[str, Any]:
    same = str(given.get("sameSite", "Lax")).capitalize()
    return {
        "name": str(given["name"]), "value": str(given["value"]), "domain": str(given["domain"]),
        "path": str(given.get("path", "/")), "expires": float(given.get("expires", -1)),
        "httpOnly": bool(given.get("httpOnly", False)), "secure": bool(given.get("secure", False)),
        "sameSite": same if same in ("Strict", "Lax", "None") else "Lax",
    }  # fmt: skip


def _origin(given: Mapping[str, Any]) -> dict[str, Any]:
    kept = [{"name": str(one["name"]), "value": str(one["value"])} for one in given.get("localStorage", [])]
    return {"origin": str(given["origin"]), "localStorage": kept}


def secrets_of(storages: Iterable[Mapping[str, Any]]) -> list[str]:
    """Every value that stands for a log-in, also those inside values that are JSON or joined by signs."""
    found: set[str] = set()
    for storage in storages:
        values = [one["value"] for one in storage.get("cookies", [])]
        values += [one["value"] for origin in storage.get("origins", []) for one in origin.get("localStorage", [])]
        for value in values:
            found.update({value, unquote(value)})
            found.update(_leaves(value))
    return sorted((value for value in found if len(value) >= SHORTEST), key=lambda value: (-len(value), value))


def _leaves(value: str) -> Iterable[str]:
    try:
        todo = [json.loads(unquote(value))]
    except ValueError:
        return
    while todo:
        one = todo.pop()
        if isinstance(one, dict):
            todo += one.values()
        elif isinstance(one, list):
            todo += one
        elif isinstance(one, str):
            yield one


class Blackout:
    """Bytes in which no secret and no name stands, in any usual way of writing it; the length stays the same."""

    def __init__(self, secrets: Sequence[str], names: Sequence[str] = ()):
        ways = {way.encode("utf-8", "replace") for word in secrets for way in _ways(word)}
        written = {form for name in names for form in (name, name.lower(), name.upper(), name.title())}
        called = {way.encode("utf-8", "replace") for word in written for way in _ways(word)}
        self._secrets = _pattern(ways, 0)
        self._names = _pattern(called, re.IGNORECASE)

    def __call__(self, data: bytes) -> bytes:
        for pattern in (self._secrets, self._names):
            if pattern:
                data = pattern.sub(lambda hit: b"x" * len(hit[0]), data)
        return data

    def text(self, said: str) -> str:
        return self(said.encode("utf-8", "replace")).decode("utf-8", "replace")


def _ways(word: str) -> set[str]:
    quoted = json.dumps(word)[1:-1]
    return {word, quote(word), quote(word, safe=""), quote(word, safe="").lower(), quoted, quoted.replace("/", "\\/"),
            json.dumps(word, ensure_ascii=False)[1:-1], escape(word), word.replace(" ", "+")}  # fmt: skip


def _pattern(ways: Iterable[bytes], flags: int) -> re.Pattern[bytes] | None:
    found = sorted((re.escape(way) for way in ways if way), key=lambda way: (-len(way), way))
    return re.compile(b"|".join(found), flags) if found else None
