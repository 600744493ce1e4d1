"""One's own settings on the desk, and those of others for the coordinator."""

from __future__ import annotations

from datetime import date

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from besa.base import clock
from besa.base.words import Concern, TieKind
from besa.coding import actions, queries
from besa.coding.forms import _SLUG_AT_END
from besa.coding.models import Preference, Tie
from besa.coding.queries import workload
from besa.coding.rules import turns
from besa.coding.views import shared
from besa.collect.forms.imports import word_choices
from besa.people.models import User
from besa.people.policy import desk
from besa.people.templatetags.words import language
from besa.pledge.models import Actor
from besa.pledge.queries import parties, today


class TieForm(forms.Form):
    actor = forms.CharField(
        label=_("Person, party or outlet"), max_length=300, widget=forms.TextInput(attrs={"list": "tie-actors"}),
        help_text=_("As the watch-list names them. A tie to a person is also one to their party."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Tie"))
    first = forms.DateField(label=_("Since"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(label=_("Note"), required=False, max_length=2000)

    def __init__(self, *args, election, **kwargs):
        super().__init__(*args, **kwargs)
        self.election = election
        self.fields["kind"].choices = word_choices(TieKind)

    def clean_actor(self) -> Actor:
        said = self.cleaned_data["actor"].strip()
        slug = found.group(1) if (found := _SLUG_AT_END.search(said)) else said
        named = Actor.objects.filter(Q(slug=slug) | Q(name__iexact=said) | Q(short_name__iexact=said))
        rows = list(named.filter(election=self.election)[:2])
        if len(rows) != 1:
            near = ", ".join(f"{row.name} ({row.slug})" for row in queries.find_actors(self.election, said, 5))
            raise forms.ValidationError(gettext("Name one of the watch-list: %(near)s") % {"near": near or "–"})
        return rows[0]


class PreferenceForm(forms.Form):
    languages = forms.MultipleChoiceField(
        label=_("Languages not taken"), required=False, widget=forms.CheckboxSelectMultiple
    )
    topics = forms.MultipleChoiceField(label=_("Topics not taken"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, election, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["languages"].choices = [(code, language(code)) for code in election.post_languages]
        self.fields["topics"].choices = word_choices(Concern)


@desk("coding.own")
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    return _settings(request, request.user)


@desk("coding.assign")
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, pk: int) -> HttpResponse:
    if pk == request.user.pk:
        return redirect("coding_mine")
    return _settings(request, get_object_or_404(User, pk=pk))


@desk("coding.assign")
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Who has what in hand, and what waits before the cut-off."""
    election = shared.election_of(request)
    return render(
        request,
        "coding/people.html",
        {"people": workload.people(election), "waits": queries.effort(election), "cut_off": workload.cut_off(election)},
    )


@desk("coding.own")
@require_POST
def recuse(request: HttpRequest, task: str, item: int) -> HttpResponse:
    if task not in turns.TASKS:
        raise Http404
    actions.recuse(by=request.user, item=shared.item_of(request, item), reason=request.POST.get("reason", ""))
    messages.info(request, gettext("The post went back, and will not come to you again."))
    return shared.take_next(request, task)


@desk("coding.assign")
@require_POST
def end_tie(request: HttpRequest, pk: int) -> HttpResponse:
    election = shared.election_of(request)
    tie = get_object_or_404(Tie, pk=pk, election=election)
    try:
        last = date.fromisoformat(request.POST.get("last", ""))
    except ValueError:
        last = today(election)
    actions.end_tie(by=request.user, tie=tie, last=last, reason=request.POST.get("reason", ""))
    return redirect("coding_person", tie.person_id)


def _settings(request: HttpRequest, who: User) -> HttpResponse:
    election, own = shared.election_of(request), who.pk == request.user.pk
    held = {row.by_coordinator: row for row in Preference.objects.filter(election=election, person=who)}
    row = held.get(not own)
    given = {"languages": row.languages, "topics": row.topics} if row else {}
    asked = request.POST.get("form")
    tie = TieForm(request.POST if asked == "tie" else None, election=election)
    preference = PreferenceForm(request.POST if asked == "preference" else None, initial=given, election=election)
    if asked == "tie" and tie.is_valid():
        actions.declare_tie(by=request.user, person=who, election=election, **tie.cleaned_data)
        messages.success(request, gettext("The tie is kept; such posts do not come any more."))
        return redirect(request.path)
    if asked == "preference" and preference.is_valid():
        actions.prefer(by=request.user, person=who, election=election, **preference.cleaned_data)
        messages.success(request, gettext("Kept."))
        return redirect(request.path)
    now = clock.now()
    return render(
        request,
        "coding/person.html",
        {
            "who": who,
            "own": own,
            "ties": [(one, queries.holds(one, now)) for one in queries.ties_of(who, election)],
            "tie": tie,
            "preference": preference,
            "of_other": held.get(own),
            "parties": parties(election),
            "pace": workload.own_pace(who, election) if own else (),
        },
        status=400 if tie.errors or preference.errors else 200,
    )
