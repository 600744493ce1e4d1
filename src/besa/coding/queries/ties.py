"""Who must not be given which post: because of a tie, a recusal, or what they do not take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.db.models import Exists, OuterRef, Q, QuerySet

from besa.base import clock
from besa.base.weeks import local_bounds, local_date
from besa.coding.models import Coding, Preference, Recusal, Tie
from besa.coding.queries.care import HEAVY, about, had_enough
from besa.coding.rules.answers import named_actors
from besa.pledge.models import Account, Actor, Affiliation, Election, Identity
from besa.triage.models import DocketItem
from besa.triage.queries.names import register, spoken_of

_FIRST, _LAST = date(1900, 1, 1), date(9999, 12, 30)


@dataclass(frozen=True)
class Circle:
    """Whom one tie keeps its holder away from, in posts of local days `first` to `last`.

    `actors`: primary keys; the person or party, their parties, and all who were ever of these.
    """

    actors: frozenset[int]
    slugs: frozenset[str]
    first: date
    last: date


def ties_of(person, election: Election) -> QuerySet[Tie]:
    return Tie.objects.filter(person=person, election=election).select_related("actor", "election", "person")


def circles(person, election: Election) -> list[Circle]:
    """A tie that holds today counts for posts of any day; one that is over, for posts of its time."""
    day, found = local_date(clock.now(), election.timezone), []
    for tie in ties_of(person, election):
        first, last = tie.first or _FIRST, tie.last or _LAST
        if first <= day <= last:
            first, last = _FIRST, _LAST
        # who belongs to whom is taken as widely as anybody ever claimed: a doubt keeps the post away
        core = {tie.actor_id, *Affiliation.objects.filter(actor=tie.actor_id).values_list("party", flat=True)}
        actors = core | set(Affiliation.objects.filter(party__in=core).values_list("actor", flat=True))
        slugs = Actor.objects.filter(pk__in=actors).values_list("slug", flat=True)
        found.append(Circle(frozenset(actors), frozenset(slugs), first, last))
    return found


def _by_accounts(circle: Circle, election: Election) -> Q:
    """Posts by, on the page of, or in answer to somebody of the circle."""
    accounts = Account.objects.filter(
        election=election, pk__in=Identity.objects.filter(actor__in=circle.actors).values("account")
    )
    keys = accounts.values("key")
    theirs = Q(account__in=accounts.values("pk")) | Q(account_key__in=keys) | Q(host_account_key__in=keys)
    answered = DocketItem.objects.filter(theirs, election=election).exclude(post_key="").values("post_key")
    when = Q()
    if circle.last < _LAST:
        when &= Q(posted_at__lt=local_bounds(circle.last, circle.last, election.timezone)[1])
    if circle.first > _FIRST:
        when &= Q(posted_at__gte=local_bounds(circle.first, circle.first, election.timezone)[0])
    return when & (theirs | Q(parent_key__in=answered))


def open_to(items: QuerySet[DocketItem], person, election: Election) -> QuerySet[DocketItem]:
    """Of these posts those that this person may be given, as far as that is told by accounts and reasons.

    Whom a text is about is only known by reading it: `tied` asks that of each post before it is handed out.
    """
    items = items.filter(~Exists(Recusal.objects.filter(item=OuterRef("pk"), person=person)))
    for circle in circles(person, election):
        items = items.exclude(
            pk__in=DocketItem.objects.filter(_by_accounts(circle, election), election=election).values("pk")
        )
    spared = set(HEAVY) if had_enough(person, election) else set()
    for row in Preference.objects.filter(person=person, election=election):
        if row.languages:
            items = items.exclude(language__in=row.languages)
        spared |= set(row.topics)
    if spared:
        items = items.exclude(pk__in=DocketItem.objects.filter(about(spared), election=election).values("pk"))
    return items


class Ties:
    """What keeps one person away from posts, looked up once for many of them."""

    def __init__(self, person, election: Election):
        self.person, self.election = person, election
        self.circles = circles(person, election)
        self.register = register(election) if self.circles else None
        recused = Recusal.objects.filter(person=person, item__election=election)
        self.recused = set(recused.values_list("item", flat=True))

    def bar(self, item: DocketItem) -> bool:
        """Is this post by, of the party of, or about somebody they are tied to, or did they recuse themselves?"""
        if item.pk in self.recused:
            return True
        day = local_date(item.posted_at, self.election.timezone)
        held = [circle for circle in self.circles if circle.first <= day <= circle.last]
        if not held:
            return False
        slugs = frozenset().union(*(circle.slugs for circle in held))
        if slugs & _spoken(self.register, item.text, item.title, item.language):
            return True
        for answers in Coding.objects.filter(item=item).values_list("answers", flat=True):
            if slugs & named_actors(answers):
                return True
        mine = DocketItem.objects.filter(pk=item.pk)
        return any(mine.filter(_by_accounts(circle, self.election)).exists() for circle in held)


@lru_cache(maxsize=20_000)
def _spoken(held, text: str, title: str, language: str) -> frozenset[str]:
    return frozenset(one.id for who in spoken_of(held, text, title, language) for one in who)


def tied(person, item: DocketItem) -> bool:
    """Must this person keep away from this post?"""
    return Ties(person, item.election).bar(item)


def holds(tie: Tie, now: datetime) -> bool:
    day = local_date(now, tie.election.timezone)
    return (tie.first or _FIRST) <= day <= (tie.last or _LAST)
