"""Zeeschuimer's “upload to server” works against Besa as it does against 4CAT, to the letter of its own client."""

from __future__ import annotations

import http.client
import json
import re
import socket
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest
from driving import Server, free_port
from small_home import SmallHome, make

from besa.collect.connectors import folder
from besa.corpus import Corpus

EXAMPLES = folder("zeeschuimer") / "examples"


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> SmallHome:
    return make(tmp_path_factory.mktemp("gate") / "home")


@pytest.fixture(scope="module")
def server(small):
    server = Server(small.home, free_port()).start()
    yield server
    server.stop()


class Client:
    """What `popup/interface.js` does: one POST with one header, then a look each second until it is done."""

    def __init__(self, address: str):
        self.address = address.rstrip("/")

    def upload(self, platform: str, body: bytes) -> dict:
        request = urllib.request.Request(
            f"{self.address}/api/import-dataset/", body, {"X-Zeeschuimer-Platform": platform}, method="POST"
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            assert answer.status == 200 and "/login/" not in answer.url
            return self._parsed(answer.read())

    def wait(self, key: str, seconds: float = 60) -> tuple[dict, list[dict]]:
        """The last answer, and all before it."""
        seen, deadline = [], time.monotonic() + seconds
        while time.monotonic() < deadline:
            with urllib.request.urlopen(f"{self.address}/api/check-query/?key={key}", timeout=30) as answer:
                said = self._parsed(answer.read())
            assert {"done", "status", "url", "rows"} <= set(said)
            if said["done"]:
                return said, seen
            seen.append(said)
            time.sleep(0.2)
        raise AssertionError(f"never done: {seen[-3:]}")

    @staticmethod
    def _parsed(body: bytes) -> dict:
        """Newlines are taken out before the JSON is read."""
        return json.loads(body.decode().replace("\n", ""))


@pytest.fixture
def client(server, small) -> Client:
    return Client(f"{server.address}/z/{small.token}")


def corpus(small) -> Corpus:
    return Corpus(small.home / "corpus")


def record(number: int) -> bytes:
    return json.dumps(
        {
            "nav_index": "1:1:1", "item_id": str(number), "timestamp_collected": 1789500000000,
            "source_platform": "tiktok.com", "source_platform_url": "https://www.tiktok.com/@lumas",
            "source_url": "https://www.tiktok.com/api?device_id=7&msToken=CANARYSESSION", "user_agent": "x",
            "data": {"id": str(7400000000000000000 + number), "desc": f"Video {number}", "createTime": 1789400000,
                     "author": {"uniqueId": "lumas", "id": "1"}, "stats": {"diggCount": number}},
        }
    ).encode() + b"\n"  # fmt: skip


def test_a_file_goes_up_and_its_rows_are_in(client, small):
    body = (EXAMPLES / "tiktok.ndjson").read_bytes()
    sent = client.upload("tiktok.com", body)
    assert set(sent) >= {"status", "key", "url"}
    said, _ = client.wait(sent["key"])
    assert said["rows"] == len(body.splitlines()) and "new" in said["status"] and "/desk/collect/i" in said["url"]
    rows = corpus(small).rows("SELECT DISTINCT connector, election FROM observations")
    assert rows == [{"connector": "zeeschuimer", "election": "demo"}]
    again, _ = client.wait(client.upload("tiktok.com", body)["key"])
    assert again["status"].startswith("Imported: 0 new"), "the same upload again brings nothing"


@pytest.mark.parametrize("platform", ["gab.com", "9gag.com", "", "../../etc", "tiktok.comments"])
def test_a_platform_that_is_not_read_is_told_in_the_words_that_the_client_knows(client, platform):
    with pytest.raises(urllib.error.HTTPError) as refused:
        client.upload(platform, record(1))
    assert refused.value.code == 404 and b"Unknown platform or source format" in refused.value.read()


@pytest.mark.parametrize("size", [100, 8 << 20])
def test_a_wrong_or_ended_token_is_a_403_even_for_a_large_body(server, small, size):
    ended = small.run(
        "from besa.collect.actions import make_token, revoke_token\n"
        "from besa.people.models import User\nfrom besa.pledge.models import Election\n"
        "u = User.objects.get(username='monitor'); e = Election.objects.get(slug='demo')\n"
        "row, token = make_token(by=u, election=e, name='x'); revoke_token(by=u, token=row); print(token)"
    ).strip()
    for token in ("guessed", ended):
        with pytest.raises(urllib.error.HTTPError) as refused:
            Client(f"{server.address}/z/{token}").upload("tiktok.com", b"x" * size)
        assert refused.value.code == 403
        with pytest.raises(urllib.error.HTTPError) as refused:
            Client(f"{server.address}/z/{token}").wait("d" + "0" * 20)
        assert refused.value.code == 403


def test_killed_in_the_middle_of_an_upload_nothing_is_imported(client, server, small):
    before = corpus(small).version()
    body = b"".join(record(n) for n in range(2_000))
    connection = socket.create_connection(("127.0.0.1", server.port))
    head = (
        f"POST /z/{small.token}/api/import-dataset/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"X-Zeeschuimer-Platform: tiktok.com\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    connection.sendall(head.encode() + body[: len(body) // 2])
    time.sleep(0.5)
    connection.close()
    deadline = time.monotonic() + 20
    while list((small.home / "staging").glob("delivery-*/data")) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not list((small.home / "staging").glob("delivery-*/data")) and corpus(small).version() == before
    said, _ = client.wait(client.upload("tiktok.com", body)["key"])
    assert said["rows"] == 2_000


def test_two_uploads_at_once_are_both_in_and_progress_is_told(client, small):
    bodies = [b"".join(record(n) for n in range(start, start + 30_000)) for start in (1_000_000, 1_015_000)]
    answers: list[tuple[dict, list[dict]]] = []

    def send(body):
        answers.append(client.wait(client.upload("tiktok.com", body)["key"]))

    threads = [threading.Thread(target=send, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [said["rows"] for said, _ in answers] == [30_000, 30_000]
    counted = corpus(small).rows("SELECT count(*) AS n FROM posts WHERE reactions >= 1000000")[0]["n"]
    assert counted == 45_000, "what both brought stands once"
    steps = [step["rows"] for _, seen in answers for step in seen if not step["done"]]
    assert any(0 < rows < 30_000 for rows in steps), steps


def test_a_huge_body_is_refused_before_it_is_sent(server, small):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.putrequest("POST", f"/z/{small.token}/api/import-dataset/")
    connection.putheader("X-Zeeschuimer-Platform", "tiktok.com")
    connection.putheader("Content-Length", str(5 << 30))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()
    assert not list((small.home / "staging").glob("delivery-*/data"))


def test_a_large_body_goes_to_disk_and_not_into_memory(client, server, small):
    most = _peak(server)
    said, _ = client.wait(client.upload("tiktok.com", record(1) + b"x" * (400 << 20))["key"], 120)
    assert said["rows"] == 2 and "1 left out" in said["status"]
    assert _peak(server) - most < 150 << 20, (_peak(server) - most) >> 20


def _peak(server: Server) -> int:
    """The largest memory that any process of the server has had, in bytes."""
    found = [server.process.pid, *(child.pid for child in psutil.Process(server.process.pid).children(recursive=True))]
    said = "".join(Path(f"/proc/{pid}/status").read_text() for pid in found)
    return max(map(int, re.findall(r"VmHWM:\s+(\d+)", said))) << 10


def test_too_many_waiting_is_a_429(client, small):
    folders = [small.home / "staging" / f"delivery-d{n:020x}" for n in range(4)]
    about = {"name": "x", "by": "monitor", "election": "demo", "rows": 0, "said": "", "state": "waiting",
             "at": "2027-01-01T00:00:00+00:00"}  # fmt: skip
    for place in folders:
        place.mkdir()
        (place / "about.json").write_text(json.dumps(about))
    try:
        with pytest.raises(urllib.error.HTTPError) as refused:
            client.upload("tiktok.com", record(1))
        assert refused.value.code == 429
    finally:
        for place in folders:
            (place / "about.json").unlink()
            place.rmdir()


def test_a_file_that_cannot_be_read_is_told_at_the_end(client):
    said, _ = client.wait(client.upload("tiktok.com", b"<html>no records</html>\n")["key"])
    assert said["done"] and (said["status"].startswith("Failed") or "1 left out" in said["status"])


def test_what_the_server_left_behind_when_it_died_the_belt_brings_in(client, server, small):
    body = b"".join(record(n) for n in range(900_000, 940_000))
    key = client.upload("tiktok.com", body)["key"]
    for process in [*psutil.Process(server.process.pid).children(recursive=True), psutil.Process(server.process.pid)]:
        process.kill()
    server.process.wait(20)
    server.besa("work", "--once", "--election", "demo", "--json")
    server.start()
    said, _ = client.wait(key)
    assert said["rows"] == 40_000
    counted = corpus(small).rows("SELECT count(*) AS n FROM posts WHERE reactions BETWEEN 900000 AND 939999")[0]["n"]
    assert counted == 40_000


def test_another_persons_upload_is_not_told(client, server, small):
    other = small.run(
        "from django.db import transaction\nfrom besa.base import clock\nfrom besa.collect.actions import make_token\n"
        "from besa.people.models import Membership, User\nfrom besa.pledge.models import Election\n"
        "from besa.people.policy import BELT\nfrom besa.ledger.chain import record\n"
        "u = User(username='other', demo=True, date_joined=clock.now()); u.set_unusable_password()\n"
        "with transaction.atomic():\n"
        "    u.save(); m = Membership.objects.create(user=u, role='analyst', election='demo')\n"
        "    record(by=BELT, act='test.user', rows=[u, m])\n"
        "print(make_token(by=u, election=Election.objects.get(slug='demo'), name='x')[1])"
    ).strip()
    key = client.upload("tiktok.com", record(5))["key"]
    with pytest.raises(urllib.error.HTTPError) as refused:
        Client(f"{server.address}/z/{other}").wait(key)
    assert refused.value.code == 404
    client.wait(key)


def test_no_log_and_no_file_of_the_home_holds_a_token(client, server, small):
    """The last test of this file: it looks at all that the ones before have left."""
    for path in ("api/import-dataset/", "api/nothing/", "", "api/check-query/?key=zzz", "api/capture/"):
        for method in ("GET", "POST"):
            request = urllib.request.Request(f"{client.address}/{path}", b"x" if method == "POST" else None)
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(request, timeout=30)
            assert small.token.encode() not in refused.value.read()
    raw = socket.create_connection(("127.0.0.1", server.port))
    raw.sendall(f"POST /z/{small.token}/api/capture/ HTTP/9.9\r\nHost: x\r\nContent-Length: zzz\r\n\r\n".encode())
    raw.recv(4096)
    raw.close()
    log = server.log()
    assert "[token]" in log, "the look does see the lines"
    held = [
        path for path in small.home.rglob("*") if path.is_file() and small.token.encode() in path.read_bytes()
    ]  # fmt: skip
    assert held == [] and small.token not in log
    assert b"CANARYSESSION" not in b"".join(p.read_bytes() for p in small.home.rglob("*") if p.is_file())
