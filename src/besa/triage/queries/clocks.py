"""Legal clocks: who posts, which clocks run, and what is due first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, F, Min, OuterRef, Q, QuerySet, Subquery, When

from besa.base import clock
from besa.base.text import folded
from besa.base.weeks import local_bounds
from besa.pledge.models import Actor, Election, LegalRule
from besa.pledge.queries import laws, legal_rules, parties, phases, watch_list
from besa.triage.models import Clock, DocketItem
from besa.triage.types import Poster

_KNOWN_GRADES = {"confirmed", "probable"}
_NOT_THEIRS = {"impersonation", "parody"}
#: A folded name shorter than this is too often another word.
_SHORTEST_NAME = 3
#: Where the election's settings (`clock_warning_hours`) say nothing else.
WARNING_HOURS = 6
#: How `by_deadline` is ordered, after what is urgent.
DUE_FIRST = (F("lane_due").asc(nulls_last=True),)


# What the detector is given


def posters(election: Election) -> dict[str, Poster]:
    """Who posts from a watched account, by its key and by `platform:@handle`."""
    found: dict[str, Poster] = {}
    for row in watch_list(election):
        if row.grade in _KNOWN_GRADES and row.status not in _NOT_THEIRS:
            poster = Poster(str(row.actor_kind), row.grade == "confirmed")
            if row.handle:
                found.setdefault(f"{row.platform}:@{row.handle.lstrip('@').lower()}", poster)
            found[row.key] = poster
    return found


def party_names(election: Election) -> tuple[str, ...]:
    """Names of parties and coalitions as texts say them, folded."""
    names: set[str] = set()
    for actor in parties(election):
        names |= {folded(name) for name in _names(actor)}
    return tuple(sorted(name for name in names if len(name) >= _SHORTEST_NAME))


def _names(actor: Actor) -> Iterable[str]:
    return filter(None, (actor.name, actor.short_name, *actor.aliases, *actor.names.values()))


# Clocks


def nearest(now: datetime) -> Subquery:
    """The deadline of a docket item that ends first and can still be met; NULL where there is none."""
    running = Clock.objects.filter(item=OuterRef("pk"), closed_at=None, due_at__gt=now)
    return Subquery(running.order_by("due_at").values("due_at")[:1])


def by_deadline(items: QuerySet[DocketItem], *, lane: Q | None = None) -> QuerySet[DocketItem]:
    """Urgent first, among them by the deadline that can still be met, then by rank. `lane`: what else is urgent."""
    urgent = Q(urgent=True) if lane is None else Q(urgent=True) | lane
    items = items.annotate(due_at=nearest(clock.now()))
    return items.annotate(lane_due=Case(When(urgent, then=F("due_at"))))


def running(election: Election) -> QuerySet[Clock]:
    """The clocks that nobody has closed: those that can still be met first, the nearest on top, then the missed."""
    missed = Case(When(due_at__gt=clock.now(), then=0), default=1)
    found = Clock.objects.filter(item__election=election, closed_at=None).select_related("item__account")
    return found.order_by(missed, "due_at", "id")


def closed(election: Election) -> QuerySet[Clock]:
    """The clocks that somebody has closed, the last one on top."""
    found = Clock.objects.filter(item__election=election).exclude(closed_at=None)
    return found.select_related("item__account").order_by("-closed_at", "-id")


def of_item(item: DocketItem) -> list[Clock]:
    return list(Clock.objects.filter(item=item).order_by("closed_at", "due_at", "id"))


def foremost(items: Iterable[DocketItem]) -> dict[int, Clock]:
    """The running clock of each of these posts that matters most."""
    found: dict[int, Clock] = {}
    now = clock.now()
    for held in Clock.objects.filter(item__in=list(items), closed_at=None).order_by("due_at", "id"):
        known = found.get(held.item_id)
        # a deadline that has passed gives way to one that can still be met
        if known is None or known.due_at <= now < held.due_at:
            found[held.item_id] = held
    return found


def warned_before(election: Election) -> timedelta:
    return timedelta(hours=election.settings.get("clock_warning_hours", WARNING_HOURS))


@dataclass(frozen=True)
class RuleRow:
    """One rule as the page lists it: the kinds of phase it holds in (none: always), the `hours` where it names them,
    how many posts it flagged, clocks that run, and the next deadline."""

    rule: LegalRule
    kinds: list[str]
    hours: tuple[tuple[datetime, datetime], ...]
    holds: bool
    flagged: int
    open: int
    next_due: datetime | None


def rule_rows(election: Election) -> list[RuleRow]:
    """All rules in the order of the phases that they hold in; last those that always hold."""
    now = clock.now()
    counted = Clock.objects.filter(item__election=election).order_by().values("rule").annotate(
        flagged=Count("id"), open=Count("id", filter=Q(closed_at=None)),
        next_due=Min("due_at", filter=Q(closed_at=None, due_at__gt=now)),
    )  # fmt: skip
    counts = {row.pop("rule"): row for row in counted}
    held = {law.slug: law for law in laws(election)}
    placed = [
        (phase.kind, *local_bounds(phase.first, phase.last, election.timezone)) for phase in phases(election)
    ]  # fmt: skip
    order = [kind for kind, _, _ in placed]
    rows = []
    for rule in legal_rules(election):
        law = held[rule.slug]
        within = [
            kind for kind, start, end in placed if any(first < end and until > start for first, until in law.spans)
        ]  # fmt: skip
        kinds = list(dict.fromkeys(within))
        none = {"flagged": 0, "open": 0, "next_due": None}
        hours = law.spans if rule.spans else ()
        rows.append(RuleRow(rule, kinds, hours, law.holds(now), **counts.get(rule.slug, none)))
    return sorted(rows, key=lambda row: order.index(row.kinds[0]) if row.kinds else len(order))
