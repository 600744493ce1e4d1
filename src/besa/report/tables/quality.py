"""How far the numbers can be trusted: agreement between coders, and what the machine missed."""

from __future__ import annotations

import polars as pl

from besa.base.words import N_
from besa.edition.format import Column
from besa.report.tables.shape import Definition, Made, Period, percent
from besa.triage import rules

_VARIABLES = {
    "verdict": N_("Verdict"), "type": N_("Type"), "clause": N_("Clause"), "clauses": N_("Clauses"),
    "severity": N_("Severity"), "speech_act": N_("Speech act"), "source_class": N_("Kind of author"),
    "account_status": N_("Account status"), "targets": N_("Targets"), "target_gender": N_("Gender of the target"),
    "target_kind": N_("Kind of target"), "violation": N_("Violation or not"), "screen": N_("Screening"),
    "primary_clause": N_("Main clause"), "source": N_("Source"), "host": N_("Host"), "confidence": N_("How sure"),
    "woman_targeted": N_("Was any woman a target"),
}  # fmt: skip


def _agreement(facts, period: Period, say) -> Made:
    columns = [
        Column("label", say.say(N_("Variable")), "text"),
        Column("level", say.say(N_("Level")), "text"),
        Column("alpha", say.say(N_("Alpha")), "number"),
        Column("low", say.say(N_("Low")), "number"),
        Column("high", say.say(N_("High")), "number"),
        Column("units", say.say(N_("Posts")), "count"),
        Column("pairable", say.say(N_("Codings compared")), "count"),
        Column("coders", say.say(N_("Coders")), "count"),
        Column("words", say.say(N_("Reading")), "text"),
    ]
    levels = {"nominal": N_("nominal"), "ordinal": N_("ordinal"), "interval": N_("interval"), "ratio": N_("ratio")}
    rows = [
        {
            "key": row["variable"], "label": say.say(_VARIABLES.get(row["variable"], row["variable"])),
            "level": say.say(levels.get(row["level"], row["level"])),
            **{name: row[name] for name in ("alpha", "low", "high", "units", "pairable", "coders")},
            "words": say.say(row["words"]) if row["words"] else None,
        }
        for row in facts["agreement"].iter_rows(named=True)
    ]  # fmt: skip
    notes = [
        say.say(N_("Krippendorff's alpha with its 95 per cent interval, from the randomly chosen double-coded share.")),
        say.say(N_("Below 0.667 an answer is tentative; for rare labels agreement cannot be proven.")),
    ]
    return Made(columns, rows, None, notes)


def missed(facts, period: Period) -> dict[str, float | int | None]:
    """What the control sample says: read, violations in it, share and interval, and scaled to all unflagged posts."""
    frame = facts["samples"].filter(pl.col("sample") == "control")
    if period.week:
        frame = frame.filter(pl.col("week") == period.week)
    told = rules.missed(frame.select("unflagged", "read", "violations").fill_null(0).iter_rows())
    read, found = int(frame["read"].sum() or 0), int(frame["violations"].sum() or 0)
    unflagged = int(frame["unflagged"].sum() or 0)
    known = told.estimate is not None
    return {
        "drawn": int(frame["drawn"].sum() or 0),
        "read": read,
        "violations": found,
        "percent": percent(found, read),
        "low": percent(told.low, unflagged) if known else None,
        "high": percent(told.high, unflagged) if known else None,
        "unflagged": unflagged,
        "missed": int(told.estimate + 0.5) if known else None,
        "missed_low": told.low if known else None,
        "missed_high": told.high if known else None,
    }


def _control(facts, period: Period, say) -> Made:
    columns = [
        Column("label", say.say(N_("Control sample")), "text"),
        Column("count", say.say(N_("Posts")), "count"),
        Column("percent", say.say(N_("Percent")), "percent"),
        Column("low", say.say(N_("Low (percent or posts)")), "rate"),
        Column("high", say.say(N_("High (percent or posts)")), "rate"),
    ]
    of = missed(facts, period)

    def row(key, name, count, share=None, low=None, high=None):
        return {"key": key, "label": say.say(name), "count": count, "percent": share, "low": low, "high": high}

    rows = [
        row("unflagged", N_("Posts that no machine flagged"), of["unflagged"]),
        row("drawn", N_("Drawn at random from them"), of["drawn"]),
        row("read", N_("Read by people"), of["read"]),
        row("violations", N_("Violations among those read"), of["violations"], of["percent"], of["low"], of["high"]),
        row("missed", N_("Estimate of violations missed in all of them"), of["missed"], of["percent"],
            of["missed_low"], of["missed_high"]),
    ]  # fmt: skip
    notes = [
        say.say(N_("Exact (hypergeometric) interval of 95 per cent. The estimate is for the collected posts only."))
    ]
    return Made(columns, rows, None, notes)


TABLES = (
    Definition(
        "agreement", N_("Agreement between coders"), N_("No percentages"), "posts", _agreement, by_phase=False,
        by_week=False, route=N_("The randomly chosen double-coded share"),
        rounding=N_("Alpha is given with two decimals."),
    ),
    Definition(
        "control-sample", N_("What was missed: the control sample"), N_("Posts of the control sample that were read"),
        "posts", _control, by_phase=False, route=N_("Random sample of posts that no machine flagged"),
    ),
)  # fmt: skip
