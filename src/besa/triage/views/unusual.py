"""Accounts that did far more than they usually do."""

from __future__ import annotations

from django.shortcuts import render
from django.views.decorators.http import require_safe

from besa.people.policy import desk
from besa.triage.queries.unusual import LINE_DAYS, spikes


@require_safe
@desk("docket.see")
def unusual(request):
    rows = spikes(request.election) if request.election else None
    return render(request, "triage/unusual.html", {"rows": rows, "days": LINE_DAYS})
