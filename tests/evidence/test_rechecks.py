"""Later looks at a post: up, edited with the words that changed, gone with its cause, or unknown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import make
from besa.evidence import queries
from besa.evidence.actions.rechecks import due, recheck_due
from besa.evidence.capturers.browser import Facts
from besa.evidence.capturers.standing import changes, judge, shown_of, wait
from besa.evidence.capturers.walls import Shown
from besa.evidence.models import Recheck
from besa.ledger import verify
from besa.people.policy import BELT

TEXT = "Kundërshtari ynë është i paaftë dhe nuk di të drejtojë komunën tonë të bukur"
PAGE = f"Partia e Liqenit\n14 shtator\n{TEXT}\nKomente: 12\nShpërndaj"


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (Shown("a", "a", 200, PAGE), ("up", "")),
        (Shown("a", "a", 200, PAGE.replace("i paaftë", "i lodhur")), ("edited", "")),
        (Shown("a", "a", 404, "Page not found"), ("gone", "unknown")),
        (Shown("a", "a", 200, "This content isn't available right now"), ("gone", "unknown")),
        (Shown("a", "a", 200, "This video was removed for violating our Community Guidelines"), ("gone", "platform")),
        (Shown("a", "a", 410, "Deleted by the author"), ("gone", "author")),
        (Shown("a", "a", 200, "Kjo llogari nuk ekziston"), ("gone", "account_gone")),
        (Shown("a", "a", 200, "Ovaj nalog je privatan"), ("gone", "hidden")),
        (Shown("a", "a", 200, "Садржај није доступан"), ("gone", "unknown")),
        (Shown("a", "a", 200, "Log in to continue"), ("unknown", "")),
        (Shown("a", "a", 503, "Later"), ("unknown", "")),
        (Shown("a", "a", 200, "Krejt një tjetër faqe me lajme të ditës"), ("unknown", "")),
    ],
)
def test_what_a_later_look_tells(shown, expected):
    judged = judge(shown, TEXT)
    assert (judged.state, judged.cause) == expected


WORDS = st.lists(st.sampled_from(["një", "dy", "tre", "katër", "pesë", "gjashtë"]), max_size=12).map(" ".join)


@given(WORDS, WORDS)
def test_the_changes_hold_both_texts(before, after):
    found = changes(before, after)
    assert " ".join(words for kind, words in found if kind != "new").split() == before.split()
    assert " ".join(words for kind, words in found if kind != "gone").split() == after.split()
    assert not before or shown_of(before, f"x {before} y") == 1.0


def test_a_decided_violation_is_looked_at_daily_for_longer():
    day = timedelta(days=1)
    assert wait(day, decided=False) == wait(10 * day, decided=True) == day
    assert wait(10 * day, decided=False) == 3 * day and wait(40 * day, decided=True) == 7 * day


class Told:
    """What the browser would say, address by address."""

    def __init__(self, said):
        self.said, self.asked = said, []

    def capture(self, url, out, log_in=None):
        self.asked.append(url)
        status, text = self.said[url]
        (out / "text.txt").write_text(text)
        return Facts(url, address=url, status=status)

    def stop(self):
        pass


@pytest.mark.django_db
def test_posts_are_looked_at_again_when_due_one_page_of_a_host_at_a_time(home, election, at):
    said = {f"http://{host}.example/1": (200, PAGE) for host in "abc"} | {"http://a.example/2": (404, "")}
    items = {url: make.docket_item(election, TEXT, url=url) for url in said}
    worker = Told(said)
    assert recheck_due(by=BELT, election=election, worker=worker, pause=0) == 0, "nothing is opened unasked"
    election.settings["capture_pages"] = True
    assert recheck_due(by=BELT, election=election, worker=worker, pause=0) == 0, "not on the first day"
    at.advance(days=1)
    decided = frozenset({items["http://a.example/2"].pk})
    assert recheck_due(by=BELT, election=election, decided=decided, worker=worker, pause=0) == 3
    assert worker.asked[0] == "http://a.example/2" and "http://a.example/1" not in worker.asked
    assert recheck_due(by=BELT, election=election, worker=worker, pause=0) == 1
    assert recheck_due(by=BELT, election=election, worker=worker, pause=0) == 0
    said["http://b.example/1"] = (200, PAGE.replace("i paaftë", "i lodhur"))
    for _ in range(4):
        at.advance(days=7)
        while recheck_due(by=BELT, election=election, worker=worker, pause=0):
            pass
    gone = queries.rechecks(items["http://a.example/2"])
    assert [row.state for row, _ in gone] == ["gone"] * 3 and items["http://a.example/2"] not in due(election, decided)
    row, words = queries.rechecks(items["http://b.example/1"])[0]
    assert row.state == "edited" and ("gone", "paaftë") in words and ("new", "lodhur") in words
    assert Recheck.objects.count() == 3 + 3 * 5 and list(verify.problems()) == []
