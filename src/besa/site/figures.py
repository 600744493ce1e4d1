"""What detectors are worth: on labelled files, as `besa evaluate --keep` measured it, and in this election so far."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from besa.coding import queries as coding
from besa.people.policy import desk
from besa.report.tables.intervals import wilson
from besa.triage.models import Evaluation


@require_safe
@desk("docket.see")
def figures(request: HttpRequest) -> HttpResponse:
    election = request.election
    if election is None:
        return render(request, "triage/figures.html", {"loaded": False})
    live = [
        {"of": row, "share": 100 * row.confirmed / row.read, "low": 100 * low, "high": 100 * high}
        for row in coding.precision(election)
        for low, high in [wilson(row.confirmed, row.read)]
    ]
    newest: dict[tuple, Evaluation] = {}
    for row in Evaluation.objects.filter(election=election).order_by("id"):
        newest[row.kind, row.file_name, str(row.options)] = row
    measured = [
        {"row": row, "scalars": scalars(row.figures), "tables": tables(row.figures)}
        for row in sorted(newest.values(), key=lambda row: (row.kind, -row.pk))
    ]
    return render(request, "triage/figures.html", {"loaded": True, "live": live, "measured": measured})


def _said(name: str) -> str:
    """Figures keep the names that they have in the command's document."""
    return name.replace("_", " ")


def scalars(document: Mapping[str, Any], *, before: str = "") -> list[tuple[str, Any]]:
    """Single figures, those of a rival in the same run (`plain`, `baseline`) after them."""
    found = []
    for name, value in document.items():
        if isinstance(value, Mapping):
            if value and not any(isinstance(one, Mapping) for one in value.values()):
                found += scalars(value, before=f"{_said(name)}: ")
        elif value not in (None, "") and not isinstance(value, list):
            found.append((before + _said(name), value))
    return found


def tables(document: Mapping[str, Any]) -> list[dict]:
    """Figures of each part (a language, a script, a kind of case): {name, columns, rows}."""
    found = []
    for name, parts in document.items():
        if isinstance(parts, Mapping) and parts and all(isinstance(one, Mapping) for one in parts.values()):
            columns = list(dict.fromkeys(
                key for one in parts.values() for key, value in one.items() if not isinstance(value, Mapping | list)
            ))  # fmt: skip
            rows = [(part or "–", [one.get(column) for column in columns]) for part, one in parts.items()]
            found.append({"name": _said(name), "columns": [_said(column) for column in columns], "rows": rows})
    return found
