"""Who of the watch-list is spoken of: read anew from the texts whenever it is needed, and kept nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

import duckdb
import pyarrow as pa

from besa.pledge.models import Actor, Area, Election
from besa.pledge.queries import affiliations, today
from besa.triage.mentions import Named, Register, mentions
from besa.triage.models import DocketItem
from besa.triage.rules.vulnerability import vulnerability_of

_KNOWN = ("confirmed", "probable")
_AT_ONCE = 2_000


def register(election: Election, day: date | None = None) -> Register:
    """The watch-list of that day (default today) as names. Gender and community only where their source is told."""
    rows = list(Actor.objects.filter(election=election).select_related("area").order_by("slug"))
    parties = affiliations([row.pk for row in rows], day or today(election))
    named = []
    for row in rows:
        party, grade = parties[row.pk]
        names = (row.short_name, *row.aliases, *row.names.values())
        named.append(
            Named(
                row.slug, row.name, row.kind, row.gender if row.gender_source else "",
                party.slug if party and grade in _KNOWN else "", row.area.slug if row.area else "", "", row.language,
                tuple(dict.fromkeys(name for name in names if name and name != row.name)),
                row.community if row.community_source else "",
            )
        )  # fmt: skip
    areas = Area.objects.filter(election=election).order_by("slug").values_list("slug", "names")
    return _made(tuple(named), tuple((slug, tuple(sorted(set(names.values())))) for slug, names in areas))


@lru_cache(maxsize=4)
def _made(named: tuple[Named, ...], places: tuple[tuple[str, tuple[str, ...]], ...]) -> Register:
    return Register(named, dict(places))


def spoken_of(held: Register, text: str | None, title: str | None, language: str | None) -> list[tuple[Named, ...]]:
    """For each mention in title and text, all whom it may mean."""
    whole = f"{title}\n{text or ''}" if title and title != text else text
    return [held.who(one) for one in mentions(held, whole, language or "")]


def named_in(item: DocketItem) -> list[tuple[str, list[str]]]:
    """(words of the text, names of all whom they may mean, with their party) of a docketed post, each pair once."""
    held = register(item.election)
    called = {one.id: min((one.name, *one.also), key=len) for one in held.named if one.group}
    found = {}
    for mention in mentions(held, item.text, item.language):
        who = [f"{one.name} ({called[one.party]})" if one.party in called else one.name for one in held.who(mention)]
        found[item.text[mention.start : mention.end], *who] = None
    return [(words, who) for words, *who in found]


def vulnerability(election: Election, con: duckdb.DuckDBPyConnection, posts: pa.Table) -> dict[str, float]:
    """How easily those are harmed whom these posts (`post_key`) name; posts that name nobody so are not listed.

    `con`: a connection on which `arrivals.latest_of` was called.
    """
    if not posts.num_rows:
        return {}
    held, majority = register(election), majority_of(election)
    con.register("wanted", posts)
    told = con.execute("SELECT post_key, text, title, language FROM posts_of SEMI JOIN wanted USING (post_key)")
    found = {}
    while rows := told.fetchmany(_AT_ONCE):
        for key, *said in rows:
            if (weight := vulnerability_of(spoken_of(held, *said), majority)) > 1:
                found[key] = weight
    return found


def vulnerability_of_item(item: DocketItem) -> float:
    told = spoken_of(register(item.election), item.text, item.title, item.language)
    return vulnerability_of(told, majority_of(item.election))


def majority_of(election: Election) -> Iterable[str]:
    return election.settings.get("majority_communities", [])
