"""Every figure of the tables against plain SQL, written by hand, over the casework's own tables."""

from __future__ import annotations

from datetime import UTC, datetime

import casework
import polars as pl
import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from besa.report import tables
from besa.report.facts import gather
from besa.report.speech import Speech
from besa.report.tables.intervals import wilson
from besa.report.tables.shape import percent
from besa.report.types import SCHEMAS, Facts, frame

pytestmark = pytest.mark.django_db
AT = datetime(2027, 10, 1, tzinfo=UTC)
WEEK = "2027-W36"
SAY = Speech("en")

#: Who may be named at :at, written again in SQL: confirmed author, authentic account, told, and
#: replied or past the deadline, nothing disputed. `state` is what the report may do with a finding.
STATE = """
WITH told AS (
    SELECT f.id AS finding,
        sum(CASE WHEN n.as_party THEN 0 ELSE 1 END) AS author_notices,
        sum(CASE WHEN NOT n.as_party AND n.state = 'unreachable' THEN 1 ELSE 0 END) AS lost,
        sum(CASE WHEN NOT n.as_party AND n.state = 'intent' THEN 1 ELSE 0 END) AS unsent,
        sum(CASE WHEN NOT n.as_party AND n.state = 'served' AND r.id IS NULL AND n.deadline_at > %(at)s
            THEN 1 ELSE 0 END) AS running,
        sum(CASE WHEN r.kind IN ('not_my_account', 'hacked', 'not_our_member', 'out_of_context')
            THEN 1 ELSE 0 END) AS disputed,
        sum(CASE WHEN n.as_party THEN 1 ELSE 0 END) AS party_notices,
        sum(CASE WHEN n.as_party AND (n.state <> 'served' OR (r.id IS NULL AND n.deadline_at > %(at)s))
            THEN 1 ELSE 0 END) AS party_not_yet
    FROM coding_finding f LEFT JOIN reply_notice n ON n.finding_id = f.id LEFT JOIN reply_reply r ON r.notice_id = n.id
    GROUP BY f.id
), state AS (
    SELECT f.*, CASE
        WHEN f.source_id IS NULL OR f.identity_grade <> 'confirmed' OR f.account_status <> 'authentic' THEN 'unnamed'
        WHEN f.decision = 'compliance' THEN 'named'
        WHEN t.disputed > 0 THEN 'awaiting'
        WHEN t.author_notices = 0 THEN 'awaiting'
        WHEN t.lost > 0 THEN 'unnamed'
        WHEN t.unsent > 0 OR t.running > 0 THEN 'awaiting'
        ELSE 'named' END AS state,
        (f.party_id = f.source_id OR (f.affiliation_grade = 'confirmed' AND (f.decision = 'compliance'
            OR (t.party_notices > 0 AND t.party_not_yet = 0)))) AS party_told
    FROM coding_finding f JOIN told t ON t.finding = f.id
)
"""


def rows(query: str, **values) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(STATE + query, {"at": AT, "week": WEEK, **values})
        return cursor.fetchall()


@pytest.fixture
def facts(home, election, users, at):
    at.move_to(AT)
    casework.more_people(election)
    casework.findings(election, users, 70, seed=3)
    casework.read_posts(election, users, 12)
    return gather(election, at=AT, week="2027-W37")


def table(facts, name, week=WEEK, phase=""):
    return tables.compute(name, facts, SAY, week=week, phase=phase)


def counts(made, column="count"):
    return {row["key"]: row[column] for row in made.rows if row[column]}


