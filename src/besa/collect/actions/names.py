"""Lifting the cover from a private name, and putting it back."""

from __future__ import annotations

from django.db import transaction

from besa.base import clock
from besa.base.errors import BadInput, Conflict, NotFound
from besa.collect.models import LiftedName
from besa.collect.names.queries import account_of
from besa.ledger import chain
from besa.people import policy


def lift_name(*, by, election, code: str, reason: str) -> LiftedName:
    """Let those who may (`name.see`) see who stands behind a code. Raises NotFound, BadInput, Conflict."""
    policy.check(by, "name.lift", election.slug)
    if len(reason.strip()) < 10:
        raise BadInput("A reason is needed: it stands in the ledger.", remedy="Say who must know the name, and why.")
    found = account_of(election, code)
    if found is None:
        raise NotFound(f"No account has the code “{code}” in this election.", remedy="Copy it from the post's page.")
    if LiftedName.objects.filter(election=election, known_by=found.known_by).exists():
        raise Conflict("This name is lifted already.", remedy="It stands in the list.")
    with transaction.atomic():
        row = LiftedName.objects.create(
            election=election, known_by=found.known_by, code=found.code, name=found.name, reason=reason.strip(),
            by=by.username, at=clock.now(),
        )  # fmt: skip
        chain.record(by=by, act="name.lift", rows=[row], election=election.slug, reason=row.reason)
    return row


def cover_name(*, by, election, pk: int) -> None:
    """Take a lifted name back; the ledger keeps that it was lifted, and no longer whose it was."""
    policy.check(by, "name.lift", election.slug)
    row = LiftedName.objects.filter(election=election, pk=pk).first()
    if row is None:
        raise NotFound("This name is covered already.", remedy="Look at the list again.")
    erased = [(row._meta.db_table, str(row.pk))]
    with transaction.atomic():
        row.delete()
        chain.record(by=by, act="name.cover", erased=erased, election=election.slug)
