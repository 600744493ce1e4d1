"""Addresses and servers that mean harm, and a canary that counts who comes to a private address all the same."""

from __future__ import annotations

import gzip
import itertools
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.parse import unquote

#: `{port}`: a port of the open web on which the canary of this machine listens.
LOOPBACK = [
    "http://127.0.0.1:{port}/", "http://127.1:{port}/", "http://127.0.1:{port}/", "http://127.255.255.254:{port}/",
    "http://0:{port}/", "http://0.0.0.0:{port}/", "http://2130706433:{port}/", "http://0x7f000001:{port}/",
    "http://0x7f.1:{port}/", "http://0x7f.0x0.0x0.0x1:{port}/", "http://0177.0.0.1:{port}/", "http://017700000001:{port}/",
    "http://0177.0x0.1:{port}/", "http://00000177.0.0.1:{port}/", "http://127.0.0.1.:{port}/", "http://[::1]:{port}/",
    "http://[0:0:0:0:0:0:0:1]:{port}/", "http://[::]:{port}/", "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/", "http://[0:0:0:0:0:ffff:7f00:0001]:{port}/", "http://[::127.0.0.1]:{port}/",
    "http://[64:ff9b::7f00:1]:{port}/", "http://[64:ff9b::127.0.0.1]:{port}/", "http://[64:ff9b:1::7f00:1]:{port}/",
    "http://[2002:7f00:1::]:{port}/", "http://[2002:7f00:0001::1]:{port}/", "http://[2001:0:53aa:64c::80ff:fffe]:{port}/",
    "http://[fe80::1%25lo]:{port}/", "http://[::ffff:0:127.0.0.1]:{port}/",
    "http://１２７.０.０.１:{port}/", "http://①②⑦.⓪.⓪.①:{port}/", "http://127。0。0。1:{port}/", "http://127．0．0．1:{port}/",
    "http://127%2e0%2e0%2e1:{port}/", "http://%31%32%37.0.0.1:{port}/", "http://127.0.0.1%00.open.example:{port}/",
    "http://localhost:{port}/", "http://LOCALHOST.:{port}/", "http://ｌｏｃａｌｈｏｓｔ:{port}/", "http://ⓛocalhost:{port}/",
    "http://a.localhost:{port}/", "http://localhost.localdomain:{port}/", "http://ip6-localhost:{port}/",
    "http://open.example@127.0.0.1:{port}/", "http://open.example:80@127.0.0.1:{port}/", "http://user:pw@127.1:{port}/",
    "http://127.0.0.1:{port}\\@open.example/", "http://127.0.0.1:{port}#@open.example/",
    "http://127.0.0.1:{port}?@open.example/", "http:127.0.0.1:{port}/", "http:///127.0.0.1:{port}/",
    "http:\\\\127.0.0.1:{port}\\", "http://127.0.0.1:{port}/%0d%0aHost:%20open.example", "HTTP://127.0.0.1:{port}/",
    "https://127.0.0.1:{port}/", "https://[::1]:{port}/", "https://localhost:{port}/",
    "http://rebound.example:{port}/", "http://half.example:{port}/", "http://mapped.example:{port}/",
]  # fmt: skip
INSIDE = [
    "http://10.0.0.1/", "http://172.16.0.1/", "http://192.168.1.1/", "http://192.168.0.1:8080/", "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/", "http://169.254.170.2/v2/credentials", "http://0xa9fea9fe/",
    "http://2852039166/", "http://0251.0376.0251.0376/", "http://[::ffff:a9fe:a9fe]/", "http://[fd00:ec2::254]/",
    "http://metadata.google.internal/", "http://100.100.100.200/", "http://192.0.0.192/opc/v2/", "http://[fe80::1]/",
    "http://[fc00::1]/", "http://[fec0::1]/", "http://224.0.0.1/", "http://255.255.255.255/", "http://198.18.0.1/",
    "http://240.0.0.1/", "http://[ff02::1]/", "http://printer/", "http://router.lan/", "http://db.internal/",
    "http://open.example:22/", "http://open.example:25/", "http://open.example:6379/", "http://open.example:99999/",
]  # fmt: skip
SCHEMES = [
    "file:///etc/passwd", "file://127.0.0.1/etc/passwd", "gopher://127.0.0.1:{port}/_x", "ftp://127.0.0.1:{port}/",
    "dict://127.0.0.1:{port}/", "ldap://127.0.0.1:{port}/", "data:text/html,<h1>x</h1>", "blob:http://127.0.0.1:{port}/x",
    "javascript:alert(1)", "view-source:http://127.0.0.1:{port}/", "chrome://version", "about:blank",
    "ws://127.0.0.1:{port}/", "wss://127.0.0.1:{port}/", "jar:http://127.0.0.1:{port}/!/x", "//127.0.0.1:{port}/",
    "http://[bad/", "",
]  # fmt: skip
ALL = LOOPBACK + INSIDE + SCHEMES
#: Names of the list, and what they are looked up as.
NAMES = {"rebound.example": "127.0.0.1", "half.example": "127.0.0.1", "mapped.example": "::ffff:127.0.0.1"}


