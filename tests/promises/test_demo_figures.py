"""Every figure of every table of every edition of the demo, counted again in plain SQL written here."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import sqrt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from scipy.stats import hypergeom

from besa.corpus import Corpus
from settled_in_sql import opened, settle

ZONE = ZoneInfo("Europe/Belgrade")
NUMBERS = {"count", "percent", "rate", "number"}


def share(part, base, per: int = 100):
    """One decimal, halves up; nothing of nothing is not known."""
    if not base:
        return None
    return float((Decimal(per) * Decimal(part) / Decimal(base)).quantize(Decimal("0.1"), ROUND_HALF_UP))


def wilson(part: int, base: int) -> tuple[float, float]:
    z, p = 1.959963984540054, part / base
    middle, spread = p + z * z / (2 * base), z * sqrt(p * (1 - p) / base + z * z / (4 * base * base))
    return max(0.0, (middle - spread) / (1 + z * z / base)), min(1.0, (middle + spread) / (1 + z * z / base))


def _monday(week: str) -> datetime:
    return datetime.strptime(f"{week}-1", "%G-W%V-%u")


def week_before(week: str) -> str:
    return (_monday(week) - timedelta(days=7)).strftime("%G-W%V")


class Counted:
    """One edition, and the means to count it again."""

    def __init__(self, home: Path, number: int):
        self.con = opened(home / "casework.sqlite3")
        row = self.one(
            "SELECT f.week, f.made_at, f.corpus_version, p.path, p.at FROM report_publication p "
            "JOIN report_freeze f ON f.id = p.freeze_id WHERE p.number = ?", number,
        )  # fmt: skip
        self.week, self.at, self.version = row["week"], row["made_at"], row["corpus_version"]
        self.before = week_before(self.week)
        self.edition = json.loads((Path(row["path"]) / "content" / "edition.json").read_text())
        self.path = Path(row["path"])
        self.tables = self.edition["tables"]["en"]
        settle(self.con, "state", at=self.at, week=self.week)
        self.con.execute("CREATE TEMP TABLE known (number TEXT)")
        for earlier in self.all(
            "SELECT f.week, f.made_at FROM report_publication p JOIN report_freeze f ON f.id = p.freeze_id "
            "WHERE p.number < ? AND f.week < ?", number, self.week,
        ):  # fmt: skip
            settle(self.con, "earlier", at=earlier["made_at"], week=earlier["week"])
            self.con.execute("INSERT INTO known SELECT number FROM earlier WHERE standing <> 'awaiting'")
        self.corpus = Corpus(home / "corpus")

    def all(self, query: str, *values):
        return self.con.execute(query, values).fetchall()

    def one(self, query: str, *values):
        [row] = self.all(query, *values)
        return row

    def value(self, query: str, *values):
        return self.one(query, *values)[0]

    def posts(self, select: str, where: str = "", *, week: str = "", until: str = "") -> list[dict]:
        """A query over the corpus at the frozen version, of one week or of all weeks until one."""
        first = _monday(week or "2027-W35").replace(tzinfo=ZONE)
        last = (_monday(week or until) + timedelta(days=7)).replace(tzinfo=ZONE)
        at = datetime.fromisoformat(self.at).replace(tzinfo=UTC)
        return self.corpus.rows(
            f"SELECT {select} FROM posts WHERE election = 'demo' AND posted_at >= $first AND posted_at < $last {where}",
            {"first": first, "last": last} | ({"at": at} if "$at" in where else {}),
            version=self.version,
        )

    def flagged(self, **period) -> int:
        return self.posts(
            "count(*) AS n",
            "AND post_key IN (SELECT post_key FROM signals WHERE concern IS NOT NULL AND concern <> ''"
            " AND made_at <= $at)",
            **period,
        )[0]["n"]

    def collected(self, **period) -> int:
        return self.posts("count(*) AS n", **period)[0]["n"]

    # Docket

    def docket(self, where: str = "1", *values) -> int:
        return self.value(f"SELECT count(*) FROM triage_docketitem i WHERE put_at <= '{self.at}' AND {where}", *values)

    @property
    def read(self) -> str:
        return (
            f"(EXISTS (SELECT 1 FROM coding_screening s WHERE s.item_id = i.id AND s.at <= '{self.at}')"
            f" OR {self.coded})"
        )

    @property
    def coded(self) -> str:
        return (
            f"(EXISTS (SELECT 1 FROM coding_coding c WHERE c.item_id = i.id AND c.at <= '{self.at}')"
            f" OR EXISTS (SELECT 1 FROM coding_adjudication a WHERE a.item_id = i.id AND a.at <= '{self.at}'))"
        )

    # Breakdowns

    def broken(self, pairs: str, decision: str = "violation", *, all_weeks: bool = False) -> tuple[dict, dict]:
        """({key: cells}, total). `pairs`: a query of distinct (id, key)."""
        week = f"('{self.week}')" if not all_weeks else "(SELECT week FROM state)"
        base = f"FROM state s WHERE s.decision = '{decision}' AND s.standing <> 'awaiting'"
        cells = f"""count(DISTINCT CASE WHEN s.week IN {week} THEN s.id END) AS count,
            count(DISTINCT CASE WHEN s.week IN {week} THEN s.content END) AS contents,
            count(DISTINCT CASE WHEN s.week = '{self.before}' THEN s.id END) AS last_week,
            count(DISTINCT s.id) AS cumulative"""
        total = dict(self.one(f"SELECT {cells} {base}"))
        joined = base.replace("WHERE", f"JOIN ({pairs}) p ON p.id = s.id WHERE")
        rows = {
            row["key"]: dict(row)
            for row in self.all(f"SELECT coalesce(p.key, 'not_known') AS key, {cells} {joined} GROUP BY 1")
        }
        for row in [*rows.values(), total]:
            row["percent"] = share(row["count"], total["count"])
            row["cumulative_percent"] = share(row["cumulative"], total["cumulative"])
        return rows, total


def _column(name: str, **more):
    return lambda of: of.broken(f"SELECT id, {name} AS key FROM state", **more)


def _targets(name: str):
    """Known targets; a finding without any known one stands under not known."""
    return (
        f"SELECT t.finding_id AS id, {name} AS key FROM coding_findingtarget t LEFT JOIN pledge_actor p"
        f" ON p.id = coalesce(t.party_id, (SELECT id FROM pledge_actor a WHERE a.id = t.actor_id AND a.kind IN"
        f" ('party', 'coalition'))) WHERE {name} IS NOT NULL"
        f" UNION SELECT id, NULL FROM state WHERE id NOT IN (SELECT t.finding_id FROM coding_findingtarget t"
        f" LEFT JOIN pledge_actor p ON p.id = coalesce(t.party_id, (SELECT id FROM pledge_actor a WHERE a.id ="
        f" t.actor_id AND a.kind IN ('party', 'coalition'))) WHERE {name} IS NOT NULL)"
    )


def _municipality(of: Counted):
    rows, total = of.broken("SELECT id, area AS key FROM state")
    base = {
        row["slug"]: row["n"]
        for row in of.all(
            "SELECT r.slug, count(*) AS n FROM pledge_actor a JOIN pledge_area r ON r.id = a.area_id"
            " WHERE a.kind IN ('mayor_candidate', 'council_candidate') GROUP BY 1"
        )
    }
    for slug, number in base.items():
        row = rows.setdefault(slug, {"count": 0, "contents": 0, "last_week": 0, "cumulative": 0})
        row |= {"percent": share(row["count"], total["count"]), "candidates": number,
                "cumulative_percent": share(row["cumulative"], total["cumulative"]),
                "per_100": share(row["count"], number)}  # fmt: skip
    known = sum(row["count"] for key, row in rows.items() if key != "not_known")
    if "not_known" in rows:
        rows["not_known"] |= {"candidates": None, "per_100": None}
    return rows, total | {"candidates": sum(base.values()), "per_100": share(known, sum(base.values()))}


CANDIDATE = "IN ('mayor_candidate', 'council_candidate')"


def _candidates(of: Counted, where: str) -> int:
    return of.value(f"SELECT count(*) FROM pledge_actor WHERE kind {CANDIDATE} AND {where}")


def _hit(of: Counted, where: str) -> int:
    """Settled violations of the week against monitored candidates."""
    return of.value(
        "SELECT count(DISTINCT s.id) FROM state s JOIN coding_findingtarget t ON t.finding_id = s.id"
        f" WHERE s.decision = 'violation' AND s.standing <> 'awaiting' AND s.week = ? AND t.actor_kind {CANDIDATE}"
        f" AND {where}",
        of.week,
    )


def _gender(of: Counted):
    persons = "SELECT finding_id AS id, gender AS key FROM coding_findingtarget WHERE kind IN ('person', 'journalist')"
    rows, total = of.broken(
        f"SELECT DISTINCT id, key FROM ({persons})"
        f" UNION SELECT id, 'none' FROM state WHERE id NOT IN (SELECT id FROM ({persons}))"
    )
    empty = {"count": 0, "contents": 0, "last_week": 0, "cumulative": 0,
             "percent": share(0, total["count"]), "cumulative_percent": share(0, total["cumulative"])}  # fmt: skip
    rows.setdefault("none", {**empty})
    for gender in ("woman", "man", "other", "unknown"):
        hit, base = _hit(of, f"t.gender = '{gender}'"), _candidates(of, f"gender = '{gender}'")
        rows.setdefault(gender, {**empty}).update(candidates=base, against_candidates=hit, per_100=share(hit, base))
    hit, base = _hit(of, "1"), _candidates(of, "1")
    return rows, total | {"candidates": base, "against_candidates": hit, "per_100": share(hit, base)}


def _matrix(of: Counted):
    pairs = of.all(
        f"SELECT coalesce(s.party, 'not_known') AS by, coalesce(p.key, 'none') AS at, count(DISTINCT s.id) AS n"
        f" FROM state s JOIN ({_targets('p.slug')}) p ON p.id = s.id WHERE s.decision = 'violation'"
        " AND s.standing <> 'awaiting' AND s.week = ? GROUP BY 1, 2",
        of.week,
    )
    counts = {
        row["by"]: row["n"]
        for row in of.all(
            "SELECT coalesce(party, 'not_known') AS by, count(*) AS n FROM state WHERE decision = 'violation'"
            " AND standing <> 'awaiting' AND week = ? GROUP BY 1",
            of.week,
        )
    }
    columns = [c["key"] for c in of.tables["findings-by-and-against-party"]["columns"] if c["key"] not in
               ("label", "count")]  # fmt: skip
    assert {f"against_{row['at']}" for row in pairs} <= set(columns)
    rows = {by: {column: 0 for column in columns} | {"count": n} for by, n in counts.items()}
    total = {column: 0 for column in columns} | {"count": sum(counts.values())}
    for row in pairs:
        rows[row["by"]][f"against_{row['at']}"] = row["n"]
        total[f"against_{row['at']}"] += row["n"]
    return rows, total


def _types_by_week(of: Counted):
    found = of.all(
        "SELECT week, type, count(*) AS n FROM state WHERE decision = 'violation' AND standing <> 'awaiting'"
        " GROUP BY 1, 2"
    )
    kinds = {row["type"] for row in found}
    columns = {c["key"] for c in of.tables["types-by-week"]["columns"]} - {"label", "count"}
    assert kinds == columns
    rows = {row["key"]: {kind: 0 for kind in kinds} | {"count": 0} for row in of.tables["types-by-week"]["rows"]}
    total = {kind: 0 for kind in kinds} | {"count": 0}
    for row in found:
        for cells in (rows[row["week"]], total):
            cells[row["type"]] += row["n"]
            cells["count"] += row["n"]
    return rows, total


def _funnel(of: Counted):
    def stages(week: str, until: str) -> dict[str, int]:
        weeks = f"week = '{week}'" if week else f"week <= '{until}'"
        period = {"week": week} if week else {"until": until}
        found = of.one(
            "SELECT count(*) AS confirmed, coalesce(sum(standing <> 'awaiting'), 0) AS published FROM state"
            f" WHERE decision = 'violation' AND {weeks}"
        )
        return {
            "collected": of.collected(**period), "flagged": of.flagged(**period), "docketed": of.docket(weeks),
            "screened": of.docket(f"{weeks} AND {of.read}"), "coded": of.docket(f"{weeks} AND {of.coded}"),
            **dict(found),
        }  # fmt: skip

    now, every = stages(of.week, ""), stages("", of.week)
    before = stages(of.before, "") if of.before >= "2027-W35" else dict.fromkeys(now, 0)
    base = {"flagged": "collected", "docketed": "collected", "screened": "docketed", "coded": "screened",
            "confirmed": "coded", "published": "confirmed"}  # fmt: skip
    assert list(now.values()) != [0] * 7 and now["collected"] >= now["docketed"] >= now["screened"] >= now["coded"]
    return {
        stage: {"count": n, "last_week": before[stage], "cumulative": every[stage],
                "percent": share(n, now[base[stage]]) if stage in base else None}
        for stage, n in now.items()
    }, None  # fmt: skip


def _coverage(of: Counted):
    rows: dict = {}
    watched = of.all("SELECT platform, key, handle FROM pledge_account WHERE watched")
    seen = {
        key
        for row in of.posts("DISTINCT platform, account_key, account_handle, host_account_key", week=of.week)
        for key in (
            row["account_key"], row["host_account_key"], f"{row['platform']}:@{row['account_handle'] or ''}".lower(),
        )
    }  # fmt: skip
    for platform in {row["platform"] for row in watched}:
        of_platform = [row for row in watched if row["platform"] == platform]
        rows[f"platform:{platform}"] = {
            "watched": len(of_platform),
            "seen": sum(row["key"] in seen or f"{platform}:@{row['handle']}".lower() in seen for row in of_platform),
        }
    for column in ("platform", "language"):
        key = "coalesce(nullif(language, ''), 'und')" if column == "language" else column
        counted = of.corpus.rows(
            f"SELECT {key} AS key, count(*) AS n FROM posts WHERE election = 'demo' AND posted_at >= $first AND"
            " posted_at < $last GROUP BY 1",
            {"first": _monday(of.week).replace(tzinfo=ZONE),
             "last": (_monday(of.week) + timedelta(days=7)).replace(tzinfo=ZONE)},
            version=of.version,
        )  # fmt: skip
        for row in counted:
            rows.setdefault(f"{column}:{row['key']}", {})["collected"] = row["n"]
        for row in of.all(
            f"SELECT {key} AS key, count(*) AS n FROM triage_docketitem i WHERE put_at <= ? AND week = ? AND {of.read}"
            " GROUP BY 1", of.at, of.week,
        ):  # fmt: skip
            rows.setdefault(f"{column}:{row['key']}", {})["read"] = row["n"]
    for key, row in rows.items():
        row.setdefault("collected", 0), row.setdefault("read", 0)
        row["percent"] = share(row["read"], row["collected"])
        if key.startswith("language"):
            row |= {"watched": None, "seen": None}
    platforms = [row for key, row in rows.items() if key.startswith("platform")]
    languages = [row for key, row in rows.items() if key.startswith("language")]
    total = {name: sum(row[name] for row in platforms) for name in ("watched", "seen", "collected", "read")}
    assert all(sum(row[name] for row in languages) == total[name] for name in ("collected", "read"))
    return rows, total | {"percent": share(total["read"], total["collected"])}


def _coverage_days(of: Counted):
    """Days with posts are counted again, and all days together; which silence is too long is the rule's to say."""
    until = datetime.fromisoformat(of.at).replace(tzinfo=UTC).astimezone(ZONE).date()
    week = [(_monday(of.week) + timedelta(days=day)).date() for day in range(7)]
    days = [
        day for day in week
        if day <= until and of.value(
            "SELECT count(*) FROM pledge_phase WHERE monitored AND first <= ? AND last >= ?", str(day), str(day)
        )
    ]  # fmt: skip
    posted: dict[str, set] = {}
    for row in of.posts("platform, account_key, account_handle, host_account_key, posted_at", week=of.week):
        names = [row["account_key"], row["account_handle"] and f"{row['platform']}:@{row['account_handle'].lower()}"]
        for name in names if any(names) else [row["host_account_key"]]:
            posted.setdefault(name, set()).add(row["posted_at"].astimezone(ZONE).date())
    rows: dict = {}
    for account in of.all("SELECT platform, key, handle FROM pledge_account WHERE watched"):
        row = rows.setdefault(account["platform"], {"seen": 0, "all": 0})
        names = (account["key"], f"{account['platform']}:@{account['handle']}".lower())
        row["seen"] += len(set().union(*(posted.get(name, ()) for name in names)) & set(days))
        row["all"] += len(days)
    table = of.tables["coverage-days"]
    for row in table["rows"]:
        parts = {name: row[name] for name in ("seen", "silent", "quiet", "missing")}
        assert row["expected"] == sum(parts.values()) and row["gap"] == row["quiet"] + row["missing"]
        assert row["percent"] == share(row["gap"], row["expected"])
        assert row["expected"] + row["unreached"] == rows[row["key"]]["all"], row
    for row in rows.values():
        del row["all"]
    parts = ("seen", "silent", "quiet", "missing", "unreached", "expected", "gap")
    total = {name: sum(row[name] for row in table["rows"]) for name in parts}
    return rows, total | {"percent": share(total["gap"], total["expected"])}


