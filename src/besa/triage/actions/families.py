"""Keeping what a run found of families: one row each, and their key on the docketed posts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain

import polars as pl

from besa.pledge.models import Election
from besa.triage import rules
from besa.triage.detectors.copies import FROM_ACCOUNTS
from besa.triage.models import DocketItem, Family

_AT_ONCE = 500


def keys_of(members: pl.DataFrame | None, wanted: Iterable[str]) -> dict[str, str]:
    """Of the wanted posts: post -> key of the family of its text."""
    if members is None:
        return {}
    held = members.filter(pl.col("post_key").is_in(pl.Series(list(wanted), dtype=pl.String).implode()))
    return dict(held.select("post_key", "family").iter_rows())


def keep(election: Election, found: Mapping[str, pl.DataFrame]) -> tuple[Iterator, list[tuple[str, str]]]:
    """Bring rows and docket up to what was found; (rows made or changed, rows taken away), not yet recorded.

    Where an earlier post came to be known, its family has another first post and so another key: the row of the old
    key goes, and docketed members bear the new one. Some families at a time are in memory with their members; the
    rows are read again as they are asked for.
    """
    known = dict(Family.objects.filter(election=election).values_list("key", "pk"))
    changed: list[int] = []
    for kind, members in found.items():
        for some in _facts(members, election.timezone):
            rows = {
                row.key: row for row in Family.objects.filter(election=election, key__in=[one["key"] for one in some])
            }
            new = []
            for facts in some:
                known.pop(facts["key"], None)
                row = rows.get(facts["key"])
                if row and (row.members, row.first_key) == (facts["members"], facts["first_key"]):
                    continue
                if row is None:
                    new.append(Family(election=election, kind=kind, **facts))
                    continue
                for name, value in facts.items():
                    setattr(row, name, value)
                row.save()
                changed.append(row.pk)
            changed += [row.pk for row in Family.objects.bulk_create(new)]
    gone = [(Family._meta.db_table, str(pk)) for pk in known.values()]
    Family.objects.filter(pk__in=list(known.values())).delete()
    return chain(_again(changed), _on_the_docket(election, found["text"], gone=known.keys())), gone


def _again(pks: list[int]) -> Iterator[Family]:
    for begin in range(0, len(pks), _AT_ONCE):
        yield from Family.objects.filter(pk__in=pks[begin : begin + _AT_ONCE])


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


def _facts(members: pl.DataFrame, timezone: str) -> Iterator[list[dict]]:
    if members.is_empty():
        return
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
    told = told.filter(pl.col("accounts") >= FROM_ACCOUNTS).rename({"family": "key"})
    for some in told.iter_slices(_AT_ONCE):
        rows = some.to_dicts()
        for row in rows:
            row["days"] = dict(Counter(row["days"]))
        yield rows