class Canary:
    """Listens on every address of this machine, on a port of the open web, by TCP and UDP. `hits`: who came."""

    PORTS = (8443, 8080, 8000)

    def __init__(self):
        self.hits: list[str] = []
        self._sockets: list[socket.socket] = []
        for port in self.PORTS:
            with suppress(OSError):
                self._listen(port)
                self.port = port
                return
        raise OSError("no port of the open web is free here")

    def _listen(self, port: int) -> None:
        try:
            tcp = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True)
        except (OSError, ValueError):
            tcp = socket.create_server(("0.0.0.0", port))
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", port))
        self._sockets = [tcp, udp]
        threading.Thread(target=self._take, args=(tcp,), daemon=True).start()
        threading.Thread(target=self._hear, args=(udp,), daemon=True).start()

    def _take(self, tcp: socket.socket) -> None:
        with suppress(OSError):
            while True:
                came, _ = tcp.accept()
                with suppress(OSError), came:
                    came.settimeout(1)
                    self.hits.append(f"tcp {came.recv(200)[:80]!r}")
                    came.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\ninside")

    def _hear(self, udp: socket.socket) -> None:
        with suppress(OSError):
            while True:
                said, _ = udp.recvfrom(200)
                self.hits.append(f"udp {said[:40]!r}")

    def close(self) -> None:
        for one in self._sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


def _answer(body: bytes, heads: str = "", status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\n{heads}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body


def _bomb() -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join([*(packer.compress(bytes(1 << 20)) for _ in range(200)), packer.flush()])


def _drip(data: Iterator[bytes], every: float = 0.05) -> Iterator[bytes]:
    for piece in data:
        time.sleep(every)
        yield piece


_HTML = "Content-Type: text/html\r\n"
#: Path -> the pieces of what is answered; most of them never end by themselves.
ENDLESS: dict[str, Callable[[], Iterator[bytes]]] = {
    "/endless": lambda: itertools.chain([f"HTTP/1.1 200 OK\r\n{_HTML}\r\n".encode()], itertools.repeat(b"x" * 65_536)),
    "/chunks": lambda: itertools.chain(
        [f"HTTP/1.1 200 OK\r\n{_HTML}Transfer-Encoding: chunked\r\n\r\n".encode()],
        itertools.repeat(b"10000\r\n" + b"y" * 65_536 + b"\r\n"),
    ),
    "/drip": lambda: itertools.chain(
        [f"HTTP/1.1 200 OK\r\n{_HTML}Content-Length: 99999\r\n\r\n".encode()], _drip(itertools.repeat(b"x"))
    ),
    "/heads": lambda: itertools.chain([b"HTTP/1.1 200 OK\r\n"], _drip(itertools.repeat(b"X-Slow: 1\r\n"))),
    "/many-heads": lambda: itertools.chain(
        [b"HTTP/1.1 200 OK\r\n"], itertools.repeat(b"X-More: " + b"1" * 2_000 + b"\r\n")
    ),
    "/soon": lambda: _drip(itertools.repeat(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"), 0.01),
    "/silent": lambda: _drip(itertools.repeat(b""), 0.2),
    "/short": lambda: iter([f"HTTP/1.1 200 OK\r\n{_HTML}Content-Length: 99999\r\n\r\nlittle".encode()]),
    "/bomb": lambda: iter([_answer(_bomb(), f"{_HTML}Content-Encoding: gzip\r\n")]),
    "/twice": lambda: iter([_answer(gzip.compress(_bomb()), f"{_HTML}Content-Encoding: gzip, gzip\r\n")]),
    "/no-http": lambda: iter([b"SSH-2.0-OpenSSH_9.9\r\n" * 50]),
    "/round": lambda: iter([_answer(b"", "Location: /round\r\n", "302 Found")]),
    "/on": lambda: iter([_answer(b"", f"Location: /on?{time.monotonic_ns()}\r\n", "307 Temporary Redirect")]),
    "/broken-way": lambda: iter([_answer(b"", "Location: http://[bad\r\n", "302 Found")]),
}  # fmt: skip


class Trap:
    """A server of the open web that answers as `ENDLESS` says; `/to?ADDRESS` sends on to an address; `pages` are pages.
    What it is asked for stands in `asked`."""

    def __init__(self, pages: dict[str, bytes] | None = None):
        self.pages, self.asked = pages or {}, []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        with suppress(OSError):
            while True:
                came, _ = self._socket.accept()
                threading.Thread(target=self._serve, args=(came,), daemon=True).start()

    def _serve(self, came: socket.socket) -> None:
        with suppress(OSError), came:
            came.settimeout(20)
            head = came.recv(65_536).decode("latin-1")
            target = head.split(" ")[1] if head.count(" ") > 1 else "/"
            self.asked.append(target)
            path, _, rest = target.partition("?")
            if path == "/to":
                came.sendall(_answer(b"", f"Location: {unquote(rest)}\r\n", "302 Found"))
            elif path in ENDLESS:
                for piece in ENDLESS[path]():
                    came.sendall(piece)
            else:
                kind = (
                    "text/css" if path.endswith(".css") else "text/javascript" if path.endswith(".js") else "text/html"
                )
                came.sendall(_answer(self.pages.get(path, b"nothing"), f"Content-Type: {kind}; charset=utf-8\r\n"))

    def close(self) -> None:
        self._socket.close()