def _awaiting(of: Counted):
    counts = dict.fromkeys(("named", "unnamed", "awaiting"), 0)
    counts |= {
        row["standing"]: row["n"]
        for row in of.all(
            "SELECT standing, count(*) AS n FROM state WHERE decision = 'violation' AND week = ? GROUP BY 1", of.week
        )
    }
    total = sum(counts.values())
    rows = {key: {"count": n, "percent": share(n, total)} for key, n in counts.items()}
    return rows, {"count": total, "percent": share(total, total)}


def _told(of: Counted) -> dict:
    notices = of.all(
        "SELECT n.served_at, n.deadline_at <= ? AS due, r.at AS answered FROM reply_notice n JOIN state s ON s.id ="
        " n.finding_id LEFT JOIN reply_reply r ON r.notice_id = n.id AND r.at <= ?"
        " WHERE s.week = ? AND n.state = 'served' AND n.served_at <= ?",
        of.at, of.at, of.week, of.at,
    )  # fmt: skip
    hours = sorted(
        (datetime.fromisoformat(row["answered"]) - datetime.fromisoformat(row["served_at"])).total_seconds() / 3600
        for row in notices if row["answered"]
    )  # fmt: skip
    middle = (hours[(len(hours) - 1) // 2] + hours[len(hours) // 2]) / 2 if hours else None
    return {
        "served": len(notices), "answered": len(hours), "hours": middle,
        "due": sum(bool(row["due"] or row["answered"]) for row in notices),
    }  # fmt: skip


def _notices(of: Counted):
    told = _told(of)
    served = told["served"]
    counts = {"answered": told["answered"], "unanswered": told["due"] - told["answered"],
              "running": served - told["due"]}  # fmt: skip
    rows = {key: {"count": n, "percent": share(n, served)} for key, n in counts.items()}
    return rows, {"count": served, "percent": share(served, served)}


#: A removal counts only where the author made it after being told, seen from two places.
REMEDY = """SELECT m.kind, s.id, s.standing FROM reply_remedy m JOIN state s ON s.id = m.finding_id
    WHERE m.seen_at <= :at AND s.week = :week AND (m.kind <> 'removed' OR (m.gone_cause = 'author'
        AND m.vantage_points >= 2 AND m.seen_at >= (SELECT max(n.served_at) FROM reply_notice n WHERE
            n.finding_id = s.id AND NOT n.as_party AND n.served_at <= :at)))"""


def _remedies(of: Counted):
    found = of.con.execute(REMEDY, {"at": of.at, "week": of.week}).fetchall()
    base = of.value(
        "SELECT count(*) FROM state WHERE decision = 'violation' AND standing <> 'awaiting' AND week = ?", of.week
    )
    settled = {
        row["id"]
        for row in of.all("SELECT id FROM state WHERE decision = 'violation' AND standing <> 'awaiting'")
    }  # fmt: skip
    by_kind: dict = {kind: set() for kind in ("removed", "corrected", "apologised", "disowned", "disciplined")}
    for row in found:
        if row["id"] in settled:
            by_kind[row["kind"]].add(row["id"])
    rows = {kind: {"count": len(ids), "percent": share(len(ids), base)} for kind, ids in by_kind.items()}
    none = base - len(set().union(*by_kind.values()))
    rows["none"] = {"count": none, "percent": share(none, base)}
    return rows, {"count": base, "percent": share(base, base)}


DUTY = """
SELECT coalesce(own.slug, party.slug) AS slug, count(*) AS read, sum(a.decision = 'compliance') AS met
FROM triage_docketitem i JOIN pledge_identity y ON y.account_id = i.account_id
LEFT JOIN coding_adjudication a ON a.item_id = i.id AND a.at <= :at
LEFT JOIN pledge_actor own ON own.id = y.actor_id AND own.id IN (SELECT actor_id FROM pledge_signatory)
LEFT JOIN pledge_affiliation f ON f.actor_id = y.actor_id
LEFT JOIN pledge_actor party ON party.id = f.party_id AND party.id IN (SELECT actor_id FROM pledge_signatory)
WHERE i.sample = 'duty' AND i.week = :week AND i.put_at <= :at AND coalesce(own.id, party.id) IS NOT NULL AND {read}
GROUP BY 1"""


def _duties(of: Counted) -> dict[str, tuple[int, int]]:
    found = of.con.execute(DUTY.format(read=of.read), {"at": of.at, "week": of.week})
    return {row["slug"]: (row["read"], row["met"] or 0) for row in found}


def _signatories(of: Counted) -> list[str]:
    last = (_monday(of.week) + timedelta(days=6)).strftime("%Y-%m-%d")
    return [
        row["slug"]
        for row in of.all(
            "SELECT DISTINCT a.slug FROM pledge_signatory s JOIN pledge_actor a ON a.id = s.actor_id"
            " JOIN pledge_signature g ON g.signatory_id = s.id WHERE g.signed_on <= ?",
            last,
        )
    ]


def _compliance(of: Counted):
    duties, rows = _duties(of), {}
    signatories = _signatories(of)
    named = "FROM state WHERE standing = 'named' AND week = ? AND decision = ?"
    for slug in signatories:
        read, met = duties.get(slug, (0, 0))
        rows[slug] = {"sampled": read, "met": met, "percent": share(met, read)} | {
            column: of.value(f"SELECT count(*) {named} AND (source = ? OR party = ?)", of.week, decision, slug, slug)
            for column, decision in (("violations", "violation"), ("compliance", "compliance"))
        }
    listed = "(" + ", ".join(f"'{slug}'" for slug in signatories) + ")"
    sampled, met = (sum(row[name] for row in rows.values()) for name in ("sampled", "met"))
    total = {"sampled": sampled, "met": met, "percent": share(met, sampled)} | {
        column: of.value(f"SELECT count(*) {named} AND (source IN {listed} OR party IN {listed})", of.week, decision)
        for column, decision in (("violations", "violation"), ("compliance", "compliance"))
    }
    assert sampled > 0
    for row in of.tables["compliance-by-signatory"]["rows"]:
        assert _interval(row["interval"]) == _expected_interval(rows[row["key"]]["met"], rows[row["key"]]["sampled"])
    return rows, total


def _interval(words: str | None):
    return tuple(float(part) for part in re.findall(r"\d+\.\d+", words)) if words else None


def _expected_interval(part: int, base: int):
    return tuple(float(f"{end * 100:.1f}") for end in wilson(part, base)) if base else None


def _register(of: Counted):
    assert {row["key"] for row in of.tables["register"]["rows"]} == set(_signatories(of))
    for row in of.tables["register"]["rows"]:
        signed = of.value(
            "SELECT min(g.signed_on) FROM pledge_signature g JOIN pledge_signatory s ON s.id = g.signatory_id"
            " JOIN pledge_actor a ON a.id = s.actor_id WHERE a.slug = ?",
            row["key"],
        )
        assert row["signed"] == datetime.fromisoformat(signed).strftime("%d %B %Y").lstrip("0")
    return {slug: {} for slug in _signatories(of)}, None


def _control_counts(of: Counted) -> dict:
    where = f"sample = 'control' AND week = '{of.week}'"
    decided = f"EXISTS (SELECT 1 FROM coding_adjudication a WHERE a.item_id = i.id AND a.at <= '{of.at}' AND a.decision = 'violation')"  # noqa: E501
    return {
        "unflagged": of.collected(week=of.week) - of.flagged(week=of.week), "drawn": of.docket(where),
        "read": of.docket(f"{where} AND {of.read}"), "violations": of.docket(f"{where} AND {decided}"),
    }  # fmt: skip


def _control(of: Counted):
    counts = _control_counts(of)
    assert counts["read"] > 0
    size, read, bad = counts["unflagged"], counts["read"], counts["violations"]
    # every number of violations that could be, for which the sample that was drawn is not too strange
    likely = [n for n in range(bad, size - read + bad + 1)
              if min(hypergeom.cdf(bad, size, n, read), hypergeom.sf(bad - 1, size, n, read)) > 0.025]  # fmt: skip
    low, high = min(likely), max(likely)
    rows = {key: {"count": n, "percent": None, "low": None, "high": None} for key, n in counts.items()}
    found = share(counts["violations"], counts["read"])
    rows["violations"] |= {"percent": found, "low": share(low, size), "high": share(high, size)}
    rows["missed"] = {
        "count": round(counts["unflagged"] * counts["violations"] / counts["read"]), "percent": found,
        "low": low, "high": high,
    }  # fmt: skip
    return rows, None


def _alpha(pairs: list[tuple], *, ordinal: bool = False) -> float | None:
    """Krippendorff's alpha of two values per unit, by hand; not defined where all values are the same."""
    values = [value for pair in pairs for value in pair]
    counts = {value: values.count(value) for value in sorted(set(values))}

    def apart(a, b) -> float:
        if a == b or not ordinal:
            return float(a != b)
        return (sum(counts[v] for v in counts if min(a, b) <= v <= max(a, b)) - (counts[a] + counts[b]) / 2) ** 2

    expected = sum(counts[a] * counts[b] * apart(a, b) for a in counts for b in counts)
    disagreed = 2 * sum(apart(a, b) for a, b in pairs)
    return 1 - (len(values) - 1) * disagreed / expected if expected else None


#: What a coder said of each variable; None is no answer.
SAID = {
    "clause": lambda said: (said.get("clauses") or ["none"])[0],
    "type": lambda said: said.get("type") or "none",
    "source": lambda said: said.get("source") or "none",
}


def _agreement(of: Counted):
    women = {row["slug"] for row in of.all("SELECT slug FROM pledge_actor WHERE gender = 'woman'")}

    def woman(said: dict) -> bool:
        return any(
            target["actor"] in women if target.get("actor") else target.get("gender") == "woman"
            for target in said.get("targets", [])
        )

    shared: dict[int, list[tuple]] = {}
    for row in of.all("SELECT item_id, coder_id, answers FROM coding_coding WHERE alpha_share AND at <= ?", of.at):
        shared.setdefault(row["item_id"], []).append((row["coder_id"], json.loads(row["answers"])))
    rows = {}
    for printed in of.tables["agreement"]["rows"]:
        name = printed["key"]
        say = woman if name == "woman_targeted" else SAID.get(name, lambda said, name=name: said.get(name))
        answers = [[(coder, say(said)) for coder, said in both if say(said) not in (None, "")]
                   for both in shared.values()]  # fmt: skip
        pairs = [(both[0][1], both[1][1]) for both in answers if len(both) == 2]
        alpha = _alpha(pairs, ordinal=name in ("severity", "confidence"))
        rows[name] = {
            "alpha": None if alpha is None else pytest.approx(alpha, abs=1e-6), "pairable": 2 * len(pairs),
            "units": sum(bool(both) for both in answers),
            "coders": len({coder for both in answers for coder, _ in both}),
        }  # fmt: skip
        if printed["low"] is not None:
            assert printed["low"] - 1e-6 <= printed["alpha"] <= printed["high"] + 1e-6
    assert len(rows) >= 8
    return rows, None


def _first_page(of: Counted):
    coverage, told, control = _coverage(of)[1], _told(of), _control_counts(of)
    rows: dict[str, dict] = {
        "accounts": {"count": coverage["seen"], "base": coverage["watched"],
                     "percent": share(coverage["seen"], coverage["watched"])},
        "read": {"count": coverage["read"], "base": coverage["collected"], "percent": coverage["percent"]},
        "notices": {"count": told["answered"], "base": told["due"], "percent": share(told["answered"], told["due"])},
        "hours": {"rate": None if told["hours"] is None else pytest.approx(told["hours"], abs=0.06)},
        "missed": {"count": _control(of)[0]["missed"]["count"], "base": control["unflagged"]},
        "alpha": {"rate": _agreement(of)[0]["verdict"]["alpha"]},
    }  # fmt: skip
    for key, where, distinct in (
        ("contents", "1", "content"), ("instances", "1", "id"),
        ("by_signatories", "standing <> 'awaiting' AND bound IN ('signed', 'late_signed', 'of_party')", "id"),
        ("by_others", "standing <> 'awaiting' AND bound NOT IN ('signed', 'late_signed', 'of_party')", "id"),
        ("unattributed", "standing <> 'awaiting' AND bound IS NULL", "id"), ("awaiting", "standing = 'awaiting'", "id"),
    ):  # fmt: skip
        rows[key] = dict(
            of.one(
                f"SELECT count(DISTINCT CASE WHEN week = ? THEN {distinct} END) AS count,"
                f" count(DISTINCT {distinct}) AS cumulative, count(DISTINCT CASE WHEN standing <> 'awaiting' AND number"
                f" NOT IN (SELECT number FROM known) THEN {distinct} END) AS new"
                f" FROM state WHERE decision = 'violation' AND {where}",
                of.week,
            )
        )
    parts = ("by_signatories", "by_others", "unattributed", "awaiting")
    for name in ("count", "cumulative"):
        assert sum(rows[part][name] for part in parts) == rows["instances"][name]
    minority = "{0}.community NOT IN ('', 'Lumjan')"
    for key, hit, base in (
        ("against_women", "t.gender = 'woman'", "gender = 'woman'"),
        ("against_men", "t.gender = 'man'", "gender = 'man'"),
        ("against_minority", minority.format("t"), minority.format("pledge_actor")),
    ):
        count, monitored = _hit(of, hit), _candidates(of, base)
        rows[key] = {"count": count, "base": monitored, "rate": share(count, monitored)}
    duties = _duties(of).values()
    sampled, met = sum(read for read, _ in duties), sum(n for _, n in duties)
    rows["duties"] = {"count": met, "base": sampled, "percent": share(met, sampled)}
    rows["remedied"] = {
        "count": len({row["id"] for row in of.con.execute(REMEDY, {"at": of.at, "week": of.week})}),
    }
    return rows, None


def _portals(of: Counted, key: str, where: str):
    """Articles that hold a name as the watch-list writes it; what a name is in other cases, tests/triage shows."""
    named = of.all(f"SELECT name, {key} AS key FROM pledge_actor a WHERE {where}")
    articles = of.posts("text", "AND (platform = 'portal' OR kind = 'article')", week=of.week)
    rows: dict = {"none": {"count": 0}}
    for article in articles:
        for key in {row["key"] for row in named if row["name"] in article["text"] and row["key"]} or {"none"}:
            rows.setdefault(key, {"count": 0})["count"] += 1
    for row in rows.values():
        row["percent"] = share(row["count"], len(articles))
    return rows, {"count": len(articles), "percent": share(len(articles), len(articles))}


def _portals_gender(of: Counted):
    rows, total = _portals(of, "gender", f"kind {CANDIDATE}")
    for gender in ("woman", "man", "other", "unknown"):
        row = rows.setdefault(gender, {"count": 0, "percent": share(0, total["count"])})
        row["candidates"] = _candidates(of, f"gender = '{gender}'")
    rows["none"]["candidates"] = None
    return rows, total | {"candidates": _candidates(of, "1")}


_PARTY_OF = (
    "CASE WHEN kind IN ('party', 'coalition') THEN slug ELSE (SELECT p.slug FROM pledge_affiliation f"
    " JOIN pledge_actor p ON p.id = f.party_id WHERE f.actor_id = a.id) END"
)


def _advertising(of):
    """Only pages whose identity is confirmed, at any time: the claims of the demo do not change."""
    pages = {
        (row["key"], f"{row['platform']}:@{row['handle'].lower()}"): row["slug"]
        for row in of.all(
            "SELECT c.key, c.platform, c.handle, CASE WHEN a.kind IN ('party', 'coalition') OR s.id IS NOT NULL "
            "THEN a.slug ELSE p.slug END AS slug FROM pledge_account c "
            "JOIN pledge_identity i ON i.account_id = c.id AND i.grade = 'confirmed' "
            "JOIN pledge_actor a ON a.id = i.actor_id LEFT JOIN pledge_signatory s ON s.actor_id = a.id "
            "LEFT JOIN pledge_affiliation f ON f.actor_id = a.id AND f.grade = 'confirmed' "
            "LEFT JOIN pledge_actor p ON p.id = f.party_id"
        )
    }
    owner = {name: slug for names, slug in pages.items() for name in names}
    called = {
        row["account_key"]: row["handle"]
        for row in of.corpus.rows(
            "SELECT DISTINCT account_key, platform || ':@' || lower(account_handle) AS handle FROM posts "
            "WHERE account_handle <> ''", {}, version=of.version,
        )
    }  # fmt: skip
    rows: dict = {}
    figures = ("count", "untold", "without_sponsor", "forbidden")
    total = dict.fromkeys(figures, 0) | {"spend": None}
    for ad in of.posts("account_key, ad", "AND kind = 'ad'", week=of.week):
        told = ad["ad"]
        slug = owner.get(ad["account_key"]) or owner.get(called.get(ad["account_key"], "")) or "not_known"
        row = rows.setdefault(f"{slug}:{told['currency'] or ''}", dict.fromkeys(figures, 0) | {"spend": None})
        on_the_day = told["start"][:10] <= "2027-10-12" <= (told["end"] or told["start"])[:10]
        for held in (row, total):
            held["count"] += 1
            held["untold"] += told["spend_low"] is None
            held["without_sponsor"] += not told["sponsor"]
            held["forbidden"] += on_the_day
            if told["spend_low"] is not None:
                held["spend"] = (held["spend"] or 0) + told["spend_low"]
    return rows, total


CHECKS = {
    "first-page": _first_page, "funnel": _funnel, "coverage": _coverage,
    "coverage-days": _coverage_days, "awaiting-reply": _awaiting,
    "types-by-week": _types_by_week, "findings-by-type": _column("type"), "findings-by-platform": _column("platform"),
    "findings-by-municipality": _municipality, "findings-by-source-class": _column("source_class"),
    "findings-by-source-party": _column("party"), "findings-by-clause": _column("clause"),
    "findings-by-language": _column("language"), "findings-by-phase": _column("phase"),
    "findings-by-week": _column("week", all_weeks=True),
    "findings-by-target-party": lambda of: of.broken(_targets("p.slug")), "findings-by-target-gender": _gender,
    "findings-by-target-kind": lambda of: of.broken(_targets("t.kind")), "findings-by-and-against-party": _matrix,
    "findings-by-signatory": _column("bound"), "compliance-by-type": _column("type", decision="compliance"),
    "compliance-by-signatory": _compliance, "register": _register, "notices": _notices, "remedies": _remedies,
    "agreement": _agreement, "control-sample": _control, "advertising": _advertising,
    "portal-visibility-by-gender": _portals_gender,
    "portal-visibility-by-party": lambda of: _portals(of, _PARTY_OF, "1"),
}  # fmt: skip


@pytest.fixture(scope="module")
def editions(demo) -> list[Counted]:
    con = opened(demo / "casework.sqlite3")
    numbers = [number for (number,) in con.execute("SELECT number FROM report_publication ORDER BY number")]
    return [Counted(demo, number) for number in numbers]


def test_no_table_goes_unchecked(editions):
    assert len(editions) >= 3
    for of in editions:
        assert set(of.tables) == set(CHECKS)


@pytest.mark.parametrize("name", CHECKS)
def test_every_figure_equals_plain_sql(editions, name):
    for of in editions:
        table = of.tables[name]
        rows, total = CHECKS[name](of)
        figures = [column["key"] for column in table["columns"] if column["kind"] in NUMBERS]
        printed = {row["key"]: row for row in table["rows"]}
        assert len(printed) == len(table["rows"])
        missing = {key for key in set(rows) - set(printed) if any(rows[key].get(figure) for figure in figures)}
        assert not missing, (of.week, name, missing)
        for key, row in printed.items():
            expected = rows[key] if key in rows else {figure: None if "percent" in figure else 0 for figure in figures}
            for figure in figures:
                if key not in rows and "percent" in figure:
                    assert not row[figure], (of.week, name, key, figure)
                elif figure in expected:
                    assert row[figure] == expected[figure], (of.week, name, key, figure)
        if total is not None:
            for figure in figures:
                assert table["total"][figure] == total[figure], (of.week, name, "total", figure)
        elif table["total"] is not None:
            pytest.fail(f"{name}: a total that nobody counted")


def test_totals_reconcile_and_percentages_name_their_base(editions):
    for of in editions:
        for name, table in of.tables.items():
            kinds = {column["kind"] for column in table["columns"]}
            if "percent" in kinds:
                assert table["denominator"] and "No percentages" not in table["denominator"], name
                assert table["rounding"]
            assert table["unit"] and table["period"] and table["route"]
            if name in ("coverage", "compliance-by-signatory") or not table["total"] or "count" not in table["total"]:
                continue
            added = sum(row["count"] for row in table["rows"])
            assert added == table["total"]["count"] or (table["overlap"] and added > table["total"]["count"]), name


def test_open_data_are_the_tables(editions):
    for of in editions:
        for name, table in of.tables.items():
            with (of.path / "content" / "data" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
                told = list(csv.DictReader(file))
            rows = [*table["rows"], *([table["total"]] if table["total"] else [])]
            assert len(told) == len(rows)
            for line, row in zip(told, rows, strict=True):
                for column in table["columns"]:
                    if column["kind"] in NUMBERS:
                        value = row[column["key"]]
                        assert (
                            line[column["key"]] == ("" if value is None else str(value))
                            or float(line[column["key"]]) == value
                        ), (name, column)


_NUMBER = re.compile(r"(?<![\w–-])\d[\d,]*(?:\.\d+)?")


def test_every_number_in_the_prose_is_found_in_a_table(editions):
    """The English HTML: paragraphs outside tables, cases and method hold only figures that a table holds."""
    for of in editions:
        page = (of.path / "content" / "reports" / "en" / "weekly.html").read_text()
        cells = set()
        for table in of.tables.values():
            for row in [*table["rows"], *([table["total"]] if table["total"] else [])]:
                for column in table["columns"]:
                    value = row.get(column["key"])
                    if isinstance(value, int | float):
                        cells |= {f"{value:,}", f"{value:,.1f}", f"{value:,.2f}"}
        told = re.findall(r'<p class="told">(.*?)</p>', page, flags=re.DOTALL)
        assert len(told) >= 7
        for words in told:
            for number in _NUMBER.findall(re.sub(r"<[^>]+>", "", words)):
                assert number.rstrip(",") in cells, (of.week, words, number)


def test_documents_print_the_figures_of_the_tables(editions):
    """The DOCX of the last edition, cell by cell."""
    of = editions[-1]
    with zipfile.ZipFile(of.path / "content" / "reports" / "en" / "weekly.docx") as file:
        body = file.read("word/document.xml").decode()
    tables = {
        re.search(r'w:tblCaption w:val="([^"]*)"', table)[1]: [
            ["".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", cell)) for cell in re.findall(r"<w:tc>.*?</w:tc>", row)]
            for row in re.findall(r"<w:tr[ >].*?</w:tr>", table)
        ]
        for table in re.findall(r"<w:tbl>.*?</w:tbl>", body)
        if "w:tblCaption" in table
    }
    for name, table in of.tables.items():
        # the sentence on the first page is no table; without portal articles their tables are not printed
        if name == "first-page" or (name.startswith("portal-") and not table["total"]["count"]):
            continue
        printed = tables[table["title"].replace("&", "&amp;").replace('"', "&quot;")]
        rows = [*table["rows"], *([table["total"]] if table["total"] else [])]
        assert len(printed) == len(rows) + 1
        for line, row in zip(printed[1:], rows, strict=True):
            for told, column in zip(line, table["columns"], strict=True):
                value = row[column["key"]]
                if column["kind"] in NUMBERS and value is not None:
                    digits = {"count": 0, "percent": 1, "rate": 1, "number": 2}[column["kind"]]
                    assert told.replace(",", "").removesuffix(" %") == f"{value:.{digits}f}", (name, column["key"])
