"""Families of near-copies: what a run finds of them in the corpus, and what pages show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl
from django.db.models import QuerySet

from besa.base import pdq
from besa.base.home import Home
from besa.base.ids import sha256_hex
from besa.base.weeks import week_days, week_of
from besa.corpus import Corpus
from besa.pledge.models import Election
from besa.triage.detectors import copies
from besa.triage.models import DocketItem, Family
from besa.triage.queries import posts_by_key

#: More pictures than this are not held against each other: it would take minutes. The newest are.
MOST_PICTURES = 20_000


def found(corpus: Corpus, election: Election, version: int) -> dict[str, pl.DataFrame]:
    """Kind of family -> its members, as `copies.members` tells them."""
    posts = corpus.ibis(version).table("posts")
    posts = posts.filter(posts.election == election.slug, posts.channel.fill_null("public") == "public")
    return {"text": copies.members(posts), "picture": _pictured(corpus, election, version)}


def _pictured(corpus: Corpus, election: Election, version: int) -> pl.DataFrame:
    """Posts whose picture is the same as that of another post. Only pictures whose bytes were at hand have a hash."""
    rows = corpus.table(
        """SELECT * FROM (SELECT post_key, observation_id, account_key, platform, language, posted_at,
            unnest(media).pdq AS pdq FROM posts
            WHERE election = $slug AND coalesce(channel, 'public') = 'public' AND account_key IS NOT NULL
            AND posted_at IS NOT NULL AND len(media) > 0)
        WHERE pdq IS NOT NULL ORDER BY posted_at, post_key, pdq""",
        {"slug": election.slug},
        version=version,
    )
    told = pl.DataFrame(pl.from_arrow(rows)).tail(MOST_PICTURES)
    place = pdq.families(told["pdq"].to_list())
    told = told.with_columns(
        first=told["post_key"].gather(place), pdq=told["pdq"].gather(place)
    ).unique(["pdq", "post_key"], maintain_order=True).filter(pl.len().over("pdq") > 1)  # fmt: skip
    keys = [sha256_hex(f"picture {one}") for one in told["pdq"]]
    return told.drop("pdq").with_columns(family=pl.Series(keys, dtype=pl.String))


def family_of(election: Election, post_key: str, kind: str = "text") -> Family | None:
    """The family to which a post belongs."""
    named = Family.objects.filter(election=election, kind=kind, members__icontains=f'"{post_key}"')
    return next((one for one in named if post_key in one.members), None)


@dataclass(frozen=True)
class Spread:
    """A family and what of it falls into one week (or all of it): posts by day, for a chart."""

    family: Family
    days: list[tuple[str, int]]

    @property
    def posts(self) -> int:
        return sum(count for _, count in self.days)

    @property
    def most(self) -> int:
        return max(count for _, count in self.days)


def largest(election: Election, week: str = "") -> list[Spread]:
    """Families with posts in this week (in any, without one), largest first."""
    first, last = (day.isoformat() for day in week_days(week)) if week else ("", "9")
    spreads = (
        Spread(family, sorted((day, count) for day, count in family.days.items() if first <= day <= last))
        for family in Family.objects.filter(election=election).defer("members")
    )
    return sorted(
        (one for one in spreads if one.days), key=lambda one: (-one.posts, -one.family.accounts, one.family.pk)
    )


def weeks(election: Election) -> list[str]:
    """Weeks in which posts of any family lie."""
    days = {day for held in Family.objects.filter(election=election).values_list("days", flat=True) for day in held}
    return sorted({week_of(date.fromisoformat(day)) for day in days})


def docketed(family: Family) -> QuerySet[DocketItem]:
    """Members that are on the docket, earliest first."""
    found = DocketItem.objects.filter(election=family.election_id)
    found = found.filter(family=family.key) if family.kind == "text" else found.filter(post_key__in=family.members)
    return found.select_related("account", "election").order_by("posted_at", "id")


def posts_of(election: Election, keys: Iterable[str]) -> list[dict]:
    """These posts as the corpus holds them now, in the order given; those that were erased are left out."""
    corpus, keys = Corpus(Home.here().corpus), list(keys)
    held = posts_by_key(corpus, election, keys, corpus.version())
    rows = {row["post_key"]: row for row in held.to_pylist()}
    return [rows[key] for key in keys if key in rows]
