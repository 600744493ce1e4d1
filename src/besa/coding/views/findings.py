"""Findings."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from besa.base import words
from besa.coding import queries
from besa.coding.actions import review_finding
from besa.coding.forms import told
from besa.coding.models import Finding
from besa.coding.views import shared
from besa.coding.views.adjudicating import compared
from besa.people.policy import desk
from besa.pledge.queries import areas, parties
from besa.triage.queries import copies

_PER_PAGE = 50


@desk("finding.see")
@require_GET
def findings(request: HttpRequest) -> HttpResponse:
    election = shared.election_of(request)
    chosen = {name: request.GET.get(name, "") for name in (*queries.FILTERS, "q")}
    page = Paginator(queries.findings(election, chosen), _PER_PAGE).get_page(request.GET.get("page"))
    targets = queries.targets_of(page.object_list)
    rest = request.GET.copy()
    rest.pop("page", None)
    context = {
        "page": page,
        "changed": sum(one.open for one in queries.changed_identities(election)),
        "rows": [(finding, targets.get(finding.pk, [])) for finding in page.object_list],
        "chosen": chosen,
        "narrowed": any(chosen.values()),
        "rest": rest.urlencode(),
        "words": {
            "decision": sorted(words.FINDING_DECISIONS),
            "type": list(words.FindingType),
            "platform": list(words.Platform),
            "source_class": list(words.ActorKind),
            "signatory_status": list(words.SignatoryStatus),
        },
        "weeks": Finding.objects.filter(election=election).order_by("week").values_list("week", flat=True).distinct(),
        "areas": areas(election),
        "parties": parties(election),
    }
    return render(request, "coding/findings.html", context)


@desk("finding.see")
@require_GET
def finding(request: HttpRequest, number: str) -> HttpResponse:
    election = shared.election_of(request)
    found = queries.finding_named(election, number)
    item = found.adjudication.item
    item.election = election
    body = queries.active_codebook(election).body
    codings = list(queries.visible_to(request.user, election).filter(item=item).order_by("place"))
    clauses = queries.clause_rows(item)
    given = [coding.answers for coding in codings]
    actors = {}
    for answers in given:
        actors |= queries.actor_rows(election, answers, body)
    changes = queries.changed_identities(election)
    context = {
        "finding": found,
        "changed": next((one for one in changes if one.finding.pk == found.pk and one.open), None),
        "item": item,
        "targets": queries.targets_of([found])[found.pk],
        "copies": copies(item).count(),
        "likewise": Finding.objects.filter(adjudication__copy_of=found),
        "other_clauses": [clauses[slug] for slug in found.other_clauses if slug in clauses],
        "codings": codings,
        "compared": compared(body, given, clauses=clauses, actors=actors, text=item.text),
        "decided": told(
            body,
            found.adjudication.answers,
            clauses=clauses,
            tag=shared.tag(),
            text=item.text,
            actors=queries.actor_rows(election, found.adjudication.answers, body),
        ),
    }
    return render(request, "coding/finding.html", context)


@desk("finding.review")
@require_http_methods(["GET", "HEAD", "POST"])
def changed(request: HttpRequest) -> HttpResponse:
    """Findings that rest on something the watch-list now tells differently."""
    election = shared.election_of(request)
    if request.method == "POST":
        found = queries.finding_named(election, request.POST.get("number", ""))
        given = {name: request.POST.get(name, "") for name in ("outcome", "reason")}
        review_finding(by=request.user, finding=found, **given)
        messages.success(request, _("Recorded. The finding itself is as it was."))
        return redirect("findings_changed")
    return render(request, "coding/changed.html", {"rows": queries.changed_identities(election)})
