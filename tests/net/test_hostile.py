"""Hostile addresses and servers: nothing reaches a private address, nothing hangs. The browser's turn is in
`tests/evidence/test_hostile_pages.py`."""

from __future__ import annotations

import time
from contextlib import suppress
from urllib.parse import quote

import pytest

from besa.base.errors import BesaError, Refused
from besa.net import guard
from besa.net.fetch import Limits, NotReached, TooMuch, fetch
from fakes.hostile import ALL, ENDLESS, NAMES, Canary, Trap


@pytest.fixture(scope="module")
def canary():
    try:
        made = Canary()
    except OSError as error:
        pytest.skip(str(error))
    yield made
    made.close()


@pytest.fixture(scope="module")
def trap():
    made = Trap()
    yield made
    made.close()


def _resolver(host: str, port: int) -> list[str]:
    """A name may have a public address beside a private one."""
    if host == "half.example":
        return ["93.184.215.14", "127.0.0.1"]
    return [NAMES[host]] if host in NAMES else guard.resolve(host, port)


@pytest.fixture
def get(trap):
    """`open.example` is the trap; every other address meets the guard as it is."""

    def public(url, *, resolver, ports):
        if url.startswith(f"http://open.example:{trap.port}/"):
            return "open.example", ["127.0.0.1"]
        return guard.checked(url, resolver=_resolver)

    def get(url, **limits):
        asked = url.replace("http://open.example/", f"http://open.example:{trap.port}/")
        return fetch(asked, limits=Limits(**{"attempts": 1, "seconds": 2.0, "size": 1 << 20, **limits}), public=public)

    return get


def test_there_are_more_than_a_hundred_of_them():
    assert len(set(ALL)) == len(ALL) > 100


@pytest.mark.parametrize("url", ALL)
def test_no_spelling_of_a_private_address_is_reached(get, canary, url):
    address, before = url.format(port=canary.port), len(canary.hits)
    began = time.monotonic()
    with pytest.raises(Refused):
        get(address)
    with suppress(BesaError):
        assert get(f"http://open.example/to?{quote(address)}").body in (b"nothing", b""), "it came from the open server"
    assert canary.hits[before:] == [] and time.monotonic() - began < 2


def test_the_canary_does_sing(canary):
    before = len(canary.hits)
    answer = fetch(f"http://open.example:{canary.port}/", public=lambda url, **_: ("open.example", ["127.0.0.1"]))
    assert answer.body == b"inside" and len(canary.hits) == before + 1


@pytest.mark.parametrize("path", ENDLESS)
def test_no_server_holds_us_for_ever(get, path):
    began = time.monotonic()
    try:
        answer = get(f"http://open.example{path}", seconds=0.8)
    except (TooMuch, NotReached, Refused):
        pass
    else:
        assert path == "/twice" and len(answer.body) <= 1 << 20, "what came whole is small"
    assert time.monotonic() - began < 4


def test_a_name_that_turns_to_a_private_address_on_the_way_is_refused(trap, canary):
    asked = []

    def public(url, *, resolver, ports):
        asked.append(url)
        if len(asked) == 1:
            return "turning.example", ["127.0.0.1"]
        return guard.checked(url, resolver=lambda host, port: ["127.0.0.1"], ports=frozenset({canary.port}))

    before = len(canary.hits)
    with pytest.raises(Refused, match="special network"):
        fetch(f"http://turning.example:{trap.port}/to?http://turning.example:{canary.port}/", public=public)
    assert len(asked) == 2 and canary.hits[before:] == []
