"""Who is named by the portals: candidates by gender, and parties. How they are written about, people judge."""

from __future__ import annotations

import polars as pl

from besa.base.words import N_, Gender
from besa.edition.format import Column
from besa.report.tables.shape import Definition, Made, Period, of_names, percent, within
from besa.report.tables.targets import candidates_monitored

BASE = N_("All portal articles collected in the period")
_FOUND = N_(
    "Names are found by machine in all collected articles; a name that may mean several persons counts for what all of "
    "them share. The tone is not judged."
)


def articles(facts, period: Period, by: str) -> dict[str | None, int]:
    frame = within(facts["visibility"].filter(pl.col("by") == by), period)
    return dict(frame.group_by("key").agg(pl.col("articles").sum()).iter_rows())


def _columns(heading: str, say) -> list[Column]:
    return [
        Column("label", say.say(heading), "text"),
        Column("count", say.say(N_("Articles that name them")), "count"),
        Column("percent", say.say(N_("Percent")), "percent"),
    ]


def _total(facts, period: Period, say) -> dict:
    every = articles(facts, period, "all").get(None, 0)
    return {
        "key": "total", "label": say.say(N_("Portal articles")), "count": every, "percent": percent(every, every),
    }  # fmt: skip


def _by_gender(facts, period: Period, say) -> Made:
    found, total = articles(facts, period, "gender"), _total(facts, period, say)
    base = candidates_monitored(facts)
    columns = [*_columns(N_("Gender of the candidate"), say),
               Column("candidates", say.say(N_("Candidates monitored")), "count")]  # fmt: skip
    rows = [
        {
            "key": str(gender), "label": say.label("gender", gender), "count": found.get(gender, 0),
            "percent": percent(found.get(gender, 0), total["count"]), "candidates": base.get(gender, 0),
        }
        for gender in Gender
    ]  # fmt: skip
    rows.append(
        {
            "key": "none", "label": say.say(N_("Name no candidate")), "count": found.get("none", 0),
            "percent": percent(found.get("none", 0), total["count"]), "candidates": None,
        }
    )  # fmt: skip
    monitored = sum(base.get(gender, 0) for gender in Gender)
    return Made(columns, rows, total | {"candidates": monitored}, [say.say(_FOUND)])


def _by_party(facts, period: Period, say) -> Made:
    found, total = articles(facts, period, "party"), _total(facts, period, say)
    label, none = of_names("actors"), found.pop("none", 0)
    rows = [
        {"key": key, "label": label(key, facts, say), "count": count, "percent": percent(count, total["count"])}
        for key, count in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    rows.append(
        {
            "key": "none", "label": say.say(N_("No party, or left open")), "count": none,
            "percent": percent(none, total["count"]),
        }
    )  # fmt: skip
    return Made(_columns(N_("Party, by itself or by its people"), say), rows, total, [say.say(_FOUND)])


TABLES = (
    Definition(
        "portal-visibility-by-gender", N_("Portal articles that name candidates, by gender"), BASE, "articles",
        _by_gender, overlap=True, route=N_("Articles of portals"),
    ),
    Definition(
        "portal-visibility-by-party", N_("Portal articles that name parties or their people"), BASE, "articles",
        _by_party, overlap=True, route=N_("Articles of portals"),
    ),
)  # fmt: skip
