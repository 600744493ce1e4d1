"""A table of candidates and accounts into the watch-list: one transaction, one entry, and a way back by correction."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from besa.base import clock
from besa.base.errors import BadInput, Conflict
from besa.base.ids import sha256_hex
from besa.base.words import Grade
from besa.ledger.chain import By, record
from besa.people import policy
from besa.pledge import queries
from besa.pledge.actions.grading import KEPT, changed, kept
from besa.pledge.models import Account, Actor, Affiliation, Area, Election, Identity, ListChange, ListImport
from besa.pledge.rules.plan import Planned, counts, plan
from besa.pledge.rules.sheet import rows

_TABLES = {"actor": Actor, "affiliation": Affiliation, "account": Account, "identity": Identity}


def planned(*, by: By, election: Election, data: bytes, file_name: str) -> list[Planned]:
    """What the table would do, row by row; nothing is written. Raises BadInput."""
    found = rows(data, file_name, queries.headings())
    return plan(found, queries.known_list(election), queries.words(), by=by.username)


@transaction.atomic
def import_list(*, by: By, election: Election, data: bytes, file_name: str) -> tuple[ListImport, list[Planned]]:
    """Take the new and changed rows in; what is in conflict or refused is left out and named. Raises BadInput."""
    policy.check(by, "watchlist.edit", election.slug)
    made = planned(by=by, election=election, data=data, file_name=file_name)
    found = counts(made)
    if not found["new"] and not found["changed"]:
        raise BadInput(_("There is nothing to take in."), remedy=_("Each row is known already, or cannot be read."))
    batch = ListImport.objects.create(
        election=election, file_name=file_name[-255:], file_sha256=sha256_hex(data), counts=found, by=by.username,
        at=clock.now(),
    )  # fmt: skip
    touched = _write(by, election, batch, _wanted(made))
    record(
        by=by, act="watchlist.import", rows=[batch, *touched], election=election.slug,
        reason=f"{batch.file_name}: {found['new']} new, {found['changed']} changed",
    )  # fmt: skip
    return batch, made


def _wanted(made: list[Planned]) -> dict[str, dict[Any, dict[str, Any]]]:
    """table -> key -> fields, all rows of the table together."""
    wanted: dict[str, dict[Any, dict[str, Any]]] = {table: {} for table in _TABLES}
    for row in made:
        for table, changes in row.values.items():
            for key, values in changes.items():
                wanted[table].setdefault(key, {}).update(values)
    return wanted


def _write(by: By, election: Election, batch: ListImport, wanted) -> list[models.Model]:
    areas = dict(Area.objects.filter(election=election).values_list("slug", "pk"))
    for values in wanted["actor"].values():
        if area := values.pop("area", ""):
            values["area_id"] = areas[area]
    touched: list[models.Model] = []

    def bring(table: str, held: dict, make) -> dict:
        return held | _bring(by, election, batch, table, held, wanted[table], make, touched)

    actors = bring(
        "actor",
        {row.slug: row for row in Actor.objects.filter(election=election)},
        lambda slug: Actor(election=election, slug=slug, language=(election.languages or ["en"])[0]),
    )
    parties = Affiliation.objects.filter(actor__election=election).select_related("actor", "party").order_by("id")
    bring(
        "affiliation",
        {(row.actor.slug, row.party.slug): row for row in parties},
        lambda key: Affiliation(actor=actors[key[0]], party=actors[key[1]]),
    )
    accounts = bring(
        "account",
        {row.key: row for row in Account.objects.filter(election=election)},
        lambda key: Account(election=election, key=key),
    )
    claims = Identity.objects.filter(account__election=election).select_related("account", "actor").order_by("id")
    bring(
        "identity",
        {(row.account.key, row.actor.slug): row for row in claims},
        lambda key: Identity(account=accounts[key[0]], actor=actors[key[1]]),
    )
    return touched


def _bring(by, election, batch, table, held, wanted, make, touched) -> dict:
    model = _TABLES[table]
    befores = {key: kept(held[key]) if key in held else None for key in wanted}
    rows_of = {key: held.get(key) or make(key) for key in wanted}
    for key, values in wanted.items():
        for name, value in values.items():
            setattr(rows_of[key], name, value)
    fresh = [row for key, row in rows_of.items() if key not in held]
    old = [row for key, row in rows_of.items() if key in held]
    model.objects.bulk_create(fresh, batch_size=500)
    if old:
        model.objects.bulk_update(old, _fields(model), batch_size=200)
    changes = [
        changed(by, row, befores[key], election, reason=batch.file_name, batch=batch) for key, row in rows_of.items()
    ]
    touched += [*rows_of.values(), *ListChange.objects.bulk_create(changes, batch_size=500)]
    return rows_of


def _fields(model) -> list[str]:
    return [name.removesuffix("_id") for name in KEPT[model]]


@transaction.atomic
def undo_list(*, by: By, batch: ListImport, reason: str) -> list[str]:
    """Correct what a table brought, dated today; returns what stays because it was changed since.

    Nothing is deleted: what it changed gets its old values back; what it made stays as a row, its claims graded
    unknown, its accounts no longer watched.
    """
    election = batch.election
    policy.check(by, "watchlist.edit", election.slug)
    if not reason.strip():
        raise BadInput(_("A reason is needed."))
    if batch.undone_at:
        raise Conflict(_("This table has been undone already."))
    batch.undone_at, batch.undone_by, batch.undone_reason = clock.now(), by.username, reason.strip()
    batch.save()
    touched: list[models.Model] = [batch]
    stays: list[str] = []
    for table, model in _TABLES.items():
        changes = list(ListChange.objects.filter(batch=batch, table=table))
        held = model.objects.in_bulk([change.row for change in changes])
        since = set(
            ListChange.objects.filter(table=table, row__in=held, id__gt=max((c.id for c in changes), default=0))
            .values_list("row", flat=True)
        )  # fmt: skip
        corrections, corrected = [], []
        for change in changes:
            row = held[change.row]
            before = kept(row)
            if change.row in since or before != change.after:
                stays.append(_called(row))
                continue
            for name, value in _old(change).items():
                setattr(row, name, date.fromisoformat(value) if value and name in _DAYS else value)
            if kept(row) != before:
                corrected.append(row)
                corrections.append(changed(by, row, before, election, reason=f"undone: {reason.strip()}", batch=batch))
        if corrected:
            model.objects.bulk_update(corrected, _fields(model), batch_size=200)
        touched += [*corrected, *ListChange.objects.bulk_create(corrections, batch_size=500)]
    record(by=by, act="watchlist.undo", rows=touched, election=election.slug, reason=reason.strip())
    return stays


_DAYS = ("first", "last", "status_first", "status_last", "gone_on")


def _old(change: ListChange) -> dict[str, Any]:
    """The values a correction puts back; a row that the table made cannot go, so it is made to say nothing."""
    if change.before is not None:
        return change.before
    if change.table == "account":
        return {"watched": False}
    if change.table == "actor":
        return {}
    return {"grade": Grade.UNKNOWN.value, "proposed_by": "", "confirmed_by": ""}


def _called(row: models.Model) -> str:
    if isinstance(row, Account):
        return row.key
    if isinstance(row, Actor):
        return row.name
    if isinstance(row, Identity):
        return f"{row.account.key} – {row.actor.name}"
    return f"{row.actor.name} – {row.party.name}"
