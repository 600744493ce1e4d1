"""Searches of the explorer, kept under a name."""

from __future__ import annotations

from django.db import transaction

from besa.base import clock
from besa.base.errors import BadInput, Conflict
from besa.ledger.chain import record
from besa.people import policy
from besa.pledge.models import Election
from besa.triage.models import SavedView


@transaction.atomic
def save_view(*, by, election: Election, name: str, asked: dict[str, str]) -> SavedView:
    """Raises BadInput without a name, Conflict where this user has a view of that name."""
    policy.check(by, "view.save", election.slug)
    name = " ".join(name.split())[:100]
    if not name:
        raise BadInput("A view needs a name.")
    if SavedView.objects.filter(election=election, by=by.username, name=name, dropped_at=None).exists():
        raise Conflict("You have a view of that name.", where=name, remedy="Drop it first, or choose another name.")
    view = SavedView.objects.create(
        election=election, name=name, asked=asked, by=by.username, saved_at=clock.now()
    )  # fmt: skip
    record(by=by, act="view.save", rows=[view], election=election.slug, reason=name)
    return view


@transaction.atomic
def drop_view(*, by, view: SavedView) -> None:
    """Only one's own."""
    policy.check(by, "view.save", view.election.slug)
    if view.by != by.username:
        raise Conflict("This view is somebody else's.", where=view.name)
    view.dropped_at = clock.now()
    view.save(update_fields=["dropped_at"])
    record(by=by, act="view.drop", rows=[view], election=view.election.slug, reason=view.name)
