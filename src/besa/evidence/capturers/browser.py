"""One page as a real Chromium shows it. Runs in a process of its own (`python -m besa.evidence.capturers.browser`).

A line of JSON in (`{url, out, dial, log_in}`), a line of JSON out (the facts); the files lie in the folder `out`. All
that the browser loads comes through `Egress`. Whoever started this process may kill it at any moment, and where they
die it ends itself with its browser: nothing is left behind. A log-in comes in by the pipe and lies on no disk.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from besa.base import clock
from besa.base.errors import BesaError, Refused
from besa.evidence.capturers.ending import clear, end_family
from besa.evidence.capturers.log_ins import State
from besa.evidence.capturers.seen import Caps, Facts
from besa.evidence.capturers.visit import Visit
from besa.net import guard
from besa.net.egress import Dial, Egress, public_only

#: A browser serves so many pages, then a new one is started: what leaks, leaks a little.
PAGES = 40
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--no-default-browser-check", "--disable-dev-shm-usage", "--mute-audio",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp", "--proxy-bypass-list=<-loopback>",
    "--dns-prefetch-disable", "--disable-features=DnsOverHttps,AsyncDns",
)  # fmt: skip


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

    def capture(self, url: str, out: Path, log_in: State | None = None) -> Facts:
        """The page's files in `out`, and what was seen. What went wrong stands in `problem`; then no file counts."""
        facts = Facts(url, began=clock.now().isoformat(), log_in=log_in is not None)
        began, too_large, unreached = time.monotonic(), False, []
        out.mkdir(parents=True, exist_ok=True)
        try:
            guard_scheme(url)
            self._start()
            facts.browser = f"Chromium {self._browser.version}"
            with Egress(most=self.caps.bytes, dial=self.dial) as way:
                try:
                    Visit(self._browser, self.caps, url, out, facts, log_in).make(way)
                finally:
                    facts.refused = [list(one) for one in way.traffic.refused]
                    too_large, unreached = way.traffic.full, way.traffic.unreached
        except BesaError as error:
            facts.problem = error.message
        except Exception as error:  # whatever a hostile page does to the browser is told, not raised
            told = [*facts.refused, *unreached] if not facts.status else []
            facts.problem = told[0][1] if told else _plain(error)
        if too_large and facts.problem:
            facts.problem = f"The page is larger than {self.caps.bytes >> 20} MB."
        elif too_large:
            facts.cut.append(f"More than {self.caps.bytes >> 20} MB came; what came after is missing.")
        facts.seconds = round(time.monotonic() - began, 2)
        return facts

    def _start(self) -> None:
        if self._browser and (self._pages >= PAGES or not self._browser.is_connected()):
            self.close()
        if self._browser is None:
            from playwright.sync_api import sync_playwright

            self._playwright = sync_playwright().start()
            self._browser = self._playwright.chromium.launch(executable_path=self.executable, args=list(FLAGS))
            self._pages = 0
        self._pages += 1


def guard_scheme(url: str) -> None:
    """A browser must not even be told of an address that is not of the web (file:, data:, chrome:)."""
    if not url.lower().startswith(("http://", "https://")):
        raise Refused("Only http and https are captured; nothing was opened.", where=url[:300])


def find_chromium() -> str | None:
    """The browser of this machine; None leaves it to Playwright's own."""
    named = os.environ.get("BESA_CHROMIUM")
    places = [named] if named else ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
    return next((place for place in places if place and Path(place).exists()), None)


def _plain(error: Exception) -> str:
    """The first line of what the browser said, without its call log."""
    line = str(error).splitlines()[0] if str(error) else type(error).__name__
    return line.removeprefix("Page.goto: ")[:300]


def _mapped(table: dict[str, str]) -> Callable[[str, int, bool], tuple[str, int]]:
    """For trying it out: these names lead to these addresses (`host:port` -> `ip:port`), every other to public ones.

    `host:port` -> `ip` is what the name is looked up as: the guard judges it.
    """

    def dial(host: str, port: int, secure: bool) -> tuple[str, int]:
        told = table.get(f"{host}:{port}")
        if told and (number := told.rpartition(":")[2]).isdecimal() and told.count(":") == 1:
            return told.rpartition(":")[0], int(number)
        if told:
            _, addresses = guard.checked(f"http://{host}:{port}/", resolver=lambda host, port: [told])
            return addresses[0], port
        return public_only(host, port, secure)

    return dial


def _end_with(parent: int) -> None:
    """Watch who started this process: where they die, end the browser and this process."""
    while os.getppid() == parent:
        time.sleep(0.5)
    end_family(os.getpid())
    clear(os.environ["BESA_BROWSER_PLACE"])
    os.killpg(0, signal.SIGKILL)


def main() -> None:
    if "BESA_BROWSER_PLACE" in os.environ:
        threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    browser: Browser | None = None
    for line in sys.stdin:
        job = json.loads(line)
        if browser is None:
            dial = _mapped(job["dial"]) if job.get("dial") else public_only
            browser = Browser(caps=Caps(**job.get("caps", {})), dial=dial)
        given = job.get("log_in")
        log_in = State(given["storage"], tuple(given["names"])) if given else None
        facts = browser.capture(job["url"], Path(job["out"]), log_in)
        sys.stdout.write(json.dumps(asdict(facts)) + "\n")
        sys.stdout.flush()
    if browser:
        browser.close()


if __name__ == "__main__":
    main()
