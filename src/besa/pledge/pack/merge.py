"""Bringing rows to what a pack says, without undoing what people did at the desk since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from besa.ledger.models import Trace

ACT = "pack.load"


@dataclass
class Merge:
    """Collects the rows created and changed, for the one ledger entry of a load."""

    rows: list[models.Model] = field(default_factory=list)
    erased: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def bring(
        self,
        model: type[models.Model],
        existing: Mapping[Any, models.Model],
        wanted: Mapping[Any, Mapping[str, Any]],
        *,
        what: str,
        always: bool = False,
    ) -> dict[Any, models.Model]:
        """Create or update one table; returns all rows by key, those no longer in the pack included.

        `existing` and `wanted` share their keys; `wanted` holds values by field. A row whose newest
        ledger entry is not a load was changed at the desk: it stays and is named in `warnings`
        (`always`: it is overwritten).
        """
        held = dict(existing)
        fresh = {key: model(**values) for key, values in wanted.items() if key not in held}
        differing = {
            key: changed for key, values in wanted.items() if key in held and (changed := _differing(held[key], values))
        }
        by_desk = set() if always or not differing else _changed_at_desk(model)
        touched, fields = [], set()
        for key, changed in differing.items():
            row = held[key]
            if str(row.pk) in by_desk:
                self.warnings.append(
                    f"{what} {_shown(key)}: changed at the desk since the last load; "
                    f"the pack's {', '.join(sorted(changed))} was not taken."
                )
                continue
            for name in changed:
                setattr(row, name, wanted[key][name])
            fields.update(changed)
            touched.append(row)
        if touched:
            model.objects.bulk_update(touched, sorted(fields), batch_size=200)
        made = model.objects.bulk_create(fresh.values(), batch_size=200)
        self.rows += [*touched, *made]
        return {**held, **dict(zip(fresh, made, strict=True))}

    def remove(self, existing: Mapping[Any, models.Model], wanted: Mapping[Any, Any]) -> dict[Any, models.Model]:
        """Delete rows that are no longer in the pack; only for tables that nothing rests on."""
        gone = [row for key, row in existing.items() if key not in wanted]
        if gone:
            table = gone[0]._meta.db_table
            self.erased += [(table, str(row.pk)) for row in gone]
            type(gone[0]).objects.filter(pk__in=[row.pk for row in gone]).delete()
        return {key: row for key, row in existing.items() if key in wanted}

    def retire(
        self,
        model: type[models.Model],
        existing: Mapping[Any, models.Model],
        wanted: Mapping[Any, Any],
        ended: Mapping[str, Any],
        *,
        what: str,
    ) -> None:
        """Mark rows that are no longer in the pack as `ended`; what the desk wrote or changed stays as it is."""
        gone = {
            key: row
            for key, row in existing.items()
            if key not in wanted and any(getattr(row, name) is None for name in ended)
        }
        by_desk = _changed_at_desk(model) if gone else set()
        self.missing({key: row for key, row in gone.items() if str(row.pk) in by_desk}, wanted, f"{what}s of the desk")
        rows = [row for row in gone.values() if str(row.pk) not in by_desk]
        for row in rows:
            for name, value in ended.items():
                setattr(row, name, value)
        model.objects.bulk_update(rows, list(ended), batch_size=200)
        self.rows += rows

    def missing(self, existing: Mapping[Any, models.Model], wanted: Mapping[Any, Any], what: str) -> None:
        """Say which rows are no longer in the pack; they stay, because work may rest on them."""
        gone = [_shown(key) for key in existing if key not in wanted]
        if gone:
            more = f" and {len(gone) - 5} more" if len(gone) > 5 else ""
            self.warnings.append(f"{what} no longer in the pack, kept: {', '.join(gone[:5])}{more}.")


def _differing(row: models.Model, values: Mapping[str, Any]) -> list[str]:
    return [name for name, value in values.items() if getattr(row, name) != value]


def _shown(key: Any) -> str:
    return " / ".join(str(part) for part in key) if isinstance(key, tuple) else str(key)


def _changed_at_desk(model: type[models.Model]) -> set[str]:
    """Primary keys (as text) of rows whose newest ledger entry is not a load."""
    newest: dict[str, str] = {}
    traces = Trace.objects.filter(table=model._meta.db_table).order_by("id")
    for pk, act in traces.values_list("pk_text", "entry__act").iterator():
        newest[pk] = act
    return {pk for pk, act in newest.items() if act != ACT}
