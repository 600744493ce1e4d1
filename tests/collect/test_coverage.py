"""Expected, seen, missing: honest by rule, and on the pages, in the table to take away and in the report."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from besa.collect.actions import import_file
from besa.collect.coverage import queries
from besa.collect.rules import coverage as rules
from besa.collect.rules.coverage import BRIDGED, Look, Sums, bits, covered, states, sums
from besa.ledger.chain import record
from besa.people.policy import BELT
from besa.pledge.models import Account, Identity
from besa.report.facts import gaps
from besa.report.speech import Speech
from besa.report.tables import compute
from besa.report.tables.gaps import weak
from besa.report.tables.shape import Period
from besa.report.types import Facts, frame

DAYS = st.sets(st.integers(0, 59))


# the rules


@given(DAYS)
def test_a_file_covers_its_days_and_short_gaps_between_them(days):
    found = covered(days)
    assert all(found >> day & 1 for day in days)
    for day in range(64):
        if found >> day & 1:
            before = max((each for each in days if each <= day), default=None)
            after = min((each for each in days if each >= day), default=None)
            assert before is not None and after is not None and after - before <= BRIDGED + 1


def test_one_old_post_does_not_stretch_a_file_over_the_months_between():
    assert covered({0, 40, 41}) == bits({0, 40, 41}) and covered({3, 7}) == bits(range(3, 8))


@given(DAYS, DAYS, st.dictionaries(st.integers(0, 59), st.integers(1, 9)), st.booleans())
def test_every_day_is_one_thing(listed, looked, seen, reached):
    line = states(60, listed=bits(listed), reached=reached, looked=bits(looked), seen=seen)
    assert len(line) == 60
    for day, state in enumerate(line):
        assert (state == rules.NOT_EXPECTED) == (day not in listed)
        if day in listed:
            assert (state == rules.SEEN) == (day in seen)
            if day not in seen:
                assert (state in (rules.SILENT, rules.QUIET)) == (day in looked), "no look is never a silence"
                assert (state == rules.MISSING) == (day not in looked and reached)
    counted = sums([line])
    assert counted.expected + counted.unreached == len(listed)
    assert counted.gap == counted.missing + counted.quiet <= counted.expected


@given(st.integers(0, 29), st.integers(30, 59))
def test_an_account_that_seldom_posts_is_silent_and_not_missing(first, second):
    """Small accounts are quiet people: by a history of two posts in two months no silence is a gap."""
    line = states(60, listed=bits(range(60)), reached=True, looked=bits(range(60)), seen={first: 1, second: 1})
    assert rules.QUIET not in line


def test_a_daily_account_that_falls_silent_is_a_gap():
    seen = {day: 3 for day in range(60) if not 30 <= day < 36}
    line = states(60, listed=bits(range(60)), reached=True, looked=bits(range(60)), seen=seen)
    assert line[30:36] == rules.QUIET * 6 and line.count(rules.QUIET) == 6
    assert sums([line]).weak == (6 >= 0.1 * 60)
    one = {day: 3 for day in range(60) if day != 30}
    assert rules.QUIET not in states(60, listed=bits(range(60)), reached=True, looked=bits(range(60)), seen=one)


@given(st.integers(1, 30), st.integers(1, 29))
def test_a_longer_silence_is_never_less_suspicious(shorter, more):
    def quiet(length: int) -> bool:
        seen = {day: 1 for day in range(30)}
        line = states(60, listed=bits(range(60)), reached=True, looked=bits(range(30 + length)), seen=seen)
        return rules.QUIET in line

    assert quiet(shorter) <= quiet(min(shorter + more, 30))


# the reads


def posts(handle: str, days: list[int], name: str = "") -> list[dict]:
    """Posts on these days of September 2027, as Apify's Facebook scraper writes them."""
    return [
        {
            "facebookUrl": f"https://www.facebook.com/{handle}", "postId": f"{handle}{day}", "pageName": handle,
            "url": f"https://www.facebook.com/{handle}/posts/{day}", "time": f"2027-09-{day:02d}T20:30:00.000Z",
            "user": {"id": f"id-{handle}", "name": name or handle}, "text": f"Day {day}", "likes": 1,
        }
        for day in days
    ]  # fmt: skip


