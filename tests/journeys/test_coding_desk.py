"""Two coders and an adjudicator, by keyboard alone; nothing of the first coding reaches the second before its time."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
import small_home
from driving import Server, Visitor, free_port
from playwright.sync_api import Error

from besa.base.home import Home
from routing import address, routes

CANARY = "zxqCANARYzxq"
PASSWORD = "coding-desk-{}-1"
_MAKE = """
import json, sys
sys.path[:0] = [{tests!r}, {coding!r}]
import coding_book, make
from django.db import transaction
from besa.base import clock
from besa.ledger.chain import record
from besa.people.models import Membership, User
from besa.people.policy import BELT
from besa.pledge.models import Election
election = Election.objects.get(slug="demo")
election.settings = {{**election.settings, "alpha_share": 1}}
rows = []
for name, role in (("coder1", "coder"), ("coder2", "coder"), ("judge", "adjudicator")):
    user = User(username=name, demo=True, date_joined=clock.now(), interface_language="en")
    user.set_password({password!r}.format(name))
    user.save()
    rows += [user, Membership.objects.create(user=user, role=role, election="demo")]
with transaction.atomic():
    election.save()
    record(by=BELT, act="test.people", rows=[election, *rows])
items = [coding_book.post(election, f"An invented claim, number {{n}}, about the bridge.", rank=1 - n / 100)
         for n in range({posts})]
print(json.dumps([item.pk for item in items]))
"""
_COUNT = """
import json
from besa.coding.models import Adjudication, Coding, Draft, Finding, Screening
from besa.ledger.verify import problems
print(json.dumps({"screenings": Screening.objects.count(), "codings": Coding.objects.count(),
    "decisions": Adjudication.objects.count(), "findings": Finding.objects.count(), "drafts": Draft.objects.count(),
    "problems": list(problems()), "marked": [c.answers["words"] for c in Coding.objects.filter(verdict="violation")],
    "once": len(set(Coding.objects.values_list("once", flat=True)))}))
