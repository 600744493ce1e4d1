"""Fetching an address that came from data: guarded, capped in size and time, each redirect checked."""

from __future__ import annotations

import email.utils
import re
import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC
from functools import cache
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx
import stamina

from besa.base import clock
from besa.base.errors import BesaError, Refused
from besa.net import guard

AGENT = "Besa/0.1 (monitoring of election conduct)"
_AGAIN = frozenset({500, 502, 503, 504})
_STEP_SECONDS = 10.0


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

    @property
    def retry_after(self) -> float | None:
        """For how many seconds the server asks to be left alone; None where it does not say."""
        return seconds_of(self.headers.get("retry-after", ""))


class TooMuch(BesaError):
    """The answer is larger or slower than the caps, or redirects without end."""


class TooSlow(TooMuch):
    """The time is over; another day the server may be quicker."""


class NotReached(BesaError):
    """The server did not answer, or broke off."""


#: Asked before each request with its address; what it gives is held while the request runs.
Turn = Callable[[str], AbstractContextManager]


def fetch(
    url: str,
    *,
    limits: Limits = Limits(),
    headers: Mapping[str, str] | None = None,
    turn: Turn = lambda url: nullcontext(),
    resolver: guard.Resolve = guard.resolve,
    ports: frozenset[int] = guard.PORTS,
    public=None,
) -> Fetched:
    """GET an address. Raises Refused (not a public address), TooMuch, TooSlow or NotReached.

    The connection goes to the address that was checked, under the name that was asked for. `headers` (they may
    hold a key) are sent to the host of `url` only. Waiting in `turn` does not count as time of the request.
    """
    public = public or guard.checked
    asked = _Asked(limits, turn)
    way: list[str] = []
    origin, sent = _origin(url), dict(headers or {})
    for _ in range(limits.redirects + 1):
        way.append(url)
        own = sent if _origin(url) == origin else {}
        answer = asked.get(url, lambda url=url: public(url, resolver=resolver, ports=ports), own, tuple(way))
        target = answer.headers.get("location")
        if answer.status not in (301, 302, 303, 307, 308) or not target:
            return answer
        try:
            url = urljoin(url, target)
        except ValueError:
            raise Refused("It leads on to what is no web address; nothing more was fetched.", where=url) from None
    raise TooMuch(f"More than {limits.redirects} redirects.", where=way[0])


def seconds_of(said: str) -> float | None:
    """`Retry-After` in seconds, which may be written as a number or as a date."""
    if re.fullmatch(r"\s*\d{1,9}\s*", said):
        return float(said)
    try:
        until = email.utils.parsedate_to_datetime(said)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - clock.now()).total_seconds())


def _origin(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:  # the guard says so
        return "", url
    return parts.scheme, parts.netloc.lower()


class _Again(Exception):
    """Worth another try."""


class _Asked:
    """The requests of one fetch: they share the time that is allowed for all of it."""

    def __init__(self, limits: Limits, turn: Turn):
        self.limits, self.turn, self.left = limits, turn, limits.seconds

    def get(self, url: str, public: Callable, headers: Mapping[str, str], way: tuple[str, ...]) -> Fetched:
        attempts = self.limits.attempts
        try:
            for attempt in stamina.retry_context(
                on=_Again, attempts=attempts, wait_initial=0.2, wait_max=2.0, timeout=None
            ):
                with attempt:
                    _, addresses = public()
                    with self.turn(url):
                        return self._one(url, addresses[0], headers, way, last=attempt.num >= attempts)
        except _Again as error:
            raise NotReached(f"The server gave no whole answer: {error}.", where=url) from None
        raise AssertionError("a retry ends by answer or error")

    def _one(self, url, address: str, headers, way, *, last: bool) -> Fetched:
        started = time.monotonic()
        deadline = started + self.left
        try:
            answer = _get(url, address, headers, way, self.limits, deadline)
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
            raise _Again(_said(error)) from None
        finally:
            self.left = deadline - time.monotonic()
        if answer.status in _AGAIN and answer.retry_after is None and not last:
            raise _Again(f"status {answer.status}")
        return answer


def _said(error: Exception) -> str:
    if isinstance(error, httpcore.TimeoutException):
        return "it did not answer in time"
    if isinstance(error, httpcore.ConnectError):
        return "no connection"
    return "it broke off" if isinstance(error, httpcore.ProtocolError | httpcore.ReadError) else type(error).__name__


def _get(url, address, headers, way, limits: Limits, deadline: float) -> Fetched:
    try:
        target = httpx.URL(url)
    except httpx.InvalidURL:
        raise Refused("This is no web address; nothing was fetched.", where=url[:300]) from None
    asked = httpcore.URL(scheme=target.raw_scheme, host=target.raw_host, port=target.port, target=target.raw_path)
    named = target.netloc.decode("ascii")
    lines = {"Host": named, "User-Agent": AGENT, "Accept": "*/*", "Accept-Encoding": "gzip", **headers}
    with httpcore.ConnectionPool(ssl_context=_trust(), network_backend=_Backend(address, deadline, url)) as pool:
        extensions = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), _STEP_SECONDS)}
        with pool.stream("GET", asked, headers=list(lines.items()), extensions=extensions) as response:
            heads = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            packed = heads.get("content-encoding", "").strip().lower()
            blocks = response.iter_stream()
            if packed in ("gzip", "x-gzip"):
                blocks = unpacked(blocks, limits.size)
            body = bytearray()
            for block in blocks:
                body += block
                if len(body) > limits.size:
                    raise TooMuch(f"The answer is larger than {limits.size:,} bytes.", where=url)
            return Fetched(url, response.status, heads, bytes(body), address, way)


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def unpacked(blocks: Iterable[bytes], most: int) -> Iterable[bytes]:
    """Gzip undone piece by piece, not much further than `most` bytes; where it is broken, a protocol error."""
    undo, given = zlib.decompressobj(31), 0
    for block in blocks:
        while block and given <= most:
            try:
                piece = undo.decompress(block, 65_536)
            except zlib.error:
                raise httpcore.RemoteProtocolError("broken gzip") from None
            given += len(piece)
            yield piece
            block = undo.unconsumed_tail
            if undo.eof:
                return
    if not undo.eof:
        raise httpcore.RemoteProtocolError("gzip cut off")


class _Backend(httpcore.SyncBackend):
    """Connects to the checked address whatever the name says, and ends every wait at the deadline."""

    def __init__(self, address: str, deadline: float, url: str):
        self.address, self.deadline, self.url = address, deadline, url

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        left = _left(self.deadline, timeout, self.url)
        stream = super().connect_tcp(self.address, port, left, local_address, socket_options)
        return _Stream(stream, self.deadline, self.url)


class _Stream(httpcore.NetworkStream):
    """A connection on which a server cannot buy time by sending byte after byte."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: float, url: str):
        self.inner, self.deadline, self.url = inner, deadline, url

    def read(self, max_bytes, timeout=None):
        return self.inner.read(max_bytes, _left(self.deadline, timeout, self.url))

    def write(self, buffer, timeout=None):
        self.inner.write(buffer, _left(self.deadline, timeout, self.url))

    def close(self):
        self.inner.close()

    def start_tls(self, ssl_context, server_hostname=None, timeout=None):
        left = _left(self.deadline, timeout, self.url)
        return _Stream(self.inner.start_tls(ssl_context, server_hostname, left), self.deadline, self.url)

    def get_extra_info(self, info):
        return self.inner.get_extra_info(info)


def _left(deadline: float, timeout: float | None, url: str) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TooSlow("The answer took longer than is allowed.", where=url)
    return min(left, timeout or left)
