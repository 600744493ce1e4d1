"""What is known when a post is judged: the codebook, the Code, whoever the answers name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q
from django.utils.text import slugify

from besa.base.errors import NotFound
from besa.base.weeks import local_date
from besa.base.words import Gender, Grade
from besa.coding.models import Codebook
from besa.coding.rules.answers import named_actors
from besa.coding.types import ActorFacts, Affiliated, ClauseFacts, Record
from besa.pledge.models import Actor, Clause, Election
from besa.pledge.queries import account_status, active_code, affiliation_of, identity_of, statuses
from besa.triage.models import DocketItem


def active_codebook(election: Election) -> Codebook:
    """The version loaded last. Raises NotFound where none is."""
    found = Codebook.objects.filter(election=election).order_by("-pk").first()
    if found is None:
        raise NotFound("This election has no codebook.", remedy="Load its pack: `besa pack load NAME`.")
    return found


def clause_rows(item: DocketItem) -> dict[str, Clause]:
    """Clauses of the Code in force on the local day of the post, those switched off too, by slug."""
    code = active_code(item.election, local_date(item.posted_at, item.election.timezone))
    rows = Clause.objects.filter(principle__code=code).select_related("principle").order_by("principle__order", "order")
    return {clause.slug: clause for clause in rows}


def clause_facts(item: DocketItem) -> dict[str, ClauseFacts]:
    return {
        slug: ClauseFacts(slug, row.duty, tuple(row.bound_kinds), row.on) for slug, row in clause_rows(item).items()
    }


def actors_by_slug(election: Election, slugs: Iterable[str]) -> dict[str, Actor]:
    wanted = {slug for slug in slugs if slug}
    return {row.slug: row for row in Actor.objects.filter(election=election, slug__in=wanted)} if wanted else {}


def actor_rows(
    election: Election, answers: Mapping[str, Any], body: Mapping[str, Any] | None = None
) -> dict[str, Actor]:
    """The actors that these answers name, by slug."""
    return actors_by_slug(election, named_actors(answers, body))


def actor_facts(row: Actor) -> ActorFacts:
    """Gender and community count only where the watch-list says how they are known."""
    return ActorFacts(
        slug=row.slug,
        kind=row.kind,
        gender=Gender(row.gender) if row.gender_source else Gender.UNKNOWN,
        community=row.community if row.community_source else "",
        area=row.area_id,
    )


def record_of(item: DocketItem, actors: Iterable[Actor]) -> Record:
    """What is known of these actors on the local day of the post."""
    day, actors = local_date(item.posted_at, item.election.timezone), list(actors)
    holder, grade = identity_of(item.account, day)
    affiliations, parties = {}, {}
    for actor in actors:
        party, sure, how = affiliation_of(actor, day)
        affiliations[actor.slug] = Affiliated(party.slug if party else "", Grade(sure), how)
        if party:
            parties[party.slug] = party
    everybody = {**parties, **{actor.slug: actor for actor in actors}}
    status = statuses([actor.pk for actor in everybody.values()], day)
    return Record(
        actors={actor.slug: actor_facts(actor) for actor in everybody.values()},
        clauses=clause_facts(item),
        identity=(holder.slug if holder else "", Grade(grade)),
        affiliations=affiliations,
        statuses={slug: status[actor.pk] for slug, actor in everybody.items()},
        account_area=item.account.area_id if item.account else None,
    )


def identity_answer(item: DocketItem) -> dict[str, str]:
    """What the watch-list says of the author, to begin a form with; no machine has guessed it."""
    if item.account is None:
        return {}
    day = local_date(item.posted_at, item.election.timezone)
    holder, grade = identity_of(item.account, day)
    known = holder if holder and grade in (Grade.CONFIRMED, Grade.PROBABLE) else None
    return {
        "source": known.slug if known else "",
        "source_class": known.kind if known else "",
        "account_status": account_status(item.account, day),
    }


def find_actors(election: Election, text: str, limit: int = 12) -> list[Actor]:
    """Actors whose name, short name, alias or slug holds this text; those that begin with it first."""
    text = text.strip()
    if not text:
        return []
    plain = slugify(text)
    match = Q(name__icontains=text) | Q(short_name__icontains=text) | Q(aliases__icontains=text)
    if plain:
        match |= Q(slug__contains=plain)
    found = list(
        Actor.objects.filter(match, election=election)
        .only("slug", "name", "short_name", "kind", "area", "gender", "election")
        .select_related("area")
        .order_by("name", "slug")[: limit * 4]
    )
    begins = text.casefold()
    return sorted(found, key=lambda actor: not actor.name.casefold().startswith(begins))[:limit]
