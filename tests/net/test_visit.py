"""Servers are visited politely, and none can hold a visitor, fill its memory or learn what is not meant for it."""

from __future__ import annotations

import gzip
import subprocess
import sys
import threading
import time
import tracemalloc
from datetime import timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest

from besa.base.errors import Refused
from besa.net.fetch import Limits, NotReached, TooMuch, TooSlow, seconds_of
from besa.net.pace import Pace
from besa.net.visit import Declined, Resting, RobotsForbid, Visitor
from fakes.serving import Reply, Web

LIMITS = Limits(size=100_000, seconds=0.8, attempts=1)


@pytest.fixture
def web():
    web = Web(stall=2.0)
    yield web
    web.close()


@pytest.fixture
def visit(web, tmp_path):
    return Visitor(tmp_path, pause=0.0, limits=LIMITS, public=web.public)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("stall", (TooSlow, NotReached)), ("drip", (TooSlow, NotReached)), ("drip_head", (TooSlow, NotReached)),
        ("half", NotReached), ("bad_gzip", NotReached), ("cut_gzip", NotReached), ("reset", NotReached),
    ],
)  # fmt: skip
def test_no_fault_holds_a_visitor_longer_than_is_allowed(web, visit, fault, error):
    web.hosts["slow.example"] = lambda asked: Reply("x" * 50_000, fault=fault)
    started = time.monotonic()
    with pytest.raises(error):
        visit.get(web.url("slow.example"), robots=False)
    assert time.monotonic() - started < 1.5


def test_gzip_is_undone_no_further_than_is_allowed(web, visit):
    bomb = gzip.compress(bytes(200 << 20))
    plain = gzip.compress(b"whole " * 10_000)
    web.hosts["packed.example"] = lambda asked: Reply(
        bomb if asked.path == "/bomb" else plain, headers={"Content-Encoding": "gzip"}
    )
    assert visit.get(web.url("packed.example", "/good"), robots=False).body == b"whole " * 10_000
    tracemalloc.start()
    with pytest.raises(TooMuch, match="larger"):
        visit.get(web.url("packed.example", "/bomb"), robots=False)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5 << 20


def test_retry_after_is_a_number_or_a_date(at):
    assert seconds_of("120") == 120 and seconds_of(" 7 ") == 7
    assert seconds_of(format_datetime(at.now() + timedelta(minutes=2))) == 120
    assert seconds_of(format_datetime(at.now() - timedelta(minutes=2))) == 0
    assert seconds_of("soon") is None and seconds_of("") is None and seconds_of("-1") is None


def test_a_server_that_wants_rest_is_left_alone(web, visit):
    web.hosts["busy.example"] = lambda asked: Reply(status=429, headers={"Retry-After": "90"})
    with pytest.raises(Resting) as resting:
        visit.get(web.url("busy.example", "/a"), robots=False)
    assert resting.value.seconds == 90
    with pytest.raises(Resting):
        visit.get(web.url("busy.example", "/b"), robots=False)
    assert [asked.path for asked in web.asked] == ["/a"], "not asked again, and not under another path"


def test_own_headers_go_to_the_asked_host_only(web, visit):
    web.hosts["one.example"] = lambda asked: Reply(status=302, headers={"Location": web.url("two.example", "/there")})
    web.hosts["two.example"] = lambda asked: Reply("ok")
    visit.get(web.url("one.example"), headers={"Authorization": "Bearer canary"}, robots=False)
    first, second = web.asked
    assert first.headers["authorization"] == "Bearer canary" and "authorization" not in second.headers


def test_each_step_of_a_way_obeys_the_robots_txt_of_its_host(web, visit):
    def one(asked):
        return Reply(status=404) if asked.path == "/robots.txt" else Reply(
            status=301, headers={"Location": web.url("two.example", "/secret/x")}
        )  # fmt: skip

    web.hosts["one.example"] = one
    web.hosts["two.example"] = lambda asked: Reply("User-agent: *\nDisallow: /secret/\n", kind="text/plain")
    with pytest.raises(RobotsForbid):
        visit.get(web.url("one.example", "/"))
    assert [(asked.host, asked.path) for asked in web.asked][-1] == ("two.example", "/robots.txt")


def test_a_private_address_is_refused_at_every_step(web, visit):
    web.hosts["one.example"] = lambda asked: Reply(status=302, headers={"Location": "http://10.0.0.1/"})
    for url in ("http://10.0.0.1/", "http://localhost/", web.url("one.example")):
        with pytest.raises(Refused, match="nothing was fetched"):
            visit.get(url, robots=False)


def test_errors_are_told_apart(web, visit):
    web.hosts["x.example"] = lambda asked: Reply("why", status=int(asked.path[1:]))
    for status, lasting in ((404, True), (410, True), (401, False), (403, False), (500, False)):
        with pytest.raises(Declined) as declined:
            visit.get(web.url("x.example", f"/{status}"), robots=False)
        assert (declined.value.status, declined.value.lasting, declined.value.body) == (status, lasting, b"why")


def test_a_host_gets_the_pause_that_its_robots_txt_asks_for(web, tmp_path):
    web.hosts["calm.example"] = lambda asked: Reply("User-agent: *\nCrawl-delay: 0.4\n", kind="text/plain")
    visit = Visitor(tmp_path, pause=0.05, limits=LIMITS, public=web.public)
    for _ in range(3):
        visit.get(web.url("calm.example", "/x"))
    pages = [asked.at for asked in web.asked if asked.path == "/x"]
    assert min(after - before for before, after in pairwise(pages)) >= 0.4


CHILD = """
import sys
from pathlib import Path
from besa.net.pace import Pace
import time
pace = Pace(Path(sys.argv[1]), seconds=0.1)
for _ in range(8):
    with pace.turn("http://shared.example/x"):
        print(time.monotonic(), flush=True)
"""


def test_threads_and_processes_take_turns_at_one_host(tmp_path):
    times: list[float] = []

    def ask():
        for _ in range(4):
            with Pace(tmp_path, seconds=0.1).turn("http://shared.example/y"):
                times.append(time.monotonic())

    children = [
        subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for child in children:
        out, _ = child.communicate(timeout=60)
        times += [float(line) for line in out.split()]
    times.sort()
    assert len(times) == 28 and min(after - before for before, after in pairwise(times)) >= 0.1


def test_hosts_do_not_wait_for_each_other(tmp_path):
    pace = Pace(tmp_path, seconds=5)
    started = time.monotonic()
    for number in range(5):
        with pace.turn(f"http://host-{number}.example/"):
            pass
    assert time.monotonic() - started < 2
