"""What the journeys drive: a real server on a home of its own, and windows that remember what went wrong."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, sync_playwright

from besa.site.demo.story import PASSWORD
from processes import environment

#: A browser under test talks to nobody but the server.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
          "--disable-component-update", "--disable-sync", "--no-first-run"]  # fmt: skip


@cache
def chromium_path() -> str | None:
    """BESA_CHROMIUM, the system's Chromium, or Playwright's own; None where there is none."""
    named = os.environ.get("BESA_CHROMIUM")
    if named:
        return named
    for candidate in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(candidate):
            return found
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


@dataclass
class Server:
    """`besa serve` on a home of its own; `restart` after the home's clock was moved."""

    home: Path
    port: int
    process: subprocess.Popen | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def besa(self, *words: str) -> str:
        """Run a command on this home; its standard output."""
        done = subprocess.run(
            [sys.executable, "-m", "besa.site.cli", words[0], "--home", str(self.home), *words[1:]],
            capture_output=True, text=True, env=_environment(self.home), timeout=560,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self) -> Server:
        log = (self.home / "serve.log").open("a")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "besa.site.cli", "serve", "--port", str(self.port), "--workers", "1"],
            env=_environment(self.home), stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        deadline = time.monotonic() + 120
        while True:
            try:
                urllib.request.urlopen(self.address + "/accounts/login/", timeout=30).close()
                return self
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                assert time.monotonic() < deadline and self.process.poll() is None, self.log()
                time.sleep(0.1)

    def stop(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(20)

    def restart(self) -> None:
        self.stop()
        self.start()

    def log(self) -> str:
        return (self.home / "serve.log").read_text()


def _environment(home: Path) -> dict[str, str]:
    return environment(home, sqlite=True)  # the demo's home is a copied one


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


class Visitor:
    """One browser window that remembers what went wrong in it."""

    def __init__(self, context: BrowserContext, address: str):
        self.context, self.address, self.troubles = context, address, []
        self.page: Page = context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.troubles.append(f"{self.page.url}: {error}"))

    def _heard(self, message) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            self.troubles.append(f"{self.page.url}: {message.text}")

    def open(self, path: str) -> Page:
        answer = self.page.goto(self.address + path)
        assert answer.status < 400, f"{path}: {answer.status}"
        return self.page

    def sign_in(self, username: str, password: str | None = None) -> Page:
        page = self.open("/accounts/login/")
        page.fill("#id_login", username)
        page.fill("#id_password", password or PASSWORD.format(username=username))
        page.click("main button[type=submit]")
        page.wait_for_url("**/desk/**")
        return page

    def wide_by(self) -> int:
        """By how many pixels the page is wider than the window."""
        return self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    def too_wide(self) -> list[str]:
        """What of the page reaches beyond the window, but for tables that scroll by themselves."""
        return self.page.evaluate(
            """() => [...document.querySelectorAll("main *")]
                .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".table-wrap"))
                .slice(-3).map((one) => `${one.tagName} ${one.textContent.trim().slice(0, 60)}`)"""
        )

    def barriers(self) -> list[str]:
        """What axe finds serious or critical on the page as it stands."""
        found = Axe().run(self.page).response["violations"]
        return [
            f"{self.page.url}: {one['id']} ({one['help']}): {one['nodes'][0]['html'][:160]}"
            for one in found
            if one["impact"] in ("serious", "critical")
        ]
