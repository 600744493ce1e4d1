"""Capturing by hand in a real browser: the extension loaded, pages shaped like the platforms, a real Besa behind it."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import time
from pathlib import Path
from urllib.parse import unquote

import pyarrow.parquet as pq
import pytest
from driving import FLAGS, Server, Visitor, chromium_path, free_port
from PIL import Image
from platform_pages import Platforms
from playwright.sync_api import BrowserContext, Error, Page, expect
from small_home import PASSWORD, SmallHome, make

from besa.collect.views.captures import EXTENSION
from besa.corpus import Corpus
from besa.vault import Vault

CANARY = ["Besarta Kanarina", "besarta.kanarina", "besartakanar", "besarta_kanarina", "100099988877"]
POST = "https://www.facebook.com/partia.liqenit/posts/700100200300400"
PAGES = {
    "facebook": (POST, "post", "partia.liqenit", "Kundërshtari ynë është tradhtar i vendit. Mos e votoni!",
                 {"reactions": 1200, "comments": 14, "shares": 3}, "facebook:700100200300400"),
    "x": ("https://x.com/kandidatja/status/2066000000000000001", "post", "kandidatja", "Ejani në takim #Lumas",
          {"reactions": 2100, "comments": 12, "shares": 1034, "views": 45600}, "x:2066000000000000001"),
    "tiktok": ("https://www.tiktok.com/@lumas.zyrtare/video/7650000000000000001", "video", "lumas.zyrtare",
               "Vota juaj vendos #lumas2027", {"reactions": 12300, "comments": 845, "shares": 91},
               "tiktok:7650000000000000001"),
    "instagram": ("https://www.instagram.com/p/DaBcDeFgHiJ/", "post", "lumas_insta", "Foto nga tubimi #lumas",
                  {"reactions": 1250}, "instagram:DaBcDeFgHiJ"),
    "youtube": ("https://www.youtube.com/watch?v=abcdefghijk", "video", "lumastv", "Debati i plotë.",
                {"reactions": 1432, "comments": 230, "views": 25014, "followers": 10500}, "youtube:abcdefghijk"),
    "telegram": ("https://t.me/s/lumaskanal", "post", "lumaskanal", "Njoftim i rëndësishëm", {"views": 1100},
                 "telegram:lumaskanal/77"),
    "portal": ("https://lajme-lumas.example/artikulli/ura-e-re?utm_source=x", "article", "lajme-lumas.example",
               "Komuna hapi sot urën e re mbi lumë, pas dy vitesh punë.\n\n"
               "Kryetarja tha se ura do t'u shërbejë të gjithëve.",
               {}, "portal:~"),
}  # fmt: skip


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> SmallHome:
    return make(tmp_path_factory.mktemp("capture") / "home")


@pytest.fixture(scope="module")
def server(small):
    server = Server(small.home, free_port()).start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def platforms(tmp_path_factory):
    pages = Platforms(tmp_path_factory.mktemp("platforms"))
    yield pages
    pages.stop()


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory) -> Path:
    """The extension as it is shipped, but with the right to every page: in a test nobody's finger presses the key
    that grants it (`activeTab`)."""
    folder = tmp_path_factory.mktemp("extension") / "besa"
    shutil.copytree(EXTENSION, folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert "host_permissions" not in manifest and manifest["permissions"] == ["activeTab", "scripting", "storage"]
    (folder / "manifest.json").write_text(json.dumps(manifest | {"host_permissions": ["<all_urls>"]}))
    return folder


@pytest.fixture(scope="module")
def window(playwright, tmp_path_factory, unpacked, platforms, server, small):
    path = chromium_path()
    if path is None:
        pytest.fail("no Chromium") if os.environ.get("CI") else pytest.skip("no Chromium on this machine")
    context = playwright.chromium.launch_persistent_context(
        tmp_path_factory.mktemp("profile"), executable_path=path, headless=False, locale="en-GB",
        viewport={"width": 1200, "height": 800}, ignore_default_args=["--disable-extensions"],
        ignore_https_errors=True,
        args=[*FLAGS, "--headless=new", f"--disable-extensions-except={unpacked}", f"--load-extension={unpacked}",
              f"--host-resolver-rules={platforms.rules}", "--ignore-certificate-errors"],
    )  # fmt: skip
    context.set_default_timeout(20_000)
    worker = context.service_workers[0] if context.service_workers else context.wait_for_event("serviceworker")
    options = context.new_page()
    address = f"chrome-extension://{worker.url.split('/')[2]}/options.html"
    for _ in range(20):
        try:
            options.goto(address)
            break
        except Error:  # the extension opens this very page by itself when it is installed
            options.wait_for_timeout(200)
    options.fill("[name=address]", f"{server.address}/z/{small.token}/")
    options.fill("[name=names]", "Besarta Kanarina\n@besarta.kanarina\n100099988877")
    options.click("button[type=submit]")
    expect(options.locator("#state")).to_contain_text("Connected as monitor for demo.")
    options.close()
    yield context
    context.close()


@pytest.fixture(scope="module")
def monitor(window, server) -> Visitor:
    """Signed in at the desk with the same browser: its other tests may run before, after, or elsewhere."""
    visitor = Visitor(window, server.address)
    visitor.sign_in("monitor", PASSWORD)
    visitor.page.close()
    return visitor


def press(context: BrowserContext, page: Page) -> Page:
    """What the key does: the background's own listener, with the tab in front. Gives the form that opens."""
    page.bring_to_front()
    worker = context.service_workers[0]
    with context.expect_page() as opened:
        worker.evaluate("async () => start((await chrome.tabs.query({active: true, lastFocusedWindow: true}))[0])")
    form = opened.value
    form.wait_for_selector("body[data-ready], #state.bad")
    assert form.locator("#state.bad").count() == 0, form.locator("#state").text_content()
    return form


