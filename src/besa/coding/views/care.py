"""Limits that the coordinator sets, and asking for help."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from besa.coding import actions
from besa.coding.models import Distress
from besa.coding.queries.care import care_of
from besa.coding.views import shared
from besa.people.models import User
from besa.people.policy import desk
from besa.people.queries import people


class CareForm(forms.Form):
    posts = forms.IntegerField(label=_("Hard posts a day and person"), min_value=0, help_text=_("0: no limit."))
    minutes = forms.IntegerField(label=_("Minutes with them a day and person"), min_value=0)
    told = forms.ModelChoiceField(User.objects.none(), label=_("Who is told of distress"), required=False)

    def __init__(self, *args, election, **kwargs):
        super().__init__(*args, **kwargs)
        here = [one.user.pk for one in people(election.slug)]
        self.fields["told"].queryset = User.objects.filter(pk__in=here, is_active=True).order_by("username")


@desk("coding.assign")
@require_http_methods(["GET", "HEAD", "POST"])
def care(request: HttpRequest) -> HttpResponse:
    election = shared.election_of(request)
    held = care_of(election)
    given = {"posts": held.posts, "minutes": held.minutes, "told": held.told} if held else {"posts": 0, "minutes": 0}
    form = CareForm(request.POST or None, initial=given, election=election)
    if form.is_valid():
        actions.set_care(by=request.user, election=election, **form.cleaned_data)
        messages.success(request, gettext("Kept."))
        return redirect("coding_people")
    return render(request, "coding/care.html", {"form": form}, status=400 if form.errors else 200)


@desk("coding.own")
@require_POST
def distress(request: HttpRequest) -> HttpResponse:
    actions.flag_distress(by=request.user, election=shared.election_of(request), text=request.POST.get("text", ""))
    messages.success(request, gettext("They are told. Take a break."))
    return redirect("coding_home")


@desk("home.see")
@require_POST
def distress_seen(request: HttpRequest, pk: int) -> HttpResponse:
    flag = get_object_or_404(Distress, pk=pk, election=shared.election_of(request), told=request.user)
    actions.see_distress(by=request.user, flag=flag)
    return redirect("coding_home")
