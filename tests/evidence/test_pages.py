"""Pages captured by a real Chromium through the egress proxy: whole, replayable, walls told from evidence."""

from __future__ import annotations

import json
import os
import re
import zipfile
from html import unescape
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader
from warcio.archiveiterator import ArchiveIterator

import make
from besa.base import clock
from besa.evidence import queries
from besa.evidence.actions.pages import ATTEMPTS, capture_pages, want_pages
from besa.evidence.archive.checker import problems
from besa.evidence.capturers.browser import Caps, Facts, find_chromium
from besa.evidence.capturers.walls import Shown, wall
from besa.evidence.capturers.worker import Worker
from besa.evidence.models import Exhibit, PageCapture
from besa.ledger import verify
from besa.people.policy import BELT
from besa.vault import Vault
from fakes.post_site import PostSite

BASE = "http://lumas.example"


@pytest.fixture(scope="module")
def site():
    made = PostSite()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def worker(site):
    pytest.importorskip("playwright")
    if find_chromium() is None:
        pytest.fail("no Chromium") if os.environ.get("CI") else pytest.skip("no Chromium on this machine")
    with Worker(Caps(seconds=20, screens=6, pause=60, settle=1.5), site.dial) as made:
        yield made


@pytest.fixture(scope="module")
def captured(worker, tmp_path_factory) -> tuple[Facts, Path]:
    out = tmp_path_factory.mktemp("captured")
    return worker.capture(f"{BASE}/post", out), out


def test_a_post_with_a_cookie_wall_late_pictures_and_an_endless_list_is_captured_whole(captured, site):
    facts, out = captured
    assert (facts.problem, facts.wall, facts.consent, facts.status) == ("", "", "refused", 200)
    text = (out / "text.txt").read_text()
    assert "Kundërshtari ynë është i paaftë." in text and "koment i vonuar 3" in text and "kuki" not in text
    pdf = "".join(page.extract_text() for page in PdfReader(out / "page.pdf").pages)
    html = (out / "page.html").read_text()
    for said in ("Kundërshtari ynë", "koment i dytë", "koment i vonuar 3"):
        assert said in text and said in html and said in " ".join(pdf.split())
    # every line that the visitor sees stands in all three, and the picture is drawn from top to bottom
    plain = " ".join(unescape(re.sub(r"<script.*?</script>|<[^>]+>", " ", html, flags=re.DOTALL)).split())
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    assert len(lines) >= 8
    assert [line for line in lines if line not in plain or line not in " ".join(pdf.split())] == []
    boxes = html.count('<div class="c">')
    with Image.open(out / "screenshot.png") as picture:
        assert picture.width == 1280 and picture.height >= boxes * 702
        bands = [picture.convert("L").crop((0, top, 400, top + 702)) for top in range(0, boxes * 702, 702)]
    assert all(band.getextrema()[0] < 100 for band in bands), "each band of 702 pixels holds the words of a comment"
    assert [refused for refused, _ in facts.refused] == ["http://169.254.169.254/x.png"]
    assert (out / "screenshot.png").stat().st_size > (out / "screenshot-window.png").stat().st_size
    assert [(one["address"], one["media_type"]) for one in facts.media] == [(f"{BASE}/late.png", "image/png")]
    assert facts.cut == ["The page goes on below the 6 screens that were scrolled."]


def test_its_archive_is_whole_holds_no_cookie_and_shows_the_text_again(captured, playwright):
    facts, out = captured
    assert list(problems(out / "page.wacz")) == []
    with zipfile.ZipFile(out / "page.wacz") as packed, packed.open("archive/data.warc.gz") as file:
        held = {
            record.rec_headers.get_header("WARC-Target-URI"): (
                int(record.http_headers.get_statuscode()), record.http_headers.get_header("content-type"),
                record.content_stream().read(),
            )
            for record in ArchiveIterator(file)
            if record.rec_type == "response"
        }  # fmt: skip
        assert b"geheim" not in b"".join(packed.read(name) for name in packed.namelist())
    assert f"{BASE}/late.png" in held and len(held) == facts.resources
    browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
    try:
        page = browser.new_page()

        def answer(route):
            status, kind, body = held.get(route.request.url, (404, "text/plain", b""))
            route.fulfill(status=status, content_type=kind, body=body)

        page.route("**/*", answer)
        page.goto(f"{BASE}/post")
        assert "Kundërshtari ynë është i paaftë." in page.inner_text("article")
    finally:
        browser.close()


