"""A monitor's phone: no line, the browser killed, a slow line, signed out in between; each capture arrives once."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
import signal
import sqlite3
import time
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin
from playwright.sync_api import Error, expect

from besa.base.home import Home
from besa.vault import Vault

CANARY = "Canary Operatorja"
#: 128 kbit/s in both directions, a round trip of 300 ms.
SLOW = {"offline": False, "latency": 300, "downloadThroughput": 16_000, "uploadThroughput": 16_000}
DEVICE = {
    "user_agent": "Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 "
    "Mobile Safari/537.36",
    "viewport": {"width": 412, "height": 839}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True,
    "locale": "en-GB",
}  # fmt: skip
TYPES = {".png": "image/png", ".webp": "image/webp", ".webm": "video/webm"}


class Phone:
    """A browser shaped like a phone, with a profile of its own that outlives it."""

    def __init__(self, with_profile, address: str, profile: Path):
        self.with_profile, self.address, self.profile, self.troubles = with_profile, address, profile, []
        self.open()

    def open(self, *, offline: bool = False) -> None:
        self.context = self.with_profile(self.profile, **DEVICE)
        self.context.set_default_timeout(20_000)
        self.context.add_cookies([{"name": "django_language", "value": "en", "url": self.address}])
        self.context.set_offline(offline)
        self.page = self.context.pages[0]
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("console", self._heard)

    def _heard(self, message) -> None:
        if "Content Security Policy" in message.text:
            self.troubles.append(message.text)

    def kill(self) -> None:
        """The phone throws the browser away, from one moment to the next."""
        mine = [
            int(entry.name)
            for entry in Path("/proc").iterdir()
            if entry.name.isdecimal() and f"--user-data-dir={self.profile}".encode() in _words(entry)
        ]
        assert mine, "the browser of this profile was not found"
        for pid in mine:
            os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(Error):
            self.context.close()
        (self.profile / "SingletonLock").unlink(missing_ok=True)

    def visit(self) -> None:
        self.page.goto(f"{self.address}/phone/")
        expect(self.page.locator("#capture [type=submit]")).to_be_enabled()

    def sign_in(self, username: str = "coder1") -> None:
        self.page.goto(f"{self.address}/accounts/login/?next=/phone/")
        self.give_password(username)

    def give_password(self, username: str = "coder1") -> None:
        page = self.page
        page.fill("#id_login", username)
        page.fill("#id_password", f"lumeria-{username}-2027")
        page.click("main button[type=submit]")
        page.wait_for_url("**/phone/")
        expect(page.locator("#who")).to_have_text(username)
        self.until("() => navigator.serviceWorker.controller !== null")

    def until(self, asked: str) -> None:
        """Wait in steps from outside: the page's policy lets nobody evaluate texts inside."""
        deadline = time.monotonic() + 20
        while not self.page.evaluate(asked):
            assert time.monotonic() < deadline, asked
            self.page.wait_for_timeout(50)

    def fill(self, url: str, *files: tuple[str, bytes], text: str = "") -> None:
        self.page.fill("#url", url)
        self.page.fill("#text", text)
        if files:
            self.page.set_input_files(
                "#pick",
                [{"name": name, "mimeType": TYPES[Path(name).suffix], "buffer": data} for name, data in files],
            )
            expect(self.page.locator("#files > li")).to_have_count(len(files))
            self.page.check("[name=sure]")

    def keep(self) -> None:
        before = self.page.locator("#queue li").count()
        self.page.click("#capture [type=submit]")
        expect(self.page.locator("#queue li")).to_have_count(before + 1)

    def states(self) -> list[str]:
        return sorted(self.page.locator("#queue li").evaluate_all("rows => rows.map(row => row.dataset.state)"))

    def arrive(self, count: int) -> None:
        expect(self.page.locator("#queue li[data-state=sent]")).to_have_count(count, timeout=90_000)


def _words(entry: Path) -> list[bytes]:
    try:
        return (entry / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return []


@pytest.fixture
def phone(with_profile, served, tmp_path):
    held = Phone(with_profile, served.address, tmp_path / "profile")
    yield held
    held.context.close()
    assert held.troubles == []


def picture(colour: str = "white", size=(240, 480), **more) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG", **more)
    return out.getvalue()


def noise(side: int) -> bytes:
    """A picture that does not compress: about 3 bytes a pixel."""
    out = io.BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(side * side * 3)).save(out, "PNG")
    return out.getvalue()


def bytes_of(paths) -> bytes:
    return b"".join(path.read_bytes() for path in paths if path.is_file())


