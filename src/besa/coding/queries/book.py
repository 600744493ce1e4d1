"""Versions of the codebook, and which codings a later version asks to be made again."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from besa.base.errors import NotFound
from besa.coding.models import Adjudication, Codebook, Coding
from besa.coding.queries.around import facts_of
from besa.coding.queries.known import active_codebook
from besa.coding.rules.versions import Change, changes, touches
from besa.pledge.models import Election


@dataclass(frozen=True)
class Recode:
    """One change, and the posts whose codings it touches (docket items, earliest coded first)."""

    change: Change
    items: tuple[int, ...]


def versions(election: Election) -> list[Codebook]:
    """Newest first, with the number of `codings` and `decisions` made by each."""

    def made(model):
        counted = model.objects.filter(codebook=OuterRef("pk")).order_by().values("codebook").annotate(n=Count("pk"))
        return Coalesce(Subquery(counted.values("n")), 0)

    return list(
        Codebook.objects.filter(election=election)
        .annotate(codings=made(Coding), decisions=made(Adjudication))
        .order_by("-pk")
    )


def version_of(election: Election, version: str = "") -> Codebook:
    """A version by its name; the one in force where none is given. Raises NotFound."""
    if not version:
        return active_codebook(election)
    found = Codebook.objects.filter(election=election, version=version).first()
    if found is None:
        raise NotFound(f"This election has no codebook {version}.", remedy="Choose one of the list.")
    return found


def changes_since(held: Codebook) -> list[Change]:
    """What this version changed in the one before it; nothing for the first."""
    before = Codebook.objects.filter(election=held.election_id, pk__lt=held.pk).order_by("-pk").first()
    return changes(before.body, held.body) if before else []


def recode(election: Election) -> list[Recode]:
    """What the version in force asks of posts that were coded by an earlier one, change by change."""
    active = active_codebook(election)
    old = {row.pk: row for row in Codebook.objects.filter(election=election).exclude(pk=active.pk)}
    differences = {pk: changes(row.body, active.body) for pk, row in old.items()}
    touched: dict[Change, dict[int, None]] = defaultdict(dict)
    codings = Coding.objects.filter(item__election=election, codebook__in=old).select_related("item").order_by("pk")
    for coding in codings.iterator():
        facts = facts_of(coding.item)
        for change in differences[coding.codebook_id]:
            if touches(change, coding.answers, facts, active.body, old[coding.codebook_id].body):
                touched[change][coding.item_id] = None
    return [Recode(change, tuple(items)) for change, items in touched.items()]
