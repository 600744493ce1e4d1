"""Reads of cases and of the dossiers made of them."""

from __future__ import annotations

from django.db.models import Count, Exists, OuterRef, QuerySet

from besa.base.errors import NotFound
from besa.coding.models import Finding
from besa.pledge.models import Election
from besa.reply.models import Case, CaseFinding, Dossier
from besa.triage.queries.clocks import of_item


def cases(election: Election) -> QuerySet[Case]:
    """The newest first, each with how many `findings` it has."""
    counted = CaseFinding.objects.filter(case__election=election).values("case").annotate(n=Count("id"))
    found = list(Case.objects.filter(election=election))
    sizes = {row["case"]: row["n"] for row in counted}
    for case in found:
        case.size = sizes.get(case.pk, 0)
    return found


def case_of(election: Election, number: str | int) -> Case:
    """Raises NotFound, naming those that there are."""
    wanted = str(number).lower().removeprefix("c-")
    found = Case.objects.filter(election=election, number=wanted).first() if wanted.isdigit() else None
    if found is None:
        raise NotFound(f"There is no case {number}.", remedy="See them with: besa export dossier --list")
    return found


def findings_of(case: Case) -> list[Finding]:
    rows = CaseFinding.objects.filter(case=case).select_related(
        "finding__clause",
        "finding__source",
        "finding__party",
        "finding__adjudication__item__account",
        "finding__adjudication__adjudicator",
    )
    return [row.finding for row in rows]


def case_alone(finding: Finding) -> Case | None:
    """The case that this finding makes up by itself."""
    held = CaseFinding.objects.filter(case=OuterRef("pk"))
    alone = Case.objects.filter(Exists(held.filter(finding=finding)), ~Exists(held.exclude(finding=finding)))
    return alone.order_by("number").first()


def authority_of(finding: Finding) -> str:
    """Whoever the nearest open deadline is met with; '' where no clock runs."""
    running = (one.authority for one in of_item(finding.adjudication.item) if one.closed_at is None)
    return next(running, "")


def cases_with(finding: Finding) -> list[Case]:
    return [row.case for row in CaseFinding.objects.filter(finding=finding).select_related("case")]


def dossiers(case: Case) -> list[Dossier]:
    return list(Dossier.objects.filter(case=case))
