"""Cases at the desk: what belongs together, and the dossiers handed out of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from besa.base.errors import BesaError, NotFound
from besa.base.home import Home
from besa.coding.queries import finding_named
from besa.people import policy
from besa.people.policy import desk
from besa.reply.actions import cases as actions
from besa.reply.forms import CaseForm, DossierForm
from besa.reply.models import Dossier
from besa.reply.queries import cases as queries
from besa.vault import Vault


@desk("case.see")
@require_safe
def cases(request) -> HttpResponse:
    election = request.election
    found = queries.cases(election) if election else []
    return render(request, "reply/cases.html", {"cases": found})


@desk("case.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def case_new(request) -> HttpResponse:
    form = CaseForm(request.POST or None, initial={"findings": request.GET.get("finding", "")[:80]})
    if request.method == "POST" and form.is_valid():
        try:
            found = [finding_named(request.election, number) for number in form.numbers()]
            case = actions.open_case(
                by=request.user, election=request.election, title=form.cleaned_data["title"], findings=found,
                note=form.cleaned_data["note"],
            )  # fmt: skip
        except BesaError as error:
            form.add_error("findings", str(error))
        else:
            messages.success(request, _("The case is open."))
            return redirect("case", number=case.number)
    return render(request, "reply/case_new.html", {"form": form}, status=422 if form.errors else 200)


@desk("case.see")
@require_safe
def case(request, number: int) -> HttpResponse:
    return _page(request, queries.case_of(request.election, number))


def _page(request, found, form: DossierForm | None = None, status: int = 200) -> HttpResponse:
    languages = found.election.languages or ["en"]
    return render(
        request,
        "reply/case.html",
        {
            "case": found,
            "findings": queries.findings_of(found),
            "dossiers": queries.dossiers(found),
            "form": form or DossierForm(initial={"language": languages[0]}),
            "may_make": policy.may(request.user, "dossier.make", found.election.slug),
        },
        status=status,
    )


@desk("dossier.make")
@require_POST
def dossier_make(request, number: int) -> HttpResponse:
    found, form = queries.case_of(request.election, number), DossierForm(request.POST)
    if form.is_valid():
        try:
            actions.make_dossier(by=request.user, case=found, **form.cleaned_data)
        except BesaError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The dossier is sealed."))
            return redirect("case", number=found.number)
    return _page(request, found, form, status=422)


@desk("dossier.make")
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request, number: str) -> HttpResponse:
    """From a finding to a sealed dossier on one page; whom its deadline is met with stands there already."""
    finding = finding_named(request.election, number)
    first = (request.election.languages or ["en"])[0]
    form = DossierForm(request.POST or None, initial={"recipient": queries.authority_of(finding), "language": first})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.hand_over(by=request.user, finding=finding, **form.cleaned_data)
        except BesaError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The dossier is sealed."))
            return redirect("case", number=made.case.number)
    status = 422 if form.errors else 200
    return render(request, "reply/hand_over.html", {"finding": finding, "form": form}, status=status)


@desk("dossier.make")
@require_POST
def dossier_handed_over(request, pk: int) -> HttpResponse:
    made = _made(request, pk)
    try:
        actions.handed_over(by=request.user, dossier=made)
    except BesaError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Noted in the custody of each file."))
    return redirect("case", number=made.case.number)


@desk("dossier.make")
@require_safe
def dossier_file(request, pk: int) -> HttpResponse:
    """The sealed file as it was handed out, hashed again."""
    made = _made(request, pk)
    response = FileResponse(
        Vault(Home.here().vault).open(made.sha256), as_attachment=True, content_type="application/zip",
        filename=f"C-{made.case.number}-{made.sha256[:8]}.zip",
    )  # fmt: skip
    response["Cache-Control"] = "private, no-store"
    return response


def _made(request, pk: int) -> Dossier:
    made = Dossier.objects.filter(pk=pk, case__election=request.election).select_related("case").first()
    if made is None:
        raise NotFound(_("There is no such file."))
    return made
