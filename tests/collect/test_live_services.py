"""Each live service, asked as it documents itself: all pages once, then only what is new; and every way to fail."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from besa.base.errors import BadInput, Conflict
from besa.base.home import Home
from besa.collect import queries
from besa.collect.actions import add_source, derive_sources, poll, switch_source
from besa.collect.live import bluesky, for_address, meta_ad_library, telegram, youtube
from besa.collect.models import Import, Poll, Source
from besa.corpus import Corpus
from besa.ledger.verify import problems
from besa.net.fetch import Limits
from besa.net.visit import Visitor
from besa.pledge.models import Account
from fakes.services import Bluesky, Mastodon, Meta, Service, Telegram, YouTube, as_json
from fakes.serving import Reply, Web

CASES = ("bluesky", "mastodon", "youtube", "telegram", "meta_ad_library", "meta_content_library")


@pytest.fixture
def web(monkeypatch):
    web = Web(stall=1.5)
    monkeypatch.setattr(bluesky, "API", web.url(Bluesky.host, "/xrpc"))
    monkeypatch.setattr(youtube, "API", web.url(YouTube.host, "/youtube/v3"))
    monkeypatch.setattr(meta_ad_library, "API", web.url(Meta.host, "/v21.0"))
    monkeypatch.setattr(telegram, "SITE", web.url(Telegram.host, "").rstrip("/"))
    monkeypatch.setenv("BESA_KEY_YOUTUBE", YouTube.key)
    monkeypatch.setenv("BESA_KEY_META", Meta.key)
    yield web
    web.close()


@dataclass
class Case:
    service: Service
    source: Source
    go: object
    extra: int = 0

    def poll(self):
        return self.go([self.source])

    @property
    def last(self) -> Poll:
        return Poll.objects.first()


@pytest.fixture
def case(request, web, home, at, election, users, tmp_path):
    by = users["coordinator"]
    name = request.param
    kind, address, extra = {
        "bluesky": (Bluesky, "https://bsky.app/profile/ana.example", 0),
        "mastodon": (Mastodon, web.url(Mastodon.host, "/@ana"), 0),
        "youtube": (YouTube, "https://www.youtube.com/@ana", 12),
        "telegram": (Telegram, "https://t.me/s/lumassot", -1),
        "meta_ad_library": (Meta, "https://www.facebook.com/ads/library/?country=XK&view_all_page_id=1234567", 0),
        "meta_content_library": (Meta, web.url(Meta.host, "/v21.0/facebook/posts/preview?surface_ids=777777"), 0),
    }[name]
    service = kind(web, count=12)
    visit = Visitor(tmp_path / "net", pause=0.0, limits=Limits(seconds=0.8, attempts=2), public=web.public)

    def go(sources):
        visit._rests.clear()
        return poll(by=by, election=election, sources=sources, visit=visit)

    source = add_source(by=by, election=election, address=address)
    assert source.connector == name == for_address(address)
    return Case(service, source, go, extra)


def texts() -> list[str]:
    corpus = Corpus(Home.here().corpus)
    if corpus.version() < 0:
        return []
    return [
        row["text"] for row in corpus.rows("SELECT text FROM observations WHERE kind <> 'comment' ORDER BY post_key")
    ]


every = pytest.mark.parametrize("case", CASES, indirect=True)


@every
def test_all_pages_come_once_then_only_what_is_new(case, at):
    first = case.poll()
    assert first["problems"] == [] and first["new"] == 12 + case.extra
    assert len(texts()) == len(set(texts())) == 12 + min(case.extra, 0)
    (row,) = Corpus(Home.here().corpus).rows(
        "SELECT count(*) FILTER (WHERE observed_at IS NULL) AS n FROM observations"
    )
    assert row["n"] == 0, "the time of looking is known"
    at.advance(minutes=15)
    again = case.poll()
    assert (again["new"], again["imports"], again["failed"]) == (0, [], 0) and again["seen"] > 0
    case.service.count += 2
    at.advance(minutes=15)
    third = case.poll()
    assert third["new"] == (4 if case.extra > 0 else 2)
    assert len(texts()) == len(set(texts())) == 14 + min(case.extra, 0)
    assert set(Import.objects.values_list("state", "connector_version")) == {
        ("done", Import.objects.first().connector_version)
    }
    assert Poll.objects.count() == 3 and case.last.ok and case.last.import_id == third["imports"][0]
    assert list(problems()) == []


@every
def test_a_failure_between_pages_loses_nothing(case, at):
    """The second page fails: the first is kept, and the next look fetches all that is missing."""
    pages = []

    def second_page(asked):
        if asked.query.keys() & {"cursor", "max_id", "pageToken", "after", "before"}:
            pages.append(asked)
            return Reply(status=500)
        return None

    case.service.break_off = second_page
    broken = case.poll()
    assert pages and broken["failed"] == 1 and "500" in case.last.error and 0 < len(texts()) < 12
    case.service.break_off = lambda asked: None
    at.advance(hours=1)
    case.poll()
    assert case.last.ok and len(texts()) == len(set(texts())) == 12 + min(case.extra, 0)


ANSWERS = {
    "time-out": Reply("x" * 500, fault="stall"),
    "half body": Reply('{"a": 1}' * 500, fault="half"),
    "slow drip": Reply("x" * 500, fault="drip"),
    "slow head": Reply("x", fault="drip_head"),
    "bad gzip": Reply("x" * 500, fault="bad_gzip"),
    "cut gzip": Reply("x" * 5000, fault="cut_gzip"),
    "too often": Reply(status=429, headers={"Retry-After": "1800"}),
    "gone": Reply(status=404),
    "half JSON": Reply('{"data": [{"id": "1"', kind="application/json"),
    "moved keys": as_json({"payload": {"entries": []}}),
    "other types": as_json({"feed": {}, "items": 7, "data": "x"}),
    "not JSON": Reply("<html><body>Log in</body></html>"),
}


@every
@pytest.mark.parametrize("name", ANSWERS)
def test_every_failure_is_told_and_mended_later(case, at, name):
    case.service.break_off = lambda asked: ANSWERS[name] if asked.path != "/robots.txt" else None
    done = case.poll()
    assert done["failed"] == 1 and case.last.error and not case.last.ok and texts() == []
    source = Source.objects.get()
    assert source.failures == 1 and source.next_at > at.now()
    if name == "too often":
        assert (source.next_at - at.now()).total_seconds() >= 1800
    case.service.break_off = lambda asked: None
    at.advance(hours=1)
    case.poll()
    assert case.last.ok and len(texts()) == 12 + min(case.extra, 0) and Source.objects.get().failures == 0


@pytest.mark.parametrize("case", ["bluesky", "mastodon", "meta_ad_library", "meta_content_library"], indirect=True)
def test_rows_whose_keys_moved_are_told_and_kept_for_eyes(case, at):
    rows = [{"identifier": "1", "content_text": "x"}, {"identifier": "2"}]
    answer = rows if case.source.connector == "mastodon" else {"feed": rows, "data": rows}

    def moved(asked):
        return as_json({"id": "77"}) if asked.path.endswith("lookup") else as_json(answer)

    case.service.break_off = moved
    case.poll()
    assert not case.last.ok and "changed its form" in case.last.error
    row = Import.objects.get()
    assert (row.read, row.mapped) == (2, 0) and sum(row.skipped.values()) == 2 and row.unmapped_keys


@pytest.mark.parametrize("case", ["youtube", "meta_ad_library", "meta_content_library"], indirect=True)
@pytest.mark.parametrize("right", [True, False])
def test_a_key_is_in_no_byte_that_is_kept_said_or_asked(case, right, monkeypatch, caplog, capsys):
    key = case.service.key
    if not right:
        case.service.key = "another-key-that-is-expected"
    done = case.poll()
    assert done["failed"] == (not right) and (case.last.error == "") is right
    if not right:
        assert "[key]" in case.last.error or "Invalid OAuth" in case.last.error
    kept = [path for path in Home.here().root.rglob("*") if path.is_file()]
    assert len(kept) > (3 if right else 0) and not [path for path in kept if key.encode() in path.read_bytes()]
    stored = [str(vars(row)) for model in (Source, Poll, Import) for row in model.objects.all()]
    said = [*stored, caplog.text, *capsys.readouterr(), str(done)]
    corpus = Corpus(Home.here().corpus)
    said += [row["raw"] for row in corpus.rows("SELECT raw FROM observations")] if corpus.version() >= 0 else []
    assert not [text for text in said if key in text]
    asked = [(asked.path, str(asked.query)) for asked in case.service.web.asked]
    assert asked and not [part for parts in asked for part in parts if key in part], "never in an address"


@pytest.mark.parametrize("case", ["meta_content_library"], indirect=True)
def test_a_key_goes_to_no_other_host(case):
    other = case.service.web.url("elsewhere.example", "/x")
    case.service.break_off = lambda asked: Reply(status=302, headers={"Location": other})
    case.poll()
    (there,) = [asked for asked in case.service.web.asked if asked.host == "elsewhere.example"]
    assert "authorization" not in there.headers and not case.last.ok


@pytest.mark.parametrize("case", ["youtube"], indirect=True)
def test_the_quota_is_waited_for_and_closed_comments_are_none(case, at):
    def closed(asked):
        said = {"error": {"code": 403, "message": "Comments are disabled", "errors": [{"reason": "commentsDisabled"}]}}
        return as_json(said, 403) if asked.path.endswith("commentThreads") else None

    case.service.break_off = closed
    assert case.poll()["new"] == 12 and case.last.ok
    said = {"error": {"code": 403, "message": "Quota", "errors": [{"reason": "quotaExceeded"}]}}
    case.service.break_off = lambda asked: as_json(said, 403)
    case.poll()
    assert not case.last.ok and (Source.objects.get().next_at - at.now()).total_seconds() >= 6 * 3600


@pytest.mark.parametrize("case", ["bluesky"], indirect=True)
def test_counts_are_looked_at_again_after_a_day_and_edits_at_once(case, at):
    case.poll()
    at.advance(hours=23)
    assert case.poll()["imports"] == []
    at.advance(hours=2)
    likes = case.service.answer
    case.service.answer = lambda asked: Reply(likes(asked).body.replace('"likeCount": 1', '"likeCount": 9'))
    assert case.poll()["new"] == 0 and case.last.import_id, "a later look at known posts"
    corpus = Corpus(Home.here().corpus)
    assert corpus.rows("SELECT reactions FROM posts WHERE native_id LIKE '%/k1'") == [{"reactions": 9}]
    case.service.answer = lambda asked: Reply(likes(asked).body.replace("Postimi 3", "Ndryshuar 3"))
    case.poll()
    assert corpus.rows("SELECT text FROM posts WHERE native_id LIKE '%/k3'") == [{"text": "Ndryshuar 3"}]


def test_accounts_of_the_watch_list_become_sources(home, election, users):
    by = users["coordinator"]
    rows = [
        ("telegram", "telegram:@lumassot", "lumassot", ""), ("bluesky", "bluesky:@ana.example", "ana.example", ""),
        ("mastodon", "mastodon:@ana@mastodon.example", "ana@mastodon.example", ""),
        ("youtube", "youtube:UC" + "a" * 22, "", ""),
        ("portal", "portal:@portali.example", "portali.example", "https://portali.example/"),
        ("portal", "portal:@pa-adrese", "pa-adrese", ""), ("tiktok", "tiktok:@ana", "ana", ""),
    ]  # fmt: skip
    for platform, key, handle, url in rows:
        Account.objects.create(election=election, platform=platform, key=key, handle=handle, url=url)
    made = derive_sources(by=by, election=election)
    assert {(source.connector, source.address) for source in made} == {
        ("telegram", "https://t.me/s/lumassot"), ("bluesky", "https://bsky.app/profile/ana.example"),
        ("mastodon", "https://mastodon.example/@ana"), ("feeds", "https://portali.example/"),
        ("youtube", f"https://www.youtube.com/channel/UC{'a' * 22}"),
    }  # fmt: skip
    assert all(source.derived and source.account for source in made)
    assert derive_sources(by=by, election=election) == []
    off = switch_source(by=by, source=made[0], active=False)
    Account.objects.filter(platform="portal").update(url="https://portali.example/lajme")
    (changed,) = derive_sources(by=by, election=election)
    assert changed.address == "https://portali.example/lajme" and Source.objects.count() == 5
    assert off.pk not in {source.pk for source in queries.polled(election)}
    Account.objects.filter(platform="bluesky").update(watched=False)
    assert {source.connector for source in queries.polled(election)} == {"mastodon", "feeds"}, "YouTube needs a key"


def test_one_round_at_a_time(home, election, users, monkeypatch):
    from filelock import FileLock

    with FileLock(home.staging / f"poll-{election.slug}.lock"), pytest.raises(Conflict, match="Another process"):
        poll(by=users["coordinator"], election=election)
    assert poll(by=users["coordinator"], election=election)["polled"] == 0


@pytest.mark.parametrize(
    "address",
    ["", "x", "ftp://portali.example/", "http://u:p@portali.example/", "http://printer/feed", "javascript:alert(1)"],
)
def test_what_is_no_address_is_refused(home, election, users, address):
    with pytest.raises(BadInput):
        add_source(by=users["coordinator"], election=election, address=address)
    assert not Source.objects.exists()
