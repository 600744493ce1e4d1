"""Identifiers and hashes, each made in one way only."""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import date, datetime
from decimal import Decimal
from typing import Any


def sha256_hex(data: bytes | str) -> str:
    return hashlib.sha256(data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    raise TypeError(f"no canonical form for {type(value).__name__}")


def canonical_json(value: Any) -> str:
    """The same value gives the same text on every machine: sorted keys, no spaces, no NaN.

    Times in ISO 8601 with microseconds, decimals without exponent, bytes as hex.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_plain)


def new_token(nbytes: int = 32) -> str:
    """An unguessable token for links; store only its `sha256_hex`."""
    return secrets.token_urlsafe(nbytes)


def new_id(prefix: str = "") -> str:
    """A short random identifier that may be shown (80 bits)."""
    return f"{prefix}{secrets.token_hex(10)}"
