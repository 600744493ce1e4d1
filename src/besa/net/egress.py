"""The only way out for a browser that opens addresses which came from data: a proxy on loopback that dials public
addresses only, counts what comes, and remembers what it refused. Every request passes here: pages, redirects, pictures,
scripts, sockets; a name is looked up once and dialled as it was checked, so that it cannot answer differently later.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from besa.base.errors import BesaError, Refused
from besa.net import guard

_HEAD = 64 << 10
_BLOCK = 64 << 10
_DIAL_SECONDS = 10.0

#: (host, port, whether it is TLS) -> (address, port) to dial. Raises Refused.
Dial = Callable[[str, int, bool], tuple[str, int]]


def public_only(host: str, port: int, secure: bool) -> tuple[str, int]:
    named = f"[{host}]" if ":" in host else host
    _, addresses = guard.checked(f"{'https' if secure else 'http'}://{named}:{port}/")
    return addresses[0], port


@dataclass
class Traffic:
    """What passed: bytes that came, the addresses that were refused, and those that gave no answer, with the reason."""

    bytes_in: int = 0
    full: bool = False
    refused: list[tuple[str, str]] = field(default_factory=list)
    unreached: list[tuple[str, str]] = field(default_factory=list)


class Egress:
    """`with Egress(most=…) as way:` gives the proxy's address as `way.address`, and `way.traffic`.

    `most`: bytes that may come in all; then every connection is cut.
    """

    def __init__(self, *, most: int = 200 << 20, dial: Dial = public_only):
        self.most, self.dial, self.traffic = most, dial, Traffic()
        self._loop = asyncio.new_event_loop()
        self._open: set[asyncio.StreamWriter] = set()

    def __enter__(self) -> Egress:
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="egress", daemon=True)
        self._thread.start()
        ready.wait()
        return self

    def __exit__(self, *raised) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_HEAD))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self._loop.run_forever()
        server.close()
        waiting = asyncio.all_tasks(self._loop)
        for task in waiting:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*waiting, return_exceptions=True))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _DIAL_SECONDS)
            await self._pass(head, reader, writer)
        except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # the browser or the server went away
        finally:
            self._open.discard(writer)
            with contextlib.suppress(OSError):
                writer.close()

    async def _pass(self, head: bytes, reader, writer) -> None:
        line, _, rest = head.partition(b"\r\n")
        try:
            method, target, _version = line.decode("ascii").split(" ")
            secure = method == "CONNECT"
            parts = urlsplit(f"//{target}" if secure else target)
            host, port = parts.hostname or "", parts.port or 80
            if not secure and parts.scheme != "http":
                raise ValueError(parts.scheme)
        except ValueError:
            await _say(writer, "400 Bad Request")
            return
        try:
            address, dialled = await asyncio.to_thread(self.dial, host, port, secure)
            far_reader, far = await asyncio.wait_for(asyncio.open_connection(address, dialled), _DIAL_SECONDS)
        except Refused as error:
            vain = isinstance(error, guard.NoSuchName)
            (self.traffic.unreached if vain else self.traffic.refused).append((target[:300], error.message))
            await _say(writer, "502 Bad Gateway" if vain else "403 Forbidden")
            return
        except (OSError, TimeoutError, BesaError):
            self.traffic.unreached.append((target[:300], "The server does not answer."))
            await _say(writer, "502 Bad Gateway")
            return
        self._open.add(far)
        try:
            if secure:
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
                far.write(f"{method} {path} HTTP/1.1\r\n".encode() + _single(rest))
            await asyncio.gather(self._pour(reader, far, counted=False), self._pour(far_reader, writer, counted=True))
        finally:
            self._open.discard(far)
            with contextlib.suppress(OSError):
                far.close()

    async def _pour(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, counted: bool) -> None:
        with contextlib.suppress(OSError):
            while block := await source.read(_BLOCK):
                if counted:
                    self.traffic.bytes_in += len(block)
                    if self.traffic.bytes_in > self.most:
                        self._cut()
                        return
                target.write(block)
                await target.drain()
            target.write_eof() if target.can_write_eof() else target.close()

    def _cut(self) -> None:
        self.traffic.full = True
        for writer in list(self._open):
            writer.transport.abort()


def _single(rest: bytes) -> bytes:
    """The lines of a plain request with its connection closed after the answer: the next one is checked again."""
    kept = [
        line
        for line in rest.split(b"\r\n")
        if line and not line.lower().startswith((b"proxy-", b"connection:", b"keep-alive:"))
    ]
    return b"\r\n".join([*kept, b"Connection: close", b"", b""])


async def _say(writer: asyncio.StreamWriter, status: str) -> None:
    writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
    await writer.drain()
