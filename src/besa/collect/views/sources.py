"""Live sources at the desk: what is polled, how it went, what is added."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from besa.base.errors import BadInput, Conflict
from besa.collect import queries
from besa.collect.actions import add_source, poll_soon, switch_source
from besa.collect.connectors import connector
from besa.collect.forms.sources import SourceForm
from besa.collect.live import NAMES, keys, live
from besa.collect.models import Source
from besa.people.policy import desk


@desk("source.see")
@require_safe
def sources(request):
    rows = queries.source_rows(request.election) if request.election else []
    counts = {state: sum(row.state == state for row in rows) for state in ("failing", "no_key", "backlog", "off")}
    wanted = request.GET.get("state", "")
    page = Paginator([row for row in rows if wanted in ("", row.state)], 100).get_page(request.GET.get("page"))
    for row in page:
        row.source.service = _(live(row.source.connector).TITLE)
    context = {"page": page, "all": len(rows), "counts": counts, "wanted": wanted}
    return render(request, "collect/sources.html", context)


@desk("source.see")
@require_safe
def source(request, pk):
    found = _source(request, pk)
    row = next(row for row in queries.source_rows(request.election) if row.source.pk == found.pk)
    module = live(found.connector)
    context = {
        "row": row, "source": found, "service": _(module.TITLE), "polls": queries.polls_of(found),
        "manifest": connector(module.CONNECTOR).manifest,
    }  # fmt: skip
    return render(request, "collect/source.html", context)


@desk("source.edit")
@require_http_methods(["GET", "POST"])
def source_add(request):
    form = SourceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = add_source(
                by=request.user, election=request.election, address=said["address"], name=said["name"],
                minutes=said["minutes"] or 0,
            )  # fmt: skip
        except (BadInput, Conflict) as error:
            form.add_error("address", str(error))
        else:
            messages.success(request, _("It will be polled at the next turn of the belt."))
            return redirect("source", made.pk)
    services = [(_(live(name).TITLE), connector(live(name).CONNECTOR).manifest, live(name)) for name in NAMES]
    missing = {name for name in keys.names() if not keys.key_of(name)}
    return render(request, "collect/source_add.html", {"form": form, "services": services, "missing": missing})


@desk("source.edit")
@require_POST
def source_switch(request, pk):
    found = switch_source(by=request.user, source=_source(request, pk), active=request.POST.get("active") == "1")
    messages.success(request, _("It is polled from now on.") if found.active else _("It is no longer polled."))
    return redirect(_back(request, found))


@desk("source.edit")
@require_POST
def source_poll(request, pk):
    found = poll_soon(by=request.user, source=_source(request, pk))
    messages.success(request, _("It is on the belt: the next turn polls it."))
    return redirect(_back(request, found))


def _source(request, pk: int) -> Source:
    return get_object_or_404(queries.sources(request.election), pk=pk)


def _back(request, found: Source) -> str:
    """To the list where the button stood in it, else to the source's own page."""
    return reverse("sources") if request.POST.get("from") == "list" else reverse("source", args=[found.pk])
