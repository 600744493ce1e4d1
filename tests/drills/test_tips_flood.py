"""The form for tips stands a flood, on this machine only and for a few seconds: the desk stays quick, the disk bounded.

Many clients, each from an address of its own (127.0.1.1 and on), read and send the form as fast as they can, with
pictures, broken ones and rubbish among them, while somebody at the desk goes on working.
"""

from __future__ import annotations

import http.client
import io
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode

import pytest
from PIL import Image

from processes import besa, environment

CLIENTS, SECONDS, CAP = 32, 12, 150
#: What the desk may take per page while the flood lasts, in seconds (median, 95th percentile), on two small cores.
MEDIAN, P95 = 0.75, 2.0
#: What the whole home may grow by: pictures and rows of the tips that were let in, and the log of the database.
MOST_GROWTH = 40 << 20

_HOUSEHOLD = """
from besa.site.start import start
start()
import make
from django.db import transaction
from django.test import Client
from besa.ledger.chain import record
from besa.people.policy import BELT
election = make.election()
election.settings = {"tips_waiting": %d}
with transaction.atomic():
    election.save()
    record(by=BELT, act="test.settings", rows=[election])
client = Client()
client.force_login(make.user("monitor", "coordinator", election.slug), backend="%s")
print(client.cookies["sessionid"].value)
"""
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def desk(tmp_path):
    """(home, port, session of somebody at the desk) of a server that runs."""
    home = tmp_path / "home"
    known = environment(home, sqlite=True)
    known["PYTHONPATH"] = f"{Path(__file__).parents[1]}:{known.get('PYTHONPATH', '')}"
    known.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
    made = subprocess.run(
        [sys.executable, "-c", _HOUSEHOLD % (CAP, _BACKEND)], capture_output=True, text=True, env=known, timeout=120
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    log = (tmp_path / "serve.log").open("w")
    server = subprocess.Popen(
        [sys.executable, "-m", "besa.site.cli", "serve", "--port", str(port)], env=known, stdout=log, stderr=log
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while True:
        try:
            _get(port, "/", "127.0.0.1")
            break
        except OSError:
            assert time.monotonic() < deadline and server.poll() is None, (tmp_path / "serve.log").read_text()
            time.sleep(0.2)
    try:
        yield home, port, made.stdout.strip()
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)


def _get(port: int, path: str, source: str, **headers: str) -> tuple[int, bytes, str]:
    return _ask(port, "GET", path, source, headers=headers)


def _ask(port, method, path, source, body=b"", headers=None) -> tuple[int, bytes, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=(source, 0))
    try:
        connection.request(method, path, body or None, {"Connection": "close", **(headers or {})})
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers.get("Set-Cookie", "")
    finally:
        connection.close()


def _picture() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((600, 900), 40).convert("RGB").save(out, "JPEG", quality=80)
    return out.getvalue()


def _multipart(fields: dict[str, str], picture: bytes) -> tuple[bytes, str]:
    parts = [f'--b\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in fields.items()]
    parts += [b'--b\r\nContent-Disposition: form-data; name="picture"; filename="a.jpg"\r\n\r\n', picture, b"\r\n--b--"]
    return b"".join(parts), "multipart/form-data; boundary=b"


class _Client(threading.Thread):
    """Reads the form once per address, waits as long as a person must, then sends without a pause."""

    def __init__(self, number: int, port: int, until: float, picture: bytes):
        super().__init__(daemon=True)
        self.number, self.port, self.until, self.picture = number, port, until, picture
        self.seen: Counter[int] = Counter()

    def run(self) -> None:
        for address in range(1, 250):
            source = f"127.0.{self.number + 1}.{address}"
            form = None
            while form is None and time.monotonic() < self.until:
                form = self._form(source)
            if form is None:
                return
            began, sent = time.monotonic(), 0
            while time.monotonic() < self.until:
                if time.monotonic() - began < 3.2:
                    self._note(_get(self.port, "/door/tip/", source)[0])
                    continue
                status, sent = self._send(source, form, sent), sent + 1
                if status == 429 and sent > 22:
                    break
            else:
                return

    def _note(self, status: int) -> int:
        self.seen[status] += 1
        return status

    def _form(self, source: str):
        status, page, cookie = _get(self.port, "/door/tip/", source)
        self._note(status)
        if status != 200:
            return None
        token, ticket = (
            re.search(rf'name="{name}" value="([^"]+)"'.encode(), page)[1].decode()
            for name in ("csrfmiddlewaretoken", "ticket")
        )
        return token, ticket, cookie.split(";")[0]

    def _send(self, source: str, form, sent: int) -> int:
        token, ticket, cookie = form
        fields = {
            "csrfmiddlewaretoken": token, "ticket": ticket, "consent": "on", "channel": "public",
            "link": f"https://portal.example/{source}/{sent}", "note": "A flood. " * 50,
        }  # fmt: skip
        kind = (self.number + sent) % 6
        if kind == 0:
            body, media = _multipart(fields, self.picture)
        elif kind == 1:
            body, media = _multipart(fields, b"\xff\xd8\xff" + bytes(20_000))
        elif kind == 2:
            body, media = b"\x00" * 5_000, "multipart/form-data; boundary=b"
        else:
            body, media = urlencode(fields).encode(), "application/x-www-form-urlencoded"
        try:
            answer = _ask(self.port, "POST", "/door/tip/", source, body, {"Content-Type": media, "Cookie": cookie})
        except (ConnectionError, http.client.HTTPException):
            return self._note(0)  # turned away before the body was sent
        return self._note(answer[0])


def _work(port: int, session: str, until: float) -> list[float]:
    """Somebody who opens one page of the desk after the other; how long each took."""
    took, pages = [], ("/desk/collect/tips/", "/desk/docket/", "/desk/pledge/watch-list/")
    while time.monotonic() < until:
        began = time.monotonic()
        status, _, _ = _get(port, pages[len(took) % len(pages)], "127.0.0.1", Cookie=f"sessionid={session}")
        took.append(time.monotonic() - began)
        assert status == 200, status
        time.sleep(0.05)
    return took


def _size(home: Path) -> int:
    return sum(path.stat().st_size for path in home.rglob("*") if path.is_file())


@pytest.mark.drill
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs the many loopback addresses of Linux")
def test_the_desk_stays_quick_and_the_disk_bounded_under_a_flood_of_tips(desk, record_property):
    home, port, session = desk
    calm, before = _work(port, session, time.monotonic() + 3), _size(home)
    until = time.monotonic() + SECONDS
    flood = [_Client(number, port, until, _picture()) for number in range(CLIENTS)]
    for client in flood:
        client.start()
    time.sleep(1)
    took = _work(port, session, until)
    for client in flood:
        client.join(60)
    seen: Counter[int] = sum((client.seen for client in flood), Counter())
    p95 = quantiles(took, n=20)[-1]
    said = (
        f"{sum(seen.values())} requests of the flood {dict(sorted(seen.items()))}; desk {len(took)} pages, "
        f"median {median(took):.3f} s, 95 % {p95:.3f} s (calm {median(calm):.3f} s); "
        f"home grew by {(_size(home) - before) >> 10} kB"
    )
    print(said)
    record_property("flood", said)
    assert set(seen) <= {0, 200, 400, 403, 408, 413, 422, 429, 503}, said
    assert seen[200] and seen[429] + seen[503] > 50, f"that was no flood: {said}"
    assert median(took) < MEDIAN and p95 < P95, said
    assert _size(home) - before < MOST_GROWTH, said
    held = besa(home, "query", "SELECT 1 AS one", "--json", sqlite=True)
    assert held.returncode == 0, held.stderr
    verified = besa(home, "verify", "--ledger", "--json", sqlite=True)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    after = _get(port, "/door/tip/", "127.0.0.1")
    assert after[0] == 200, "the form is there again"
