"""The same decision for copies of a post: each is read, with what differs marked, and ticked by a person."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from besa.base.errors import BadInput, Conflict
from besa.base.words import ActorKind
from besa.coding import actions, queries
from besa.coding.views import shared
from besa.people.policy import desk


@desk("coding.extend")
@require_http_methods(["GET", "HEAD", "POST"])
def finding_copies(request: HttpRequest, number: str) -> HttpResponse:
    finding = queries.finding_named(shared.election_of(request), number)
    copies, problem = queries.copies_of(finding), ""
    ticked = set(request.POST.getlist("item"))
    classes = {copy.item.pk: request.POST.get(f"class-{copy.item.pk}", "") for copy in copies}
    if request.method == "POST":
        chosen = {copy.item: classes[copy.item.pk] for copy in copies if str(copy.item.pk) in ticked}
        try:
            made = actions.extend(by=request.user, finding=finding, items=chosen, reason=request.POST.get("reason", ""))
        except (BadInput, Conflict) as error:
            problem = str(error)
        else:
            done = ngettext("%(n)s copy was decided likewise.", "%(n)s copies were decided likewise.", len(made))
            messages.success(request, done % {"n": len(made)})
            return redirect("finding", finding.number)
    context = {
        "finding": finding,
        "item": finding.adjudication.item,
        "offered": [(copy, str(copy.item.pk) in ticked, classes[copy.item.pk]) for copy in copies if not copy.obstacle],
        "others": [(copy, gettext(copy.obstacle)) for copy in copies if copy.obstacle],
        "classes": list(ActorKind),
        "reason": request.POST.get("reason", ""),
        "problem": problem,
    }
    return render(request, "coding/copies.html", context, status=422 if problem else 200)
