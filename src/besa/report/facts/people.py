"""The Code, its signatories, the base of rates, and the only names that a report may print."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import date
from typing import Any

from besa.pledge import queries as pledge
from besa.pledge.models import Actor, Area, Election, Signatory, Signature
from besa.report.facts.findings import named_sources, public_organisations

_CANDIDATES = ("mayor_candidate", "council_candidate")


def rows(election: Election, day: date, findings: list[dict]) -> dict[str, list[dict]]:
    """`day`: the last of the period, on which signatories' status is stated."""
    signatories = list(Signatory.objects.filter(actor__election=election).select_related("actor"))
    statuses = pledge.statuses([signatory.actor_id for signatory in signatories], day)
    spans: dict[int, list[dict]] = defaultdict(list)
    signatures = Signature.objects.filter(signatory__in=signatories, signed_on__lte=day).order_by("signed_on", "id")
    for signature in signatures:
        ended = signature.withdrawn_on if signature.withdrawn_on and signature.withdrawn_on <= day else None
        spans[signature.signatory_id].append(
            {
                "kind": signature.kind,
                "first": signature.signed_on.isoformat(),
                "until": ended.isoformat() if ended else None,
                "withdrawal_reason": signature.withdrawal_reason if ended else "",
            }
        )
    held = [signatory for signatory in signatories if spans[signatory.pk]]
    names = named_sources(findings) | {signatory.actor.slug for signatory in held}
    public = {actor.slug: actor for actor in Actor.objects.filter(election=election, slug__in=names)}
    public |= {actor.slug: actor for actor in public_organisations(election)}
    candidates = Counter(
        Actor.objects.filter(election=election, kind__in=_CANDIDATES)
        .values_list("kind", "area__slug", "gender", "community")
        .order_by()
    )
    return {
        "signatories": [
            {
                "slug": signatory.actor.slug,
                "kind": signatory.actor.kind,
                "status": statuses[signatory.actor_id],
                "spans": json.dumps(spans[signatory.pk]),
            }
            for signatory in held
        ],
        "candidates": [
            {"kind": kind, "area": area, "gender": gender, "community": community or None, "number": number}
            for (kind, area, gender, community), number in candidates.items()
        ],
        "actors": [
            {
                "slug": actor.slug,
                "kind": actor.kind,
                "short_name": actor.short_name or None,
                "names": json.dumps({"": actor.name} | actor.names, ensure_ascii=False, sort_keys=True),
            }
            for actor in public.values()
        ],
        "areas": [
            {"slug": area.slug, "names": json.dumps(area.names, ensure_ascii=False, sort_keys=True)}
            for area in Area.objects.filter(election=election)
        ],
    }


def code(election: Election, day: date) -> dict[str, Any] | None:
    """The Code in force on the day, clauses that are on only."""
    held = pledge.active_code(election, day)
    if held is None:
        return None
    return {
        "version": held.version,
        "titles": held.titles,
        "preambles": held.preambles,
        "source": held.source,
        "sha256": held.sha256,
        "effective_from": held.effective_from,
        "principles": [
            {"slug": principle.slug, "names": principle.names, "texts": principle.texts}
            for principle, _ in pledge.principles(held)
        ],
        "clauses": [
            {
                "slug": clause.slug,
                "principle": principle.slug,
                "titles": clause.titles,
                "texts": clause.texts,
                "bound_kinds": clause.bound_kinds,
                "duty": clause.duty,
                "reconstructed": clause.reconstructed,
            }
            for principle, clauses in pledge.principles(held)
            for clause in clauses
            if clause.on
        ],
    }
