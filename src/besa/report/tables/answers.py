"""What happened after a notice: answers, remedies, and how long they took."""

from __future__ import annotations

import polars as pl

from besa.base.words import N_
from besa.edition.format import Column
from besa.report.tables.shape import Definition, Made, Period, percent, within


def notices(facts, period: Period) -> dict[str, float | int | None]:
    """Notices that were served: how many were due, answered, in how many hours; findings remedied by the author."""
    frame = within(_with_phase(facts["notices"], facts), period)
    served = frame.filter(pl.col("state") == "served")
    answered = served.filter(pl.col("reply_kind").is_not_null())
    due = served.filter(pl.col("due") | pl.col("reply_kind").is_not_null())
    remedies = within(_with_phase(facts["remedies"], facts), period).filter(pl.col("counts"))
    hours = answered["hours"].median()
    return {
        "served": served.height,
        "due": due.height,
        "answered": answered.height,
        "unanswered": due.height - answered.height,
        "running": served.height - due.height,
        "not_reached": frame.filter(pl.col("state") == "unreachable").height,
        "remedied": remedies["number"].n_unique() if remedies.height else 0,
        "hours": round(float(hours), 1) if hours is not None else None,
    }


def _with_phase(frame: pl.DataFrame, facts) -> pl.DataFrame:
    return frame.join(facts["findings"].select("number", "phase"), on="number", how="left")


def _notices(facts, period: Period, say) -> Made:
    of = notices(facts, period)
    columns = [
        Column("label", say.say(N_("Notices")), "text"),
        Column("count", say.say(N_("Notices")), "count"),
        Column("percent", say.say(N_("Percent")), "percent"),
    ]
    rows = [
        {"key": key, "label": say.say(name), "count": of[key], "percent": percent(of[key], of["served"])}
        for key, name in (
            ("answered", N_("Answered")),
            ("unanswered", N_("Deadline passed without an answer")),
            ("running", N_("Deadline still running")),
        )
    ]
    total = {"key": "total", "label": say.say(N_("Served")), "count": of["served"],
             "percent": percent(of["served"], of["served"])}  # fmt: skip
    notes = [
        say.say(
            N_("Notices that reached nobody: %(n)s. They are not in the table, and nobody is named by them."),
            n=of["not_reached"],
        )
    ]
    if of["hours"] is not None:
        notes.append(say.say(N_("Median time to an answer: %(hours)s hours."), hours=of["hours"]))
    return Made(columns, rows, total, notes)


def _remedies(facts, period: Period, say) -> Made:
    frame = within(_with_phase(facts["remedies"], facts), period)
    settled = within(facts["findings"], period).filter(
        (pl.col("decision") == "violation") & (pl.col("standing") != "awaiting")
    )
    frame = frame.join(settled.select("number"), on="number", how="semi")
    counted = dict(frame.filter(pl.col("counts")).group_by("kind").agg(pl.col("number").n_unique()).iter_rows())
    remedied = frame.filter(pl.col("counts"))["number"].n_unique() if frame.height else 0
    columns = [
        Column("label", say.say(N_("What the author did")), "text"),
        Column("count", say.say(N_("Violations")), "count"),
        Column("percent", say.say(N_("Percent")), "percent"),
    ]
    kinds = ("removed", "corrected", "apologised", "disowned", "disciplined")
    rows = [
        {"key": kind, "label": say.label("remedykind", kind), "count": counted.get(kind, 0),
         "percent": percent(counted.get(kind, 0), settled.height)}
        for kind in kinds
    ]  # fmt: skip
    rows.append({"key": "none", "label": say.say(N_("No remedy seen")), "count": settled.height - remedied,
                 "percent": percent(settled.height - remedied, settled.height)})  # fmt: skip
    total = {"key": "total", "label": say.say(N_("Total")), "count": settled.height,
             "percent": percent(settled.height, settled.height)}  # fmt: skip
    notes = [
        say.say(
            N_("A removal counts only where the author made it after the notice, seen both logged in and logged out.")
        ),
        say.say(
            N_("Disappeared in another way, not counted: %(n)s."),
            n=frame.filter(~pl.col("counts"))["number"].n_unique() if frame.height else 0,
        ),
    ]
    return Made(columns, rows, total, notes)


TABLES = (
    Definition("notices", N_("Notices and answers"), N_("All notices served about findings of the period"),
               "notices", _notices),
    Definition(
        "remedies", N_("Remedies after a notice"), N_("All confirmed violations of the period that do "
            "not await a reply"),
        "instances", _remedies, overlap=True,
    ),
)  # fmt: skip
