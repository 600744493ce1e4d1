"""A live run of 125 feeds while a fifth of all requests fails: nothing lost, nothing doubled, no host hurried."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from besa.base.home import Home
from besa.collect.actions import add_source, poll
from besa.collect.models import Import, Poll, Source
from besa.corpus import Corpus
from besa.ledger.verify import problems
from besa.net.fetch import Limits
from besa.net.visit import Visitor
from fakes.portals import FAULTS, Portal, one_in_five
from fakes.serving import Web

FEEDS = 125
PAUSE = 0.2
ROUNDS = 60
LIMITS = Limits(seconds=1.5, attempts=2)


def run(web: Web, at, election, by, tmp_path, feeds: int, seed: int, limits: Limits = LIMITS) -> None:
    """Poll until everything is in; articles appear during the first rounds."""
    portals = [Portal(web, f"portal-{number:03d}.example") for number in range(feeds)]
    for portal in portals:
        portal.publish(5)
        add_source(by=by, election=election, address=portal.feed)
    web.trouble = one_in_five(seed)
    visit = Visitor(tmp_path / "net", pause=PAUSE, limits=limits, public=web.public)
    wanted, rounds = set(), 0
    for rounds in range(1, ROUNDS + 1):
        poll(by=by, election=election, visit=visit)
        if rounds <= 3:
            for portal in portals:
                portal.publish(1)
        wanted = {portal.link(number) for portal in portals for number in range(len(portal.titles))}
        if rounds > 3 and held().keys() >= wanted:
            break
        at.advance(hours=7)  # beyond every back-off
        time.sleep(1.1)  # beyond every Retry-After
    got = held()
    assert set(got) == wanted, f"lost {len(wanted - set(got))}, invented {len(set(got) - wanted)} after {rounds} rounds"
    assert set(got.values()) == {1}, "each article is one observation"
    (texts,) = Corpus(Home.here().corpus).rows(
        "SELECT count(*) FILTER (WHERE text LIKE '%Paragrafi 3%') AS whole, count(*) AS all FROM observations"
    )
    assert texts["whole"] == texts["all"] == len(wanted), "each with the text of its page"


def held() -> Counter:
    """How many observations the corpus holds of each address."""
    corpus = Corpus(Home.here().corpus)
    rows = corpus.rows("SELECT url, count(*) AS n FROM observations GROUP BY url") if corpus.version() >= 0 else []
    return Counter({row["url"]: row["n"] for row in rows})


@pytest.fixture
def web():
    web = Web(stall=2.5)
    yield web
    web.close()


@pytest.mark.drill
def test_125_feeds_with_a_fifth_of_faults(web, home, at, election, users, tmp_path):
    run(web, at, election, users["coordinator"], tmp_path, FEEDS, seed=125)
    gaps = web.gaps()
    assert len(gaps) == FEEDS and min(gaps.values()) >= PAUSE
    assert Poll.objects.filter(ok=False).count() > FEEDS / 10, "there were faults to stand"
    assert Poll.objects.filter(not_modified=True).exists()
    assert sum(Poll.objects.values_list("new", flat=True)) == sum(held().values())
    assert not Import.objects.exclude(state="done").exists() and Source.objects.count() == FEEDS
    assert list(problems()) == []


@pytest.mark.drill
def test_five_feeds_with_every_fault(web, home, at, election, users, tmp_path):
    """The same in small, which runs with all tests."""
    run(web, at, election, users["coordinator"], tmp_path, 5, seed=7, limits=Limits(seconds=0.6, attempts=2))
    assert min(web.gaps().values()) >= PAUSE
    assert list(problems()) == []


def test_the_faults_are_real_and_the_measure_sees_haste(web, tmp_path):
    web.hosts["quick.example"] = lambda asked: None
    visit = Visitor(tmp_path / "net", pause=0.0, limits=Limits(seconds=1.0, attempts=1), public=web.public)
    failed = 0
    for fault in FAULTS:
        web.trouble = lambda asked, fault=fault: fault
        visit._rests.clear()
        try:
            visit.get(web.url("quick.example", "/x"), robots=False)
        except Exception:
            failed += 1
    assert failed == len(FAULTS)
    assert min(web.gaps().values()) < PAUSE, "without a pause the requests come closer together"
