"""One post's way: from a file that no connector knows, through every room, into a published edition.

Everything is done in the browser; only the belt's turns and the passing of days come from outside.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from driving import Server, Visitor, free_port
from playwright.sync_api import expect

from besa.base import clock
from besa.base.home import Home
from besa.edition.reader import read
from processes import environment

PASSWORD = "story-{username}-2021"
PEOPLE = {"coordinator": "coordinator", "coder1": "coder", "coder2": "coder", "adjudicator": "adjudicator",
          "editor1": "editor", "editor2": "editor"}  # fmt: skip
_MAKE_PEOPLE = """
import json, sys
from besa.site.start import start
start()
from besa.people.actions import add_user
from besa.people.queries import local_operator
for username, role, password in json.loads(sys.argv[1]):
    add_user(by=local_operator(), username=username, password=password, roles=[role], election="demo", demo=True)
"""
MAPPING = {
    "native_id": "item.nr", "text": "item.words", "posted_at": "item.made", "account_id": "writer.nr",
    "account_handle": "writer.short", "account_name": "writer.shown", "language": "item.tongue",
    "reactions": "seen.liked", "comments": "seen.answered", "shares": "seen.passed_on", "parent_id": "",
}  # fmt: skip


@dataclass
class Told:
    """The file, the post that the story is about, and how many rows the file has."""

    file: Path
    post: dict
    rows: int


@pytest.fixture
def told(tmp_path) -> Told:
    """The export of an invented tool, with its fields two levels deep."""
    file = tmp_path / "listened.jsonl"
    rows = [_invented(number) for number in range(30)]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return Told(file, rows[0], len(rows))


def _invented(number: int) -> dict:
    return {
        "item": {"nr": str(1380242600000000000 + number), "made": f"2021-04-08T19:{number:02}:13.000Z", "tongue": "en",
                 "words": f"An invented claim, number {number}."},
        "writer": {"nr": str(9000 + number), "short": f"invented_{number}", "shown": f"Invented {number}"},
        "seen": {"liked": number, "answered": 2, "passed_on": 1},
    }  # fmt: skip


@pytest.fixture
def server(browser, told, tmp_path):
    """A home of its own in April 2021, with the fictional pack moved to that spring."""
    home = Home(tmp_path / "home").make()
    clock.remember_demo(home.demo_clock, datetime(2021, 4, 9, 8, 0, tzinfo=UTC))
    pack = tmp_path / "pack"
    shutil.copytree(Path(sys.modules["besa"].__file__).parent / "packs" / "demo", pack)
    for path in [pack / "election.toml", pack / "code.toml", *pack.glob("*.csv")]:
        text = path.read_text().replace("2027-08-30", "2021-03-01")
        path.write_text(text.replace("2027-09", "2021-03").replace("2027-10", "2021-04"))
    columns = (pack / "accounts.csv").read_text().splitlines()[0].split(",")
    row = {"platform": "x", "handle": told.post["writer"]["short"], "name": "Lake Movement", "actor": "ll",
           "identity_grade": "confirmed",
           "how_known": "linked from its own site; named by its office", "status": "authentic"}  # fmt: skip
    with (pack / "accounts.csv").open("a") as accounts:
        accounts.write(",".join(row.get(column, "") for column in columns) + "\n")
    made = Server(home.root, free_port())
    made.besa("pack", "load", str(pack))
    people = [(username, role, PASSWORD.format(username=username)) for username, role in PEOPLE.items()]
    subprocess.run(
        [sys.executable, "-c", _MAKE_PEOPLE, json.dumps(people)],
        env=environment(home.root, sqlite=True), check=True, capture_output=True,
    )  # fmt: skip
    made.start()
    yield made
    made.stop()


@pytest.fixture
def people(server, visit):
    """A window for each person, signed in when first asked for."""
    windows: dict[str, Visitor] = {}

    def window(username: str) -> Visitor:
        if username not in windows:
            windows[username] = visit(address=server.address)
            windows[username].sign_in(username, PASSWORD.format(username=username))
        return windows[username]

    return window


def answer(page, variable: str, value: str) -> None:
    """Go to a variable of the codebook and choose, by keyboard alone."""
    for _ in range(40):
        if page.evaluate("document.querySelector('.variable.here')?.dataset.variable") == variable:
            break
        page.keyboard.press("ArrowDown")
    option = page.locator(f"[data-variable='{variable}'] input[value='{value}'][data-key]").first
    page.keyboard.press(option.get_attribute("data-key"))
    assert option.is_checked(), f"{variable}={value}"


def code(page) -> None:
    page.wait_for_selector(".variable.here")
    for variable, value in [("verdict", "violation"), ("type", "disinformation"), ("clauses", "no-falsehood"),
                            ("claim_verdict", "false"), ("speech_act", "asserts"), ("severity", "1"),
                            ("confidence", "3")]:  # fmt: skip
        while page.evaluate("document.querySelector('.variable.here')?.dataset.variable") != "verdict":
            page.keyboard.press("ArrowUp")
        answer(page, variable, value)


def take(visitor: Visitor, task: str):
    page = visitor.open("/desk/coding/")
    page.locator(f"form[action$='/take/{task}/'] button").click()
    return page


def test_a_post_of_an_unknown_file_ends_in_a_published_edition(server, people, told, tmp_path):
    key, words = f"x:{told.post['item']['nr']}", told.post["item"]["words"]

    # collect: the file, the mapping of dotted paths, the preview, the import
    coordinator = people("coordinator")
    page = coordinator.open("/desk/collect/upload/")
    page.set_input_files("#id_file", told.file)
    page.get_by_role("button", name="Look into the file").click()
    assert "No connector knows this file" in page.locator("#content").text_content()
    page.get_by_role("link", name="Make a column mapping").click()
    page.fill("#id_name", "tweets")
    page.select_option("#id_platform_constant", "x")
    for field, path in MAPPING.items():
        page.fill(f"#id_field_{field}", path)
    page.get_by_role("button", name="Save and show the preview").click()
    page.get_by_role("button", name="Import all rows").click()
    page.wait_for_selector("text=rows read")
    assert page.locator(".stat b").first.text_content() == str(told.rows)

    # triage, and the post put on the docket by hand
    page = coordinator.open("/desk/docket/runs/")
    page.locator("form[action$='/runs/start/'] button").first.click()
    page.wait_for_selector(".messages")
    page = coordinator.open(f"/desk/docket/put/?post={key}")
    if page.input_value("#id_post_key") != key:
        page.fill("#id_post_key", key)
    page.fill("#id_reason", "Says as a fact what nobody has checked.")
    page.check("#id_urgent")
    page.get_by_role("button", name="Put it on the docket").click()
    assert words in page.locator(".post-text").text_content()

    # evidence: the raw record by the belt, a screenshot by hand
    server.besa("work", "--once")
    picture = tmp_path / "seen.png"
    page.screenshot(path=picture)
    page.set_input_files("input[type=file]", picture)
    page.get_by_role("button", name="Put it into the vault").click()
    expect(page.locator("section[aria-labelledby=evidence] .mono", has_text="SHA-256")).to_have_count(2)
    coordinator.open("/desk/")
    assert "No clock is running" not in page.locator("main").text_content(), "an urgent post starts a legal clock"

    # screening by one coder, the codebook by two, each by keyboard
    page = take(people("coder1"), "screen")
    page.wait_for_selector("[data-keys]")
    for _ in range(told.rows):
        ours = words in page.locator(".post-text").text_content()
        shown = page.locator("[data-keys] input[name=item]").input_value()
        key_of = page.locator(f"[data-keys] button[value={'look' if ours else 'nothing'}]").get_attribute("data-key")
        page.keyboard.press(key_of)
        expect(page.locator(f"[data-keys] input[name=item][value='{shown}']")).to_have_count(0)
        if ours:
            break
    assert ours
    for username in ("coder1", "coder2"):
        page = take(people(username), "code")
        assert words in page.locator(".post-text").text_content()
        code(page)
        page.keyboard.press("Control+Enter")
        expect(page.locator("#content")).not_to_contain_text(words)

    # the decision, with its reason
    page = take(people("adjudicator"), "adjudicate")
    assert words in page.locator(".post-text").text_content()
    code(page)
    page.fill("#id-reason", "Stated as a fact; the source says otherwise, and nobody asked.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#content")).not_to_contain_text(words)
    coordinator.open("/desk/coding/findings/")
    number = re.search(r"demo-\d+", coordinator.page.locator("#content").text_content())[0]

    # the notice to whom it concerns; two days later nobody has answered
    page = coordinator.open("/desk/reply/")
    page.get_by_role("button", name="Write the notices of 1 finding").click()
    page.wait_for_selector("text=deadlines running")
    server.besa("work", "--once")
    mails = list((server.home / "mail").iterdir())
    assert len(mails) == 1 and number in mails[0].read_text()
    clock.remember_demo(Home(server.home).demo_clock, datetime(2021, 4, 13, 9, 0, tzinfo=UTC))
    server.restart()

    # freeze, two sign-offs by others, publication
    page = coordinator.open("/desk/report/?week=2021-W14")
    page.get_by_role("button", name="Freeze this week").click()
    page.wait_for_selector("text=On its way out")
    report = page.url.removeprefix(server.address)
    for username in ("editor1", "editor2"):
        people(username).open(report)
        people(username).page.get_by_role("button", name="Sign off: I have read it").click()
        people(username).page.wait_for_selector("text=You have signed it off")
    page = coordinator.open(report)
    page.get_by_role("button", name="Publish this edition").click()
    page.wait_for_selector("text=Published as edition 1", timeout=120_000)

    # everybody may read it
    page = coordinator.open("/portal/en/findings.html")
    finding = page.locator(f"[id='{number}']")
    assert "Lake Movement" in finding.text_content() and words[:40] in finding.text_content()
    assert not finding.locator("blockquote").first.is_visible(), "the words are shown only to who asks for them"
    finding.locator("summary").first.click()
    assert finding.locator("blockquote").first.is_visible()
    [edition] = [path for path in (server.home / "editions").iterdir() if path.is_dir()]
    published = next(one for one in read(edition).findings if one.number == number)
    assert published.attributed and published.source == "ll" and published.platform == "x"
    assert json.loads(server.besa("verify", str(edition), "--json"))["ok"] is True
    assert json.loads(server.besa("verify", "--ledger", "--json"))["ok"] is True