def sent(form: Page) -> str:
    """Press Enter (the button has the focus) and wait until Besa has it; the key of the post."""
    form.keyboard.press("Enter")
    form.wait_for_selector("body[data-sent]")
    return form.evaluate("document.body.dataset.sent")


def rows(small: SmallHome, key: str) -> list[dict]:
    return Corpus(small.home / "corpus").rows("SELECT * FROM observations WHERE post_key = $key", {"key": key})


def captured(small: SmallHome) -> dict:
    """The newest capture with its files, as the casework holds it."""
    return json.loads(
        small.run(
            "import json\nfrom besa.collect.models import Capture, CapturedFile\n"
            "row = Capture.objects.first()\n"
            "print(json.dumps({'pk': row.pk, 'thread': row.thread, 'device': row.device, 'counts': row.counts,"
            " 'kind': row.kind, 'parent': row.parent_url, 'account': row.account_handle, 'posted': str(row.posted_at),"
            " 'files': list(CapturedFile.objects.filter(capture=row).values())}))"
        )
    )


def holding(folder: Path, words: list[str]) -> list[tuple[str, str]]:
    """Every file of a folder in whose bytes (of packed tables: in whose values) one of the words stands."""
    forms = [(word, form) for word in words for form in (word.lower().encode(), word.lower().encode("utf-16-le"))]
    return [
        (str(path.relative_to(folder)), word)
        for path in folder.rglob("*")
        if path.is_file()
        for word, form in forms
        if form in _bytes(path).lower()
    ]


def _bytes(path: Path) -> bytes:
    return str(pq.read_table(path).to_pylist()).encode() if path.suffix == ".parquet" else path.read_bytes()


@pytest.mark.parametrize("platform", PAGES)
def test_one_press_and_enter_keep_a_post(window, small, platform):
    url, kind, account, text, counts, key = PAGES[platform]
    page = window.new_page()
    page.goto(url)
    started = time.monotonic()
    form = press(window, page)
    made = sent(form)
    seconds = time.monotonic() - started
    assert seconds < 10, seconds
    assert made.startswith(key)
    found = captured(small)
    assert (found["device"], found["kind"], found["account"], found["counts"]) == ("extension", kind, account, counts)
    assert {file["kind"] for file in found["files"]} == {"screenshot", "dom"}
    row = rows(small, made)[0]
    assert row["text"] == text and row["election"] == "demo" and row["posted_at"] is not None and row["route"] == "hand"
    assert "utm_source" not in row["url"] and "__cft__" not in row["url"]
    vault = Vault(small.home / "vault")
    for file in found["files"]:
        data = vault.get(file["sha256"])
        assert file["scrubbed"] and (data.startswith(b"\x89PNG") if file["kind"] == "screenshot" else b"<html" in data)
        assert b"<script" not in data
    form.close()
    page.close()


def test_a_comment_pointed_at_is_kept_under_its_post(window, small):
    page = window.new_page()
    page.goto(POST)
    page.hover("#c1 [dir=auto]")
    form = press(window, page)
    expect(form.locator("#which")).to_be_visible()
    expect(form.locator("[name=text]")).to_have_value("Turp të kesh!")
    key = sent(form)
    found = captured(small)
    assert key == "facebook:9001" and found["kind"] == "comment" and found["parent"] == POST
    row = rows(small, key)[0]
    assert (
        row["parent_key"] == "facebook:700100200300400"
        and row["reactions"] == 7
        and row["account_name"] == "Ylli Prova"
    )
    form.close()
    page.close()


