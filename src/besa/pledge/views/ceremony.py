"""The ceremony: who is called up, and the full-screen sheets with a QR code each; reminders after it."""

from __future__ import annotations

import base64
import io

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from besa.base.errors import BadInput, Conflict, NotFound
from besa.people.policy import desk
from besa.pledge import actions, forms, queries
from besa.pledge.models import Actor
from besa.pledge.views import election_of


@desk("signing.invite")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ceremony(request):
    """Choose who signs; what comes back is shown and printed once, for the links are kept nowhere."""
    election = election_of(request)
    form = forms.CeremonyForm(request.POST or None, election=election)
    if request.method == "POST" and form.is_valid():
        actors = list(Actor.objects.filter(election=election, slug__in=form.cleaned_data["actors"]).order_by("name"))
        try:
            made = actions.call_up(
                by=request.user, election=election, actors=actors, authority=form.cleaned_data["authority"]
            )
        except (BadInput, Conflict) as error:
            form.add_error(None, f"{error} {error.remedy}".strip())
        else:
            sheets = [(held, link, _qr(link)) for held, link in made]
            context = {"sheets": sheets, "election": election, "code": queries.active_code(election)}
            return render(request, "pledge/ceremony_sheets.html", context)
    status = 422 if request.method == "POST" else 200
    return render(request, "pledge/ceremony.html", {"form": form}, status=status)


@desk("signatory.sign")
@require_http_methods(["GET", "HEAD", "POST"])
def signatory_remind(request, actor: str):
    election = election_of(request)
    found = Actor.objects.filter(election=election, slug=actor).first()
    held = queries.signatory_of(found) if found else None
    if held is None:
        raise NotFound(_("There is no such signatory."))
    form = forms.RemindForm(request.POST or None, initial={"on": queries.today(election)})
    if request.method == "POST" and form.is_valid():
        try:
            actions.acknowledge(by=request.user, signatory=held, **form.cleaned_data)
        except BadInput as error:
            form.add_error(None, f"{error} {error.remedy}".strip())
        else:
            messages.success(request, _("Recorded."))
            return redirect("signatory", actor=found.slug)
    status = 422 if request.method == "POST" else 200
    return render(request, "pledge/remind.html", {"actor": found, "form": form}, status=status)


def _qr(link: str) -> str:
    """The QR code of a link as the address of a picture."""
    import qrcode
    from qrcode.image.svg import SvgPathImage

    out = io.BytesIO()
    qrcode.make(link, image_factory=SvgPathImage, border=2).save(out)
    return "data:image/svg+xml;base64," + base64.b64encode(out.getvalue()).decode()
