"""The docket, the runs."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from besa.base.errors import BesaError
from besa.base.words import Concern
from besa.people.policy import desk
from besa.triage import actions, queries, rules
from besa.triage.forms import Put
from besa.triage.queries.clocks import foremost
from besa.triage.views.paging import paged

_SHOWN = 320
_FILTERS = ("week", "sample", "concern", "language", "platform")


@require_safe
@desk("docket.see")
def docket(request):
    election = request.election
    asked = {name: request.GET.get(name, "")[:40] for name in _FILTERS}
    urgent = request.GET.get("urgent") == "1"
    if not election:
        return render(request, "triage/docket.html", {"page": None})
    found = queries.docket(queries.visible_to(request.user, election), **asked, urgent=urgent)
    page, rest = paged(request, found)
    clocks = foremost(page)
    rows = [
        {
            "item": item,
            "clock": clocks.get(item.pk),
            "pieces": rules.pieces(item.text, rules.all_spans(item.reasons), _SHOWN),
            "disturbing": rules.disturbing(item.reasons),
        }
        for item in page
    ]
    week = asked["week"] or None
    return render(
        request,
        "triage/docket.html",
        {
            "page": page,
            "rest": rest,
            "rows": rows,
            "asked": asked,
            "urgent": urgent,
            "filtered": urgent or any(asked.values()),
            "choices": queries.choices(election),
            "concerns": list(Concern),
            "funnel": queries.funnel(election, week),
            "unread": queries.unread(election, week) if week else None,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk("docket.put")
def docket_put(request):
    given = {"post_key": request.GET.get("post", ""), "reason": request.GET.get("reason", "")}
    form = Put(request.POST or None, initial=given)
    if request.method == "POST" and form.is_valid():
        try:
            item = actions.put(by=request.user, election=request.election, **form.cleaned_data)
        except BesaError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The post is on the docket."))
            return redirect("docket_item", item.pk)
    return render(request, "triage/put.html", {"form": form}, status=400 if form.errors else 200)


@require_safe
@desk("docket.see")
def triage_runs(request):
    election = request.election
    page, rest = paged(request, queries.runs(election) if election else [])
    waiting = queries.pending(election) if election else 0
    return render(request, "triage/runs.html", {"page": page, "rest": rest, "waiting": waiting})
