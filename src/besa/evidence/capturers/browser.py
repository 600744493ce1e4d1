"""One page as a real Chromium shows it. Runs in a process of its own (`python -m besa.evidence.capturers.browser`).

A line of JSON in (`{url, out, dial}`), a line of JSON out (the facts); the files lie in the folder `out`. All that the
browser loads comes through `Egress`. Whoever started this process may kill it at any moment: the folder is theirs.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from besa.base import clock
from besa.base.errors import BesaError, Refused
from besa.evidence.archive.writer import Exchange, Page, write
from besa.evidence.capturers.walls import Shown, wall
from besa.net.egress import Dial, Egress, public_only

#: A browser serves so many pages, then a new one is started: what leaks, leaks a little.
PAGES = 40
_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--no-default-browser-check", "--disable-dev-shm-usage", "--mute-audio",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp", "--proxy-bypass-list=<-loopback>",
    "--dns-prefetch-disable", "--disable-features=DnsOverHttps,AsyncDns",
)  # fmt: skip
_PROBE = """() => {
  const banner = /cookie|consent|gdpr|kuki|biskot|kolači|колачић|privatësi|pëlqim|saglasn|pristan/i;
  const view = innerWidth * innerHeight;
  let covered = 0;
  for (const box of document.querySelectorAll("body *")) {
    const style = getComputedStyle(box);
    if (!["fixed", "sticky"].includes(style.position) && box.tagName !== "DIALOG") continue;
    if (style.display === "none" || style.visibility === "hidden" || !banner.test(box.innerText || "")) continue;
    const at = box.getBoundingClientRect();
    const wide = Math.max(0, Math.min(at.right, innerWidth) - Math.max(at.left, 0));
    const high = Math.max(0, Math.min(at.bottom, innerHeight) - Math.max(at.top, 0));
    covered = Math.max(covered, (wide * high) / view);
  }
  return {
    text: document.body ? document.body.innerText : "",
    title: document.title,
    password: [...document.querySelectorAll("input[type=password]")].some((field) => field.offsetParent !== null),
    covered,
    height: document.documentElement.scrollHeight,
  };
}"""
#: What refuses cookies, best first; only where nothing does, what accepts them.
_REFUSE = """() => {
  const refuse = new RegExp("^(reject|decline|refuse|only necessary|necessary only|deny|refuzo|"
    + "vetëm të nevojshmet|odbij|samo neophodn|одбиј|само неопходн)", "i");
  const accept = /^(accept|agree|allow|ok\\b|prano|pajtohem|prihvati|slažem|прихвати|слажем)/i;
  const buttons = [...document.querySelectorAll("button, [role=button], a.button, input[type=submit]")].filter(
    (one) => one.offsetParent !== null || getComputedStyle(one).position === "fixed");
  for (const [name, words] of [["refused", refuse], ["accepted", accept]]) {
    const found = buttons.find((one) => words.test((one.innerText || one.value || "").trim()));
    if (found) { found.click(); return name; }
  }
  return "";
}"""
_DOWN = """async ([screens, pause]) => {
  let last = -1;
  for (let at = 0; at < screens; at += 1) {
    scrollBy(0, innerHeight);
    await new Promise((done) => setTimeout(done, pause));
    if (scrollY === last) break;
    last = scrollY;
  }
  scrollTo(0, 0);
  await new Promise((done) => setTimeout(done, pause));
}"""


@dataclass(frozen=True)
class Caps:
    """Seconds, bytes, and screens that are scrolled down for what loads late."""

    seconds: float = 60.0
    bytes: int = 200 << 20
    screens: int = 12
    pause: int = 150
    settle: float = 4.0
    height: int = 16_000
    one_body: int = 30 << 20


@dataclass
class Facts:
    """What was seen, apart from the files."""

    asked: str
    address: str = ""
    status: int = 0
    title: str = ""
    wall: str = ""
    consent: str = ""
    way: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    certificate: dict[str, Any] = field(default_factory=dict)
    resources: int = 0
    left_out: list[str] = field(default_factory=list)
    refused: list[list[str]] = field(default_factory=list)
    began: str = ""
    seconds: float = 0.0
    browser: str = ""
    problem: str = ""
    files: dict[str, dict[str, Any]] = field(default_factory=dict)


class Browser:
    """Chromium by Playwright, started when the first page is asked for; `capture` may be called many times."""

    def __init__(self, *, executable: str | None = None, caps: Caps = Caps(), dial: Dial = public_only):
        self.executable, self.caps, self.dial = executable or find_chromium(), caps, dial
        self._pages, self._browser, self._playwright = 0, None, None

    def close(self) -> None:
        for thing in (self._browser, self._playwright):
            with contextlib.suppress(Exception):
                thing and (thing.close() if hasattr(thing, "close") else thing.stop())
        self._browser = self._playwright = None

    def capture(self, url: str, out: Path) -> Facts:
        """The page's files in `out`, and what was seen. What went wrong stands in `problem`; then no file counts."""
        facts = Facts(url, began=clock.now().isoformat())
        began, too_large = time.monotonic(), False
        out.mkdir(parents=True, exist_ok=True)
        try:
            guard_scheme(url)
            self._start()
            facts.browser = f"Chromium {self._browser.version}"
            with Egress(most=self.caps.bytes, dial=self.dial) as way:
                try:
                    self._page(url, out, facts, way)
                finally:
                    facts.refused = [list(one) for one in way.traffic.refused]
                    too_large = way.traffic.full
        except BesaError as error:
            facts.problem = error.message
        except Exception as error:  # whatever a hostile page does to the browser is told, not raised
            facts.problem = facts.refused[0][1] if facts.refused and not facts.status else _plain(error)
        if too_large:
            facts.problem = f"The page is larger than {self.caps.bytes >> 20} MB."
        facts.seconds = round(time.monotonic() - began, 2)
        return facts

    def _start(self) -> None:
        if self._browser and (self._pages >= PAGES or not self._browser.is_connected()):
            self.close()
        if self._browser is None:
            from playwright.sync_api import sync_playwright

            self._playwright = sync_playwright().start()
            self._browser = self._playwright.chromium.launch(executable_path=self.executable, args=list(_FLAGS))
            self._pages = 0
        self._pages += 1

    def _page(self, url: str, out: Path, facts: Facts, way: Egress) -> None:
        caps = self.caps
        deadline = time.monotonic() + caps.seconds
        context = self._browser.new_context(
            viewport={"width": 1280, "height": 900}, service_workers="block", accept_downloads=False,
            proxy={"server": way.address}, timezone_id="UTC",
        )  # fmt: skip
        context.set_default_timeout(caps.seconds * 1000)
        try:
            page = context.new_page()
            page.on("dialog", lambda dialog: dialog.dismiss())
            responses: list = []
            page.on("response", lambda response: responses.append(response))
            answer = page.goto(url, wait_until="domcontentloaded", timeout=caps.seconds * 1000)
            self._settle(page, deadline)
            seen = page.evaluate(_PROBE)
            if seen["covered"] > 0:
                facts.consent = page.evaluate(_REFUSE)
                if facts.consent:
                    self._settle(page, deadline)
            page.evaluate(_DOWN, [caps.screens, caps.pause])
            self._settle(page, deadline)
            seen = page.evaluate(_PROBE)
            at = clock.now()
            (out / "screenshot-window.png").write_bytes(page.screenshot())
            clip = {"x": 0, "y": 0, "width": 1280, "height": min(max(seen["height"], 900), caps.height)}
            (out / "screenshot.png").write_bytes(page.screenshot(full_page=True, clip=clip))
            (out / "page.html").write_text(page.content(), encoding="utf-8", errors="replace")
            (out / "text.txt").write_text(seen["text"], encoding="utf-8", errors="replace")
            page.emulate_media(media="screen")
            (out / "page.pdf").write_bytes(page.pdf(print_background=True))
            facts.address, facts.title = page.url, seen["title"]
            if answer is not None:
                facts.status, facts.headers = answer.status, dict(answer.all_headers())
                facts.headers.pop("set-cookie", None)
                facts.certificate = dict(answer.security_details() or {})
                facts.way = _way(answer.request)
            facts.wall = wall(
                Shown(url, page.url, facts.status, seen["text"], seen["password"], float(seen["covered"]))
            )
            exchanges = self._exchanges(responses, facts, deadline)
            facts.resources = len(exchanges)
            archive = write(
                exchanges, [Page(page.url, seen["title"], seen["text"], at)], title=seen["title"] or page.url,
                software=f"Besa, {facts.browser}",
            )  # fmt: skip
            (out / "page.wacz").write_bytes(archive)
        finally:
            with contextlib.suppress(Exception):
                context.close()

    def _settle(self, page, deadline: float) -> None:
        """Until nothing more is loaded, but not for long: some pages never rest."""
        left = min(self.caps.settle, deadline - time.monotonic())
        if left > 0:
            with contextlib.suppress(Exception):
                page.wait_for_load_state("networkidle", timeout=left * 1000)

    def _exchanges(self, responses: list, facts: Facts, deadline: float) -> list[Exchange]:
        """What the page loaded, each address once; what could not be had is named in `left_out`."""
        found: dict[tuple[str, str], Exchange] = {}
        for response in responses:
            request = response.request
            key = (request.method, response.url)
            if key in found or not response.url.startswith(("http://", "https://")):
                continue
            body = b""
            try:
                if not 300 <= response.status < 400 and response.status != 204:
                    if time.monotonic() > deadline:
                        raise TimeoutError
                    body = response.body()
                if len(body) > self.caps.one_body:
                    raise ValueError
                headers = tuple((one["name"], one["value"]) for one in response.headers_array())
                asked = tuple(request.headers.items())
            except Exception:  # the body is gone from the browser's memory, or it is too large
                facts.left_out.append(response.url[:300])
                continue
            found[key] = Exchange(
                response.url, response.status, response.status_text, headers, body, clock.now(), request.method,
                asked,
            )  # fmt: skip
        return list(found.values())


