"""What is hard to read, and how much of it one person had today."""

from __future__ import annotations

from django.db.models import Count, Q, Sum

from besa.base import clock
from besa.base.weeks import local_bounds, local_date
from besa.base.words import Concern
from besa.coding.models import Adjudication, Care, Coding, Screening
from besa.pledge.models import Election
from besa.triage.models import DocketItem

#: Concerns of posts that are hard to read.
HEAVY = frozenset({Concern.HATE, Concern.HARASSMENT, Concern.GENDERED_ABUSE, Concern.INCITEMENT})
#: Of a post's reasons the first so many are looked at; they stand in the order of weight.
REASONS = 4


def about(topics, at: str = "") -> Q:
    """Posts one of whose reasons is one of these concerns; `at`: the way from the row to the post."""
    found = Q()
    for place in range(REASONS):
        found |= Q(**{f"{at}reasons__{place}__concern__in": sorted(topics)})
    return found


def heavy(item: DocketItem) -> bool:
    return any(reason.get("concern") in HEAVY for reason in item.reasons[:REASONS])


def care_of(election: Election) -> Care | None:
    return Care.objects.filter(election=election).select_related("told").order_by("-pk").first()


def had_enough(person, election: Election) -> bool:
    """Has this person read as much today of what is hard to read as the coordinator set?"""
    care = care_of(election)
    if care is None or not (care.posts or care.minutes):
        return False
    day = local_date(clock.now(), election.timezone)
    begin, end = local_bounds(day, day, election.timezone)
    posts = seconds = 0
    for model, whose in ((Screening, "coder"), (Coding, "coder"), (Adjudication, "adjudicator")):
        rows = model.objects.filter(about(HEAVY, "item__"), at__gte=begin, at__lt=end, **{whose: person})
        found = rows.filter(item__election=election).aggregate(n=Count("id"), seconds=Sum("seconds", default=0.0))
        posts, seconds = posts + found["n"], seconds + found["seconds"]
    return bool(care.posts and posts >= care.posts) or bool(care.minutes and seconds >= 60 * care.minutes)