def asked(home: Path, sql: str, *values) -> list[tuple]:
    with sqlite3.connect(f"file:{home}/casework.sqlite3?mode=ro", uri=True, timeout=30) as base:
        return base.execute(sql, values).fetchall()


def kept(home: Path, url: str) -> list[tuple]:
    """(id, video, entered) of the captures of an address."""
    return asked(home, "SELECT id, video, entered_id FROM collect_capture WHERE url = ?", url)


def files_of(home: Path, capture: int) -> list[tuple]:
    """(original_sha256, sha256, scrubbed, sealed)"""
    return asked(
        home,
        "SELECT original_sha256, sha256, scrubbed, sealed FROM collect_capturedfile WHERE capture_id = ? ORDER BY id",
        capture,
    )


def test_three_captures_without_a_line_the_browser_killed_the_line_back_each_arrives_once(phone, demo_home):
    links = [f"https://www.facebook.com/lake.party/posts/80010000{n}" for n in (1, 2, 3)]
    shots = [[("one.png", picture("navy"))], [("big.png", noise(500)), ("two.png", picture("teal"))], []]
    phone.sign_in()
    phone.context.set_offline(True)
    for link, files in zip(links, shots, strict=True):
        phone.fill(link, *files)
        phone.keep()
    assert phone.states() == ["waiting"] * 3
    phone.kill()

    at_rest = b"".join(
        path.read_bytes() for path in (phone.profile / "Default" / "IndexedDB").rglob("*") if path.is_file()
    )
    assert len(at_rest) > 750_000 and b"captures" in at_rest.replace(b"\0", b"")
    assert b"lake.party" not in at_rest.replace(b"\0", b"") and b"IHDR" not in at_rest, "enciphered on the phone"

    phone.open(offline=True)
    phone.visit()  # the page opens without a line, and what was kept is still there
    expect(phone.page.locator("#queue li[data-state=waiting]")).to_have_count(3)
    expect(phone.page.locator("#line")).to_have_text("Offline")
    assert [kept(demo_home, link) for link in links] == [[], [], []]

    phone.context.set_offline(False)
    expect(phone.page.locator("#sign-in")).to_be_visible()  # the session died with the browser
    phone.page.click("#sign-in a")
    phone.give_password()
    phone.arrive(3)
    for _ in range(2):
        phone.page.reload()
        phone.page.click("#send-now")
        phone.arrive(3)
    for link, files in zip(links, shots, strict=True):
        rows = kept(demo_home, link)
        assert len(rows) == 1 and rows[0][2], f"{link}: once, and in the corpus"
        arrived = files_of(demo_home, rows[0][0])
        assert [row[0] for row in arrived] == [hashlib.sha256(data).hexdigest() for _, data in files]
        assert [Vault(Home(demo_home).vault).get(row[1]) for row in arrived] == [data for _, data in files]
    assert asked(demo_home, "SELECT count(*) FROM collect_upload") == [(0,)]


