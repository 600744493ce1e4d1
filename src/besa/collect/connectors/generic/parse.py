"""The connector for everything that has no connector: a saved mapping says which column is what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from besa.base.ids import canonical_json, sha256_hex
from besa.collect.rules.mapping import parser
from besa.collect.types import Post, Skip


def sniff(head: bytes, file_name: str) -> float:
    """Never offers itself: without a mapping it knows nothing."""
    return 0.0


def parse(raw: Mapping[str, Any]) -> Post | Skip:
    return Skip("no_mapping")


def with_mapping(body: Mapping[str, Any]) -> tuple:
    """`parse` for one checked mapping, and the salt that tells its observations from another mapping's."""
    return parser(body), sha256_hex(canonical_json(body))[:16]
