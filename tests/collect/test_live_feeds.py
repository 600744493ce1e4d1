"""Feeds and sitemaps of portals: found, read politely, each article once with the text of its page."""

from __future__ import annotations

import gzip
import hashlib
import json
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from besa.base.home import Home
from besa.collect.actions import add_source, poll
from besa.collect.models import Poll, Source
from besa.corpus import Corpus
from besa.net.fetch import Limits
from besa.net.visit import Visitor
from fakes.portals import START, Portal, article_page
from fakes.serving import Reply, Web
from processes import environment


@pytest.fixture
def web():
    web = Web(stall=1.5)
    yield web
    web.close()


@pytest.fixture
def portal(web):
    portal = Portal(web, "portali.example")
    portal.publish(3)
    return portal


@pytest.fixture
def visit(web, tmp_path):
    return Visitor(tmp_path / "net", pause=0.0, limits=Limits(seconds=1.0, attempts=2), public=web.public)


@pytest.fixture
def look(home, election, users, visit):
    """Poll one address (added at the first call) and return the row of that poll."""

    def look(address="") -> Poll:
        visit._rests.clear()
        if address:
            add_source(by=users["coordinator"], election=election, address=address)
        poll(by=users["coordinator"], election=election, sources=Source.objects.all(), visit=visit)
        return Poll.objects.first()

    return look


def rows(what="*") -> list[dict]:
    corpus = Corpus(Home.here().corpus)
    return corpus.rows(f"SELECT {what} FROM observations ORDER BY posted_at, url") if corpus.version() >= 0 else []


def test_an_article_has_what_the_feed_and_its_page_say(portal, look):
    assert (look(portal.feed).new, len(rows())) == (3, 3)
    row = rows()[1]
    assert row["title"] == "Lajmi 1 i portali.example" and row["kind"] == "article" and row["platform"] == "portal"
    assert row["text"].startswith("Lajmi 1 i portali.example\nParagrafi 1") and row["text"].count("\n") == 3
    assert row["url"] == portal.link(1), "without what says how a reader came to it"
    assert row["links"] == [f"https://burimi.example/1/{part}" for part in (1, 2, 3)]
    assert row["posted_at"] == START + timedelta(minutes=1) and row["posted_precision"] == "second"
    assert row["account_key"] == "portal:@portali.example" and row["language"] == "sq" and row["observed_at"]
    raw = json.loads(row["raw"])
    assert raw["article"]["author"] == "Redaksia" and raw["entry"]["summary"].startswith("<p>")


def test_what_has_not_changed_is_not_sent_again(portal, look, web, at):
    look(portal.feed)
    at.advance(minutes=15)
    second = look()
    assert second.not_modified and second.ok and (second.new, second.seen, second.status) == (0, 0, 304)
    assert sum(asked.path == "/lajme/1" for asked in web.asked) == 1, "a known article is not asked for again"
    portal.publish(1)
    assert (look().new, len(rows())) == (1, 4)
    assert sum(asked.path == "/robots.txt" for asked in web.asked) == 1, "the rules are kept for a day"
    at.advance(hours=25)
    look()
    assert sum(asked.path == "/robots.txt" for asked in web.asked) == 2


def test_a_changed_headline_is_another_look_at_the_same_article(portal, look, at):
    look(portal.feed)
    portal.titles[1] = "Lajmi u ndryshua"
    at.advance(hours=1)
    assert look().new == 0, "no new article"
    looks = sorted((row["observed_at"], row["title"]) for row in rows() if row["url"] == portal.link(1))
    assert [title for _, title in looks] == ["Lajmi 1 i portali.example", "Lajmi u ndryshua"]
    latest = Corpus(Home.here().corpus).rows("SELECT title FROM posts WHERE url = $url", {"url": portal.link(1)})
    assert latest == [{"title": "Lajmi u ndryshua"}]


