"""Families of near-copies: what a run finds of them in the corpus, and what pages show."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import NamedTuple

import ibis
import polars as pl
from django.db.models import Count, Max, QuerySet, Sum
from ibis import _

from besa.base import pdq
from besa.base.home import Home
from besa.base.ids import sha256_hex
from besa.base.weeks import week_of
from besa.pledge.models import Election
from besa.triage.detectors import copies
from besa.triage.models import DocketItem, Family, Run

#: More pictures than this are not held against each other: it would take minutes. The newest are.
MOST_PICTURES = 20_000


def found(posts: ibis.Table) -> dict[str, pl.DataFrame]:
    """Kind of family -> its members, as `copies.members` tells them."""
    public = posts.filter(posts.channel.fill_null("public") == "public")
    return {"text": copies.members(public), "picture": _pictured(public)}


def _pictured(posts: ibis.Table) -> pl.DataFrame:
    """Posts whose picture is the same as that of another post. Only pictures whose bytes were at hand have a hash."""
    told = posts.filter(posts.account_key.notnull(), posts.posted_at.notnull(), posts.media.length() > 0)
    told = told.select(*copies.FACTS, image=told.media.unnest())
    told = told.select(*copies.FACTS, pdq=told.image.pdq).filter(_.pdq.notnull())
    told = told.order_by(_.posted_at.desc(), _.post_key.desc(), _.pdq.desc()).limit(MOST_PICTURES)
    told = pl.DataFrame(pl.from_arrow(told.to_pyarrow())).reverse()
    place = pdq.families(told["pdq"].to_list())
    told = told.with_columns(
        first=pl.Series(place, dtype=pl.Int64), pdq=told["pdq"].gather(place)
    ).unique(["pdq", "post_key"], maintain_order=True).filter(pl.len().over("pdq") > 1)  # fmt: skip
    keys = [sha256_hex(f"picture {one}") for one in told["pdq"]]
    return told.drop("pdq").with_columns(family=pl.Series(keys, dtype=pl.String))


def family_of(election: Election, post_key: str, kind: str = "text") -> Family | None:
    """The family to which a post of the corpus belongs."""
    named = Family.objects.filter(election=election, kind=kind, members__icontains=f'"{post_key}"')
    return next((one for one in named if post_key in one.members), None)


def families_of(item: DocketItem) -> list[Family]:
    """The families of a docketed post: that of its text, and that of its picture."""
    text = Family.objects.filter(election=item.election_id, key=item.family).first()
    return [one for one in (text, family_of(item.election, item.post_key, "picture")) if one]


class Listed(NamedTuple):
    """A family in the list: how many of its posts are of the week that was asked for."""

    posts: int
    accounts: int
    pk: int


_lists: dict[tuple, dict[str, list[Listed]]] = {}


def largest(election: Election, week: str | None = "") -> tuple[str, list[str], list[Listed]]:
    """(week shown, all weeks, families with posts in it, largest first). `week`: "" for all, None for the last.

    Remembered until a run changes the families.
    """
    told = Family.objects.filter(election=election).aggregate(Count("pk"), Sum("posts"), Max("pk"))
    run = Run.objects.filter(election=election).order_by("-pk").values_list("pk", "state").first()
    key = (str(Home.here().root), election.pk, run, *told.values())
    lists = _lists.get(key)
    if lists is None:
        lists = _by_week(election)
        _lists.clear()
        _lists[key] = lists
    weeks = sorted(name for name in lists if name)
    week = (weeks[-1:] or [""])[0] if week is None else week if week in weeks else ""
    return week, weeks, lists.get(week, [])


def _by_week(election: Election) -> dict[str, list[Listed]]:
    """Week -> families with posts in it, largest first; "" for all weeks."""
    lists: dict[str, list[Listed]] = defaultdict(list)
    week_by_day: dict[str, str] = {}
    for pk, accounts, days in Family.objects.filter(election=election).values_list("pk", "accounts", "days").iterator():
        counts: Counter = Counter()
        for day, posts in days.items():
            week = week_by_day.get(day) or week_by_day.setdefault(day, week_of(date.fromisoformat(day)))
            counts[week] += posts
        for week, posts in (*counts.items(), ("", counts.total())):
            lists[week].append(Listed(posts, accounts, pk))
    for listed in lists.values():
        listed.sort(key=lambda one: (-one.posts, -one.accounts, one.pk))
    return dict(lists)


def docketed(family: Family) -> QuerySet[DocketItem]:
    """Members that are on the docket, earliest first."""
    found = DocketItem.objects.filter(election=family.election_id)
    found = found.filter(family=family.key) if family.kind == "text" else found.filter(post_key__in=family.members)
    return found.select_related("account", "election").order_by("posted_at", "id")
