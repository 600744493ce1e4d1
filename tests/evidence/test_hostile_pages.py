"""The real browser behind its proxy: one page tries every hostile address in every way that a page has."""

from __future__ import annotations

import json
import os
import time
from urllib.parse import quote

import pytest

from besa.evidence.capturers.browser import Caps, find_chromium
from besa.evidence.capturers.worker import Worker
from fakes.hostile import ALL, ENDLESS, NAMES, Canary, Trap

BASE = "http://open.example"
CAPS = Caps(seconds=25, screens=2, pause=60, settle=1)

_PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>Everything at once</title>
<link rel="stylesheet" href="/all.css"></head><body><h1>Partia e Liqenit</h1><p>Këtu provohet gjithçka.</p>
<div id="box"></div><script>
const urls = %s, box = document.querySelector("#box");
const put = (tag, more) => {
  const one = Object.assign(document.createElement(tag), more);
  box.append(one);
  return one;
};
for (const path of ["/drip", "/heads", "/silent", "/soon"]) put("img", { src: path });
const quiet = (work) => { try { const out = work(); if (out && out.catch) out.catch(() => {}); } catch {} };
for (const url of urls) {
  const own = "http://open.example/to?" + encodeURIComponent(url);
  for (const at of [url, own]) {
    quiet(() => put("img", { src: at, srcset: at + " 2x" }));
    quiet(() => put("link", { rel: "stylesheet", href: at }));
    quiet(() => put("script", { src: at }));
    quiet(() => fetch(at, { mode: "no-cors" }));
  }
  for (const rel of ["prefetch", "preconnect", "dns-prefetch", "preload", "icon", "manifest"])
    quiet(() => put("link", { rel, href: url, as: "image" }));
  quiet(() => put("iframe", { src: url }));
  quiet(() => put("video", { src: url, poster: url, autoplay: true }));
  quiet(() => put("audio", { src: url, autoplay: true }));
  quiet(() => put("object", { data: url }));
  quiet(() => put("embed", { src: url }));
  quiet(() => { const asked = new XMLHttpRequest(); asked.open("POST", url); asked.send("x"); });
  quiet(() => navigator.sendBeacon(url, "x"));
  quiet(() => new EventSource(url));
  quiet(() => new WebSocket(url.replace(/^http/, "ws")));
  quiet(() => open(url));
  quiet(() => put("a", { href: url, download: "x", ping: url }).click());
  quiet(() => { const form = put("form", { action: url, method: "post", target: "f" }); form.submit(); });
  quiet(() => new FontFace("f", "url(" + url + ")").load());
  quiet(() => new Worker(URL.createObjectURL(new Blob(["try { importScripts(" + JSON.stringify(url) + ") } catch {}\\n"
    + "fetch(" + JSON.stringify(url) + ", { mode: 'no-cors' }).catch(() => {})"]))));
}
put("iframe", { name: "f" });
for (const url of urls.slice(0, 9))
  put("iframe", { srcdoc: '<meta http-equiv="refresh" content="0;url=' + url + '">' });
quiet(() => new WebTransport("https://127.0.0.1:PORT/"));
quiet(() => navigator.serviceWorker.register("/service.js"));
const servers = ["stun:127.0.0.1:PORT", "stun:localhost:PORT"].map((urls) => ({ urls }));
for (const how of ["udp", "tcp"])
  servers.push({ urls: "turn:127.0.0.1:PORT?transport=" + how, username: "x", credential: "x" });
const line = new RTCPeerConnection({ iceServers: servers });
line.createDataChannel("x");
line.createOffer().then((offer) => line.setLocalDescription(offer));
line.addIceCandidate({ candidate: "candidate:1 1 udp 1 127.0.0.1 PORT typ host", sdpMid: "0" }).catch(() => {});
</script></body></html>"""


@pytest.fixture(scope="module")
def canary():
    try:
        made = Canary()
    except OSError as error:
        pytest.skip(str(error))
    yield made
    made.close()


@pytest.fixture(scope="module")
def trap(canary):
    urls = [url.format(port=canary.port) for url in ALL if url]
    sheet = "".join(f'@import "{url}";\n' for url in urls) + "".join(
        f'#box {{ background: url("{url}") }} ' for url in urls
    )
    service = "self.addEventListener('install', () => { for (const url of %s) fetch(url).catch(() => {}) })"
    page = (_PAGE % json.dumps(urls)).replace("PORT", str(canary.port))
    one = '<img src="http://door.example/"><p>Një faqe e vogël.</p>'
    made = Trap({"/all": page.encode(), "/all.css": sheet.encode(), "/one": one.encode(),
                 "/service.js": (service % json.dumps(urls)).encode()})  # fmt: skip
    yield made
    made.close()


@pytest.fixture(scope="module")
def worker(trap, canary):
    pytest.importorskip("playwright")
    if find_chromium() is None:
        pytest.fail("no Chromium") if os.environ.get("CI") else pytest.skip("no Chromium on this machine")
    dial = {f"{name}:{port}": told for name, told in NAMES.items() for port in (80, canary.port)}
    dial |= {"open.example:80": f"127.0.0.1:{trap.port}", "door.example:80": f"127.0.0.1:{canary.port}"}
    with Worker(CAPS, dial) as made:
        yield made


def test_nothing_that_a_page_loads_reaches_a_private_address(worker, trap, canary, tmp_path):
    before, began = len(canary.hits), time.monotonic()
    facts = worker.capture(f"{BASE}/all", tmp_path)
    assert (facts.problem, facts.status) == ("", 200) and time.monotonic() - began < CAPS.seconds + 20
    assert canary.hits[before:] == []
    asked = {path.partition("?")[0] for path in trap.asked}
    assert {"/all", "/all.css", "/to"} <= asked and "/service.js" not in asked
    told = "\n".join(address for address, _ in facts.refused)
    assert f"127.0.0.1:{canary.port}" in told and "169.254.169.254" in told and "rebound.example" in told


def test_the_canary_sings_where_the_proxy_lets_it(worker, canary, tmp_path):
    before = len(canary.hits)
    assert worker.capture(f"{BASE}/one", tmp_path).problem == ""
    assert len(canary.hits) > before


@pytest.mark.drill
@pytest.mark.parametrize("url", [url for url in ALL if url])
def test_each_hostile_address_by_itself_and_by_a_redirect(worker, canary, tmp_path, url):
    before, address = len(canary.hits), url.format(port=canary.port)
    for asked in (address, f"{BASE}/to?{quote(address)}"):
        facts = worker.capture(asked, tmp_path)
        assert facts.problem or facts.address.startswith((BASE, "about:")), facts
    assert canary.hits[before:] == []


@pytest.mark.drill
@pytest.mark.parametrize("path", ENDLESS)
def test_each_server_without_end(trap, tmp_path, path):
    """Given up with a reason, or kept as far as it came with what was cut."""
    began = time.monotonic()
    with Worker(Caps(seconds=4, bytes=8 << 20, settle=1), {"open.example:80": f"127.0.0.1:{trap.port}"}) as worker:
        facts = worker.capture(f"{BASE}{path}", tmp_path)
    assert facts.problem or facts.cut or path in ("/short", "/twice", "/no-http", "/broken-way"), facts
    assert time.monotonic() - began < 4 + 45 + 5
