"""Findings: the list with its filters, and one in full."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db.models import Exists, OuterRef, Q, QuerySet

from besa.base.errors import NotFound
from besa.coding.models import Finding, FindingTarget
from besa.pledge.models import Election

#: Name of a filter -> the field it compares.
FILTERS = {
    "decision": "decision", "type": "type", "platform": "platform", "language": "language", "week": "week",
    "source_class": "source_class", "area": "area__slug", "party": "party__slug",
    "signatory_status": "signatory_status",
}  # fmt: skip


def findings(election: Election, chosen: Mapping[str, str] | None = None) -> QuerySet[Finding]:
    """Findings of an election, newest first; `chosen` by the names in `FILTERS`, `q` for number or name."""
    chosen = chosen or {}
    found = (
        Finding.objects.filter(election=election)
        .select_related("clause", "source", "party", "area", "adjudication__item")
        .order_by("-pk")
    )
    for name, field in FILTERS.items():
        if value := chosen.get(name):
            found = found.filter(**{field: value})
    if text := (chosen.get("q") or "").strip():
        against = FindingTarget.objects.filter(finding=OuterRef("pk"), actor__name__icontains=text)
        found = found.filter(Q(number__icontains=text) | Q(source__name__icontains=text) | Exists(against))
    return found


def targets_of(findings: Iterable[Finding]) -> dict[int, list[FindingTarget]]:
    """Targets of these findings by the finding's primary key, in one query."""
    by_finding: dict[int, list[FindingTarget]] = defaultdict(list)
    rows = FindingTarget.objects.filter(finding__in=[finding.pk for finding in findings])
    for target in rows.select_related("actor", "party").order_by("pk"):
        by_finding[target.finding_id].append(target)
    return by_finding


def finding_named(election: Election, number: str) -> Finding:
    """One finding by its number. Raises NotFound."""
    found = (
        Finding.objects.filter(election=election, number=number)
        .select_related(
            "clause__principle", "source", "party", "area", "adjudication__item", "adjudication__adjudicator"
        )
        .first()
    )
    if found is None:
        raise NotFound(f"There is no finding {number}.")
    return found
