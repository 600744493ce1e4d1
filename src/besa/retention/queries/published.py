"""Editions and freezes that speak of findings whose posts are erased: they are never rewritten."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from besa.base.home import Home
from besa.report.models import Freeze, Publication


def affected(numbers: set[str]) -> dict[str, list]:
    """{editions: [{number, edition}], freezes: [name]}: those in which one of these findings stands."""
    freezes = {}
    for freeze in Freeze.objects.order_by("pk"):
        table = Path(Home.here().freezes) / freeze.name / "findings.parquet"
        if table.exists() and numbers & set(pq.read_table(table, columns=["number"])["number"].to_pylist()):
            freezes[freeze.pk] = freeze.name
    editions = Publication.objects.filter(freeze__in=freezes).order_by("number")
    told = {
        "editions": [{"number": one.number, "edition": one.edition[:16]} for one in editions],
        "freezes": [name[:16] for name in freezes.values()],
    }
    return {name: rows for name, rows in told.items() if rows}
