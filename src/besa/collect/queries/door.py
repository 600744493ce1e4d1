"""Reads about tips."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet, Sum

from besa.base.home import Home
from besa.base.ids import sha256_hex
from besa.base.words import TipState
from besa.collect.models import Tip, TipContact
from besa.collect.rules.tips import shown_number
from besa.corpus import Corpus

_WAITING = (TipState.RECEIVED, TipState.LOOKED_AT)


def tips(election, *, state: str = "", concern: str = "", search: str = "") -> QuerySet[Tip]:
    """The tips of an election: by default those that wait and are nobody else's duplicate, oldest first."""
    found = Tip.objects.filter(election=election)
    if state == "duplicates":
        found = found.exclude(duplicate_of=None)
    elif state in set(TipState):
        found = found.filter(state=state)
    elif state != "all":
        found = found.filter(state__in=_WAITING, duplicate_of=None)
    if concern:
        found = found.filter(concern=concern)
    if search := search.strip():
        found = found.filter(Q(link__icontains=search) | Q(note__icontains=search))
    return found.order_by("received_at", "id")


def tip_counts(election) -> dict[str, int]:
    """How many wait, by state; duplicates apart."""
    found = Tip.objects.filter(election=election)
    counts = dict(found.filter(duplicate_of=None).order_by().values_list("state").annotate(Count("id")))
    by_state = {state.value: counts.get(state, 0) for state in TipState}
    return {**by_state, "duplicates": found.count() - sum(counts.values())}


def tips_held(election) -> tuple[int, int]:
    """Number and bytes of the tips that nobody has dealt with."""
    held = Tip.objects.filter(election=election, state__in=_WAITING).aggregate(n=Count("id"), bytes=Sum("bytes"))
    return held["n"], held["bytes"] or 0


def same_tips(tip: Tip) -> list[Tip]:
    """Other tips of what this one is about: the same link or the same picture, oldest first."""
    alike = Q(pk__in=[])
    if tip.same:
        alike |= Q(same=tip.same)
    if tip.picture_sha256:
        alike |= Q(picture_sha256=tip.picture_sha256)
    return list(Tip.objects.filter(alike, election=tip.election_id).exclude(pk=tip.pk).order_by("id")[:50])


def tip_of_number(number: str) -> Tip | None:
    """The tip of a tracking number; a duplicate speaks for the tip that it follows."""
    found = Tip.objects.filter(number_sha256=sha256_hex(shown_number(number))).select_related("duplicate_of").first()
    return found.duplicate_of or found if found else None


def has_contact(tip: Tip) -> bool:
    return TipContact.objects.filter(tip=tip).exists()


def in_corpus(election, post_key: str) -> bool:
    """Whether the corpus holds this post already, whatever brought it."""
    return bool(
        Corpus(Home.here().corpus).rows(
            "SELECT 1 AS one FROM posts WHERE post_key = $key AND election = $slug LIMIT 1",
            {"key": post_key, "slug": election.slug},
        )
    )
