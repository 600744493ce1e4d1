"""Whether what a browser shows is the post, or a wall before it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

#: Addresses to which platforms send those who are not logged in.
_LOGIN = re.compile(r"(^|[/._-])(log-?in|sign-?in|auth|checkpoint|accounts?/login|prijava|kycu|hyr)([/._?-]|$)")
_CONSENT = re.compile(r"(^|[/._-])(consent|cookie-?wall|privacy-?gate)([/._?-]|$)")
_ASKS_LOGIN = re.compile(
    r"\b(log in|sign in|log into|create (an )?account|hyr|hyni|kyçu|kyçuni|identifikohu|prijavi se|prijavite se|uloguj"
    r"|пријави се|пријавите се|улогуј)", re.IGNORECASE,
)  # fmt: skip
#: Below this many letters beside a password field or a request to log in, nothing of a post can have been shown.
_LITTLE = 400
_COVERED = 0.4


@dataclass(frozen=True)
class Shown:
    """What the browser shows in the end: `covered`, the part of the window under a consent banner (0 to 1)."""

    asked: str
    address: str
    status: int
    text: str
    password: bool = False
    covered: float = 0.0


def wall(shown: Shown) -> str:
    """'' where it may be evidence; else `error`, `log_in`, `consent` or `empty`: not evidence."""
    if shown.status >= 400 or shown.status == 0:
        return "error"
    letters = sum(sign.isalnum() for sign in shown.text)
    moved = shown.address != shown.asked
    path = urlsplit(shown.address).path.lower()
    host = (urlsplit(shown.address).hostname or "").lower()
    if moved and (_LOGIN.search(path) or re.match(r"(login|auth|signin)\.", host)):
        return "log_in"
    if letters < _LITTLE and (shown.password or _ASKS_LOGIN.search(shown.text)):
        return "log_in"
    if moved and (_CONSENT.search(path) or host.startswith("consent.")):
        return "consent"
    if shown.covered >= _COVERED:
        return "consent"
    return "" if letters else "empty"
