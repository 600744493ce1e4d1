"""A captured page in the hands of others: the public validator accepts its WACZ, and a public replayer shows it again.

The two tools are no part of Besa. They are installed from a list of their own into `build/replay`.
"""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from besa.evidence.archive.checker import problems
from besa.evidence.archive.writer import Exchange, Page, write
from besa.evidence.capturers.browser import Caps, find_chromium
from besa.evidence.capturers.worker import Worker
from fakes.post_site import PostSite

ROOT = Path(__file__).parents[2]
LOCK, PLACE = ROOT / "requirements" / "replay.lock", ROOT / "build" / "replay"
URL = "http://lumas.example/post"


def not_here(why: str) -> None:
    pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)


@pytest.fixture(scope="module")
def tools() -> Path:
    """The folder of their commands, set up once for each version of the list."""
    done = PLACE / "set-up"
    if not done.exists() or done.read_bytes() != LOCK.read_bytes():
        shutil.rmtree(PLACE, ignore_errors=True)
        uv = Path(sys.executable).parent / "uv"
        if not uv.exists():
            not_here("uv, which installs the tools, is not here")
        for command in (
            [sys.executable, "-m", "venv", PLACE],
            [uv, "pip", "install", "--quiet", "--python", PLACE / "bin" / "python", "--require-hashes", "-r", LOCK],
        ):
            made = subprocess.run(command, capture_output=True, text=True)
            if made.returncode:
                not_here(f"validator and replayer cannot be installed: {made.stderr.strip()[-200:]}")
        shutil.copyfile(LOCK, done)
    return PLACE / "bin"


@pytest.fixture(scope="module")
def captured(tmp_path_factory) -> Path:
    """A post with a cookie wall, late pictures and an endless list, as Besa's browser archived it."""
    if find_chromium() is None:
        not_here("no Chromium on this machine")
    out, site = tmp_path_factory.mktemp("captured"), PostSite()
    try:
        with Worker(Caps(seconds=20, screens=6, pause=60, settle=1.5), site.dial) as worker:
            assert worker.capture(URL, out).problem == ""
    finally:
        site.stop()
    return out / "page.wacz"


def accepted(tools: Path, archive: Path) -> bool:
    done = subprocess.run([tools / "wacz", "validate", "-f", archive], capture_output=True, text=True, timeout=60)
    assert "valid" in done.stdout, done.stderr
    return done.returncode == 0


@pytest.mark.drill
def test_the_public_validator_accepts_what_is_captured_and_what_is_written(tools, captured, tmp_path):
    assert list(problems(captured)) == [] and accepted(tools, captured)
    at = datetime(2027, 9, 14, tzinfo=UTC)
    hard = [
        Exchange(
            "https://лумас.example/поруке/ë?b=2&a=č", 200, "OK", (("content-type", "text/html"),), b"<h1>\xc3", at
        ),
        Exchange("https://lumas.example/empty", 204, "", (), b"", at),
        Exchange("https://lumas.example/moved", 302, "Found", (("location", "/empty"),), b"", at),
        Exchange("https://lumas.example/large", 200, "OK", (("content-type", "video/mp4"),), bytes(3_000_000), at),
    ]
    for exchanges in (hard, hard[:1]):
        pages = [Page(one.url, "Наслов 🐀", "tekst\n\u0000", at) for one in exchanges[:2]]
        (tmp_path / "a.wacz").write_bytes(write(exchanges, pages, title="ë", software="Besa"))
        assert accepted(tools, tmp_path / "a.wacz")


@pytest.mark.drill
def test_what_the_validator_refuses_the_checker_refuses(tools, captured, tmp_path):
    with zipfile.ZipFile(captured) as packed:
        held = {name: packed.read(name) for name in packed.namelist()}
    for name in ("archive/data.warc.gz", "indexes/index.cdx.gz", "pages/pages.jsonl", "datapackage.json"):
        bent = bytearray(held[name])
        bent[held[name].index(b"http://lumas") + 1 if name.endswith("json") else len(bent) // 2] ^= 1
        changed = io.BytesIO()
        with zipfile.ZipFile(changed, "w") as out:
            for other, data in held.items():
                out.writestr(other, bytes(bent) if other == name else data)
        (tmp_path / "changed.wacz").write_bytes(changed.getvalue())
        assert not accepted(tools, tmp_path / "changed.wacz"), name
        assert name in {found["where"] for found in problems(tmp_path / "changed.wacz")}


@pytest.mark.drill
def test_a_replayer_shows_the_text_and_the_late_pictures(tools, captured, tmp_path, playwright):
    for words in (["init", "case"], ["add", "--unpack-wacz", "case", str(captured)]):
        subprocess.run([tools / "wb-manager", *words], cwd=tmp_path, check=True, capture_output=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [tools / "wayback", "-p", str(port), "-b", "127.0.0.1"]
    replayer = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}/case/2100"
        _wait(f"{address}mp_/{URL}", replayer)
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        try:
            opened, missing = browser.new_page(), []
            opened.on("response", lambda got: missing.append(got.url) if got.status == 404 else None)
            opened.goto(f"{address}/{URL}")
            frame = opened.frame_locator("#replay_iframe")
            frame.locator("article").wait_for(timeout=20_000)
            assert "Kundërshtari ynë është i paaftë." in frame.locator("article").inner_text()
            late = f"{address}im_/http://lumas.example/late.png"
            assert browser.new_page().goto(late).status == 200
            assert [url for url in missing if "lumas.example/" in url and "favicon" not in url] == []
        finally:
            browser.close()
    finally:
        replayer.terminate()
        replayer.wait(20)


def _wait(address: str, process: subprocess.Popen) -> None:
    until = time.monotonic() + 40
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                assert "paaftë" in answer.read().decode()
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.3)
    raise AssertionError("the replayer did not start")
