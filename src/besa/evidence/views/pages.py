"""Pages that a browser captures: what waits, what came of it, and the log-ins that it may use."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from besa.base.errors import BesaError, NotFound
from besa.evidence import queries
from besa.evidence.actions.asking import ask_for_page, item_named
from besa.evidence.actions.log_ins import end_log_in, store_log_in
from besa.evidence.actions.pages import ATTEMPTS, PAUSE
from besa.evidence.capturers.seen import Caps
from besa.evidence.forms import AskAnyPage, AskPage, KeepLogIn
from besa.people import policy
from besa.people.policy import desk
from besa.triage.models import DocketItem
from besa.triage.views.paging import paged

_STATES = ("wanted", "captured", "not_evidence", "failed")


@require_http_methods(["GET", "HEAD", "POST"])
@desk("evidence.preserve")
def pages(request):
    election, form = request.election, AskAnyPage(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            item = item_named(election, asked["post"].strip()) if asked["post"].strip() else None
            ask_for_page(by=request.user, election=election, url=asked["url"], item=item, reason=asked["reason"])
        except BesaError as error:
            form.add_error("post" if isinstance(error, NotFound) else "url", str(error))
        else:
            messages.success(request, _("The page is opened at the next turn of the belt."))
            return redirect("pages")
    state = request.GET.get("state", "")
    found = queries.captures(election, state if state in _STATES else "") if election else []
    page, rest = paged(request, found)
    caps = Caps()
    told = {
        "form": form, "page": page, "rest": rest, "state": state,
        "counts": queries.capture_counts(election) if election else {},
        "on": bool(election and election.settings.get("capture_pages")),
        "caps": {"seconds": int(caps.seconds), "mb": caps.bytes >> 20, "attempts": ATTEMPTS, "pause": int(PAUSE)},
        "log_ins": queries.log_ins(election) if election else [],
        "may_log_in": bool(election) and policy.may(request.user, "log_in.store", election.slug),
    }  # fmt: skip
    return render(request, "evidence/pages.html", told, status=400 if form.errors else 200)


@require_POST
@desk("evidence.preserve")
def item_page(request, number: int):
    """The page of this post, or another one that belongs to it, once more."""
    item = DocketItem.objects.filter(election=request.election, pk=number).first()
    if item is None:
        raise NotFound(_("There is no such post on the docket."))
    form = AskPage(request.POST)
    if form.is_valid():
        asked = form.cleaned_data
        try:
            ask_for_page(
                by=request.user, election=request.election, url=asked["url"], item=item, reason=asked["reason"]
            )  # fmt: skip
        except BesaError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The page is opened at the next turn of the belt."))
    return redirect("docket_item", item.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@desk("log_in.store")
def log_ins(request):
    form = KeepLogIn(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            store_log_in(
                by=request.user, election=request.election, host=asked["host"], data=asked["file"].read(),
                names=asked["names"].splitlines(),
            )  # fmt: skip
        except BesaError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The log-in is kept."))
            return redirect("log_ins")
    rows = queries.log_ins(request.election) if request.election else []
    return render(request, "evidence/log_ins.html", {"form": form, "rows": rows}, status=400 if form.errors else 200)


@require_POST
@desk("log_in.store")
def log_in_end(request):
    end_log_in(by=request.user, election=request.election, host=request.POST.get("host", ""))
    messages.success(request, _("The log-in is gone."))
    return redirect("log_ins")