@pytest.fixture
def bring(home, election, users, tmp_path):
    def bring(*rows: dict, **more):
        path = tmp_path / "posts.json"
        path.write_text(json.dumps(rows))
        return import_file(by=users["coordinator"], election=election, path=path, connector="apify", **more)

    return bring


def line_of(election, handle: str, **more):
    heat = queries.heat(election, **more)
    return heat.days, next(line for line in heat.lines if line.handle == handle)


pytestmark = pytest.mark.django_db


def test_before_anything_is_imported_no_route_reaches_anybody(election, home):
    heat = queries.heat(election)
    assert heat.days[0] == date(2027, 8, 30) and heat.days[-1] == date(2027, 9, 15), "not beyond today"
    assert len(heat.lines) == 4 and heat.sums == Sums(unreached=4 * 17)


def test_a_look_that_found_nothing_differs_from_no_look(election, bring):
    # 20:30 UTC is the same day in Belgrade; the other account is in the file of its first week only
    bring(*posts("ana.pl", [1, 2, 3]), *posts("ben.pl", [2]))
    bring(*posts("ana.pl", [10, 12]))
    days, ana = line_of(election, "ana.pl")
    assert ana.states == "mm" + "sss" + "m" * 6 + "s0s" + "mmm"
    assert ana.seen == {(date(2027, 9, day) - days[0]).days: 1 for day in (1, 2, 3, 10, 12)}
    ben = line_of(election, "ben.pl")[1]
    assert ben.states == "mm" + "0s0" + "m" * 12, "an account that a file does not name was not looked at by it"
    assert line_of(election, "ana.ph")[1].states == "m" * 17


def test_a_keyword_search_is_no_look_at_an_account(election, bring):
    bring(*posts("ana.pl", [1, 3]), route="keyword")
    assert line_of(election, "ana.pl")[1].states == "uusus" + "u" * 12


def test_live_looks_join_by_account_and_day(election, bring):
    account = Account.objects.get(key="facebook:@ben.ph")
    looks = [
        Look(account.pk, date(2027, 9, 1), True), Look(account.pk, date(2027, 9, 2), False, "429 Too Many Requests"),
        Look(account.pk, date(2027, 9, 3), True), Look(account.pk, date(2027, 7, 1), True),
    ]  # fmt: skip
    line = line_of(election, "ben.ph", looks=looks)[1]
    assert line.states == "mm0m0" + "m" * 12 and line.error == "429 Too Many Requests"
    assert line_of(election, "ben.pl", looks=looks)[1].states == "u" * 17, "no source is set on this one"


def test_only_days_on_the_list_are_expected(election, bring):
    bring(*posts("ana.pl", [1, 2]))
    identity = Identity.objects.get(account__key="facebook:@ana.pl")
    with transaction.atomic():
        identity.first, identity.last = date(2027, 9, 2), date(2027, 9, 5)
        identity.save()
        record(by=BELT, act="test.identity", rows=[identity])
    assert line_of(election, "ana.pl")[1].states == "..." + "smmm" + "." * 10


def test_a_held_import_is_named_where_something_is_missing(election, bring, desk):
    for at in range(3):
        bring(*[{**row, "postId": f"{at}-{n}"} for n, row in enumerate(posts("ana.pl", [1] * 120))])
    held = bring(*[{**row, "postId": f"x{n}", "text": None} for n, row in enumerate(posts("ben.pl", [2] * 120))])
    assert held["state"] == "held"
    heat = queries.heat(election)
    assert [row.import_id for row in heat.held["facebook"]] == [held["import"]] and line_of(election, "ben.pl")[
        1
    ].sums.seen == 0
    assert "The import of posts.json is held" in desk.get("/desk/collect/coverage/").content.decode()


