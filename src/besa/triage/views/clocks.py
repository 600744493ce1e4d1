"""The legal clocks: which run, under which rules, and how they end."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from besa.base.errors import NotFound
from besa.people.policy import desk
from besa.triage import actions
from besa.triage.models import Clock
from besa.triage.queries import clocks as reads
from besa.triage.views.paging import paged

#: How many of the closed clocks are listed.
_CLOSED = 25


@require_safe
@desk("docket.see")
def clocks(request):
    election = request.election
    if not election:
        return render(request, "triage/clocks.html", {"page": None})
    page, rest = paged(request, reads.running(election))
    closed = reads.closed(election)
    shown = {
        "page": page, "rest": rest, "closed": closed[:_CLOSED], "all_closed": closed.count(),
        "rules": reads.rule_rows(election),
    }  # fmt: skip
    return render(request, "triage/clocks.html", shown)


@require_POST
@desk("clock.close")
def clock_close(request, number: int):
    held = Clock.objects.select_related("item__election").filter(item__election=request.election, pk=number).first()
    if held is None:
        raise NotFound(_("There is no such clock."))
    given = {name: request.POST.get(name, "")[:1000] for name in ("outcome", "reason")}
    actions.close(by=request.user, held=held, **given)
    messages.success(request, _("The clock is closed."))
    return redirect("docket_item", held.item_id)
