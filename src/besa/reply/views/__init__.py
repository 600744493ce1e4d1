"""The desk's side: who was told, who answered, what was decided."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from besa.base import clock
from besa.base.errors import NotFound
from besa.coding.models import Finding
from besa.people.policy import desk
from besa.reply import actions, queries
from besa.reply.forms import AgainForm, DecisionForm, RemedyForm
from besa.reply.models import Reply


@desk("notice.see")
@require_safe
def notices(request) -> HttpResponse:
    election = request.election
    if election is None:
        return render(request, "reply/notices.html", {})
    return render(
        request,
        "reply/notices.html",
        {
            "standings": queries.notices(election),
            "counts": queries.counts(election),
            "undecided": queries.undecided(election),
            "remedies": list(queries.remedies(election)[:20]),
        },
    )


@desk("notice.serve")
@require_POST
def serve(request) -> HttpResponse:
    made = actions.serve_notices(by=request.user, election=request.election)
    messages.success(request, ngettext("%(n)d notice written.", "%(n)d notices written.", made) % {"n": made})
    return redirect("notices")


@desk("notice.see")
@require_safe
def notice(request, pk: int) -> HttpResponse:
    return _notice_page(request, _notice(request, pk))


@desk("notice.serve")
@require_POST
def serve_again(request, pk: int) -> HttpResponse:
    found = _notice(request, pk)
    form = AgainForm(request.POST)
    if not form.is_valid():
        return _notice_page(request, found, again=form, status=422)
    actions.serve_again(by=request.user, notice=found, **form.cleaned_data)
    messages.success(request, _("The notice was written again."))
    return redirect("notice", pk=pk)


@desk("reply.decide")
@require_POST
def decide(request, pk: int) -> HttpResponse:
    reply = Reply.objects.filter(pk=pk, notice__finding__election=request.election).first()
    if reply is None:
        raise NotFound(_("There is no such reply."))
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _notice_page(request, _notice(request, reply.notice_id), decision=form, status=422)
    actions.decide_reply(by=request.user, reply=reply, **form.cleaned_data)
    messages.success(request, _("The decision was recorded."))
    return redirect("notice", pk=reply.notice_id)


@desk("remedy.record")
@require_http_methods(["GET", "HEAD", "POST"])
def remedy(request, pk: int) -> HttpResponse:
    finding = Finding.objects.filter(pk=pk, election=request.election).select_related("source", "clause").first()
    if finding is None:
        raise NotFound(_("There is no such finding."))
    form = RemedyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.record_remedy(by=request.user, finding=finding, **form.cleaned_data)
        messages.success(request, _("The remedy was recorded."))
        return redirect("notices")
    status = 422 if request.method == "POST" else 200
    return render(request, "reply/remedy.html", {"form": form, "finding": finding}, status=status)


def _notice(request, pk: int):
    found = queries.notice_of(request.election, pk)
    if found is None:
        raise NotFound(_("There is no such notice."))
    return found


def _notice_page(request, found, *, again=None, decision=None, status: int = 200) -> HttpResponse:
    standing = queries.standing_of(found)
    return render(
        request,
        "reply/notice.html",
        {
            "standing": standing,
            "notice": found,
            "finding": found.finding,
            "item": found.finding.adjudication.item,
            "attribution": queries.attribution_of(found.finding, clock.now()),
            "again": again or AgainForm(),
            "decision_form": decision or DecisionForm(),
        },
        status=status,
    )