def test_the_post_may_be_chosen_instead_of_the_comment(window, small):
    page = window.new_page()
    page.goto(POST)
    page.hover("#c1 [dir=auto]")
    form = press(window, page)
    form.check("[name=which][value=post]")
    form.focus("#send")
    assert sent(form) == "facebook:700100200300400"
    form.close()
    page.close()


def test_a_reply_on_x_is_a_post_of_its_own_number(window, small):
    page = window.new_page()
    page.goto(PAGES["x"][0])
    page.hover("#reply [data-testid=tweetText]")
    form = press(window, page)
    key = sent(form)
    row = rows(small, key)[0]
    assert key == "x:2066000000000000055" and row["parent_key"] == "x:2066000000000000001"
    assert row["text"] == "@[operator] Përgjigje e keqe", "the operator was addressed in it"
    form.close()
    page.close()


def test_a_thread_is_opened_and_kept_with_its_frame(window, small):
    page = window.new_page()
    page.goto(POST)
    form = press(window, page)
    form.click("#thread")
    expect(form.locator("#frame")).to_contain_text("of 14 comments", timeout=40_000)
    form.focus("#send")
    sent(form)
    found = captured(small)
    assert found["thread"] == {
        "sort": "Most relevant", "shown": 12, "declared": 14, "captured": 11, "own": 1, "hidden": 2,
    }  # fmt: skip
    kept = Corpus(small.home / "corpus").rows(
        "SELECT * FROM observations WHERE root_key = 'facebook:700100200300400' AND native_id >= '9100'"
    )
    assert len(kept) == 10 and {row["kind"] for row in kept} == {"comment", "reply"}
    assert {row["parent_key"] for row in kept if row["kind"] == "reply"} == {"facebook:9001"}
    form.close()
    page.close()


def test_the_picture_is_black_where_it_shows_the_operator(window, small):
    page = window.new_page()
    page.goto(POST)
    spots = {name: page.locator(name).bounding_box() for name in ("#myname", "#avatar", "#inline", "#mine")}
    clear = page.locator("#one [data-ad-preview]").bounding_box()
    scale = page.evaluate("devicePixelRatio")
    form = press(window, page)
    sent(form)
    file = next(file for file in captured(small)["files"] if file["kind"] == "screenshot")
    picture = Image.open(io.BytesIO(Vault(small.home / "vault").get(file["sha256"]))).convert("RGB")
    assert not picture.info, "no words beside the picture"
    for name, box in spots.items():
        assert _colours(picture, box, scale) == {(0, 0, 0)}, name
    assert len(_colours(picture, clear, scale)) > 5, "the post itself is there to be read"
    form.close()
    page.close()


def _colours(picture: Image.Image, box: dict, scale: float) -> set:
    area = [box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]]
    return {colour for _, colour in picture.crop([round(side * scale) for side in area]).getcolors(1 << 24)}


def test_a_canary_of_the_operator_is_in_no_byte_of_captures(window, server, small):
    """Not in casework, corpus, vault, staging, logs, whatever was captured before; the look finds what is there."""
    for platform in ("facebook", "tiktok"):
        page = window.new_page()
        page.goto(PAGES[platform][0])
        form = press(window, page)
        sent(form)
        form.close()
        page.close()
    assert holding(small.home, CANARY) == []
    assert holding(small.home, ["Lumas Zyrtare"]), "the look does find what was captured"
    assert holding(small.home, ["SECRETTOKEN"]) == []


def test_what_still_shows_the_operator_is_refused_and_the_form_says_so(window, small):
    page = window.new_page()
    page.goto(POST)
    form = press(window, page)
    form.fill("[name=note]", "Sent by Besarta Kanarina")
    form.focus("#send")
    form.keyboard.press("Enter")
    expect(form.locator("#state")).to_contain_text("Your own account still stands")
    form.fill("[name=note]", "")
    form.focus("#send")
    sent(form)
    form.close()
    page.close()
    assert holding(small.home, CANARY) == []


