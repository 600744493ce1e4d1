"""Requests to sign: verify the authority, send the link, refuse, take back; and the pledge that goes on elsewhere."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from besa.base.errors import BadInput, Conflict, NotFound
from besa.people.policy import desk
from besa.pledge import actions, forms, queries
from besa.pledge.models import Actor, Invitation
from besa.pledge.queries import inviting
from besa.pledge.views import election_of


@desk("signing.invite")
@require_safe
def requests(request):
    election = election_of(request)
    return render(
        request, "pledge/requests.html", {"rows": inviting.invitations(election), "election": election}
    )  # fmt: skip


@desk("signing.invite")
@require_http_methods(["GET", "HEAD", "POST"])
def request_decide(request, pk: int):
    election = election_of(request)
    held = Invitation.objects.filter(pk=pk, election=election).select_related("election", "actor").first()
    if held is None:
        raise NotFound(_("There is no such request."))
    form = forms.InviteForm(
        request.POST or None, election=election, state=held.state,
        initial={"actor": held.actor.slug if held.actor else "", "reason": held.authority},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        act, slug, reason = (form.cleaned_data[name] for name in ("act", "actor", "reason"))
        try:
            if act == "invite":
                actor = Actor.objects.select_related("election").get(election=election, slug=slug)
                actions.invite(by=request.user, invitation=held, actor=actor, authority=reason)
            else:
                close = actions.refuse if act == "refuse" else actions.take_back
                close(by=request.user, invitation=held, reason=reason)
        except (BadInput, Conflict) as error:
            form.add_error(None, f"{error} {error.remedy}".strip())
        else:
            messages.success(request, _("Recorded."))
            return redirect("sign_requests")
    status = 422 if request.method == "POST" else 200
    return render(request, "pledge/request.html", {"held": held, "form": form}, status=status)


@desk("signatory.sign")
@require_http_methods(["GET", "HEAD", "POST"])
def signatory_carry(request, actor: str):
    election = election_of(request)
    found = Actor.objects.filter(election=election, slug=actor).first()
    held = queries.signatory_of(found) if found else None
    if held is None:
        raise NotFound(_("There is no such signatory."))
    form = forms.CarryForm(request.POST or None, signatory=held, initial={"on": queries.today(election)})
    if request.method == "POST" and form.is_valid():
        to = Actor.objects.select_related("election").get(election=election, slug=form.cleaned_data["to"])
        try:
            actions.carry(
                by=request.user, signatory=held, to=to, on=form.cleaned_data["on"], reason=form.cleaned_data["reason"]
            )
        except (BadInput, Conflict) as error:
            form.add_error(None, f"{error} {error.remedy}".strip())
        else:
            messages.success(request, _("The pledge now binds %(name)s as well.") % {"name": to.name})
            return redirect("signatory", actor=to.slug)
    status = 422 if request.method == "POST" else 200
    return render(request, "pledge/carry.html", {"actor": found, "form": form}, status=status)