@pytest.mark.parametrize(
    ("path", "expected"), [("/plain", ""), ("/gone", "error"), ("/private", "log_in"), ("/blocked", "consent")]
)
def test_a_wall_and_an_error_page_are_told_from_a_post(worker, tmp_path, path, expected):
    facts = worker.capture(BASE + path, tmp_path)
    assert (facts.wall, facts.problem) == (expected, "")


@pytest.mark.parametrize(
    "url",
    [f"{BASE}/inside", f"{BASE}/round", "file:///etc/passwd", "http://127.1/", "http://[::1]:8000/", "http://2130706433/",
     "javascript:alert(1)", "chrome://version", "http://localhost:8000/", "data:text/html,x"],
)  # fmt: skip
def test_nothing_but_the_public_web_is_opened(worker, tmp_path, url):
    facts = worker.capture(url, tmp_path)
    assert facts.problem and not (tmp_path / "page.wacz").exists()


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (Shown("a", "a", 200, "Partia e Liqenit hapi urën."), ""),
        (Shown("a", "a", 200, "Log in to see more. " + "Një postim i gjatë. " * 50), ""),
        (Shown("a", "a", 200, "Instagram\nLog in\nSign up"), "log_in"),
        (Shown("a", "a", 200, "Пријавите се да наставите"), "log_in"),
        (Shown("a", "https://x.example/checkpoint/1", 200, "x" * 900), "log_in"),
        (Shown("a", "https://consent.video.example/m?x", 200, "x" * 900), "consent"),
        (Shown("a", "a", 200, "x" * 900, covered=0.8), "consent"),
        (Shown("a", "a", 200, "x" * 900, covered=0.1), ""),
        (Shown("a", "a", 429, "x" * 900), "error"),
        (Shown("a", "a", 200, " \n"), "empty"),
    ],
)
def test_what_a_wall_is(shown, expected):
    assert wall(shown) == expected


@pytest.mark.django_db
def test_wanted_pages_become_exhibits_or_are_closed_with_a_reason(home, election, worker, at):
    paths = ["/plain", "/gone", "/broken", "/inside"]
    items = {path: make.docket_item(election, path, url=BASE + path) for path in paths}
    assert want_pages(by=BELT, election=election) == 0, "nothing is opened unasked"
    election.settings["capture_pages"] = True
    assert want_pages(by=BELT, election=election) == 4 and want_pages(by=BELT, election=election) == 0
    for _ in range(40):
        capture_pages(by=BELT, election=election, worker=worker, pause=0)
        at.advance(minutes=20)
        if not PageCapture.objects.filter(state="wanted").exists():
            break
    states = dict(PageCapture.objects.values_list("item_id", "state"))
    assert [states[items[path].pk] for path in paths] == ["captured", "not_evidence", "not_evidence", "failed"]
    assert PageCapture.objects.get(item=items["/broken"]).attempts == ATTEMPTS
    assert "special network" in PageCapture.objects.get(item=items["/inside"]).problem
    kept = queries.exhibits(items["/plain"])
    assert {one.file_name for one in kept} >= {"screenshot.png", "page.wacz", "page.html", "text.txt", "page.pdf"}
    assert all(Vault(home.vault).has(one.sha256) for one in kept)
    assert Exhibit.objects.count() == len(kept) and not list(home.staging.glob("capture-*"))
    assert list(verify.problems()) == []


@pytest.mark.django_db
def test_a_browser_that_dies_leaves_the_intent_as_it_was(home, election, site, at):
    make.docket_item(election, "x", url=f"{BASE}/plain")
    election.settings["capture_pages"] = True
    want_pages(by=BELT, election=election)

    class Dying(Worker):
        def _line(self, process):
            process.kill()
            return super()._line(process)

    with Dying(dial=site.dial) as worker:
        assert capture_pages(by=BELT, election=election, worker=worker, pause=0)["waiting"] == 1
    row = PageCapture.objects.get()
    assert row.state == "wanted" and row.next_at > clock.now() and "did not come back" in row.problem
    assert not Exhibit.objects.exists() and not list(home.staging.glob("capture-*"))
    assert json.dumps(row.facts)
