"""What a report may say of each finding at a moment, in plain SQL over the casework (SQLite).

Written by hand from the rules of publication, not from the code that it checks: who may be named, what
awaits a reply, and what is settled without a name.
"""

from __future__ import annotations

import sqlite3

#: `:at` is the moment of the freeze, `:week` its week. One row per finding that was decided by then.
SETTLED = """
CREATE TEMP TABLE {name} AS
WITH one_notice AS (
    SELECT n.finding_id, n.as_party,
        CASE
            WHEN n.state = 'unreachable' THEN 'lost'
            WHEN n.state <> 'served' OR n.served_at IS NULL OR n.served_at > :at THEN 'untold'
            WHEN r.at <= :at THEN 'through'
            WHEN n.deadline_at <= :at THEN 'through'
            ELSE 'running' END AS how,
        r.at <= :at AND r.kind NOT IN ('answer', 'correction') AS disputes,
        CASE WHEN d.at <= :at THEN d.outcome END AS outcome
    FROM reply_notice n LEFT JOIN reply_reply r ON r.notice_id = n.id
    LEFT JOIN reply_replydecision d ON d.reply_id = r.id
), told AS (
    SELECT finding_id,
        sum(NOT as_party) AS authors, sum(NOT as_party AND how = 'lost') AS lost,
        sum(NOT as_party AND how IN ('untold', 'running')) AS waiting,
        sum(as_party) AS parties, sum(as_party AND how <> 'through') AS parties_waiting,
        sum(disputes AND outcome = 'upheld') AS upheld,
        sum(disputes AND outcome IS NOT 'set_aside') AS disputed
    FROM one_notice GROUP BY finding_id
), stood AS (
    SELECT f.*, a.item_id, t.authors, t.parties, t.parties_waiting,
        CASE
            WHEN f.source_id IS NULL OR f.identity_grade <> 'confirmed' OR f.account_status <> 'authentic'
                THEN 'unnamed'
            WHEN f.decision = 'compliance' THEN 'named'
            WHEN t.upheld > 0 THEN 'unnamed'
            WHEN t.disputed > 0 THEN 'awaiting'
            WHEN coalesce(t.authors, 0) = 0 THEN 'awaiting'
            WHEN t.lost > 0 THEN 'unnamed'
            WHEN t.waiting > 0 THEN 'awaiting'
            ELSE 'named' END AS standing
    FROM coding_finding f JOIN coding_adjudication a ON a.id = f.adjudication_id
    LEFT JOIN told t ON t.finding_id = f.id
    WHERE f.decided_at <= :at AND f.week <= :week
), named AS (
    SELECT s.*, s.standing = 'named' AND s.party_id IS NOT NULL AND (
        s.party_id = s.source_id OR (s.affiliation_grade = 'confirmed' AND (
            s.decision = 'compliance' OR (s.parties > 0 AND s.parties_waiting = 0)))) AS party_named
    FROM stood s
)
SELECT n.id, n.number, n.item_id, n.decision, n.type, n.content, n.platform, n.language, n.week, n.phase,
    n.source_class, n.standing,
    (SELECT slug FROM pledge_clause c WHERE c.id = n.clause_id) AS clause,
    (SELECT slug FROM pledge_area a WHERE a.id = n.area_id) AS area,
    CASE WHEN n.standing = 'named' THEN (SELECT slug FROM pledge_actor a WHERE a.id = n.source_id) END AS source,
    CASE WHEN n.party_named THEN (SELECT slug FROM pledge_actor a WHERE a.id = n.party_id) END AS party,
    CASE
        WHEN n.standing <> 'named' THEN NULL
        WHEN n.signatory_status IN ('signed', 'late_signed') THEN n.signatory_status
        WHEN n.party_named AND n.party_signatory_status IN ('signed', 'late_signed') THEN 'of_party'
        ELSE n.signatory_status END AS bound
FROM named n
"""


def opened(path) -> sqlite3.Connection:
    """Read only; temporary tables beside it."""
    con = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    con.row_factory = sqlite3.Row
    return con


def settle(con: sqlite3.Connection, name: str, *, at: str, week: str) -> None:
    con.execute(f"DROP TABLE IF EXISTS temp.{name}")
    # a parameter cannot stand in CREATE TABLE AS
    con.execute(SETTLED.format(name=name).replace(":at", f"'{at}'").replace(":week", f"'{week}'"))