SETTLED = "FROM state WHERE decision = 'violation' AND state <> 'awaiting'"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("findings-by-type", "type"),
        ("findings-by-platform", "platform"),
        ("findings-by-language", "language"),
        ("findings-by-source-class", "source_class"),
        ("findings-by-phase", "phase"),
        ("findings-by-clause", "(SELECT slug FROM pledge_clause c WHERE c.id = clause_id)"),
        ("findings-by-municipality", "coalesce((SELECT slug FROM pledge_area a WHERE a.id = area_id), 'not_known')"),
        ("findings-by-source-party",
         "CASE WHEN state = 'named' AND party_told THEN coalesce((SELECT slug "
             "FROM pledge_actor a WHERE a.id = party_id),"
         " 'not_known') ELSE 'not_known' END"),
    ],
)  # fmt: skip
def test_breakdowns_equal_plain_sql(facts, name, key):
    made = table(facts, name)
    assert counts(made) == dict(rows(f"SELECT {key}, count(*) {SETTLED} AND week = %(week)s GROUP BY 1"))
    assert counts(made, "contents") == dict(
        rows(f"SELECT {key}, count(DISTINCT content) {SETTLED} AND week = %(week)s GROUP BY 1")
    )
    assert counts(made, "cumulative") == dict(rows(f"SELECT {key}, count(*) {SETTLED} AND week <= %(week)s GROUP BY 1"))
    assert counts(made, "last_week") == dict(rows(f"SELECT {key}, count(*) {SETTLED} AND week = '2027-W35' GROUP BY 1"))
    [(total,)] = rows(f"SELECT count(*) {SETTLED} AND week = %(week)s")
    assert made.total["count"] == total > 0
    for row in made.rows:
        assert row["percent"] == percent(row["count"], total)


def test_week_and_phase_equal_plain_sql(facts):
    made = table(facts, "findings-by-week", week="")
    assert counts(made) == dict(rows(f"SELECT week, count(*) {SETTLED} GROUP BY 1"))
    only = table(facts, "findings-by-type", week="", phase="campaign")
    assert counts(only) == dict(rows(f"SELECT type, count(*) {SETTLED} AND phase = 'campaign' GROUP BY 1"))
    stacked = table(facts, "types-by-week", week="")
    expected = {(week, kind): n for week, kind, n in rows(f"SELECT week, type, count(*) {SETTLED} GROUP BY 1, 2")}
    found = {
        (row["key"], column.key): row[column.key]
        for row in stacked.rows
        for column in stacked.columns
        if column.key in casework.TYPES and row[column.key]
    }
    assert found == expected


def test_targets_equal_plain_sql(facts):
    target = "JOIN coding_findingtarget t ON t.finding_id = state.id"
    party = "LEFT JOIN pledge_actor p ON p.id = t.party_id"
    by_party = dict(
        rows(
            f"SELECT p.slug, count(DISTINCT state.id) FROM state {target} {party} WHERE decision = 'violation'"
            " AND state <> 'awaiting' AND week = %(week)s AND p.slug IS NOT NULL GROUP BY 1"
        )
    )
    made = table(facts, "findings-by-target-party")
    found = counts(made)
    none = found.pop("not_known", 0)
    assert found == by_party and made.overlap
    [(without,)] = rows(
        f"SELECT count(*) {SETTLED} AND week = %(week)s AND NOT EXISTS (SELECT 1 FROM coding_findingtarget t WHERE"
        " t.finding_id = state.id AND t.party_id IS NOT NULL)"
    )
    assert none == without
    by_gender = dict(
        rows(
            f"SELECT t.gender, count(DISTINCT state.id) FROM state {target} WHERE decision = 'violation' AND"
            " state <> 'awaiting' AND week = %(week)s AND t.kind IN ('person', 'journalist') GROUP BY 1"
        )
    )
    made = table(facts, "findings-by-target-gender")
    found = counts(made)
    found.pop("none", None)
    assert found == by_gender
    women = next(row for row in made.rows if row["key"] == "woman")
    [(monitored,)] = rows(
        "SELECT count(*) FROM pledge_actor WHERE gender = 'woman' AND kind IN ('mayor_candidate', 'council_candidate')"
    )
    [(hit,)] = rows(
        f"SELECT count(DISTINCT state.id) FROM state {target} WHERE decision = 'violation' AND state <> 'awaiting' AND"
        " week = %(week)s AND t.gender = 'woman' AND t.actor_kind IN ('mayor_candidate', 'council_candidate')"
    )
    assert (women["candidates"], women["against_candidates"]) == (monitored, hit)
    assert women["per_100"] == pytest.approx(100 * hit / monitored, abs=0.051)


