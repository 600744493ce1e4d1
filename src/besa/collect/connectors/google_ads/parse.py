"""Google's bundle on political advertising: one row of its creative table is one ad, all other tables are totals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from besa.collect.rules.heads import columns
from besa.collect.rules.posts import post
from besa.collect.rules.values import account_key, ident, moment, precision, whole, words
from besa.collect.types import Post, Skip

#: Columns by which each table of the bundle is known.
_TABLES = (
    {"Ad_ID", "Ad_URL", "Advertiser_ID"}, {"Advertiser_ID", "Advertiser_Name", "Total_Creatives"},
    {"Advertiser_ID", "Advertiser_Name", "Week_Start_Date"}, {"Advertiser_ID", "Advertiser_Declared_Name"},
    {"Country", "Country_Subdivision_Primary"}, {"Report_Data_Updated_Date"},
)  # fmt: skip
_LOW = re.compile(r"Spend_Range_Min_([A-Z]{3})")
_TIMES = {"": 1, "k": 1_000, "m": 1_000_000, "b": 1_000_000_000}
_FIGURE = re.compile(r"(\d[\d,.]*)\s*([kmb]?)", re.I)


def sniff(head: bytes, file_name: str) -> float:
    names = columns(head)
    return 1.0 if any(table <= names for table in _TABLES) else 0.0


def parse(raw: Mapping[str, Any]) -> Post | Skip:
    if "Ad_ID" not in raw:
        if "Advertiser_ID" in raw:
            return Skip("advertiser_total")
        return Skip("location_total" if "Country" in raw else "not_a_post")
    number = ident(raw.get("Ad_ID"))
    first = words(raw.get("First_Served_Timestamp"))
    start = first if moment(first) else words(raw.get("Date_Range_Start"))
    low, high = _range(raw.get("Impressions"))
    spent = _spent(raw)
    return post(
        "other",
        f"google-ad-{number}" if number else None,
        None,
        moment(start),
        kind="ad",
        url=words(raw.get("Ad_URL")),
        account_key=account_key("other", raw.get("Advertiser_ID"), None),
        account_name=words(raw.get("Advertiser_Name")),
        posted_precision=precision(start),
        ad={
            "sponsor": words(raw.get("Advertiser_Name")),
            "label": "political ad",
            "spend_low": spent[1],
            "spend_high": spent[2],
            "impressions_low": low,
            "impressions_high": high,
            "currency": spent[0],
            "start": words(raw.get("Date_Range_Start")),
            "end": words(raw.get("Date_Range_End")),
        },
    )


def _spent(raw: Mapping[str, Any]) -> tuple[str | None, int | None, int | None]:
    """Currency and range: the same sum stands in every currency, so euros are taken, else the first that is told."""
    told = [found[1] for name in raw if isinstance(name, str) and (found := _LOW.fullmatch(name))]
    for currency in sorted(told, key=lambda name: name != "EUR"):
        low, high = whole(raw.get(f"Spend_Range_Min_{currency}")), whole(raw.get(f"Spend_Range_Max_{currency}"))
        if low is not None or high is not None:
            return currency, low, high
    return None, None, None


def _range(value: Any) -> tuple[int | None, int | None]:
    """ "10k-100k", "≤ 10k", "> 10M": an end that is not told is not known."""
    text = words(value) or ""
    figures = [_figure(*found) for found in _FIGURE.findall(text[:60])]
    if len(figures) >= 2:
        return figures[0], figures[1]
    if not figures:
        return None, None
    return (figures[0], None) if ">" in text or "≥" in text or "+" in text else (None, figures[0])


def _figure(digits: str, times: str) -> int | None:
    number = whole(digits.rstrip(",."))
    return None if number is None else number * _TIMES[times.lower()]