def test_an_article_that_fails_waits_outside_the_feed_and_comes_once(portal, look, web, at):
    portal.window = 3
    web.trouble = lambda asked: Reply(status=502) if asked.path == "/lajme/1" else None
    first = look(portal.feed)
    assert first.ok and (first.new, first.waiting) == (2, 1)
    portal.publish(3)  # it has left the feed
    web.trouble = lambda asked: None
    at.advance(minutes=15)
    second = look()
    assert (second.new, second.waiting, len(rows())) == (4, 0, 6)
    assert len({row["url"] for row in rows()}) == 6


def test_an_article_that_cannot_be_had_goes_in_with_what_the_feed_says(portal, look, web, at):
    web.trouble = lambda asked: {
        "/lajme/0": Reply(status=404), "/lajme/1": Reply(status=500), "/lajme/2": Reply("x" * 500, kind="image/png"),
    }.get(asked.path)  # fmt: skip
    assert look(portal.feed).new == 2
    for _ in range(4):
        at.advance(hours=1)
        look()
    assert [row["text"] for row in rows()] == [f"Përmbledhje {number}." for number in range(3)]
    said = [json.loads(row["raw"])["article"]["error"] for row in rows()]
    assert "404" in said[0] and "5 polls" in said[1] and "no page" in said[2]
    assert Poll.objects.first().waiting == 0


def test_robots_txt_is_obeyed(portal, look, web, at, election):
    portal.robots = "User-agent: *\nDisallow: /\nUser-agent: besa\nDisallow: /lajme/1\n"
    assert look(portal.feed).new == 3
    assert not [asked for asked in web.asked if asked.path == "/lajme/1"]
    assert rows()[1]["text"] == "Përmbledhje 1." and "robots.txt" in rows()[1]["raw"]
    at.advance(hours=25)
    portal.robots = "User-agent: *\nDisallow: /\n"
    portal.publish(1)
    before = len(web.asked)
    assert "robots.txt forbids" in look().error and len(web.asked) == before + 1, "only its rules were asked for"


def test_without_robots_txt_all_may_be_read_and_a_server_in_trouble_is_left_alone(portal, look, web, at):
    web.trouble = lambda asked: Reply(status=503) if asked.path == "/robots.txt" else None
    assert "robots.txt cannot be read" in look(portal.feed).error and rows() == []
    assert {asked.path for asked in web.asked} == {"/robots.txt"}
    web.trouble = lambda asked: Reply(status=404) if asked.path == "/robots.txt" else None
    at.advance(hours=1)
    assert look().new == 3


def test_a_redirect_into_a_local_network_is_refused(portal, look, web):
    to = {"/feed/": "http://169.254.169.254/latest/meta-data/", "/lajme/1": "http://127.0.0.1:1/"}
    web.trouble = lambda asked: (
        Reply(status=302, headers={"Location": to[asked.path]}) if asked.path == "/lajme/1" else None
    )
    assert look(portal.feed).new == 3 and "nothing was fetched" in rows()[1]["raw"]
    portal.publish(1)
    web.trouble = lambda asked: (
        Reply(status=302, headers={"Location": to["/feed/"]}) if asked.path == "/feed/" else None
    )
    assert "nothing was fetched" in look().error and len(rows()) == 3


def test_a_site_is_asked_for_its_feed_and_again_when_the_feed_moves(portal, look, web, at):
    page = (
        '<!doctype html><html><head><link rel="alternate" type="application/rss+xml" href="/comments/feed/">'
        '<link rel="alternate" type="application/rss+xml" href="/feed/"></head><body>Kreu</body></html>'
    )
    answer = portal.answer
    web.hosts[portal.host] = lambda asked: Reply(page) if asked.path == "/" else answer(asked)
    assert look(web.url(portal.host)).new == 3
    assert Source.objects.get().memory["feed"] == portal.feed
    portal.publish(1)
    page = page.replace('"/feed/"', '"/rss/"')

    def moved(asked):
        if asked.path == "/rss/":
            return Reply(portal.rss(), kind="text/xml")
        return Reply(page) if asked.path == "/" else Reply(status=410) if asked.path == "/feed/" else answer(asked)

    web.hosts[portal.host] = moved
    at.advance(hours=1)
    assert "410" in look().error
    at.advance(hours=1)
    assert look().new == 1 and len(rows()) == 4