def test_signatories_equal_plain_sql(facts):
    status = """CASE WHEN state <> 'named' THEN 'not_known'
        WHEN signatory_status IN ('signed', 'late_signed') THEN signatory_status
        WHEN party_told AND party_signatory_status IN ('signed', 'late_signed') THEN 'of_party'
        ELSE signatory_status END"""
    made = table(facts, "findings-by-signatory")
    assert counts(made) == dict(rows(f"SELECT {status}, count(*) {SETTLED} AND week = %(week)s GROUP BY 1"))
    side = table(facts, "compliance-by-signatory", week="")
    for slug in ("pl", "ph"):
        row = next(row for row in side.rows if row["key"] == slug)
        for decision, column in (("violation", "violations"), ("compliance", "compliance")):
            [(expected,)] = rows(
                "SELECT count(*) FROM state WHERE state = 'named' AND decision = %(decision)s AND (source_id ="
                " (SELECT id FROM pledge_actor WHERE slug = %(slug)s) OR (party_told AND party_id ="
                " (SELECT id FROM pledge_actor WHERE slug = %(slug)s)))",
                decision=decision, slug=slug,
            )  # fmt: skip
            assert row[column] == expected
    assert {row["key"] for row in side.rows} == {"pl", "ph"}


def test_funnel_awaiting_and_first_page_equal_plain_sql(facts):
    [(docketed,)] = rows("SELECT count(*) FROM triage_docketitem WHERE week = %(week)s")
    [(screened,)] = rows(
        "SELECT count(*) FROM triage_docketitem d WHERE week = %(week)s AND "
        "EXISTS (SELECT 1 FROM coding_screening s WHERE"
        " s.item_id = d.id)"
    )
    [(coded,)] = rows(
        "SELECT count(DISTINCT d.id) FROM triage_docketitem d JOIN coding_coding c ON c.item_id = d.id"
        " WHERE week = %(week)s"
    )
    [(confirmed, published)] = rows(
        "SELECT count(*), sum(CASE WHEN state <> 'awaiting' THEN 1 ELSE 0 END) "
        "FROM state WHERE decision = 'violation' AND"
        " week = %(week)s"
    )
    funnel = counts(table(facts, "funnel"))
    assert funnel == {
        "docketed": docketed, "screened": screened, "coded": coded, "confirmed": confirmed, "published": published,
    }  # fmt: skip
    states = dict(rows("SELECT state, count(*) FROM state WHERE decision = 'violation' AND week = %(week)s GROUP BY 1"))
    made = table(facts, "awaiting-reply")
    assert counts(made) == states and made.total["count"] == confirmed
    page = counts(table(facts, "first-page"))
    assert page["instances"] == confirmed and page["awaiting"] == states["awaiting"]
    parts = ("by_signatories", "by_others", "unattributed", "awaiting")
    assert sum(page.get(part, 0) for part in parts) == confirmed
    [(contents,)] = rows("SELECT count(DISTINCT content) FROM state WHERE decision = 'violation' AND week = %(week)s")
    assert page["contents"] == contents


def test_answers_remedies_and_samples_equal_plain_sql(facts):
    notice = (
        "FROM reply_notice n JOIN coding_finding f ON f.id = n.finding_id LEFT JOIN reply_reply r ON r.notice_id = n.id"
    )
    [(served, answered, running)] = rows(
        f"SELECT count(*), count(r.id), sum(CASE WHEN r.id IS NULL AND "
        f"n.deadline_at > %(at)s THEN 1 ELSE 0 END) {notice}"
        " WHERE f.week = %(week)s AND n.state = 'served'"
    )
    made = table(facts, "notices")
    assert made.total["count"] == served > 0
    assert {row["key"]: row["count"] for row in made.rows} == {
        "answered": answered, "running": running, "unanswered": served - answered - running,
    }  # fmt: skip
    [(removed,)] = rows(
        "SELECT count(DISTINCT state.id) FROM state JOIN reply_remedy m ON m.finding_id = state.id WHERE"
        " m.gone_cause = 'author' AND state <> 'awaiting'"
    )
    assert counts(table(facts, "remedies", week=""))["removed"] == removed > 0
    [(drawn, violations)] = rows(
        "SELECT count(*), sum(CASE WHEN a.decision = 'violation' THEN 1 ELSE 0 END) FROM triage_docketitem d"
        " LEFT JOIN coding_adjudication a ON a.item_id = d.id WHERE d.sample = 'control' AND d.week = %(week)s"
    )
    control = table(facts, "control-sample")
    assert counts(control)["drawn"] == drawn and counts(control)["violations"] == violations


# Reconciliation on any facts at all

