"""The way from what was posted to what is published, and how much of it was looked at."""

from __future__ import annotations

import polars as pl

from besa.base.words import COMPLIANCE_TYPES as _COMPLIANCE
from besa.base.words import N_, PLATFORM_NAMES, FindingType, label
from besa.edition.format import Column
from besa.report.tables.shape import Definition, Made, Period, awaiting, percent, violations, within

STAGES = {
    "collected": N_("Collected"),
    "flagged": N_("Flagged by a machine"),
    "docketed": N_("Put before people"),
    "screened": N_("Screened by people"),
    "coded": N_("Coded in full"),
    "confirmed": N_("Confirmed as violations"),
    "published": N_("Published in detail"),
}
#: The stage that each percentage is a share of.
_OF = {
    "flagged": "collected", "docketed": "collected", "screened": "docketed", "coded": "screened",
    "confirmed": "coded", "published": "confirmed",
}  # fmt: skip


def _sums(facts, week: str) -> dict[str, int]:
    frame = facts["funnel"].filter(pl.col("week") == week) if week else facts["funnel"]
    return dict(frame.group_by("stage").agg(pl.col("posts").sum()).iter_rows())


def _funnel(facts, period: Period, say) -> Made:
    now, every = _sums(facts, period.week), _sums(facts, "")
    before = _sums(facts, period.week_before) if period.week else {}
    columns = [
        Column("label", say.say(N_("Stage")), "text"),
        Column("count", say.say(N_("Posts")), "count"),
        Column("percent", say.say(N_("Percent")), "percent"),
        Column("base", say.say(N_("Share of")), "text"),
    ]
    if period.week:
        columns += [
            Column("last_week", say.say(N_("Week before")), "count"),
            Column("cumulative", say.say(N_("All weeks so far")), "count"),
        ]
    rows = []
    for stage, name in STAGES.items():
        of = _OF.get(stage)
        row = {
            "key": stage,
            "label": say.say(name),
            "count": now.get(stage, 0),
            "percent": percent(now.get(stage, 0), now.get(of, 0)) if of else None,
            "base": say.say(STAGES[of]) if of else None,
        }
        if period.week:
            row |= {"last_week": before.get(stage, 0), "cumulative": every.get(stage, 0)}
        rows.append(row)
    notes = [
        say.say(N_("Posts put before people include random samples that no machine flagged.")),
        say.say(N_("Confirmed but not yet published are those that await a reply.")),
    ]
    return Made(columns, rows, None, notes)


def _coverage(facts, period: Period, say) -> Made:
    """Accounts and posts by platform, then posts by language: two blocks with a total of posts each."""
    accounts = _in(facts["accounts"], period)
    posts = _in(facts["coverage"], period)
    watched = _last(facts["accounts"], period, "watched")
    seen = _seen(accounts, period)
    columns = [
        Column("label", say.say(N_("Platform or language")), "text"),
        Column("watched", say.say(N_("Accounts watched")), "count"),
        Column("seen", say.say(N_("With posts seen")), "count"),
        Column("collected", say.say(N_("Posts collected")), "count"),
        Column("read", say.say(N_("Posts read by people")), "count"),
        Column("percent", say.say(N_("Read of collected")), "percent"),
    ]
    rows = []
    by_platform = _posts(posts, "platform")
    for key in sorted({*by_platform, *watched}):
        collected, read = by_platform.get(key, (0, 0))
        rows.append(
            {
                "key": f"platform:{key}", "label": PLATFORM_NAMES.get(key) or say.say(label("platform", key)),
                "watched": watched.get(key, 0), "seen": seen.get(key, 0), "collected": collected, "read": read,
                "percent": percent(read, collected),
            }
        )  # fmt: skip
    for key, (collected, read) in sorted(_posts(posts, "language").items()):
        rows.append(
            {
                "key": f"language:{key}", "label": say.language(key), "watched": None, "seen": None,
                "collected": collected, "read": read, "percent": percent(read, collected),
            }
        )  # fmt: skip
    collected, read = int(posts["collected"].sum() or 0), int(posts["read"].sum() or 0)
    total = {
        "key": "total", "label": say.say(N_("Total")), "watched": sum(watched.values()), "seen": sum(seen.values()),
        "collected": collected, "read": read, "percent": percent(read, collected),
    }  # fmt: skip
    notes = [
        say.say(N_("The rows of platforms and the rows of languages each add up to the total.")),
        say.say(N_("What nobody could read is a gap, not a zero.")),
    ]
    if not period.week:
        notes.append(say.say(N_("Accounts with posts seen are those of the last week.")))
    return Made(columns, rows, total, notes)


