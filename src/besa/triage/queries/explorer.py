"""What the explorer asks of the index: the words and facets of a page, as numbers of the watch-list and of time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from types import SimpleNamespace

import numpy as np
from django.db.models import QuerySet

from besa.base.errors import BadInput
from besa.base.home import Home
from besa.base.weeks import local_bounds, week_days, week_of
from besa.corpus import Corpus
from besa.corpus.index.keeping import Index, State
from besa.corpus.index.reading import Watch
from besa.corpus.index.search import Card, Found, Query, fitting
from besa.corpus.index.words import parse
from besa.people import policy
from besa.pledge import queries as pledge
from besa.pledge.models import Actor, Area, Election
from besa.triage.models import DocketItem, SavedView

PAGE = 25
#: What may be asked besides the words; each is a facet.
FACETS = ("platform", "kind", "language", "phase", "week", "party", "area", "actor", "signal")
_KNOWN = {"confirmed", "probable"}
_PARTIES = {"party", "coalition"}
_LONGEST = 300


@dataclass(frozen=True)
class Asked:
    """A page as its address asks for it; `group`: the number of a thread or family, of which all is shown."""

    words: str = ""
    facets: Mapping[str, str] = field(default_factory=dict)
    group: str = ""
    apart: bool = False

    @classmethod
    def of(cls, given: Mapping[str, str], *, signals: bool) -> Asked:
        names = FACETS if signals else FACETS[:-1]
        facets = {name: str(given.get(name) or "")[:_LONGEST] for name in names}
        return cls(
            str(given.get("q") or "").strip()[:_LONGEST],
            {name: value for name, value in facets.items() if value},
            str(given.get("group") or "")[:20],
            given.get("apart") == "1",
        )

    @property
    def params(self) -> dict[str, str]:
        found = {"q": self.words} | dict(self.facets)
        found |= {"group": self.group} | ({"apart": "1"} if self.apart else {})
        return {name: value for name, value in found.items() if value}


class Explorer:
    """One election's public posts as the index has them."""

    def __init__(self, election: Election):
        self.election = election
        self.index = Index(Home.here().index, Corpus(Home.here().corpus))
        self.state: State
        self.state, self._segments = self.index.segments()

    @property
    def indexed_at(self) -> datetime:
        return datetime.fromisoformat(self.state.made_at)

    @cached_property
    def behind(self) -> bool:
        return self.index.waiting()

    # the watch-list, as it stands today

    @cached_property
    def _accounts(self) -> list:
        return pledge.watch_list(self.election)

    @cached_property
    def watch(self) -> Watch:
        numbers: dict[str, int] = {}
        for at, row in enumerate(self._accounts, 1):
            if row.handle:
                numbers[f"{row.platform}:@{row.handle.lstrip('@').lower()}"] = at
        return Watch(numbers | {row.key: at for at, row in enumerate(self._accounts, 1)})

    @cached_property
    def of_account(self) -> dict[str, list[str]]:
        """For each number of the watch-list its actor, party and area, '' where not known; 0 is nobody."""
        areas = dict(Actor.objects.filter(election=self.election, area__isnull=False).values_list("slug", "area__slug"))
        found: dict[str, list[str]] = {"actor": [""], "party": [""], "area": [""]}
        for row in self._accounts:
            actor = row.actor if row.grade in _KNOWN else ""
            party = row.party if actor and row.affiliation_grade in _KNOWN else ""
            found["actor"].append(actor)
            found["party"].append(actor if actor and row.actor_kind in _PARTIES else party)
            found["area"].append(row.area or areas.get(actor, ""))
        return found

    # time

    @cached_property
    def phases(self) -> list:
        return pledge.phases(self.election)

    def _span(self, first: date, last: date) -> tuple[int, int]:
        start, end = local_bounds(first, last, self.election.timezone)
        return int(start.timestamp()), int(end.timestamp())

    def days(self, asked: Asked) -> list[date]:
        """The days of the time line: those of the week that is asked for, else of all phases."""
        if week := asked.facets.get("week"):
            first, last = week_days(week)
        elif chosen := [row for row in self.phases if str(row.pk) == asked.facets.get("phase")] or self.phases:
            first, last = min(row.first for row in chosen), max(row.last for row in chosen)
        else:
            return []
        return [first + timedelta(days=at) for at in range((last - first).days + 1)]

    def edges(self, days: list[date]) -> list[int]:
        """The moments at which the days begin, and that at which the last one ends."""
        return [self._span(day, day)[0] for day in days] + ([self._span(days[-1], days[-1])[1]] if days else [])

    # asking

    def query(self, asked: Asked) -> Query:
        """Raises BadInput where a facet has no such value."""
        facets = asked.facets
        equal = [("election", self.election.slug)]
        equal += [(name, facets[name]) for name in ("platform", "kind", "language") if name in facets]
        spans = None
        if "phase" in facets:
            chosen = [row for row in self.phases if str(row.pk) == facets["phase"]]
            spans = [self._span(row.first, row.last) for row in chosen]
        if "week" in facets:
            first, last = self._span(*week_days(facets["week"]))
            spans = [(first, last)] if spans is None else [(max(a, first), min(b, last)) for a, b in spans]
        accounts = None
        for name in ("party", "area", "actor"):
            if name in facets:
                held = {at for at, value in enumerate(self.of_account[name]) if value == facets[name]}
                accounts = held if accounts is None else accounts & held
        marks = 0
        if signal := facets.get("signal"):
            named = self.state.concerns
            marks = 1 << named.index(signal) if signal in named else 1 << 30
        try:
            group = int(asked.group, 16) if asked.group else None
        except ValueError:
            raise BadInput("There is no such thread or family.", where=asked.group) from None
        return Query(
            parse(asked.words),
            tuple(equal),
            None if spans is None else tuple((a, b) for a, b in spans if a < b),
            None if accounts is None else frozenset(accounts),
            marks,
            group,
        )

    def find(self, asked: Asked) -> Found:
        return fitting(self._segments, self.query(asked), self.watch)

    def counts(self, found: Found, asked: Asked, *, signals: bool) -> dict[str, dict[str, int]]:
        """Facet -> value -> how many would fit with it: the most frequent first, phases and weeks in order of time."""
        held = {}
        for name in FACETS if signals else FACETS[:-1]:
            free = {facet: value for facet, value in asked.facets.items() if facet != name}
            fits = self.find(replace(asked, facets=free)) if name in asked.facets else found
            held[name] = {value: n for value, n in self._counted(name, fits) if n and value}
        return held

    def _counted(self, name: str, found: Found) -> Iterable[tuple[str, int]]:
        if name in ("phase", "week"):
            days = self.days(Asked())
            by_day = zip(days, found.by_span(self.edges(days)).tolist(), strict=True)
            counts: dict[str, int] = defaultdict(int)
            for day, n in by_day:
                if name == "week":
                    counts[week_of(day)] += n
                else:
                    counts[next((str(row.pk) for row in self.phases if row.first <= day <= row.last), "")] += n
            return counts.items()
        if name == "signal":
            bits = len(self.state.concerns)
            pairs = zip(self.state.concerns, found.by_mark(bits), strict=True)
        elif name in self.of_account:
            counts = defaultdict(int)
            for value, n in zip(self.of_account[name], found.by_account(self.watch).tolist(), strict=False):
                counts[value] += n
            pairs = counts.items()
        else:
            pairs = found.by(name).items()
        return sorted(pairs, key=lambda one: (-one[1], one[0]))

    def by_day(self, found: Found, asked: Asked) -> dict[date, int]:
        days = self.days(asked)
        return dict(zip(days, found.by_span(self.edges(days)).tolist(), strict=True)) if days else {}

    def table(self, asked: Asked) -> Iterator[tuple[date, str, str, int]]:
        """(day, platform, party or '', posts) of what fits, in order."""
        days, parties = self.days(asked), sorted(set(self.of_account["party"]))
        of = np.array([parties.index(party) for party in self.of_account["party"]], np.uint16)
        if days:
            cells = self.find(asked).cross(self.edges(days), "platform", self.watch, of)
            for (day, platform, party), n in sorted(cells.items()):
                yield days[day], platform, parties[party], n

    # names of values

    def named(self, facet: str, value: str) -> str:
        return self._names[facet].get(value, value)

    @cached_property
    def _names(self) -> dict[str, dict[str, str]]:
        actors = Actor.objects.filter(election=self.election).values_list("slug", "name", "short_name")
        return {
            "actor": {slug: name for slug, name, _ in actors},
            "party": {slug: short or name for slug, name, short in actors},
        }

    @cached_property
    def areas(self) -> dict[str, Area]:
        return {area.slug: area for area in pledge.areas(self.election)}

    # posts

    def rows(self, cards: Iterable[Card]) -> list[SimpleNamespace]:
        """The posts with what a page needs to show an author as it may."""
        return [self._row(card) for card in cards]

    def _row(self, card: Card) -> SimpleNamespace:
        post = card.segment.post(card.row)
        texts = ("account_key", "account_handle", "account_name", "host_account_key", "url", "parent_key", "text",
                 "title", "kind", "platform", "language")  # fmt: skip
        number = int(card.segment.watched(self.watch)[card.row])
        account = self._accounts[number - 1].id if number else None
        bits = int(card.segment.marks[card.row])
        return SimpleNamespace(
            **post | {name: post[name] or "" for name in texts},
            account_id=account,
            posted_at=datetime.fromtimestamp(post["at"], UTC) if post["at"] else None,
            group=f"{card.group:016x}",
            thread_group=f"{post['thread']:016x}",
            number=f"{post['id']:016x}",
            posts=card.posts,
            more=card.posts - 1,
            concerns=[name for at, name in enumerate(self.state.concerns) if bits >> at & 1],
        )

    def post(self, number: str) -> SimpleNamespace | None:
        """The post of this number, if it is one of this election's."""
        try:
            found = self.index.place_of(int(number, 16))
        except (ValueError, OverflowError):
            return None
        row = self._row(Card(*found)) if found else None
        return row if row and row.election == self.election.slug else None

    def thread(self, row: SimpleNamespace, most: int = 50) -> tuple[list[SimpleNamespace], int]:
        """(the posts of the thread in which it stands, newest first; how many there are)."""
        held = []
        for segment in self._segments:
            fits = (segment.numbers("thread") == np.uint64(row.thread)) & (segment.marks < np.uint32(1 << 31))
            held.append((segment, np.flatnonzero(fits).astype(np.uint32)))
        found = Found(held)
        return self.rows(Card(*place) for place in found.newest(most)), found.count

    def docketed(self, rows: Iterable[SimpleNamespace]) -> dict[str, int]:
        keys = [row.post_key for row in rows]
        found = DocketItem.objects.filter(election=self.election, post_key__in=keys)
        return dict(found.values_list("post_key", "pk"))


def views_of(user, election: Election | None) -> QuerySet[SavedView]:
    """The saved views that this user may see: coders their own, so that they learn nothing from what others seek."""
    found = SavedView.objects.filter(election=election, dropped_at=None).order_by("name")
    if election is None or policy.may(user, "signal.see", election.slug):
        return found
    return found.filter(by=user.username)
