"""A real server, a real browser. Where there is no Chromium the journeys are skipped, and that is said loudly."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from driving import FLAGS, Server, Visitor, chromium_path, free_port
from playwright.sync_api import Browser, BrowserContext, Playwright

from demo_home import copied

_skipped = False
chromium_path()  # asked before the one driver of all journeys runs: a second one cannot be started beside it


def pytest_collection_modifyitems(items) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("journey")


def pytest_terminal_summary(terminalreporter) -> None:
    if _skipped or any(
        "no Chromium" in str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])
    ):  # fmt: skip
        terminalreporter.section("THE JOURNEYS WERE NOT RUN: no Chromium", sep="!", red=True, bold=True)
        terminalreporter.line("Install it (apt-get install chromium) or name it in BESA_CHROMIUM, then run them again.")


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    path = chromium_path()
    if path is None:
        global _skipped
        _skipped = True
        text = "no Chromium on this machine: set BESA_CHROMIUM or install chromium"
        if os.environ.get("CI"):
            pytest.fail(text)
        pytest.skip(text)
    launched = playwright.chromium.launch(executable_path=path, args=FLAGS)
    yield launched
    launched.close()


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory) -> Path:
    """A copy of the small demo that people may sign in to; BESA_JOURNEY_HOME names one that is there already."""
    if ready := os.environ.get("BESA_JOURNEY_HOME"):
        return Path(ready)
    return copied(tmp_path_factory)


@pytest.fixture(scope="session")
def served(browser, demo_home) -> Iterator[Server]:
    server = Server(demo_home, free_port()).start()
    yield server
    server.stop()


@pytest.fixture
def visit(browser, served):
    """`visit()` opens a window on the demo; `visit(width=390, dark=True)`. No page of it may report an error."""
    visitors: list[Visitor] = []

    def opened(*, width: int = 1280, dark: bool = False, address: str = "", state=None) -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light", locale="en-GB",
            storage_state=state, accept_downloads=True,
        )  # fmt: skip
        context.set_default_timeout(15_000)
        visitors.append(Visitor(context, address or served.address))
        return visitors[-1]

    yield opened
    troubles = [trouble for visitor in visitors for trouble in visitor.troubles]
    for visitor in visitors:
        visitor.context.close()
    assert troubles == []


@pytest.fixture
def with_profile(browser):
    """`with_profile(folder, **options)` opens a browser that keeps its things in a folder and so outlives itself."""

    def opened(folder: Path, **options) -> BrowserContext:
        return browser.browser_type.launch_persistent_context(
            str(folder), executable_path=chromium_path(), args=FLAGS, **options
        )

    return opened
