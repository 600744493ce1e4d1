"""Visiting web servers politely: robots.txt, a pause at each host, rest where a server asks for it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from protego import Protego

from besa.base import clock
from besa.base.errors import BesaError, Refused
from besa.base.ids import sha256_hex
from besa.net.fetch import AGENT, Fetched, Limits, NotReached, fetch
from besa.net.pace import Pace, host_of

#: Robots rules are asked for anew after a day, and read so far (RFC 9309).
_ROBOTS_DAY = timedelta(hours=24)
_ROBOTS_LIMITS = Limits(size=512_000, seconds=15, attempts=2)
_LONGEST_PAUSE = 60.0
_REST = 60.0
_LONGEST_REST = 24 * 3600.0


class RobotsForbid(Refused):
    """The site's robots.txt does not want this address to be read by machines."""


class Declined(BesaError):
    """The server answered with an error. `lasting`: asking again soon will not help."""

    def __init__(self, status: int, url: str, body: bytes = b""):
        super().__init__(f"The server answered {status}.", where=url)
        self.status, self.body = status, body

    @property
    def lasting(self) -> bool:
        return 400 <= self.status < 500 and self.status not in (401, 403, 408, 425, 429)


class Resting(NotReached):
    """The server asked to be left alone for `seconds`."""

    def __init__(self, seconds: float, url: str):
        self.seconds = min(max(seconds, 1.0), _LONGEST_REST)
        super().__init__(f"The server asks to be left alone for {self.seconds:.0f} seconds.", where=url)


@dataclass(frozen=True)
class _Robots:
    at: str
    status: int
    text: str


class Visitor:
    """Asks servers, many at once, each host one request at a time.

    `folder` keeps robots rules and the notes of the pace. `public` stands in for the guard in tests alone.
    """

    def __init__(self, folder: Path, *, pause: float = 1.0, limits: Limits = Limits(), public=None):
        self.folder, self.limits, self.public = folder, limits, public
        self.pace = Pace(folder / "pace", seconds=pause)
        self._rests: dict[str, float] = {}
        self._rules: dict[str, tuple[_Robots, Protego]] = {}
        self._lock = threading.Lock()

    def get(
        self, url: str, *, headers: Mapping[str, str] | None = None, robots: bool = True, limits: Limits | None = None
    ) -> Fetched:
        """The answer, of status 2xx or 304. Raises Refused, RobotsForbid, Resting, Declined, NotReached, TooMuch.

        `robots=False` is for documented interfaces of services, which are made for machines.
        """

        @contextmanager
        def turn(step: str) -> Iterator[None]:
            self._rested(step)
            rules = self._robots(step) if robots else None
            if rules and not rules.can_fetch(step, AGENT):
                raise RobotsForbid("The site's robots.txt forbids it; nothing was fetched.", where=step)
            with self.pace.turn(step, _pause_of(rules)):
                yield

        answer = fetch(url, limits=limits or self.limits, headers=headers, turn=turn, public=self.public)
        wait = answer.retry_after
        if answer.status == 429 or (answer.status == 503 and wait is not None):
            resting = Resting(_REST if wait is None else wait, answer.url)
            self._rests[host_of(answer.url)] = time.monotonic() + resting.seconds
            raise resting
        if answer.status != 304 and not 200 <= answer.status < 300:
            raise Declined(answer.status, answer.url, answer.body)
        return answer

    def sitemaps(self, url: str) -> list[str]:
        """The sitemaps that the robots.txt of this site names."""
        return list(self._robots(url).sitemaps)

    def _rested(self, url: str) -> None:
        left = self._rests.get(host_of(url), 0.0) - time.monotonic()
        if left > 0:
            raise Resting(left, url)

    def _robots(self, url: str) -> Protego:
        """The rules of a site, at most a day old. No rules: all may be read; a server in trouble: nothing yet."""
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc.lower()}"
        with self._lock:
            known = self._rules.get(site)
        if known is None or _old(known[0]):
            said = self._kept(site)
            if said is None or _old(said):
                said = self._asked(site)
            known = (said, Protego.parse(said.text if said.status < 300 else ""))
            with self._lock:
                self._rules[site] = known
        return known[1]

    def _asked(self, site: str) -> _Robots:
        url = f"{site}/robots.txt"
        answer = fetch(url, limits=_ROBOTS_LIMITS, turn=self.pace.turn, public=self.public)
        if answer.status >= 500 or answer.status == 429:
            raise NotReached(f"robots.txt cannot be read now (status {answer.status}).", where=url)
        said = _Robots(clock.now().isoformat(), answer.status, answer.body.decode("utf-8", "replace"))
        note = self._note(site)
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(json.dumps(asdict(said)), "utf-8")
        return said

    def _kept(self, site: str) -> _Robots | None:
        with suppress(OSError, ValueError, TypeError):
            return _Robots(**json.loads(self._note(site).read_text("utf-8")))
        return None

    def _note(self, site: str) -> Path:
        return self.folder / "robots" / f"{sha256_hex(site)[:32]}.json"


def _old(said: _Robots) -> bool:
    try:
        return not timedelta(0) <= clock.now() - datetime.fromisoformat(said.at) < _ROBOTS_DAY
    except (ValueError, TypeError):
        return True


def _pause_of(rules: Protego | None) -> float:
    """The pause that robots.txt asks for: its crawl delay, or so many seconds for so many requests."""
    if rules is None:
        return 0.0
    rate = rules.request_rate(AGENT)
    asked = max(rules.crawl_delay(AGENT) or 0.0, rate.seconds / rate.requests if rate and rate.requests else 0.0)
    return min(asked, _LONGEST_PAUSE)
