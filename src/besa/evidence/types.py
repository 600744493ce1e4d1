"""What this room hands downstream."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Recognised:
    """What a file really is, by its first bytes."""

    media_type: str
    kind: str
    suffix: str
