"""The coordinator's first page counts what really waits."""

from __future__ import annotations

from datetime import timedelta

import make
from besa.base import clock
from besa.ledger.chain import record
from besa.people.policy import BELT
from besa.pledge.models import LegalRule
from besa.site import overview


def _rule(election, slug, hours, since="event", phases=()):
    rule = LegalRule.objects.create(
        election=election, slug=slug, names={"en": slug}, article="1", authority="Panel", deadline_hours=hours,
        deadline_from=since, phases=list(phases),
    )  # fmt: skip
    record(by=BELT, act="test.rule", rows=[rule], election=election.slug)
    return rule


def test_the_nearest_legal_clock_comes_first(home, users, election, at):
    _rule(election, "slow", 48)
    _rule(election, "fast", 24)
    _rule(election, "elsewhere", 1, phases=["polling_day"])
    late = make.docket_item(election, "b", urgent=True, posted_at=clock.now() - timedelta(hours=2))
    near = make.docket_item(election, "a", urgent=True, posted_at=clock.now() - timedelta(hours=20))
    make.docket_item(election, "c", urgent=False)
    clocks = overview.legal_clocks(election)
    assert [(c.item.pk, c.rule.slug, round(c.hours_left)) for c in clocks] == [
        (near.pk, "fast", 4), (late.pk, "fast", 22),
    ]  # fmt: skip
    at.advance(hours=10)
    assert [(c.item.pk, c.rule.slug, round(c.hours_left)) for c in overview.legal_clocks(election)] == [
        (late.pk, "fast", 12), (near.pk, "slow", 18),
    ]  # fmt: skip
    at.advance(hours=100)
    assert all(c.hours_left < 0 for c in overview.legal_clocks(election))


def test_stories_and_live_are_preserved_first(home, users, election):
    old = make.docket_item(election, "old", posted_at=clock.now() - timedelta(hours=9))
    new = make.docket_item(election, "new", posted_at=clock.now() - timedelta(hours=1))
    story = make.docket_item(election, "story", kind="story", posted_at=clock.now())
    make.docket_item(election, "not kept", keep=False)
    assert [item.pk for item in overview.unpreserved(election)] == [story.pk, old.pk, new.pk]


def test_accounts_nobody_looked_at_by_municipality(home, users, election):
    rows = overview.accounts_without_look(election)
    assert [(row["area"].slug, row["count"]) for row in rows] == [("lumas", 4)]


def test_the_cut_off_is_the_end_of_the_local_week(home, election):
    assert overview.cut_off(election).isoformat() == "2027-09-19T22:00:00+00:00"


def test_each_role_gets_its_own_cards(home, users, election):
    coder = overview.cards(users["coder"], election)
    assert "queue" in coder and "clocks" not in coder and "notices" not in coder
    coordinator = overview.cards(users["coordinator"], election)
    assert {"clocks", "loads", "stuck", "notices", "unseen_count", "funnel"} <= set(coordinator)
    protection = overview.cards(users["data_protection"], election)
    assert "funnel" not in protection and "unseen_count" in protection
    assert overview.cards(users["coder"], None) == {"nothing_loaded": True}
