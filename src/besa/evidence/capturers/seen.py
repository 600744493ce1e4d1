"""What a browser may cost, and what it tells of a page apart from the files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Caps:
    """Seconds, bytes, and screens that are scrolled down for what loads late."""

    seconds: float = 60.0
    bytes: int = 200 << 20
    screens: int = 18
    pause: int = 150
    settle: float = 4.0
    height: int = 16_000
    one_body: int = 30 << 20


@dataclass
class Facts:
    """What was seen, apart from the files."""

    asked: str
    address: str = ""
    status: int = 0
    title: str = ""
    wall: str = ""
    consent: str = ""
    way: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    certificate: dict[str, Any] = field(default_factory=dict)
    resources: int = 0
    left_out: list[list[str]] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    media: list[dict[str, str]] = field(default_factory=list)
    log_in: bool = False
    refused: list[list[str]] = field(default_factory=list)
    began: str = ""
    seconds: float = 0.0
    browser: str = ""
    problem: str = ""
