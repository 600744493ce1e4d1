"""A real HTTP server on loopback that plays many hosts, notes every request, and can fail in every way."""

from __future__ import annotations

import gzip
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

from besa.net import guard


@dataclass
class Asked:
    """One request as the server saw it; `at` in seconds of the machine's running time."""

    at: float
    host: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass
class Reply:
    """`fault`: stall, half, drip, bad_gzip, cut_gzip, reset, drip_head."""

    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    kind: str = "text/html; charset=utf-8"
    fault: str = ""


class Web:
    """`web.hosts[name]` answers for a host: a function of Asked. `web.trouble(asked)` may answer instead of it."""

    def __init__(self, stall: float = 3.0):
        self.hosts: dict[str, Callable[[Asked], Reply]] = {}
        self.trouble: Callable[[Asked], Reply | None] = lambda asked: None
        self.asked: list[Asked] = []
        self.stall = stall
        self.over = threading.Event()
        self.lock = threading.Lock()
        handler = type("Handler", (_Handler,), {"web": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self.over.set()
        self.server.shutdown()
        self.server.server_close()

    def url(self, host: str, path: str = "/") -> str:
        return f"http://{host}:{self.port}{path}"

    @property
    def public(self):
        return loopback(self.port)

    def gaps(self) -> dict[str, float]:
        """The shortest time between two requests to each host (seconds)."""
        at = defaultdict(list)
        for asked in self.asked:
            at[asked.host].append(asked.at)
        return {
            host: min((after - before for before, after in pairwise(times)), default=float("inf"))
            for host, times in ((host, sorted(times)) for host, times in at.items())
        }


def loopback(port: int):
    """The test server plays the open web under names of its own; everything else meets the real guard."""

    def public(url, *, resolver=guard.resolve, ports=guard.PORTS):
        parts = urlsplit(url)
        if parts.port == port and (parts.hostname or "").endswith(".example"):
            return parts.hostname, ["127.0.0.1"]
        return guard.checked(url, resolver=resolver, ports=ports)

    return public


class _Handler(BaseHTTPRequestHandler):
    web: Web
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        parts = urlsplit(self.path)
        asked = Asked(
            time.monotonic(),
            (self.headers["Host"] or "").partition(":")[0],
            parts.path,
            {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()},
            {name.lower(): value for name, value in self.headers.items()},
        )
        with self.web.lock:
            self.web.asked.append(asked)
            reply = self.web.trouble(asked)
            if reply is None:
                answer = self.web.hosts.get(asked.host)
                reply = answer(asked) if answer else Reply(status=404)
        self.close_connection = True
        with suppress(BrokenPipeError, ConnectionResetError):
            self._send(reply)

    def _send(self, reply: Reply):
        body = reply.body.encode() if isinstance(reply.body, str) else reply.body
        body = body or b" " * 2_000 if reply.fault else body
        if reply.fault == "stall":
            self.web.over.wait(self.web.stall)
            return
        if reply.fault == "reset":
            return
        if reply.fault == "drip_head":
            return self._drip(b"HTTP/1.1 200 OK\r\n" + b"X-Slow: 1\r\n" * 500)
        headers = dict(reply.headers)
        if reply.fault in ("bad_gzip", "cut_gzip"):
            packed = gzip.compress(body)
            body = b"\x1f\x8bthis is no gzip" if reply.fault == "bad_gzip" else packed[: len(packed) // 2]
            headers["Content-Encoding"] = "gzip"
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if reply.fault == "half":
            self.wfile.write(body[: len(body) // 2])
        elif reply.fault == "drip":
            self._drip(body)
        elif reply.status != 304:
            self.wfile.write(body)

    def _drip(self, data: bytes):
        end = time.monotonic() + self.web.stall
        for place in range(len(data)):
            if time.monotonic() > end or self.web.over.wait(0.05):
                return
            self.wfile.write(data[place : place + 1])
            self.wfile.flush()

    def log_message(self, *_):
        pass