_KEYS = st.sampled_from
_FINDING = st.fixed_dictionaries(
    {
        "decision": _KEYS(["violation", "violation", "compliance"]), "type": _KEYS(casework.TYPES),
        "clause": _KEYS(["hate", "bullying"]), "content": _KEYS(["a", "b", "c"]),
        "platform": _KEYS(["facebook", "tiktok"]), "language": _KEYS(["sq", "sr", "und"]),
        "route": st.just("watch_list"),
        "sample": _KEYS(["ranked", "control", "duty"]), "week": _KEYS(["2027-W35", "2027-W36", "2027-W37"]),
        "phase": _KEYS(["pre_campaign", "campaign"]), "area": _KEYS([None, "lumas"]),
        "source_class": _KEYS(["supporter", "unknown"]), "party": _KEYS([None, "pl", "ph"]),
        "signatory_status": _KEYS([None, "signed", "never"]), "party_signatory_status": _KEYS([None, "signed"]),
        "standing": _KEYS(["named", "unnamed", "awaiting"]), "new": st.booleans(),
        "targets": st.lists(
            st.fixed_dictionaries(
                {
                    "kind": _KEYS(["person", "party"]), "actor_kind": _KEYS(["mayor_candidate", "unknown"]),
                    "party": _KEYS([None, "pl", "ph"]), "gender": _KEYS(["woman", "man", "unknown"]),
                    "community": _KEYS([None, "Hill people"]),
                }
            ),
            max_size=3,
        ),
    }
)  # fmt: skip
META = {
    "week": "2027-W37", "weeks": ["2027-W35", "2027-W36", "2027-W37"], "first": "2027-09-13", "last": "2027-09-19",
    "phases": [
        {"kind": "pre_campaign", "names": {}, "first": "2027-08-30", "last": "2027-09-12"},
        {"kind": "campaign", "names": {}, "first": "2027-09-13", "last": "2027-10-11"},
    ],
    "code": None, "settings": {"majority_communities": []},
}  # fmt: skip


def invented(findings: list[dict]) -> Facts:
    frames = {name: frame(name, []) for name in SCHEMAS}
    numbered = [{"number": f"F-{index}", "other_clauses": "[]", **each} for index, each in enumerate(findings)]
    frames["findings"] = frame("findings", numbered)
    frames["targets"] = frame(
        "targets", [{"number": each["number"], **target} for each in numbered for target in each["targets"]]
    )
    return Facts(meta=META, frames=frames)


@settings(max_examples=40)
@given(st.lists(_FINDING, max_size=12), st.sampled_from(["", "2027-W35", "2027-W36", "2027-W37"]),
       st.sampled_from(["", "campaign"]))  # fmt: skip
def test_totals_reconcile(findings, week, phase):
    facts = invented(findings)
    for definition in tables.catalogue():
        made = tables.compute(definition.name, facts, SAY, week=week, phase=phase)
        assert made.denominator and made.period and made.unit and made.route and made.rounding
        if definition.name == "coverage" or made.total is None or "count" not in made.total:
            continue
        added = sum(row["count"] for row in made.rows)
        if made.overlap:
            assert added >= made.total["count"], definition.name
            assert any("overlap" in note for note in made.notes)
            assert all(row["count"] <= made.total["count"] for row in made.rows)
        else:
            assert added == made.total["count"], definition.name
        if "cumulative" in made.total and not made.overlap:
            assert sum(row["cumulative"] for row in made.rows) == made.total["cumulative"]
        for row in [*made.rows, made.total]:
            if row.get("percent") is not None and definition.name != "first-page":
                assert 0 <= row["percent"] <= 100


def test_an_empty_week_and_a_single_finding_say_so(at):
    empty = tables.compute("findings-by-type", invented([]), SAY, week="2027-W37")
    assert empty.total["count"] == 0 and empty.total["percent"] is None
    assert {row["percent"] for row in empty.rows} == {None}


def test_percentages_name_their_base():
    facts = invented([])
    for definition in tables.catalogue():
        made = tables.compute(definition.name, facts, SAY, week="2027-W37")
        if any(column.kind == "percent" for column in made.columns):
            assert made.denominator != "No percentages", definition.name


def test_wilson_against_known_values():
    # Newcombe 1998: 81 of 263, and 0 of 20
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)


def test_unnamed_findings_carry_no_name_in_the_facts(facts):
    hidden = facts["findings"].filter(pl.col("standing") != "named")
    assert hidden.height > 0
    for column in ("source", "party", "signatory_status", "excerpt"):
        assert hidden[column].null_count() == hidden.height
