"""The connectors, in an explicit tuple: one folder and one line here for each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from besa.base.errors import BadInput
from besa.collect.types import Connector, Manifest

NAMES = (
    "meta_content_library",
    "crowdtangle",
    "zeeschuimer",
    "meta_ad_library",
    "youtube",
    "telegram_desktop",
    "fourcat",
    "x_api",
    "google_ads",
    "apify",
    "junkipedia",
    "bluesky",
    "mastodon",
    "tiktok_research",
    "closed_chat",
    "web_archive",
    "url_list",
    "capture",
    "generic",
)
#: Below this nobody knows the file.
SURE = 0.5


@cache
def connector(name: str) -> Connector:
    """The connector of this name. Raises BadInput."""
    if name not in NAMES:
        raise BadInput(f"There is no connector “{name}”.", remedy=f"There are: {', '.join(NAMES)}.")
    parse = import_module(f"besa.collect.connectors.{name}.parse")
    return Connector(_manifest(folder(name) / "manifest.toml"), parse.parse, parse.sniff)


def connectors() -> list[Connector]:
    return [connector(name) for name in NAMES]


def folder(name: str) -> Path:
    return Path(__file__).parent / name


def mapped_connector(body: Mapping[str, Any]) -> Connector:
    """The generic connector, reading by a checked mapping."""
    from besa.collect.connectors.generic.parse import with_mapping

    plain = connector("generic")
    parse, salt = with_mapping(body)
    mapped = frozenset(body["fields"].values()) | frozenset(body.get("redact", ()))
    manifest = replace(plain.manifest, mapped=mapped, redact=tuple(body.get("redact", ())), nested="*")
    return Connector(manifest, parse, plain.sniff, salt)


def detect(head: bytes, file_name: str) -> list[tuple[float, Connector]]:
    """Connectors that may know a file, surest first. `head` is the beginning of its text."""
    offers = [(found.sniff(head, file_name), found) for found in connectors()]
    return sorted((offer for offer in offers if offer[0] > 0), key=lambda offer: -offer[0])


def _manifest(path: Path) -> Manifest:
    said = tomllib.loads(path.read_text("utf-8"))
    for key in ("platforms", "limits", "not_available", "redact", "redact_parameters"):
        said[key] = tuple(said.get(key, ()))
    for key in ("mapped", "ignored"):
        said[key] = frozenset(said[key])
    return Manifest(**said)
