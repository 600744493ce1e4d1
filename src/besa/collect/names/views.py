"""The page of the data protection lead: which private names are lifted, and why."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from besa.base.errors import BesaError, NotFound
from besa.collect.actions.names import cover_name, lift_name
from besa.collect.names import queries
from besa.people.policy import desk


class LiftForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=40, help_text=gettext_lazy("As it stands on the page of the post.")
    )
    reason = forms.CharField(
        label=gettext_lazy("Who must know the name, and why"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Stands in the ledger."),
    )


@require_http_methods(["GET", "POST"])
@desk("name.lift")
def names(request):
    if request.election is None:
        raise NotFound(_("No election is loaded."))
    form = LiftForm(request.POST or None, initial={"code": request.GET.get("code", "")[:40]})
    if request.method == "POST" and form.is_valid():
        try:
            lift_name(by=request.user, election=request.election, **form.cleaned_data)
        except BesaError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Lifted. Coordinators, adjudicators and you see this name now."))
            return redirect("names")
    context = {"form": form, "rows": queries.lifted_names(request.election)}
    return render(request, "collect/names.html", context, status=400 if form.errors else 200)


@require_POST
@desk("name.lift")
def name_cover(request, pk: int):
    if request.election is None:
        raise NotFound(_("No election is loaded."))
    cover_name(by=request.user, election=request.election, pk=pk)
    messages.success(request, _("Covered again."))
    return redirect("names")
