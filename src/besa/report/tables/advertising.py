"""Advertising by actor: what the ad libraries tell, as a lower bound."""

from __future__ import annotations

import polars as pl

from besa.base.words import N_
from besa.edition.format import Column
from besa.report.tables.shape import Definition, Made, Period, names, within


def _advertising(facts, period: Period, say) -> Made:
    label = names(facts, "actors")
    columns = [
        Column("label", say.say(N_("Actor")), "text"),
        Column("spend", say.say(N_("Spent at least")), "count"),
        Column("currency", say.say(N_("Currency")), "text"),
        Column("count", say.say(N_("Ads")), "count"),
        Column("untold", say.say(N_("Spend not told")), "count"),
        Column("without_sponsor", say.say(N_("Without sponsor")), "count"),
        Column("forbidden", say.say(N_("On forbidden days")), "count"),
    ]
    found = within(facts["ads"], period).group_by("actor", "currency").agg(_sums())
    rows = []
    for row in found.sort("actor", "currency", nulls_last=True).iter_rows(named=True):
        slug = row.pop("actor")
        rows.append(
            {
                "key": f"{slug or 'not_known'}:{row['currency'] or ''}",
                "label": (say.pick(label.get(slug)) or slug) if slug else say.say(N_("Not attributed")),
                **row,
            }
        )
    every = within(facts["ads"], period).select(_sums()).row(0, named=True)
    # sums of different currencies are never added
    one = len({row["currency"] for row in rows if row["spend"] is not None}) == 1
    currency = next((row["currency"] for row in rows if row["spend"] is not None), None) if one else None
    total = {
        "key": "total", "label": say.say(N_("Total")), **every, "spend": every["spend"] if one else None,
        "currency": currency,
    }  # fmt: skip
    notes = [
        say.say(N_("Libraries tell ranges: the lower ends are added up. Where no spend was told, it is not 0.")),
        say.say(N_("That an ad is not in a library is no proof that there was none.")),
        say.say(
            N_("An ad counts in the week in which it began, with all that it cost. A person's ads are the party's.")
        ),
    ]
    return Made(columns, rows, total, notes)


def _sums() -> list[pl.Expr]:
    told = pl.col("spend_low").is_not_null().any()
    return [
        pl.when(told).then(pl.col("spend_low").sum()).alias("spend"),
        pl.col("ads").sum().alias("count"),
        *(pl.col(name).sum() for name in ("untold", "without_sponsor", "forbidden")),
    ]


TABLES = (
    Definition(
        "advertising", N_("Advertising by actor"), N_("No percentages"), "ads", _advertising,
        route=N_("Ad libraries of the platforms, as imported"),
    ),
)  # fmt: skip