# the pages


@pytest.fixture
def desk(users):
    client = Client()
    client.force_login(users["coordinator"])
    return client


def test_the_heat_map_is_a_table_with_signs(election, bring, desk):
    bring(*posts("ana.pl", [1, 2, 3, 5]))
    page = desk.get("/desk/collect/coverage/").content.decode()
    assert page.count('<td class="seen1">1</td>') == 4 and '<td class="silent">0</td>' in page
    assert '<td class="missing">×</td>' in page and "<caption" in page and 'scope="row"' in page
    assert "Ben of PH" in page
    narrow = desk.get("/desk/collect/coverage/", {"search": "ana of pl"}).content.decode()
    assert "Ana of PL" in narrow and "Ben of PH" not in narrow
    assert desk.get("/desk/collect/coverage/", {"phase": "x", "page": "99", "gaps": "1"}).status_code == 200
    account = Account.objects.get(key="facebook:@ana.pl")
    assert "not looked at" in desk.get(f"/desk/collect/coverage/{account.pk}/").content.decode()
    assert desk.get("/desk/collect/coverage/999999/").status_code == 404


def test_the_table_to_take_away_holds_every_expected_day(election, bring, desk):
    bring(*posts("ana.pl", [1, 3]))
    text = b"".join(desk.get("/desk/collect/coverage/coverage.csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 4 * 17
    ana = [row for row in rows if row["handle"] == "ana.pl"]
    assert [row["state"] for row in ana][:5] == ["missing", "missing", "seen", "silent", "seen"]
    assert {(row["looked"], row["posts"]) for row in ana if row["state"] == "missing"} == {("0", "")}
    assert {row["posts"] for row in ana if row["state"] == "silent"} == {"0"}


# the report


def facts_of(election) -> Facts:
    weeks = ["2027-W35", "2027-W36", "2027-W37"]
    rows = gaps.rows(election, weeks, datetime.fromisoformat("2027-09-15T10:00:00+00:00"))
    meta = {"phases": [], "weeks": weeks, "first": "2027-08-30", "last": "2027-10-26"}
    return Facts(meta=meta, frames={"days": frame("days", rows)})


def test_a_gap_is_said_in_words_and_numbers_in_the_report(election, bring, at):
    bring(*posts("ana.pl", [1, 3]))
    facts = facts_of(election)
    say = Speech("en")
    table = compute("coverage-days", facts, say)
    total = table.total
    assert total["expected"] == 4 * 17 == total["seen"] + total["silent"] + total["quiet"] + total["missing"]
    assert (total["seen"], total["silent"], total["missing"], total["percent"]) == (2, 1, 65, 95.6)
    assert any("65 of 68" in note and "lower bounds" in note for note in table.notes)
    week = compute("coverage-days", facts, say, week="2027-W35")
    assert week.total["expected"] == 4 * 7 and week.total["seen"] == 2
    assert weak(facts, Period("2027-W36"), say) and not weak(facts, Period("2027-W50"), say)


def test_the_frames_of_the_report_name_no_account(election, bring):
    bring(*posts("ana.pl", [1, 3]))
    facts = facts_of(election)
    assert facts["days"].columns == [
        "week", "platform", "accounts", "seen", "silent", "quiet", "missing", "unreached",
    ]  # fmt: skip
    assert facts["days"]["accounts"].to_list() == [4] * 3


def test_a_calendar_of_weeks_shows_every_day_once(election, home, desk):
    from besa.collect.coverage.views import _weeks

    heat = queries.heat(election)
    cells = [cell["day"] for week in _weeks(heat.days, heat.lines[0]) for cell in week["cells"] if cell]
    assert cells == [heat.days[0] + timedelta(days=at) for at in range(17)]