@pytest.mark.drill
def test_the_first_visit_and_a_screenshot_over_a_line_of_128_kbit(phone, demo_home):
    page, link, shot = phone.page, "https://www.tiktok.com/@lake.party/video/7300000000000000009", noise(370)
    network = phone.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", SLOW)
    weight: list[int] = []
    network.on("Network.loadingFinished", lambda event: weight.append(int(event["encodedDataLength"])))
    phone.visit()
    page.wait_for_load_state("load")
    took = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    print(f"first visit: {sum(weight)} bytes in {len(weight)} answers, {took / 1000:.1f} s at 128 kbit/s")
    assert 10_000 < sum(weight) < 60_000 and took < 10_000

    network.send("Network.emulateNetworkConditions", {**SLOW, "downloadThroughput": -1})
    phone.sign_in()
    network.send("Network.emulateNetworkConditions", SLOW)
    pieces: list[int] = []

    def count(answer) -> None:
        if answer.request.method == "PATCH":
            pieces.append(answer.status)

    page.on("response", count)
    phone.fill(link, ("shot.png", shot))
    phone.keep()
    expect(page.locator("#queue progress:not([hidden])")).to_be_visible(timeout=60_000)
    phone.context.set_offline(True)  # the line breaks after the first piece
    page.wait_for_timeout(1500)
    phone.context.set_offline(False)
    network.send("Network.emulateNetworkConditions", SLOW)
    phone.arrive(1)
    capture = kept(demo_home, link)
    assert len(capture) == 1
    assert [row[0] for row in files_of(demo_home, capture[0][0])] == [hashlib.sha256(shot).hexdigest()]
    assert pieces.count(204) == -(-len(shot) // (256 << 10)), "nothing was sent twice"


def test_the_monitors_name_is_refused_covered_and_sealed(phone, demo_home):
    page, link = phone.page, "https://www.instagram.com/p/Cx4N4rYtEsT/"
    phone.sign_in("coder2")
    page.click("#mine summary")
    page.fill("#own", f"{CANARY}\n@canary.op77")
    page.locator("#own").blur()
    expect(page.locator("#own-kept")).to_be_visible()
    said = PngImagePlugin.PngInfo()
    said.add_text("Author", CANARY)
    shot = picture("white", (300, 600), pnginfo=said)
    assert CANARY.encode() in shot
    for text in ("as CANARY operatorja sees it", f"{link}?u=canary%20operatorja", "Canary-Operatorja"):
        phone.fill(link, text=text)
        page.click("#capture [type=submit]")
        expect(page.locator("#fault")).to_contain_text(CANARY)
    phone.fill(link, ("shot.png", shot), text="seen")
    page.click("#files [data-act=cover]")
    expect(page.locator("#cover canvas")).to_be_visible()
    box = page.locator("#cover canvas").bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 4, steps=4)
    page.mouse.up()
    page.click("#cover [data-cover=done]")
    expect(page.locator("#files .size")).to_contain_text("covered")
    page.check("#files [data-seal] input")
    page.check("[name=sure]")
    phone.keep()
    phone.arrive(1)
    (capture, _, _), = kept(demo_home, link)  # fmt: skip
    covered, sealed = files_of(demo_home, capture)
    vault = Vault(Home(demo_home).vault)
    pixels = Image.open(io.BytesIO(vault.get(covered[1]))).convert("RGB")
    assert (covered[2], covered[3], sealed[3]) == (1, 0, 1)
    assert pixels.getpixel((60, 60)) == (0, 0, 0) and pixels.getpixel((290, 590)) == (255, 255, 255)
    assert not vault.get(sealed[1]).startswith(b"\x89PNG"), "the original is enciphered"

    # what the phone cannot see the server does: a name inside the file's own notes
    out = io.BytesIO()
    Image.new("RGB", (40, 40)).save(out, "WEBP", xmp=f"<x>{CANARY}</x>".encode())
    phone.fill(f"{link}2", ("shot.webp", out.getvalue()))
    phone.keep()
    expect(page.locator("#queue li[data-state=refused]")).to_contain_text("own account")
    page.locator("#queue [data-act=open]:not([hidden])").click()
    expect(page.locator("#url")).to_have_value(f"{link}2")
    page.click("#files [data-act=drop]")
    page.click("#capture [type=submit]")
    phone.arrive(2)

    looked = 0
    for folder in ("vault", "corpus", "staging"):
        for path in (demo_home / folder).rglob("*"):
            if path.is_file():
                looked += 1
                assert CANARY.lower().encode() not in path.read_bytes().lower(), path
    assert looked > 100
    base = bytes_of(demo_home.glob("casework.sqlite3*"))
    assert CANARY.lower().encode() not in base.lower() and b"canary.op77" not in base and link.encode() in base


SHARE = """
([text, bytes]) => {
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: "/phone/share/", enctype: "multipart/form-data" });
  const add = (name, type) => form.appendChild(Object.assign(document.createElement("input"), { name, type }));
  add("text", "text").value = text;
  const held = new DataTransfer();
  held.items.add(new File([new Uint8Array(bytes)], "shared.png", { type: "image/png" }));
  add("files", "file").files = held.files;
  document.body.append(form);
  form.submit();
}
"""


def test_what_another_app_shares_is_prefilled_even_without_a_line(phone, demo_home):
    page, link = phone.page, "https://www.facebook.com/lake.party/posts/800200001"
    phone.sign_in()
    phone.context.set_offline(True)
    page.evaluate(SHARE, [f"Shikoni këtë {link}", list(picture("olive"))])
    page.wait_for_url("**/phone/")
    expect(page.locator("#url")).to_have_value(link)
    expect(page.locator("#text")).to_have_value("Shikoni këtë")
    expect(page.locator("#files > li")).to_have_count(1)
    assert phone.states() == ["draft"]
    page.check("[name=sure]")
    page.click("#capture [type=submit]")
    expect(page.locator("#queue li[data-state=waiting]")).to_have_count(1)
    assert phone.states() == ["waiting"], "the draft has become the capture"
    phone.context.set_offline(False)
    phone.arrive(1)
    assert len(kept(demo_home, link)) == 1


