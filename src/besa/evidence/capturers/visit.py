"""One visit of a browser to one page: what is looked at, in which order, and which files come of it."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

from besa.base import clock
from besa.evidence.archive.writer import Exchange, Page, write
from besa.evidence.capturers import media, scripts
from besa.evidence.capturers.log_ins import Blackout, State, secrets_of
from besa.evidence.capturers.seen import Caps, Facts
from besa.evidence.capturers.walls import Shown, wall
from besa.net.egress import Egress

_WIDE, _HIGH = 1280, 900


class Visit:
    """`make(way)` writes the files into `out` and what was seen into `facts`. `log_in`: stand logged in; then whatever
    shows who that is, is blacked out in the page before anything is taken of it, and again in the bytes."""

    def __init__(self, browser, caps: Caps, url: str, out: Path, facts: Facts, log_in: State | None = None):
        self.browser, self.caps, self.url, self.out, self.facts, self.log_in = browser, caps, url, out, facts, log_in
        self.deadline = time.monotonic() + caps.seconds
        self.responses: list = []
        self.black = Blackout((), ())

    def make(self, way: Egress) -> None:
        context = self.browser.new_context(
            viewport={"width": _WIDE, "height": _HIGH}, service_workers="block", accept_downloads=False,
            proxy={"server": way.address}, timezone_id="UTC",
            storage_state=self.log_in.storage if self.log_in else None,
        )  # fmt: skip
        context.set_default_timeout(self.caps.seconds * 1000)
        try:
            self._look(context)
        finally:
            with contextlib.suppress(Exception):
                context.close()

    def _look(self, context) -> None:
        caps, facts = self.caps, self.facts
        page = context.new_page()
        context.on("page", lambda other: None if other == page else _shut(other))
        page.on("dialog", lambda dialog: dialog.dismiss())
        page.on("response", lambda response: self.responses.append(response))
        answer = page.goto(self.url, wait_until="domcontentloaded", timeout=caps.seconds * 1000)
        self._settle(page)
        if page.evaluate(scripts.PROBE)["covered"] > 0:
            facts.consent = page.evaluate(scripts.REFUSE)
            if facts.consent:
                self._settle(page)
        if page.evaluate(scripts.DOWN, [caps.screens, caps.pause]):
            facts.cut.append(f"The page goes on below the {caps.screens} screens that were scrolled.")
        self._settle(page)
        self._still(context, page)
        seen = page.evaluate(scripts.PROBE)
        at = clock.now()
        self._pictures(page, seen["height"])
        self._keep("page.html", page.content())
        self._keep("text.txt", seen["text"])
        facts.address, facts.title = self.black.text(page.url), seen["title"]
        if answer is not None:
            self._told(answer)
        facts.wall = wall(
            Shown(self.url, page.url, facts.status, seen["text"], seen["password"], float(seen["covered"]))
        )
        exchanges = self._exchanges()
        facts.resources = len(exchanges)
        self._media(context, page, exchanges)
        archive = write(
            exchanges, [Page(facts.address, facts.title, self.black.text(seen["text"]), at)],
            title=facts.title or facts.address, software=f"Besa, {facts.browser}",
        )  # fmt: skip
        (self.out / "page.wacz").write_bytes(archive)
        if time.monotonic() > self.deadline:
            facts.cut.append(f"The {caps.seconds:.0f} seconds for a page were over before all of it was there.")
        facts.left_out = [[self.black.text(address), reason] for address, reason in facts.left_out]

    def _still(self, context, page) -> None:
        """Nothing moves from here on, so that picture, PDF and DOM show the same; the operator is blacked out."""
        context.new_cdp_session(page).send("Emulation.setScriptExecutionDisabled", {"value": True})
        if self.log_in:
            states = (self.log_in.storage, context.storage_state())
            secrets, names = secrets_of(states), self.log_in.names
            self.black = Blackout(secrets, names)
            for frame in page.frames:
                with contextlib.suppress(Exception):  # a frame that went away
                    frame.evaluate(scripts.BLACKEN, [*secrets, *names])

    def _pictures(self, page, height: int) -> None:
        (self.out / "screenshot-window.png").write_bytes(page.screenshot())
        if height > self.caps.height:
            self.facts.cut.append(f"The picture shows the first {self.caps.height:,} of {height:,} pixels.")
        clip = {"x": 0, "y": 0, "width": _WIDE, "height": min(max(height, _HIGH), self.caps.height)}
        (self.out / "screenshot.png").write_bytes(page.screenshot(full_page=True, clip=clip))
        page.emulate_media(media="screen")
        (self.out / "page.pdf").write_bytes(page.pdf(print_background=True))

    def _keep(self, name: str, text: str) -> None:
        (self.out / name).write_bytes(self.black(text.encode("utf-8", "replace")))

    def _told(self, answer) -> None:
        facts = self.facts
        facts.status, facts.certificate = answer.status, dict(answer.security_details() or {})
        facts.headers = {
            name: self.black.text(value) for name, value in answer.all_headers().items() if name != "set-cookie"
        }
        request = answer.request
        while request is not None:
            facts.way.insert(0, self.black.text(request.url))
            request = request.redirected_from

    def _settle(self, page) -> None:
        """Until nothing more is loaded, but not for long: some pages never rest."""
        left = min(self.caps.settle, self.deadline - time.monotonic())
        if left > 0:
            with contextlib.suppress(Exception):
                page.wait_for_load_state("networkidle", timeout=left * 1000)

    def _exchanges(self) -> list[Exchange]:
        """What the page loaded, each address once; what could not be had is named in `left_out`."""
        found: dict[tuple[str, str], Exchange] = {}
        for response in self.responses:
            request = response.request
            key = (request.method, response.url)
            if key in found or not response.url.startswith(("http://", "https://")):
                continue
            body, why = b"", ""
            try:
                if not 300 <= response.status < 400 and response.status != 204:
                    if time.monotonic() > self.deadline:
                        why = "the time was over"
                    else:
                        body = response.body()
                if len(body) > self.caps.one_body:
                    why = f"larger than {self.caps.one_body >> 20} MB"
                headers = tuple((one["name"], self.black.text(one["value"])) for one in response.headers_array())
                asked = tuple((name, self.black.text(value)) for name, value in request.headers.items())
            except Exception:
                why = "the browser had let go of it"
            if why:
                self.facts.left_out.append([response.url[:300], why])
                continue
            found[key] = Exchange(
                self.black.text(response.url), response.status, response.status_text, headers, self.black(body),
                clock.now(), request.method, asked,
            )  # fmt: skip
        return list(found.values())

    def _media(self, context, page, exchanges: list[Exchange]) -> None:
        """Pictures, video and sound as files of their own; what plays and was not loaded whole is asked for."""
        bodies: dict[str, tuple[str, bytes]] = {}
        for one in exchanges:
            kind = next((value for name, value in one.headers if name.lower() == "content-type"), "")
            if media.told(kind) and one.status == 200:
                bodies[one.url] = kind, one.body
        for address in dict.fromkeys(page.evaluate(scripts.PLAYS)):
            if address in bodies:
                continue
            if not address.startswith(("http://", "https://")):
                self.facts.left_out.append([address[:300], "it is streamed in pieces"])
            elif (left := self.deadline - time.monotonic()) <= 0:
                self.facts.left_out.append([address[:300], "the time was over"])
            else:
                got = self._asked(context, address, left)
                if got:
                    bodies[address] = got
        size, seen = 0, set()
        for address, (kind, body) in bodies.items():
            found = media.media(kind, body)
            if found is None or body in seen:
                continue
            if len(seen) >= media.MOST or size + len(body) > media.MOST_BYTES:
                self.facts.left_out.append([address[:300], "more media than are kept of one page"])
                continue
            seen.add(body)
            size += len(body)
            name = f"media-{len(seen)}.{found.suffix}"
            (self.out / name).write_bytes(body)
            self.facts.media.append({"file": name, "address": address[:1000], "media_type": found.media_type})

    def _asked(self, context, address: str, left: float) -> tuple[str, bytes] | None:
        """By the browser's own line, which leads through the same proxy."""
        why = "it could not be loaded whole"
        with contextlib.suppress(Exception):
            answer = context.request.get(address, timeout=min(left, 20) * 1000, max_redirects=3)
            body = answer.body()
            if answer.ok and len(body) <= self.caps.one_body:
                return answer.headers.get("content-type", ""), self.black(body)
            if answer.ok:
                why = f"larger than {self.caps.one_body >> 20} MB"
        self.facts.left_out.append([address[:300], why])
        return None


def _shut(other) -> None:
    """A window that the page opens of itself is none of its own."""
    with contextlib.suppress(Exception):
        other.close()
