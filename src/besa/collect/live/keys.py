"""The user's keys for services: in the environment or in a file of the home, never in the database."""

from __future__ import annotations

import os
from pathlib import Path

from besa.base.errors import BadInput
from besa.base.home import Home
from besa.collect.live import NAMES, live


def names() -> list[str]:
    """Names of the keys that live sources ask for."""
    return sorted({live(name).KEY for name in NAMES} - {""})


def file_of(name: str) -> Path:
    return Home.here().keys / f"service-{name}.key"


def key_of(name: str) -> str:
    """The key: `BESA_KEY_<NAME>` of the environment, else the file in the home; empty where there is none."""
    if said := os.environ.get(f"BESA_KEY_{name.upper()}", "").strip():
        return said
    try:
        return file_of(name).read_text("utf-8").strip()
    except OSError:
        return ""


def checked(name: str, key: str) -> str:
    """A key as it can be sent. Raises BadInput; what was typed is not repeated."""
    if name not in names():
        raise BadInput(f"There is no key “{name}”.", remedy=f"There are: {', '.join(names())}.")
    key = key.strip()
    if not 8 <= len(key) <= 2_000 or not key.isascii() or not key.isprintable() or " " in key:
        raise BadInput("This cannot be a key.", remedy="Copy it again from the service's page, without spaces.")
    return key