def test_removed_and_taken_back_refused_and_mended_another_name_signed_in(phone, demo_home):
    page, link = phone.page, "https://www.facebook.com/lake.party/posts/80030000"
    phone.sign_in()
    phone.context.set_offline(True)
    for number in (1, 2):
        phone.fill(f"{link}{number}")
        phone.keep()
    page.locator("#queue li").nth(0).locator("[data-act=remove]").click()
    page.locator("#queue li").nth(0).locator("[data-act=undo]").click()
    expect(page.locator("#queue li[data-state=waiting]")).to_have_count(2)
    page.locator("#queue li").nth(1).locator("[data-act=remove]").click()
    expect(page.locator("#queue li[data-state=removed]")).to_have_count(1)
    phone.context.clear_cookies()
    phone.context.set_offline(False)
    page.reload()
    expect(page.locator("#queue li")).to_have_count(1)
    phone.sign_in("coder2")
    expect(page.locator("#queue .state")).to_contain_text("Waits until coder1 signs in")
    phone.context.clear_cookies()
    phone.sign_in()
    phone.arrive(1)
    assert (len(kept(demo_home, f"{link}1")), len(kept(demo_home, f"{link}2"))) == (0, 1)
    phone.fill("https://not a link")
    page.click("#capture [type=submit]")
    expect(page.locator("#fault")).to_be_visible()


RECORD = """
async () => {
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  [canvas.width, canvas.height] = [160, 240];
  const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: "video/webm" });
  const parts = [];
  recorder.ondataavailable = (event) => parts.push(event.data);
  recorder.start(200);
  for (let n = 0; n < 40; n++) {
    pen.fillStyle = `hsl(${n * 9} 60% 50%)`;
    pen.fillRect(0, 0, 160, 240);
    await new Promise((next) => setTimeout(next, 50));
  }
  await new Promise((done) => { recorder.onstop = done; recorder.stop(); });
  return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
}
"""


def test_a_recording_with_its_quotes_and_the_share_that_was_watched(phone, demo_home, visit):
    page, link = phone.page, "https://www.tiktok.com/@lake.party/video/7300000000000000010"
    phone.sign_in()
    recording = bytes(page.evaluate(RECORD))
    phone.fill(link, ("screen.webm", recording))
    player = page.locator("#files video")
    player.evaluate("video => { video.muted = true; return video.play(); }")
    phone.until("() => document.querySelector('#files video').currentTime > 0.3")
    page.click("[data-mark=start]")
    phone.until("() => document.querySelector('#files video').currentTime > 1")
    page.click("[data-mark=end]")
    page.keyboard.type("Do t'ua tregojmë.")
    expect(page.locator("[name=video_quotes]")).to_have_value(re.compile(r"^0:00\.\d-0:01(\.\d)? Do t'ua"))
    expect(page.locator("[name=video_watched]")).not_to_have_value("")
    page.fill("[name=video_length]", "0:04")
    phone.keep()
    phone.arrive(1)
    (capture, video, _), = kept(demo_home, link)  # fmt: skip
    said = json.loads(video)
    assert said["quotes"][0]["text"] == "Do t'ua tregojmë." and said["length"] == 4 and said["measured"]
    assert 0.5 < sum(end - start for start, end in said["watched"]) < 2
    assert files_of(demo_home, capture)[0][0] == hashlib.sha256(recording).hexdigest()

    # at the desk, later: the same recording, by keyboard
    desk = visit()
    desk.sign_in("coder1")
    page = desk.open(f"/desk/collect/capture/{capture}/video/")
    player = page.locator("[data-player] video")
    player.evaluate("video => { video.muted = true; video.focus(); }")
    page.keyboard.press("[")
    page.keyboard.press(" ")
    for _ in range(100):
        if player.evaluate("video => video.currentTime > 0.6"):
            break
        page.wait_for_timeout(50)
    else:
        pytest.fail("the space bar did not start the player")
    page.keyboard.press("]")
    page.keyboard.type("Prej fillimit.")
    assert desk.wide_by() == 0 and desk.barriers() == []
    page.click("form[data-times] button[type=submit]")
    expect(page.locator(".messages")).to_be_visible()
    later = json.loads(kept(demo_home, link)[0][1])
    assert len(later["quotes"]) == 2 and later["quotes"][0]["text"] == "Prej fillimit."
    assert later["quotes"][0]["start"] == 0 and later["quotes"][0]["end"] >= 0.6
    assert later["watched"] == said["watched"], "what was measured stays"