def test_atom(portal, look, web):
    entries = "".join(
        f'<entry><title>T {n}</title><id>urn:x:{n}</id><link href="/lajme/{n}"/>'
        f"<updated>2027-09-14T06:0{n}:00Z</updated><content type='html'>&lt;p&gt;C {n}&lt;/p&gt;</content></entry>"
        for n in range(3)
    )
    body = f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>A</title>{entries}</feed>'
    web.trouble = lambda asked: Reply(body, kind="application/atom+xml") if asked.path == "/feed/" else None
    assert look(portal.feed).new == 3
    assert [row["url"] for row in rows()] == [portal.link(n) for n in range(3)]
    assert rows()[2]["posted_at"] == START + timedelta(minutes=2)


NEWS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


def sitemap(portal, numbers, stamp="2027-09-14T06:00:00+00:00"):
    urls = "".join(
        f"<url><loc>{portal.link(n)}</loc><news:news><news:publication_date>{stamp}</news:publication_date>"
        f"<news:title>Lajmi {n} i portali.example</news:title></news:news></url>"
        for n in numbers
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {NEWS}>{urls}</urlset>'


def test_an_index_of_packed_sitemaps_named_in_robots_txt(portal, look, web, at):
    portal.robots = f"User-agent: *\nDisallow:\nSitemap: {web.url(portal.host, '/index.xml')}\n"
    parts = "".join(
        f"<sitemap><loc>{web.url(portal.host, path)}</loc><lastmod>{day}</lastmod></sitemap>"
        for path, day in (("/old.xml", "2020-01-01"), ("/new.xml.gz", "2027-09-14"))
    )
    index = f"<?xml version='1.0'?><sitemapindex {NEWS}>{parts}</sitemapindex>"
    answer = portal.answer

    def serve(asked):
        if asked.path == "/":
            return Reply("<html><body>Kreu</body></html>")
        if asked.path == "/index.xml":
            return Reply(index, kind="application/xml")
        if asked.path == "/new.xml.gz":
            return Reply(gzip.compress(sitemap(portal, range(len(portal.titles))).encode()), kind="application/gzip")
        return answer(asked)

    web.hosts[portal.host] = serve
    assert look(web.url(portal.host)).new == 3
    assert not [asked for asked in web.asked if asked.path == "/old.xml"], "what is long past is not read"
    portal.publish(1)
    at.advance(hours=1)
    assert (look().new, len(rows())) == (1, 4)
    assert rows()[0]["title"] == "Lajmi 0 i portali.example" and "Paragrafi 3" in rows()[0]["text"]


BROKEN = {
    "cut feed": lambda portal: portal.rss()[:-40],
    "cut sitemap": lambda portal: sitemap(portal, range(3))[:-12],
    "undated": lambda portal: f"<?xml version='1.0'?><urlset {NEWS}><url><loc>{portal.link(1)}</loc></url></urlset>",
    "entities": lambda portal: '<!DOCTYPE x [<!ENTITY a "b">]>' + sitemap(portal, range(3))[39:],
    "nothing": lambda portal: "",
    "bytes": lambda portal: bytes(range(256)) * 20,
    "broken gzip": lambda portal: gzip.compress(portal.rss().encode())[:-30],
    "gzip bomb": lambda portal: gzip.compress(b"<urlset>" + b" " * (61 << 20) + b"</urlset>"),
    "page": lambda portal: "<!doctype html><html><body>Kreu</body></html>",
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_whole_feed_is_told_and_nothing_of_it_is_taken(portal, look, web, at, name):
    body = BROKEN[name](portal)
    web.trouble = lambda asked: Reply(body, kind="application/xml") if asked.path == "/feed/" else None
    assert look(portal.feed).error and rows() == []
    web.trouble = lambda asked: None
    at.advance(hours=1)
    assert look().new == 3


def test_a_feed_that_ran_over_is_marked(portal, look, web, at):
    look(portal.feed)
    portal.publish(40)
    at.advance(hours=10)
    row = look()
    assert row.gap and row.new == 30 and not Poll.objects.last().gap


def test_hostile_pages_and_entries_stop_nothing(portal, look, web):
    portal.titles = ["<script>alert(1)</script>", "\u202eesrever", "x" * 5_000]
    web.trouble = lambda asked: {
        "/lajme/0": Reply("<div>" * 60_000), "/lajme/1": Reply(bytes(range(256)) * 50),
        "/lajme/2": Reply("<html><head><title>" + "y" * 100_000),
    }.get(asked.path)  # fmt: skip
    rss = portal.rss().replace("<script>", "&lt;script&gt;").replace("</script>", "&lt;/script&gt;")
    web.hosts[portal.host] = lambda asked: Reply(rss) if asked.path == "/feed/" else portal.answer(asked)
    assert look(portal.feed).new == 3 and all("Përmbledhje" in (row["text"] or "") for row in rows())


def test_one_article_named_by_two_sources_is_one(portal, look, web, election, users):
    answer = portal.answer
    web.hosts[portal.host] = lambda asked: (
        Reply(sitemap(portal, range(3)), kind="text/xml") if asked.path == "/news.xml" else answer(asked)
    )
    add_source(by=users["coordinator"], election=election, address=web.url(portal.host, "/news.xml"))
    look(portal.feed)
    assert len(rows()) == 3 and sum(Poll.objects.values_list("new", flat=True)) == 3


CHILD = """
import sys
sys.path.insert(0, sys.argv[1])
from besa.site.start import start; start()
import make
from pathlib import Path
from besa.base.home import Home
from besa.collect.actions import add_source, poll
from besa.collect.models import Source
from besa.net.fetch import Limits
from besa.net.visit import Visitor
from besa.people.policy import BELT
from besa.people.queries import local_operator
from besa.pledge.models import Election
from fakes.serving import loopback
port, what = int(sys.argv[2]), sys.argv[3]
if what == "seed":
    election = make.election()
    for number in range(4):
        add_source(by=local_operator(), election=election, address=f"http://portal-{number}.example:{port}/feed/")
else:
    visit = Visitor(Home.here().staging / "net", pause=0.05, limits=Limits(seconds=3), public=loopback(port))
    poll(by=BELT, election=Election.objects.get(), sources=Source.objects.all(), visit=visit)
    from besa.ledger.verify import problems
    sys.exit(len(list(problems())))
"""


@pytest.mark.drill
def test_killed_at_any_moment_nothing_is_lost_or_doubled(web, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    portals = [Portal(web, f"portal-{number}.example") for number in range(4)]
    died = 0

    def child(what):
        words = [sys.executable, "-c", CHILD, str(Path(__file__).parents[1]), str(web.port), what]
        return subprocess.Popen(words, env=environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    assert child("seed").wait(60) == 0
    for moment in (0.1, 0.4, 0.7, 1.0, 1.3):
        for portal in portals:
            portal.publish(3)
        process = child("poll")
        seen = len(web.asked)
        while len(web.asked) == seen and process.poll() is None:
            time.sleep(0.02)
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        died += process.wait() == -signal.SIGKILL
        process.stderr.close()
    assert died, "no process was killed in time"
    last = child("poll")
    _, said = last.communicate(timeout=120)
    assert last.returncode == 0, said.decode()
    found = [row["url"] for row in Corpus(home / "corpus").rows("SELECT url FROM observations")]
    assert sorted(found) == sorted(portal.link(number) for portal in portals for number in range(15))
    assert not list((home / "staging").glob("poll-*.ndjson"))


def test_the_id_of_an_article_is_that_of_a_list_of_addresses(portal, look):
    look(portal.feed)
    made = "~" + hashlib.sha256(portal.link(0).encode()).hexdigest()[:32]
    assert rows()[0]["native_id"] == made and "Paragrafi" in article_page("x", 1)