def _in(frame: pl.DataFrame, period: Period) -> pl.DataFrame:
    return frame.filter(pl.col("week") == period.week) if period.week else frame


def _last(frame: pl.DataFrame, period: Period, name: str) -> dict[str, int]:
    """Accounts are a stock, not a flow: the figure of the week, or of the last week."""
    week = period.week or frame["week"].max()
    return dict(frame.filter(pl.col("week") == week).select("platform", name).iter_rows()) if week else {}


def _seen(accounts: pl.DataFrame, period: Period) -> dict[str, int]:
    return _last(accounts, period, "seen")


def _posts(frame: pl.DataFrame, by: str) -> dict[str, tuple[int, int]]:
    sums = frame.group_by(by).agg(pl.col("collected").sum(), pl.col("read").sum())
    return {key: (collected, read) for key, collected, read in sums.iter_rows()}


def _awaiting(facts, period: Period, say) -> Made:
    confirmed = within(facts["findings"].filter(pl.col("decision") == "violation"), period)
    held = awaiting(facts, period)
    named = confirmed.filter(pl.col("standing") == "named").height
    columns = [
        Column("label", say.say(N_("Standing")), "text"),
        Column("count", say.say(N_("Violations")), "count"),
        Column("percent", say.say(N_("Percent")), "percent"),
    ]
    rows = [
        {"key": key, "label": say.say(name), "count": count, "percent": percent(count, confirmed.height)}
        for key, name, count in (
            ("named", N_("Attributed to their author"), named),
            ("unnamed", N_("Counted, not attributed"), confirmed.height - named - held),
            ("awaiting", N_("Awaiting reply: a number only"), held),
        )
    ]
    total = {"key": "total", "label": say.say(N_("Total")), "count": confirmed.height,
             "percent": percent(confirmed.height, confirmed.height)}  # fmt: skip
    return Made(
        columns, rows, total, [say.say(N_("Findings that await a reply move to their week in the next edition."))]
    )


def _types_by_week(facts, period: Period, say) -> Made:
    kinds = [str(kind) for kind in FindingType if kind not in _COMPLIANCE]
    found = within(violations(facts), Period(phase=period.phase))
    counts = {(week, kind): n for week, kind, n in found.group_by("week", "type").len().iter_rows()}
    kinds = [kind for kind in kinds if any(key[1] == kind for key in counts)]
    columns = [Column("label", say.say(N_("Week")), "text")]
    columns += [Column(kind, say.label("findingtype", kind), "count") for kind in kinds]
    columns += [Column("count", say.say(N_("Violations")), "count")]
    rows = [
        {
            "key": week, "label": week, **{kind: counts.get((week, kind), 0) for kind in kinds},
            "count": sum(counts.get((week, kind), 0) for kind in kinds),
        }
        for week in facts.meta["weeks"]
    ]  # fmt: skip
    total = {
        "key": "total", "label": say.say(N_("Total")),
        **{kind: sum(row[kind] for row in rows) for kind in kinds}, "count": found.height,
    }  # fmt: skip
    return Made(columns, rows, total)


TABLES = (
    Definition(
        "funnel", N_("From collected to published"), N_("The stage named in each row"), "posts", _funnel,
        by_phase=False, route=N_("All routes and samples together"),
    ),
    Definition(
        "coverage", N_("What was looked at"), N_("Posts collected of the same platform or language"), "posts",
        _coverage, by_phase=False, route=N_("All routes together"),
    ),
    Definition(
        "awaiting-reply", N_("Confirmed violations and the right of reply"),
        N_("All confirmed violations of the period"),
        "instances", _awaiting,
    ),
    Definition(
        "types-by-week", N_("Confirmed violations by week and type"),
        N_("No percentages; all confirmed violations that do not await a reply"), "instances", _types_by_week,
        by_week=False,
    ),
)  # fmt: skip
