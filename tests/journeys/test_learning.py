"""Hours are set, coders work, the phase changes, the model is promoted, the next docket is better: in the browser.

What people do once is done in the browser; the many codings are made by the same people through the coding room's
actions between two steps of the browser.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from driving import Server, Visitor, free_port
from playwright.sync_api import expect

from besa.base import clock
from besa.base.home import Home
from besa.site.demo import cast, files
from besa.site.demo.corpus import Said
from processes import environment

PASSWORD = "journey-{username}-2027"
PEOPLE = {"coordinator": "coordinator", "coder1": "coder", "coder2": "coder", "adjudicator": "adjudicator"}
_SETTINGS = "control_per_week = 40\nduty_per_signatory = 0\nalpha_share = 0\nlearn_after = 60\n"

_MAKE = """
import json, sys
from pathlib import Path
from besa.site.start import start
start()
from besa.people.actions import add_user
from besa.people.queries import local_operator
from besa.site import packs
packs.load(by=local_operator(), folder=Path(sys.argv[2]))
for username, role, password in json.loads(sys.argv[1]):
    add_user(by=local_operator(), username=username, password=password, roles=[role], election="demo", demo=True,
             languages=["sq"])
"""
#: All on the docket but so many posts is preserved and read to the end, by people who know what is hate.
_CODE = """
import json, sys
from besa.site.start import start
start(migrate=False)
from besa.base import clock
from besa.base.home import Home
clock.set_clock(clock.recall_demo(Home.here().demo_clock))
from random import Random
from besa.coding import actions, queries
from besa.site.demo.blocks import further
from besa.coding.models import Screening
from besa.evidence.actions import preserve_pending
from besa.people.models import User
from besa.people.policy import BELT
from besa.pledge.models import Election
from besa.triage.models import DocketItem
bad, leave = set(json.loads(sys.stdin.read())), int(sys.argv[1])
election = Election.objects.get()
people = {user.username: user for user in User.objects.all()}
preserve_pending(by=BELT, election=election)
target = {"kind": "group", "actor": "", "gender": "unknown", "community": "Jezeran", "ground": "community"}
done = 0
waiting = list(DocketItem.objects.exclude(pk__in=Screening.objects.values("item_id")).order_by("pk"))
for item in [item for item in waiting if item.post_key in bad] + [item for item in waiting if item.post_key not in bad]:
    if done == len(waiting) - leave:
        break
    hateful = item.post_key in bad
    actions.screen(by=people["coder1"], item=item, key="look" if hateful else "nothing", seconds=20)
    done += 1
    if not hateful:
        continue
    answers = {"verdict": "violation", "type": "hate_speech", "clauses": ["no-hate"], "speech_act": "asserts",
               "source_class": "supporter", "account_status": "authentic", "host": "", "targets": [target],
               "severity": 2, "confidence": 3, "source": ""} | queries.identity_answer(item)
    for coder in ("coder1", "coder2"):
        actions.submit(by=people[coder], item=item, answers=answers | further(answers, Random(1)), seconds=180)
    told = answers | further(answers, Random(1), adjudicator=True)
    actions.adjudicate(by=people["adjudicator"], item=item, decision="violation", answers=told, reason="It is.",
                       seconds=180)
