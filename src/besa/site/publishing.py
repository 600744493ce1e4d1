"""Publishing from the desk: the one page that needs both the report and the portal."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from besa.base.errors import NotFound
from besa.people.policy import desk
from besa.portal import render
from besa.report import actions, queries
from besa.report.forms import PublishForm


@desk("edition.publish")
@require_POST
def publish(request: HttpRequest, name: str) -> HttpResponse:
    """Write the edition of a signed-off freeze, with its portal."""
    if request.election is None:
        raise NotFound(gettext("No election is loaded."))
    freeze = queries.freeze_of(request.election, name)
    form = PublishForm(request.POST)
    note = form.cleaned_data["change_note"] if form.is_valid() else ""
    publication = actions.publish(
        by=request.user, election=request.election, freeze=freeze, change_note=note, render_site=render
    )
    messages.success(request, gettext("Published as edition %(number)s.") % {"number": publication.number})
    return redirect("editions")
