"""Logging in by hand, in a window of the same browser behind the same proxy; what stays is handed back, on no disk."""

from __future__ import annotations

import json
from collections.abc import Callable

from besa.base.errors import NotFound
from besa.evidence.capturers.browser import FLAGS, find_chromium
from besa.evidence.capturers.log_ins import host_named
from besa.net.egress import Dial, Egress, public_only


def by_hand(
    host: str, wait: Callable[[], object], *, dial: Dial = public_only, headless: bool = False, scheme: str = "https"
) -> bytes:
    """The browser's storage_state (JSON) when `wait` comes back. Raises NotFound where no window can be opened."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise NotFound("Playwright is not installed.", remedy="docs/how-to/preserve-pages.md says how.") from None
    address = f"{scheme}://{host_named(host)}/"
    with Egress(dial=dial) as way, sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=find_chromium(), args=list(FLAGS), headless=headless, proxy={"server": way.address}
            )
        except Error:
            raise NotFound(
                "No window could be opened here.",
                remedy="Log in on a machine with a screen, save the storage state there, and send it with --file.",
            ) from None
        context = browser.new_context(no_viewport=True)
        try:
            context.new_page().goto(address, wait_until="commit")
        except Error:
            raise NotFound("The page could not be opened.", where=address) from None
        wait()
        return json.dumps(context.storage_state()).encode()
