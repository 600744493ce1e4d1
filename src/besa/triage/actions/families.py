"""Keeping what a run found of families: one row each, and their key on the docketed posts."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from besa.pledge.models import Election
from besa.triage.detectors.copies import FROM_ACCOUNTS
from besa.triage.models import DocketItem, Family


def keys_of(found: Mapping[str, pl.DataFrame]) -> dict[str, str]:
    """Post -> key of the family of its text."""
    return dict(found["text"].select("post_key", "family").iter_rows()) if found else {}


def keep(election: Election, found: Mapping[str, pl.DataFrame]) -> tuple[list, list[tuple[str, str]]]:
    """Bring rows and docket up to what was found; (rows made or changed, rows taken away), not yet recorded.

    Where an earlier post came to be known, its family has another first post and so another key: the row of the old
    key goes, and docketed members bear the new one.
    """
    known = {row.key: row for row in Family.objects.filter(election=election)}
    changed = []
    for kind, members in found.items():
        for facts in _facts(members, election.timezone):
            row = known.pop(facts["key"], None)
            if row and (row.members, row.first_key) == (facts["members"], facts["first_key"]):
                continue
            row = row or Family(election=election, kind=kind)
            for name, value in facts.items():
                setattr(row, name, value)
            row.save()
            changed.append(row)
    gone = [(Family._meta.db_table, str(row.pk)) for row in known.values()]
    Family.objects.filter(pk__in=[row.pk for row in known.values()]).delete()
    keys = keys_of(found)
    for item in DocketItem.objects.filter(election=election, post_key__in=list(keys)):
        if item.family != keys[item.post_key]:
            item.family = keys[item.post_key]
            item.save(update_fields=["family"])
            changed.append(item)
    return changed, gone


def _facts(members: pl.DataFrame, timezone: str) -> list[dict]:
    if members.is_empty():
        return []
    day = pl.col("posted_at").dt.convert_time_zone(timezone).dt.date().cast(pl.String)
    told = members.group_by("family", maintain_order=True).agg(
        first_key=pl.col("post_key").first(),
        first_at=pl.col("posted_at").first(),
        posts=pl.len(),
        accounts=pl.col("account_key").n_unique(),
        platforms=pl.col("platform").unique().sort(),
        languages=pl.col("language").drop_nulls().unique().sort(),
        days=day.sort(),
        members=pl.col("post_key"),
    )
    rows = told.filter(pl.col("accounts") >= FROM_ACCOUNTS).rename({"family": "key"}).to_dicts()
    for row in rows:
        row["days"] = {day: row["days"].count(day) for day in dict.fromkeys(row["days"])}
    return rows
