"""No address from data leads into our own network; nothing is fetched without end."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import stamina

from besa.base.errors import Refused
from besa.net import guard
from besa.net.fetch import Limits, NotReached, TooMuch, fetch


def somewhere(*addresses):
    return lambda host, port: list(addresses)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://127.1/", "http://0/", "http://0x7f000001/", "http://2130706433/",
        "http://0177.0.0.1/", "http://127.0.0.1./", "http://[::1]/", "http://[::]/", "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/", "http://[::127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/",
        "http://[2001:0:53aa:64c:0:0:80ff:fffe]/", "http://[fe80::1%25eth0]/", "http://[fd00::1]/", "http://[fec0::1]/",
        "http://10.0.0.1/", "http://172.16.0.1/", "http://192.168.1.1/", "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/", "http://100.100.100.200/", "http://198.18.0.1/", "http://224.0.0.1/", "http://255.255.255.255/",
        "http://192.0.2.1/", "http://0.0.0.0/", "http://1.2.3.4.5/", "http://999.1.1.1/", "http://localhost/",
        "http://printer/", "http://db.internal/", "http://a.localhost/", "http://metadata.google.internal/",
        "http://user:pw@site.example/", "http://site.example:22/", "http://site.example:6379/", "ftp://site.example/",
        "file:///etc/passwd", "gopher://site.example/", "http:///x", "http://[bad/", "http://a b.example/", "", "x",
        "http://site.example:99999/", "http://site%00.example/", "http://site.example\\@127.0.0.1/",
    ],
)  # fmt: skip
def test_addresses_of_our_own_are_refused(url):
    with pytest.raises(Refused, match="nothing was fetched"):
        guard.checked(url, resolver=somewhere("127.0.0.1"))


def test_a_public_name_is_allowed_with_its_addresses():
    assert guard.checked("https://Site.example./a", resolver=somewhere("93.184.216.34", "2606:2800:220:1::1")) == (
        "site.example",
        ["93.184.216.34", "2606:2800:220:1::1"],
    )


def test_one_private_address_among_several_is_enough_to_refuse():
    with pytest.raises(Refused):
        guard.checked("https://site.example/", resolver=somewhere("93.184.216.34", "10.0.0.7"))
    with pytest.raises(Refused):
        guard.checked("https://site.example/", resolver=somewhere())


class Pages(BaseHTTPRequestHandler):
    tries = 0

    def do_GET(self):
        path = self.path
        if path == "/away":
            self._send(302, b"", {"Location": "http://169.254.169.254/latest"})
        elif path == "/loop":
            self._send(302, b"", {"Location": "/loop"})
        elif path == "/step":
            self._send(301, b"", {"Location": "/page"})
        elif path == "/flaky":
            Pages.tries += 1
            self._send(503 if Pages.tries < 3 else 200, b"at last")
        elif path == "/large":
            self._send(200, b"x" * 300_000)
        elif path == "/down":
            self._send(500, b"broken")
        else:
            self._send(200, f"hello {self.headers['Host']}".encode())

    def _send(self, status, body, headers=None):
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with stamina.set_testing(True, attempts=3, cap=True):
        yield server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.fixture
def get(server):
    def public(url, *, resolver, ports):
        """The test server plays the open web under its own name; everything else meets the real guard."""
        if url.startswith(f"http://site.example:{server}/"):
            return "site.example", ["127.0.0.1"]
        return guard.checked(url, resolver=resolver, ports=ports)

    def get(path, **limits):
        return fetch(f"http://site.example:{server}{path}", limits=Limits(**limits), public=public)

    return get


def test_the_connection_goes_to_the_checked_address_under_the_asked_name(get, server):
    answer = get("/page")
    assert (answer.status, answer.body) == (200, f"hello site.example:{server}".encode())
    assert answer.address == "127.0.0.1"


def test_each_redirect_is_checked(get, server):
    assert get("/step").way == (f"http://site.example:{server}/step", f"http://site.example:{server}/page")
    with pytest.raises(Refused, match=r"169\.254\.169\.254"):
        get("/away")
    with pytest.raises(TooMuch, match="redirects"):
        get("/loop")


def test_what_is_too_large_is_given_up(get):
    with pytest.raises(TooMuch, match="larger"):
        get("/large", size=100_000)
    with pytest.raises(TooMuch):
        get("/page", seconds=1e-6)


def test_a_server_in_trouble_is_asked_again_and_its_last_word_is_taken(get):
    assert get("/flaky").body == b"at last"
    assert get("/down").status == 500


def test_a_server_that_is_not_there_is_named():
    with pytest.raises(NotReached, match="closed"):
        fetch(
            "http://closed.example:9/",
            public=lambda url, **_: ("closed.example", ["127.0.0.1"]),
            limits=Limits(attempts=1, seconds=2),
        )