"""


@pytest.fixture
def desk(browser, tmp_path, request):
    """(home, server, items): a home with as many posts on the docket as the test asks for."""
    made = small_home.make(Home(tmp_path / "home").make().root)
    tests = Path(__file__).parents[1]
    code = _MAKE.format(tests=str(tests), coding=str(tests / "coding"), password=PASSWORD, posts=request.param)
    items = json.loads(made.run(code))
    server = Server(made.home, free_port()).start()
    yield made, server, items
    server.stop()


class Person:
    """Somebody with a keyboard and nothing else."""

    def __init__(self, visitor: Visitor, name: str):
        self.visitor, self.page, self.heard = visitor, visitor.page, []
        visitor.page.on("response", lambda answer: self.heard.append(answer))
        visitor.sign_in(name, PASSWORD.format(name))

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def tab_to(self, selector: str) -> None:
        for _ in range(60):
            if self.page.evaluate("s => Boolean(document.activeElement?.matches(s))", selector):
                return
            self.press("Tab")
        raise AssertionError(f"the keyboard never reaches {selector}")

    def start(self, task: str) -> None:
        self.visitor.open("/desk/coding/")
        self.tab_to(f"form[action$='/take/{task}/'] button")
        self.press("Enter")

    def shown(self) -> str:
        return self.page.evaluate("document.querySelector('[data-post] [data-item]')?.dataset.item ?? ''")

    def until(self, script: str, arg=None) -> None:
        """Ask until it is so; the page itself must not evaluate anything."""
        deadline = time.monotonic() + 30
        while True:
            try:
                if self.page.evaluate(script, arg):
                    return
            except Error:
                pass  # the page was left in this very moment
            assert time.monotonic() < deadline, script
            self.page.wait_for_timeout(20)

    def moved_on(self, done: str) -> None:
        self.until("done => (document.querySelector('[data-post] [data-item]')?.dataset.item ?? '') !== done", done)

    def here(self) -> str:
        return self.page.evaluate("document.querySelector('.variable.here')?.dataset.variable ?? ''")

    def answer(self, variable: str, value: str = "") -> None:
        """Go to a variable with the arrows and press the key that is shown beside the value."""
        for _ in range(40):
            if self.here() == variable:
                break
            self.press("ArrowDown")
        assert self.here() == variable, f"{variable} is not asked"
        if value:
            option = self.page.locator(f"[data-variable='{variable}'] input[value='{value}'][data-key]").first
            if not option.is_checked():
                self.press(option.get_attribute("data-key"))

    def type_into(self, variable: str, text: str) -> None:
        self.answer(variable)
        self.press("Enter")
        self.page.keyboard.type(text)
        self.press("Enter")

    def judge(self, verdict: str, *, said: str = "") -> None:
        self.page.wait_for_selector(".variable.here[data-variable=verdict]")
        self.answer("verdict", verdict)
        if verdict == "violation":
            self.answer("type", "disinformation")
            self.answer("clauses", "no-falsehood")
            self.answer("words")
            self.press("ArrowRight", "Enter")
            self.answer("severity", "1")
            if said:
                self.type_into("claim", said)
            self.answer("claim_verdict", "false")
            self.answer("speech_act", "asserts")
            self.answer("source_class", "supporter")
            self.answer("account_status", "authentic")

    def code(self, verdict: str, *, said: str = "") -> None:
        done = self.shown()
        self.judge(verdict, said=said)
        if said:
            self.press("Shift+T")
            self.page.keyboard.type(said)
            self.press("Escape", "Shift+N")
            self.page.keyboard.type(said)
            self.press("Escape")
        self.press("Control+Enter")
        self.moved_on(done)

    def arrived(self) -> None:
        """All that waited in the browser has been sent."""
        self.until("Number(localStorage.getItem('besa-unsent') ?? 0) === 0")


def verdict_of(number: int) -> str:
    return "violation" if number % 3 == 0 else "no_issue"


@pytest.mark.parametrize("desk", [6], indirect=True)
def test_by_keyboard_alone_and_the_second_coder_is_blind(desk, visit):
    coded_and_decided(desk, visit)


@pytest.mark.drill
@pytest.mark.parametrize("desk", [30], indirect=True)
def test_thirty_posts_by_keyboard_alone(desk, visit):
    coded_and_decided(desk, visit)


def coded_and_decided(desk, visit):
    made, server, items = desk
    first, second = (Person(visit(address=server.address), name) for name in ("coder1", "coder2"))

    # the first look at each post: one key
    first.start("screen")
    for _ in items:
        first.page.wait_for_selector("[data-keys]")
        done = first.shown()
        first.press("2")
        first.moved_on(done)
    first.page.wait_for_selector("text=the docket is read")

    first.start("code")
    for number in range(len(items)):
        first.page.wait_for_selector(".variable.here")
        first.code(verdict_of(number), said=CANARY if verdict_of(number) == "violation" else "")
    first.page.wait_for_url("**/desk/coding/")
    first.arrived()
    assert json.loads(made.run(_COUNT))["codings"] == len(items)

    # whatever the second coder is given: pages, errors, files, and each answer of the network
    wanted = [address(pattern, route, item=pk, pk=pk) for route, pattern in routes() for pk in items[:1]]
    for path in dict.fromkeys(path for path in wanted if path.startswith("/desk/")):
        answer = second.page.request.get(server.address + path, max_redirects=3)
        assert CANARY not in answer.text(), path
    second.start("code")
    second.page.wait_for_selector(".variable.here")
    second.until("/[1-9][0-9]* fetched ahead/.test(document.querySelector('[data-line]').textContent)")
    assert CANARY not in second.page.content()
    kept = second.page.evaluate(_STORED)
    assert "An invented claim" in kept and CANARY not in kept
    slow = coded_without_a_line(second, items)
    assert not any(CANARY in text_of(answer) for answer in second.heard)
    counted = json.loads(made.run(_COUNT))
    assert counted["codings"] == counted["once"] == 2 * len(items) and counted["problems"] == []
    assert counted["drafts"] == 0 and all(spans for spans in counted["marked"])
    assert slow < 5, "the next post is there at once"

    judge = Person(visit(address=server.address), "judge")
    judge.start("adjudicate")
    due = [number for number in range(len(items)) if verdict_of(number) == "violation"]
    for _ in due:
        judge.page.wait_for_selector("#id-reason")
        # the canary is a real one: whoever decides does see it
        assert CANARY in judge.page.text_content("#content")
        judge.judge("violation")
        judge.tab_to("#id-reason")
        judge.page.keyboard.type("The claim is false, and it says so as a fact.")
        at = judge.page.url
        judge.press("Control+Enter")
        judge.until("at => location.href !== at", at)
    counted = json.loads(made.run(_COUNT))
    assert (counted["decisions"], counted["findings"]) == (len(due), len(due)) and counted["problems"] == []

    second.visitor.open("/desk/coding/")
    second.tab_to("form[action$='/logout/'] button")
    second.press("Enter")
    second.page.wait_for_url("**/login/**")
    assert "besa-desk" not in second.page.evaluate("indexedDB.databases().then((all) => all.map((one) => one.name))")


_STORED = """() => new Promise((done) => {
  const asked = indexedDB.open("besa-desk", 1);
  asked.onsuccess = () => {
    const all = asked.result.transaction(["posts", "drafts", "queue"]).objectStore("posts").getAll();
    all.onsuccess = () => { asked.result.close(); done(JSON.stringify(all.result)); };
  };
})"""


def coded_without_a_line(person: Person, items: list[int]) -> float:
    """Code all posts, those after the second without a line; seconds until the next post stood there, at most."""
    slowest = 0.0
    for number in range(len(items)):
        if number == 2:
            person.visitor.context.set_offline(True)
        if number == 5:
            assert "3 wait to be sent" in person.page.text_content("[data-line]")
            person.visitor.context.set_offline(False)
            person.arrived()
        person.page.wait_for_selector(".variable.here")
        began = time.monotonic()
        if number == 3:
            # taken back before it was sent: the form comes back as it was
            done = person.shown()
            person.code(verdict_of(number))
            person.press("Shift+U")
            person.until("done => document.querySelector('[data-post] [data-item]')?.dataset.item === done", done)
            person.press("Control+Enter")
            person.moved_on(done)
        else:
            person.code(verdict_of(number))
        slowest = max(slowest, time.monotonic() - began)
    person.page.wait_for_url("**/desk/coding/")
    person.arrived()
    person.visitor.troubles[:] = [one for one in person.visitor.troubles if "ERR_INTERNET_DISCONNECTED" not in one]
    return slowest


def text_of(answer) -> str:
    try:
        return answer.text()
    except Exception:  # a redirect or a page that was left has no body to read
        return ""
