"""Keeping what a run found of families: one row each, and their key on the docketed posts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

import polars as pl

from besa.pledge.models import Election
from besa.triage import rules
from besa.triage.detectors.copies import FROM_ACCOUNTS
from besa.triage.models import DocketItem, Family


def keys_of(members: pl.DataFrame | None, wanted: Iterable[str]) -> dict[str, str]:
    """Of the wanted posts: post -> key of the family of its text."""
    if members is None:
        return {}
    held = members.filter(pl.col("post_key").is_in(pl.Series(list(wanted), dtype=pl.String).implode()))
    return dict(held.select("post_key", "family").iter_rows())


def keep(election: Election, found: Mapping[str, pl.DataFrame]) -> tuple[list, list[tuple[str, str]]]:
    """Bring rows and docket up to what was found; (rows made or changed, rows taken away), not yet recorded.

    Where an earlier post came to be known, its family has another first post and so another key: the row of the old
    key goes, and docketed members bear the new one.
    """
    known = {row.key: row for row in Family.objects.filter(election=election)}
    changed, new = [], []
    for kind, members in found.items():
        for facts in _facts(members, election.timezone):
            row = known.pop(facts["key"], None)
            if row and (row.members, row.first_key) == (facts["members"], facts["first_key"]):
                continue
            if row is None:
                new.append(Family(election=election, kind=kind, **facts))
                continue
            for name, value in facts.items():
                setattr(row, name, value)
            row.save()
            changed.append(row)
    changed += Family.objects.bulk_create(new, batch_size=500)
    gone = [(Family._meta.db_table, str(row.pk)) for row in known.values()]
    Family.objects.filter(pk__in=[row.pk for row in known.values()]).delete()
    return [*changed, *_on_the_docket(election, found["text"], gone=known.keys())], gone


def _on_the_docket(election: Election, members: pl.DataFrame, gone: Collection[str]) -> list[DocketItem]:
    """Docketed posts that bear another key from now on."""
    held = list(DocketItem.objects.filter(election=election).values_list("pk", "post_key", "family"))
    keys = keys_of(members, (post_key for _, post_key, _ in held))
    changed = [pk for pk, post_key, family in held if keys.get(post_key, family) != family or family in gone]
    items = list(DocketItem.objects.filter(pk__in=changed))
    for item in items:
        item.family = keys.get(item.post_key) or rules.family(item.text, item.post_key)
        item.save(update_fields=["family"])
    return items


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
        row["days"] = dict(Counter(row["days"]))
    return rows