def test_a_sealed_original_goes_along_enciphered(window, small):
    page = window.new_page()
    page.goto(POST)
    form = press(window, page)
    form.check("[name=sealed]")
    form.focus("#send")
    sent(form)
    files = captured(small)["files"]
    sealed = [file for file in files if file["sealed"]]
    assert {file["kind"] for file in sealed} == {"dom", "screenshot"} and len(files) == 4
    assert all(file["original_sha256"] != file["sha256"] for file in sealed)
    assert holding(small.home, CANARY) == []
    opened = small.run(
        "import sys\nfrom besa.collect.actions.sealing import unseal\nfrom besa.vault import Vault\n"
        "from besa.base.home import Home\n"
        f"print(unseal(Vault(Home.here().vault).get({next(f['sha256'] for f in sealed if f['kind'] == 'dom')!r})))"
    )
    assert "Besarta Kanarina" in opened, "the original is whole under its seal"
    form.close()
    page.close()


def test_the_same_form_sent_twice_is_one_capture(window, server, small):
    page = window.new_page()
    page.goto(PAGES["portal"][0])
    form = press(window, page)
    count = "from besa.collect.models import Capture\nprint(Capture.objects.count())"
    before = int(small.run(count))
    form.evaluate("async () => { await send(); await send(); }")
    assert int(small.run(count)) == before + 1
    form.close()
    page.close()


def test_where_besa_does_not_answer_nothing_is_lost(window, server, small):
    page = window.new_page()
    page.goto(PAGES["telegram"][0])
    form = press(window, page)
    server.stop()
    form.keyboard.press("Enter")
    expect(form.locator("#state.bad")).to_be_visible()
    server.start()
    form.focus("#send")
    assert sent(form) == "telegram:lumaskanal/77"
    form.close()
    page.close()


def test_the_bookmarklet_opens_the_form_filled_in_with_the_copy_of_the_page(window, server, small, monitor):
    visitor = Visitor(window, server.address)
    desk = visitor.open("/desk/collect/capture/")
    mark = desk.locator("section[aria-labelledby=bookmarklet] textarea").input_value()
    assert mark.startswith("javascript:") and len(mark) < 64_000
    desk.close()
    page = window.new_page()
    page.goto(POST)
    page.hover("#one [data-ad-preview]")
    with window.expect_page() as opened:
        page.evaluate(unquote(mark.removeprefix("javascript:")))
    form = opened.value
    form.wait_for_selector("#capture[data-ready]")
    expect(form.locator("[name=url]")).to_have_value(POST + "?__cft__[0]=AZXq")
    expect(form.locator("[name=account_name]")).to_have_value("Partia e Liqenit")
    expect(form.locator("#previews .badge")).to_be_visible()
    form.click("#capture button[type=submit]")
    form.wait_for_url(re.compile(r"/capture/\d+/$"))
    found = captured(small)
    assert found["device"] == "bookmarklet" and [file["kind"] for file in found["files"]] == ["dom"]
    assert rows(small, "facebook:700100200300400") and holding(small.home, CANARY) == []
    form.close()
    page.close()


def test_a_pasted_address_and_picture_fill_the_form(window, server, small, monitor):
    visitor = Visitor(window, server.address)
    form = visitor.open("/desk/collect/capture/new/")
    form.wait_for_selector("#capture[data-ready]")
    form.fill("[name=url]", "https://www.tiktok.com/@lumas.zyrtare/video/7650000000000000002")
    expect(form.locator("[name=account_handle]")).to_have_value("lumas.zyrtare")
    expect(form.locator("[name=platform]")).to_have_value("tiktok")
    expect(form.locator("[name=kind]")).to_have_value("video")
    assert form.locator("[name=posted_at]").input_value(), "TikTok's number tells the time"
    form.evaluate(
        """async () => {
            const canvas = new OffscreenCanvas(8, 8);
            canvas.getContext("2d").fillRect(0, 0, 4, 4);
            const file = new File([await canvas.convertToBlob()], "image.png", { type: "image/png" });
            const data = new DataTransfer();
            data.items.add(file);
            document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
            const dropped = new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
            document.dispatchEvent(dropped);
        }"""
    )
    expect(form.locator("#previews img")).to_have_count(2)
    form.fill("[name=docket_reason]", "A threat")
    form.click("#capture button[type=submit]")
    form.wait_for_url(re.compile(r"/capture/\d+/$"))
    assert rows(small, "tiktok:7650000000000000002")
    done = json.loads(server.besa("work", "--once", "--election", "demo", "--json"))
    assert done["docketed"] >= 1 and done["problems"] == []
    kinds = small.run(
        "from besa.evidence.models import Exhibit\nfrom besa.triage.models import DocketItem\n"
        "item = DocketItem.objects.get(post_key='tiktok:7650000000000000002')\n"
        "print(item.sample, item.put_reason, sorted(Exhibit.objects.filter(item=item).values_list('kind', flat=True)))"
    )
    assert kinds.strip() == "hand A threat ['raw', 'screenshot']"
    assert visitor.troubles == []
    form.close()
