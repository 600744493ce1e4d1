"""Fetching an address that came from data: guarded, capped in size and time, each redirect checked."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import httpx
import stamina

from besa.base.errors import BesaError
from besa.net import guard

AGENT = "Besa/0.1 (monitoring of election conduct)"
_AGAIN = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True)
class Limits:
    """Bytes, seconds for all of it, redirects, and attempts at each step."""

    size: int = 20 << 20
    seconds: float = 30.0
    redirects: int = 5
    attempts: int = 3


@dataclass(frozen=True)
class Fetched:
    """What came, from where in the end, and the way there."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes
    address: str
    way: tuple[str, ...] = field(default=())


class TooMuch(BesaError):
    """The answer is larger or slower than the caps, or redirects without end."""


class NotReached(BesaError):
    """The server did not answer."""


def fetch(
    url: str,
    *,
    limits: Limits = Limits(),
    resolver: guard.Resolve = guard.resolve,
    ports: frozenset[int] = guard.PORTS,
    public=guard.checked,
) -> Fetched:
    """GET an address. Raises Refused (not a public address), TooMuch or NotReached.

    The connection goes to the address that was checked, under the name that was asked for.
    """
    deadline = time.monotonic() + limits.seconds
    way: list[str] = []
    for _ in range(limits.redirects + 1):
        host, addresses = public(url, resolver=resolver, ports=ports)
        way.append(url)
        answer = _one(url, host, addresses[0], limits, deadline, tuple(way))
        target = answer.headers.get("location")
        if answer.status not in (301, 302, 303, 307, 308) or not target:
            return answer
        url = urljoin(url, target)
    raise TooMuch(f"More than {limits.redirects} redirects.", where=way[0])


def _one(url: str, host: str, address: str, limits: Limits, deadline: float, way: tuple[str, ...]) -> Fetched:
    try:
        for attempt in stamina.retry_context(
            on=_Again, attempts=limits.attempts, wait_initial=0.2, wait_max=2.0, timeout=limits.seconds
        ):
            with attempt:
                return _get(url, host, address, limits, deadline, way, last=attempt.num >= limits.attempts)
    except _Again as error:
        raise NotReached(f"The server cannot be reached: {error}.", where=url) from None
    raise AssertionError("a retry ends by answer or error")


class _Again(Exception):
    """Worth another try."""


def _get(url, host, address, limits: Limits, deadline: float, way, *, last: bool) -> Fetched:
    with _answer(url, host, address, deadline) as response:
        if response.status_code in _AGAIN and not last:
            raise _Again(f"status {response.status_code}")
        body = bytearray()
        try:
            for block in response.iter_bytes(65_536):
                body += block
                if len(body) > limits.size:
                    raise TooMuch(f"The answer is larger than {limits.size:,} bytes.", where=url)
                if time.monotonic() > deadline:
                    raise TooMuch(f"The answer took longer than {limits.seconds:g} seconds.", where=url)
        except httpx.HTTPError as error:
            raise _Again(type(error).__name__) from None
        return Fetched(url, response.status_code, dict(response.headers), bytes(body), address, way)


@contextmanager
def _answer(url: str, host: str, address: str, deadline: float) -> Iterator[httpx.Response]:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TooMuch("The time is over.", where=url)
    parts = urlsplit(url)
    shown = f"[{address}]" if ":" in address else address
    port = f":{parts.port}" if parts.port else ""
    pinned = parts._replace(netloc=f"{shown}{port}", fragment="").geturl()
    named = f"[{host}]" if ":" in host else host
    request = httpx.Request(
        "GET",
        pinned,
        headers={"Host": f"{named}{port}", "User-Agent": AGENT, "Accept": "*/*", "Accept-Encoding": "gzip"},
        extensions={"sni_hostname": host, "timeout": httpx.Timeout(min(left, 10.0)).as_dict()},
    )
    with httpx.Client(trust_env=False, follow_redirects=False, verify=ssl.create_default_context()) as client:
        try:
            response = client.send(request, stream=True)
        except httpx.HTTPError as error:
            raise _Again(type(error).__name__) from None
        try:
            yield response
        finally:
            response.close()
