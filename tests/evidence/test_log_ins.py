"""Log-ins of the browser: kept enciphered, used where a page asks for one, and in no byte of what is captured."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

import make
from besa.base.errors import BadInput, Refused
from besa.evidence import queries
from besa.evidence.actions.log_ins import end_log_in, log_in_for, store_log_in
from besa.evidence.actions.pages import capture_pages, want_page
from besa.evidence.actions.rechecks import recheck_due
from besa.evidence.capturers.browser import Caps, find_chromium
from besa.evidence.capturers.log_ins import Blackout, host_named, of_host, read, secrets_of
from besa.evidence.capturers.worker import Worker
from besa.evidence.models import LogIn, Recheck
from besa.ledger import verify
from besa.people.policy import BELT
from besa.vault import Vault
from fakes.post_site import PostSite

COOKIE, STORED, RENEWED, NAME = "kanarinë-4711-cookie/+=", "canary-4712-token", "canary-4713-renewed", "Monitorja Drita"
STATE = {
    "cookies": [
        {"name": "session", "value": COOKIE, "domain": ".lumas.example", "path": "/", "expires": 1_900_000_000},
        {"name": "lang", "value": "sq", "domain": "lumas.example"},
        {"name": "other", "value": "of-another-host", "domain": "bank.example"},
    ],
    "origins": [
        {"origin": "http://lumas.example", "localStorage": [{"name": "t", "value": json.dumps({"jwt": STORED})}]},
        {"origin": "https://bank.example", "localStorage": [{"name": "x", "value": "secret of the bank"}]},
    ],
}
DATA = json.dumps(STATE).encode()
CANARIES = (COOKIE, "4711", "4712", "4713", NAME, NAME.upper(), "Drita")
_INSIDE = f"""<!doctype html><html><head><meta charset="utf-8"><title>{NAME}: postimi</title></head><body>
<nav><img src="/late.png" alt="{NAME}" width="60" height="60"> {NAME} <input value="{NAME}"></nav>
<article><h1>Partia e Liqenit</h1><p>Kundërshtari ynë është i paaftë.</p></article>
<!-- {COOKIE} --><p id="t" data-token="{STORED}"></p><script>
document.cookie = "fresh={RENEWED}; path=/";
document.querySelector("#t").textContent = "Përshëndetje, {NAME.upper()}: " + JSON.parse(localStorage.t).jwt;
fetch("/api?token=" + encodeURIComponent(localStorage.t) + "&me={NAME.replace(" ", "+")}");
</script></body></html>"""


class Inside(PostSite):
    """`/member` shows its post to who brings the cookie, and a log-in page to others; `/members` is gone for all."""

    def answer(self, path: str, cookies: str):
        html = self.pages["/plain"][1]
        if path == "/member" and "session=" in cookies:
            return 200, {**html, "Set-Cookie": f"rolled={RENEWED}"}, _INSIDE.encode()
        if path in ("/member", "/removed") and "session=" not in cookies:
            return self.pages["/private"]
        if path == "/removed":
            return 410, html, b"<p>Deleted by the author"
        return None


@pytest.fixture(scope="module")
def site():
    made = Inside()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def worker(site):
    pytest.importorskip("playwright")
    if find_chromium() is None:
        pytest.fail("no Chromium") if os.environ.get("CI") else pytest.skip("no Chromium on this machine")
    with Worker(Caps(seconds=20, screens=2, pause=40, settle=1), site.dial) as made:
        yield made


def _unpacked(path: Path, data: bytes) -> bytes:
    """All bytes of a file, those inside its archive and its packed records too."""
    if path.suffix != ".wacz":
        return data
    inner = [data]
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for name in packed.namelist():
            inner.append(packed.read(name))
        with packed.open("archive/data.warc.gz") as file:
            for record in ArchiveIterator(file):
                inner += [str(record.rec_headers).encode(), str(record.http_headers or "").encode()]
                inner.append(record.content_stream().read())
    return b"\n".join(inner)


@pytest.mark.django_db
def test_a_page_behind_a_log_in_is_captured_with_it_and_nothing_of_it_stays(home, election, worker, site, users):
    item = make.docket_item(election, "Kundërshtari ynë është i paaftë.", url="http://lumas.example/member")
    want_page(by=users["coder"], item=item, url=item.url)
    assert capture_pages(by=BELT, election=election, worker=worker, pause=0)["not_evidence"] == 1
    store_log_in(by=users["administrator"], election=election, host="lumas.example", data=DATA, names=[NAME, "Drita"])
    row = want_page(by=users["coder"], item=item, url=item.url)
    assert capture_pages(by=BELT, election=election, worker=worker, pause=0)["captured"] == 1
    row.refresh_from_db()
    assert (row.log_in, row.facts["log_in"]) == ("lumas.example", True)
    entries = queries.custody(item)
    exhibits = queries.exhibits(item)
    assert all("logged in at lumas.example" in entries[one.pk][0].reason for one in exhibits)
    names = {one.file_name for one in exhibits}
    assert {"page.html", "text.txt", "page.wacz", "page.pdf", "media-1.png"} <= names
    vault = Vault(home.vault)
    text = {one.file_name: vault.get(one.sha256) for one in exhibits}
    assert "Kundërshtari ynë".encode() in text["text.txt"] and b"/api?token=" in _unpacked(
        Path("page.wacz"), text["page.wacz"]
    )
    from pypdf import PdfReader

    read_pdf = "".join(page.extract_text() for page in PdfReader(io.BytesIO(text["page.pdf"])).pages)
    assert "Liqenit" in read_pdf and not any(canary in read_pdf for canary in CANARIES)
    for place in sorted(path for path in home.root.rglob("*") if path.is_file()):
        name = next((one.file_name for one in exhibits if one.sha256 == place.name), place.name)
        data = _unpacked(Path(name), place.read_bytes())
        found = [canary for canary in CANARIES if canary.encode() in data]
        assert found == [], f"{found} in {name}"
    assert not any(canary in json.dumps(row.facts, ensure_ascii=False) for canary in CANARIES)
    assert list(verify.problems()) == []


@pytest.mark.django_db
def test_a_later_look_is_taken_from_two_places_where_there_is_a_log_in(home, election, worker, site, users, at):
    text = "Kundërshtari ynë është i paaftë."
    items = {
        path: make.docket_item(election, text, url=f"http://lumas.example{path}")
        for path in ("/member", "/removed", "/post", "/gone")
    }
    election.settings["capture_pages"] = True
    store_log_in(by=users["administrator"], election=election, host="lumas.example", data=DATA)
    at.advance(days=2)
    for _ in items:
        assert recheck_due(by=BELT, election=election, worker=worker, pause=0) == 1
    told = {row.item_id: row for row in Recheck.objects.all()}
    seen = {path: told[item.pk] for path, item in items.items()}
    assert {path: (row.outside, row.inside) for path, row in seen.items()} == {
        "/member": ("unknown", "up"), "/removed": ("unknown", "gone"), "/post": ("up", "up"), "/gone": ("gone", "gone"),
    }  # fmt: skip
    assert {path: (row.state, row.cause, row.reach) for path, row in seen.items()} == {
        "/member": ("up", "", "log_in"), "/removed": ("gone", "author", ""), "/post": ("up", "", "all"),
        "/gone": ("gone", "unknown", "all"),
    }  # fmt: skip
    assert {row.log_in for row in told.values()} == {"lumas.example"}


@pytest.mark.django_db
def test_it_is_kept_enciphered_of_its_host_alone_and_emptied_at_its_end(home, election, users, at):
    administrator = users["administrator"]
    for wrong in (b"", b"{}", b'{"cookies": [{"name": "a"}]}', b"[]", DATA.replace(b"lumas", b"elsewhere")):
        with pytest.raises(BadInput):
            store_log_in(by=administrator, election=election, host="lumas.example", data=wrong)
    with pytest.raises(Refused):
        store_log_in(by=users["coordinator"], election=election, host="lumas.example", data=DATA)
    first = store_log_in(by=administrator, election=election, host="https://www.Lumas.example/x", data=DATA)
    assert (first.host, first.cookies, first.until.year) == ("lumas.example", 2, 2030)
    second = store_log_in(by=administrator, election=election, host="lumas.example", data=DATA, names=[NAME])
    first.refresh_from_db()
    assert first.sealed == "" and first.ended_at and COOKIE not in second.sealed
    host, state = log_in_for(election, "https://m.lumas.example/post/1")
    assert host == "lumas.example" and state.names == (NAME,) and "bank" not in json.dumps(state.plain())
    assert log_in_for(election, "https://notlumas.example/") is None
    assert end_log_in(by=administrator, election=election, host="lumas.example") == 1
    assert log_in_for(election, "https://lumas.example/") is None and not LogIn.objects.exclude(sealed="").exists()
    store_log_in(by=administrator, election=election, host="lumas.example", data=DATA)
    at.advance(weeks=400)
    assert log_in_for(election, "https://lumas.example/") is None, "it lapsed"
    at.advance(weeks=-400)
    home.seal_key.write_bytes(b"x" * 32)
    assert log_in_for(election, "https://lumas.example/") is None, "made by another installation"
    assert list(verify.problems()) == []


@pytest.mark.django_db
def test_only_the_administrator_keeps_one_on_the_desk(home, election, users, client):
    client.force_login(users["coordinator"])
    assert client.get("/desk/evidence/log-ins/").status_code == 403
    client.force_login(users["administrator"])
    file = io.BytesIO(DATA)
    file.name = "state.json"
    answer = client.post(
        "/desk/evidence/log-ins/", {"host": "lumas.example", "file": file, "names": f"{NAME}\nDrita\n"}
    )
    assert answer.status_code == 302
    page = client.get("/desk/evidence/log-ins/").content.decode()
    assert "lumas.example" in page and COOKIE not in page and "4712" not in page and NAME not in page
    assert client.post("/desk/evidence/log-ins/end/", {"host": "lumas.example"}).status_code == 302
    assert not queries.log_ins(election)
    file.seek(0)
    assert client.post("/desk/evidence/log-ins/", {"host": "x", "file": file}).status_code == 400


WORDS = st.text(min_size=8, max_size=30).filter(lambda word: word.strip() == word)


@given(WORDS, st.text(max_size=40), st.text(max_size=40))
def test_no_way_of_writing_a_secret_is_left(secret, before, after):
    from urllib.parse import quote

    for written in (secret, quote(secret, safe=""), json.dumps(secret)[1:-1]):
        data = f"{before}{written}{after}".encode("utf-8", "replace")
        black = Blackout([secret])(data)
        assert len(black) == len(data) and written.encode("utf-8", "replace") not in black


def test_values_inside_values_count_as_secrets():
    state = read(DATA, "lumas.example")
    assert {COOKIE, STORED} <= set(secrets_of([state.storage])) and "sq" not in secrets_of([state.storage])


@pytest.mark.parametrize("text", ["", "x", "a b.example", "http://", "-x.example/", "exa mple", "127.0.0.1/8" * 40])
def test_what_is_no_host_is_refused(text):
    with pytest.raises(BadInput):
        host_named(text)


def test_a_host_is_itself_and_what_is_below_it():
    assert of_host("x.example", "https://m.X.example./a") and not of_host("x.example", "https://ax.example/")
    assert not of_host("x.example", "https://x.example.evil.example/")