def guard_scheme(url: str) -> None:
    """A browser must not even be told of an address that is not of the web (file:, data:, chrome:)."""
    if not url.lower().startswith(("http://", "https://")):
        raise Refused("Only http and https are captured; nothing was opened.", where=url[:300])


def find_chromium() -> str | None:
    """The browser of this machine; None leaves it to Playwright's own."""
    named = os.environ.get("BESA_CHROMIUM")
    places = [named] if named else ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
    return next((place for place in places if place and Path(place).exists()), None)


def _way(request) -> list[str]:
    way = []
    while request is not None:
        way.append(request.url)
        request = request.redirected_from
    return way[::-1]


def _plain(error: Exception) -> str:
    """The first line of what the browser said, without its call log."""
    line = str(error).splitlines()[0] if str(error) else type(error).__name__
    return line.removeprefix("Page.goto: ")[:300]


def _mapped(table: dict[str, str]) -> Callable[[str, int, bool], tuple[str, int]]:
    """For trying it out: these names lead to these addresses (`host:port` -> `ip:port`), every other to public ones."""

    def dial(host: str, port: int, secure: bool) -> tuple[str, int]:
        if told := table.get(f"{host}:{port}"):
            address, _, number = told.rpartition(":")
            return address, int(number)
        return public_only(host, port, secure)

    return dial


def main() -> None:
    browser: Browser | None = None
    for line in sys.stdin:
        job = json.loads(line)
        if browser is None:
            dial = _mapped(job["dial"]) if job.get("dial") else public_only
            browser = Browser(caps=Caps(**job.get("caps", {})), dial=dial)
        facts = browser.capture(job["url"], Path(job["out"]))
        sys.stdout.write(json.dumps(asdict(facts)) + "\n")
        sys.stdout.flush()
    if browser:
        browser.close()


if __name__ == "__main__":
    main()
