"""The coordinator's first page counts what really waits."""

from __future__ import annotations

from datetime import timedelta

import make
from besa.base import clock
from besa.site import overview


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
