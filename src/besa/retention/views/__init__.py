"""The pages of the room: what falls due, what would go, what was erased, and what is held."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from besa.base.errors import BesaError, NotFound
from besa.base.words import RecordKind
from besa.people import policy
from besa.people.policy import desk
from besa.retention import actions
from besa.retention.actions.erasing import drafted
from besa.retention.forms import ErasureForm, HoldForm, ReasonForm
from besa.retention.models import REQUESTS, Erasure, Hold
from besa.retention.queries.due import due
from besa.retention.queries.holding import holds
from besa.retention.queries.telling import subject_of

_SHOWN = 50


@desk("retention.see")
@require_safe
def retention(request):
    if request.election is None:
        raise NotFound(_("No election is loaded."))
    return _page(request)


def _page(request, *, hold_form: HoldForm | None = None, erasure_form: ErasureForm | None = None, status: int = 200):
    election = request.election
    context = {
        "rules": due(election), "holds": holds(election), "lifted": holds(election, lifted=True)[:_SHOWN],
        "erasures": Erasure.objects.filter(election=election)[:_SHOWN],
        "hold_form": hold_form or HoldForm(auto_id="hold_%s"),
        "erasure_form": erasure_form or ErasureForm(auto_id="erase_%s"),
        "lift_form": ReasonForm(auto_id="lift_%s"),
    }  # fmt: skip
    return render(request, "retention/retention.html", context, status=status)


@desk("retention.see")
@require_safe
def preview(request):
    """What one erasure would take and what would stay; nothing is written."""
    if request.election is None:
        raise NotFound(_("No election is loaded."))
    what = request.GET.get("what", "")
    if what in set(RecordKind):
        return _preview(request, what, "period", {})
    form = ErasureForm(request.GET, auto_id="erase_%s")
    if not form.is_valid():
        return _page(request, erasure_form=form, status=422)
    try:
        subject = subject_of(request.election, form.cleaned_data["what"], form.cleaned_data["key"])
    except BesaError as error:
        form.add_error("key", str(error))
        return _page(request, erasure_form=form, status=422)
    return _preview(request, form.cleaned_data["what"], form.cleaned_data["ground"], subject)


def _preview(request, what: str, ground: str, subject: dict, form: ReasonForm | None = None, status: int = 200):
    row, _plan = drafted(by=request.user, election=request.election, what=what, ground=ground, subject=subject)
    act = "erasure.order" if what in REQUESTS else "retention.run"
    context = {
        "row": row, "form": form or ReasonForm(), "key": request.GET.get("key") or request.POST.get("key", ""),
        "may_erase": policy.may(request.user, act, request.election.slug),
    }  # fmt: skip
    return render(request, "retention/preview.html", context, status=status)


@desk("erasure.order")
@require_POST
def erase(request):
    """Order and do it; what cannot be finished now the belt finishes."""
    what, ground = request.POST.get("what", ""), request.POST.get("ground", "")
    subject = subject_of(request.election, what, request.POST.get("key", "")) if what in REQUESTS else {}
    form = ReasonForm(request.POST)
    if what not in (*REQUESTS, *RecordKind):
        raise NotFound(_("There is nothing of this here."))
    if form.is_valid():
        try:
            row = actions.order(
                by=request.user, election=request.election, what=what, ground=ground, subject=subject,
                reason=form.cleaned_data["reason"],
            )  # fmt: skip
        except BesaError as error:
            form.add_error("reason", str(error))
        else:
            row = actions.finish(by=request.user, erasure=row)
            messages.success(
                request, _("Erased.") if row.state == "done" else _("Erased; the belt cleans up after it.")
            )
            return redirect("erasure", pk=row.pk)
    return _preview(request, what, ground, subject, form, status=422)


@desk("retention.see")
@require_safe
def erasure(request, pk: int):
    row = Erasure.objects.filter(election=request.election, pk=pk).first()
    if row is None:
        raise NotFound(_("There is nothing of this here."))
    return render(request, "retention/erasure.html", {"row": row, "files": row.marks.get("files", [])})


@desk("hold.set")
@require_http_methods(["POST"])
def hold_set(request):
    form = HoldForm(request.POST, auto_id="hold_%s")
    if form.is_valid():
        try:
            actions.set_hold(by=request.user, election=request.election, **form.cleaned_data)
        except BesaError as error:
            form.add_error("key", str(error))
        else:
            messages.success(request, _("It is held: nothing of it is erased."))
            return redirect("retention")
    return _page(request, hold_form=form, status=422)


@desk("hold.lift")
@require_POST
def hold_lift(request, pk: int):
    row = Hold.objects.filter(election=request.election, pk=pk).first()
    if row is None:
        raise NotFound(_("There is nothing of this here."))
    try:
        actions.lift(by=request.user, hold=row, reason=request.POST.get("reason", ""))
    except BesaError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The hold is lifted."))
    return redirect("retention")