print(done)
"""

_WHO = ("këta", "ata", "të gjithë ata", "komshinjtë tanë", "njerëzit e tyre")
_NAMED = ("janë tradhtarë të ndyrë", "tradhtarë e pisa, jashtë")
_UNNAMED = ("duhen dëbuar si parazitë", "pisa e parazitë të ndyrë")
_CALM = ("Drama “Tradhtari” vjen në teatër", "roli i tradhtarit në roman", "libri mbi tradhtarët e mesjetës",
         "filmi për tradhtarin shfaqet")  # fmt: skip
_WHERE = ("në Lumas", "te ura", "sot", "në shesh", "mbrëmë", "pas mbledhjes", "te tregu", "në fshat")
_PLAIN = ("takim me qytetarët për ujin", "rruga e re hapet", "orari i autobusëve", "mbledhja e këshillit për arsimin")


def a_week(folder: Path, first: date, start: int, chance: Random) -> tuple[Path, set[str]]:
    """An export file: 160 posts that name traitors, 60 of them hate; 60 of hate without that word; 200 others.

    And the posts that are hate.
    """
    texts = [(f"{chance.choice(_WHO)} {chance.choice(_NAMED)}", True) for _ in range(60)]
    texts += [(chance.choice(_CALM), False) for _ in range(100)]
    texts += [(f"{chance.choice(_WHO)} {chance.choice(_UNNAMED)}", True) for _ in range(60)]
    texts += [(chance.choice(_PLAIN), False) for _ in range(200)]
    chance.shuffle(texts)
    moment = datetime(first.year, first.month, first.day, 6, tzinfo=UTC)
    accounts = [account for account in cast.read().citizens if account.platform == "facebook"]
    said, bad = [], set()
    for number, (text, hateful) in enumerate(texts, start):
        words = f"{text} {chance.choice(_WHERE)} {chance.choice(_WHERE)} {number}"
        at = moment + timedelta(seconds=100 * (number - start))
        one = Said(str(7405000000000000 + number), "facebook", accounts[number % 60], words, at)
        said.append(one)
        if hateful:
            bad.add(one.post_key)
    return files.write(folder, f"{first:%Y%m%d}", "facebook", said, start), bad


@pytest.fixture
def server(browser, tmp_path):
    """A home of its own with the fictional pack, one word in its lexicon, and somebody in each role."""
    home = Home(tmp_path / "home").make()
    clock.remember_demo(home.demo_clock, datetime(2027, 10, 3, 17, 0, tzinfo=UTC))
    pack = tmp_path / "pack"
    shutil.copytree(cast.pack(), pack)
    election = (pack / "election.toml").read_text(encoding="utf-8")
    assert "\n[settings]\n" in election
    (pack / "election.toml").write_text(election.replace("\n[settings]\n", "\n[settings]\n" + _SETTINGS, 1), "utf-8")
    for path in (pack / "lexicon").iterdir():
        heading = path.read_text(encoding="utf-8").splitlines()[0]
        term = "tradhtar,stem,hate,no-hate,0.6,,\n" if path.stem == "sq" else ""
        path.write_text(f"{heading}\n{term}", encoding="utf-8")
    made = Server(home.root, free_port())
    people = [(username, role, PASSWORD.format(username=username)) for username, role in PEOPLE.items()]
    _python(made, _MAKE, json.dumps(people), str(pack))
    made.start()
    yield made
    made.stop()


def _python(server: Server, code: str, *words: str, said: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *words], input=said, capture_output=True, text=True, timeout=300,
        env=environment(server.home, sqlite=True),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def move_to(server: Server, at: datetime) -> None:
    server.stop()
    clock.remember_demo(Home(server.home).demo_clock, at)
    server.start()


def bring_in(visitor: Visitor, file: Path) -> None:
    page = visitor.open("/desk/collect/upload/")
    page.set_input_files("#id_file", file)
    page.get_by_role("button", name="Look into the file").click()
    page.get_by_role("button", name="Import all rows").click()
    page.wait_for_selector("text=rows read")


def run_triage(visitor: Visitor) -> str:
    """Press the button; what the page answers."""
    page = visitor.open("/desk/docket/runs/")
    page.get_by_role("button", name="Run triage now").click()
    return page.locator(".messages").text_content()


def missed(visitor: Visitor, week: str) -> tuple[float, float, float]:
    """What the page of the day says was missed: estimate, least, most."""
    text = " ".join(visitor.open(f"/desk/docket/today/?week={week}").locator("#content").text_content().split())
    found = re.search(r"an estimated (\d+) \(between (\d+) and (\d+)\)", text)
    assert found, text
    return tuple(float(one) for one in found.groups())


def by_week(visitor: Visitor) -> dict[str, dict]:
    """The table of yields on the page of models."""
    page = visitor.open("/desk/docket/models/")
    rows = {}
    for row in page.locator("table").first.locator("tbody tr").all():
        week, *cells = [cell.strip() for cell in row.locator("th, td").all_text_contents()]
        rows[week] = {"model": cells[0], "read": int(cells[1]), "per_100": float(cells[3])}
    return rows


@pytest.mark.drill
def test_from_hours_to_a_better_docket(server, visit, tmp_path):
    chance = Random(7)
    coordinator = visit(address=server.address)
    coordinator.sign_in("coordinator", PASSWORD.format(username="coordinator"))

    # the coordinator says how many hours there are, and what they buy is said
    page = coordinator.open("/desk/docket/budget/")
    minutes = float(page.locator("table").first.locator("tbody tr").last.locator("td.num").nth(5).text_content())
    page.fill("#id_hours", f"{round(180 * minutes / 15) / 4:g}")
    page.get_by_role("button", name="Set the hours").click()
    expect(page.locator("#content")).not_to_contain_text("No hours are set")

    # a week of posts; the lexicon knows one word of hate, and many who are no traitors are called so in plays
    file, bad = a_week(tmp_path, date(2027, 9, 30), 1000, chance)
    bring_in(coordinator, file)
    assert "420 new posts" in run_triage(coordinator)
    page = coordinator.open("/desk/docket/?week=2027-W39")
    expect(page.locator("#content")).to_contain_text("found by the lexicon")
    assert page.locator(".post").count() > 10

    # coders work: the last post in the browser, the others through the same actions
    assert int(_python(server, _CODE, "1", said=json.dumps(sorted(bad)))) > 100
    coder = visit(address=server.address)
    coder.sign_in("coder1", PASSWORD.format(username="coder1"))
    page = coder.open("/desk/coding/")
    page.locator("form[action$='/take/screen/'] button").click()
    page.wait_for_selector("[data-keys]")
    assert not any(words in page.locator(".post-text").text_content() for words in (*_NAMED, *_UNNAMED))
    page.keyboard.press(page.locator("[data-keys] button[value=nothing]").get_attribute("data-key"))
    expect(page.locator("#content")).to_contain_text("the docket is read")

    # the page shows what the ranking brought, and what it missed
    before, missed_before = by_week(coordinator)["2027-W39"], missed(coordinator, "2027-W39")
    assert before["model"] == "–" and before["per_100"] < 45
    hidden = 60
    assert missed_before[1] <= hidden <= missed_before[2], "what the lexicon cannot find"

    # enough was decided: a candidate, which does not rank in the middle of a phase
    page = coordinator.open("/desk/docket/models/")
    if not page.get_by_role("heading", name="m1").count():
        page.get_by_role("button", name="Train a candidate").click()
    expect(page.locator("#content")).to_contain_text("A phase is running")
    assert page.get_by_role("button", name="Promote m1").count() == 0

    # the day after the vote the phase changes, and the coordinator promotes it
    move_to(server, datetime(2027, 10, 13, 19, 0, tzinfo=UTC))
    page = coordinator.open("/desk/docket/models/")
    page.get_by_role("button", name="Promote m1").click()
    expect(page.locator("#content")).to_contain_text("Ranks new posts")

    # the next docket, read by the same people
    file, more = a_week(tmp_path, date(2027, 10, 13), 5000, chance)
    bring_in(coordinator, file)
    assert "420 new posts" in run_triage(coordinator)
    page = coordinator.open("/desk/docket/?week=2027-W41")
    expect(page.locator("#content")).to_contain_text("model m1")
    _python(server, _CODE, "0", said=json.dumps(sorted(bad | more)))

    # better, and the page says so
    rows = by_week(coordinator)
    assert rows["2027-W39"] == before and rows["2027-W41"]["model"] == "m1"
    assert rows["2027-W41"]["per_100"] >= before["per_100"] + 25
    assert missed(coordinator, "2027-W41")[0] < missed_before[0] / 2
