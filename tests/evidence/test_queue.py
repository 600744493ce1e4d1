"""The queue of captures: retries, the pace of a host, caps, what is killed or short of disk. The browser is told of."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest

import make
from besa.base import clock
from besa.base.errors import BadInput, DiskFloor
from besa.evidence import queries
from besa.evidence.actions import pages
from besa.evidence.actions.asking import ask_for_page
from besa.evidence.actions.pages import ATTEMPTS, capture_pages, want_page
from besa.evidence.capturers.seen import Facts
from besa.evidence.models import Exhibit, PageCapture
from besa.ledger import verify
from besa.people.policy import BELT

URL = "http://lumas.example/1"


class Told:
    """A browser that says what it is told to say, and notes when it was asked."""

    def __init__(self, facts: Facts | None = None, error: BaseException | None = None):
        self.facts, self.error, self.asked = facts, error, []

    def capture(self, url: str, out: Path, log_in=None) -> Facts:
        self.asked.append((time.monotonic(), url))
        (out / "text.txt").write_text("half")
        if self.error:
            raise self.error
        return self.facts or Facts(url, address=url, status=200, left_out=[["x", "y"]] * 1_000)

    def stop(self) -> None:
        pass


@pytest.fixture
def wanted(home, election, users):
    def want(url: str = URL) -> PageCapture:
        return want_page(by=users["coder"], item=make.docket_item(election, url=url), url=url)

    return want


def _capture(election, worker, **more) -> dict[str, int]:
    return capture_pages(by=BELT, election=election, worker=worker, pause=0, **more)


@pytest.mark.django_db
def test_what_fails_is_tried_later_each_time_and_then_closed(election, wanted, at):
    row, worker, waits = wanted(), Told(Facts(URL, problem="No connection.")), []
    for _ in range(ATTEMPTS):
        before = clock.now()
        _capture(election, worker)
        assert _capture(election, worker) == dict.fromkeys(("captured", "not_evidence", "failed", "waiting"), 0)
        row.refresh_from_db()
        waits.append(row.next_at - before)
        at.move_to(row.next_at)
    assert (row.state, row.attempts, row.problem) == ("failed", ATTEMPTS, "No connection.")
    assert waits[:3] == [timedelta(minutes=2), timedelta(minutes=4), timedelta(minutes=8)]
    assert len(worker.asked) == ATTEMPTS and not Exhibit.objects.exists() and list(verify.problems()) == []


@pytest.mark.django_db
def test_a_killed_attempt_counts_and_four_of_them_close_the_page(election, wanted, at):
    row = wanted()
    for _ in range(ATTEMPTS):
        with pytest.raises(SystemExit):
            _capture(election, Told(error=SystemExit()))
        row.refresh_from_db()
        assert row.state == "wanted" and row.next_at > clock.now()
        assert sum(_capture(election, Told()).values()) == 0, "another process may still have it open"
        at.advance(hours=1)
    assert _capture(election, Told())["failed"] == 1
    row.refresh_from_db()
    assert (row.state, row.problem) == ("failed", "Besa was stopped each time while the page was open.")
    assert list(verify.problems()) == []


@pytest.mark.django_db
def test_who_stops_it_by_hand_uses_up_no_attempt(election, wanted):
    row = wanted()
    with pytest.raises(KeyboardInterrupt):
        _capture(election, Told(error=KeyboardInterrupt()))
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("wanted", 0) and _capture(election, Told())["captured"] == 1


@pytest.mark.django_db
def test_too_little_disk_opens_nothing_and_blames_no_page(election, wanted, monkeypatch):
    row, worker = wanted(), Told()
    monkeypatch.setattr(pages, "FLOOR", 1 << 60)
    with pytest.raises(DiskFloor, match="no page is opened"):
        _capture(election, worker)
    row.refresh_from_db()
    assert not worker.asked and (row.state, row.attempts) == ("wanted", 0)


@pytest.mark.django_db
def test_an_error_of_the_program_is_not_taken_for_a_full_disk(election, wanted):
    wanted()
    with pytest.raises(FileNotFoundError):
        _capture(election, Told(error=FileNotFoundError("x")))


@pytest.mark.django_db
def test_a_turn_takes_one_page_of_a_host_and_named_ones_keep_its_pace(election, wanted):
    rows = [wanted(f"http://lumas.example/{number}") for number in range(3)] + [wanted("http://koder.example/")]
    worker = Told()
    assert _capture(election, worker)["captured"] == 2
    left = [row.pk for row in rows[1:3]]
    assert capture_pages(by=BELT, election=election, worker=worker, only=left, pause=0.4)["captured"] == 2
    times = [at for at, url in worker.asked if "lumas" in url]
    assert times[2] - times[1] >= 0.4


@pytest.mark.django_db
def test_what_was_left_behind_is_cleared_when_it_is_old(home, election, wanted):
    import os

    old, new, half = home.staging / "capture-old", home.staging / "capture-new", home.vault / ".incoming-x"
    for place in (old, new):
        place.mkdir()
    half.write_text("half")
    for path in (old, half):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    wanted()
    _capture(election, Told())
    assert not old.exists() and not half.exists() and new.exists()
    assert len(PageCapture.objects.get().facts["left_out"]) == 200, "a page cannot fill the database"


@pytest.mark.django_db
def test_an_address_belongs_to_the_post_that_has_it_else_to_a_new_one(home, election, users):
    by, item = users["coordinator"], make.docket_item(election, url=URL)
    first = ask_for_page(by=by, election=election, url=f"{URL}?utm_source=x", reason="quoted")
    assert first.item_id == item.pk and first.url == URL and first.reason == "quoted"
    assert ask_for_page(by=by, election=election, url=URL).pk == first.pk, "it waits already"
    other = ask_for_page(by=by, election=election, url="https://portal.example/lajme/7", reason="new")
    assert other.item_id != item.pk and other.item.sample == "hand" and other.item.put_reason == "new"
    again = ask_for_page(by=by, election=election, url="https://portal.example/lajme/7")
    assert again.pk == other.pk and PageCapture.objects.count() == 2
    beside = ask_for_page(by=by, election=election, url="https://portal.example/lajme/8", item=item)
    assert beside.item_id == item.pk and [row.pk for row in queries.pages_of(item)] == [beside.pk, first.pk]
    for wrong in (
        "file:///etc/passwd",
        "http://127.1/",
        "http://router.lan/",
        "x",
        "http://[bad/",
        "http://a.example:22/",
    ):
        with pytest.raises(BadInput, match="nothing was fetched"):
            ask_for_page(by=by, election=election, url=wrong)
    assert list(verify.problems()) == []


@pytest.mark.django_db
def test_the_desk_shows_the_queue_with_its_caps_and_takes_an_address(home, election, users, client, wanted, at):
    row = wanted()
    _capture(election, Told(Facts(URL, problem="No connection.")))
    client.force_login(users["coordinator"])
    page = client.get("/desk/evidence/pages/").content.decode()
    assert URL in page and "No connection." in page and "60 seconds and 200 MB" in page and "4 times" in page
    assert client.get("/desk/evidence/pages/?state=captured").content.decode().count(URL) == 0
    given = {"url": "https://portal.example/lajme/1", "post": str(row.item_id), "reason": "quoted"}
    assert client.post("/desk/evidence/pages/", given).status_code == 302
    assert PageCapture.objects.get(url=given["url"]).item_id == row.item_id
    for wrong in ({"url": "http://10.0.0.1/"}, {"url": URL, "post": "999"}, {"url": ""}):
        assert client.post("/desk/evidence/pages/", wrong).status_code == 400
    assert (
        client.post(f"/desk/evidence/post/{row.item_id}/page/", {"url": "https://portal.example/2"}).status_code == 302
    )
    assert "https://portal.example/2" in client.get(f"/desk/evidence/post/{row.item_id}/").content.decode()
