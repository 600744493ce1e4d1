"""Checked claims on the desk: the list, a file taken in after a look at it, a claim set aside."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from besa.base.errors import BadInput, NotFound
from besa.base.home import Home
from besa.base.ids import sha256_hex
from besa.people.policy import desk
from besa.triage import actions
from besa.triage.actions.claims import planned
from besa.triage.forms import Claims
from besa.triage.models import CheckedClaim
from besa.triage.queries import claims as queries
from besa.triage.rules.claims import MOST_BYTES

_PAGE, _SHOWN, _WAITING = 25, 300, 20


@require_http_methods(["GET", "HEAD", "POST"])
@desk("docket.see")
def claims(request):
    """The list with the posts found; a file that is sent here is looked at, and nothing is written yet."""
    election = request.election
    if election is None:
        return render(request, "triage/claims.html", {"page": None})
    form = Claims(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        data = file.read(MOST_BYTES + 1)
        try:
            plan = planned(by=request.user, election=election, data=data, file_name=file.name)
        except BadInput as error:
            form.add_error("file", str(error))
        else:
            return _preview(request, plan, _keep(data), file.name)
    search = request.GET.get("search", "")[:120]
    page = Paginator(queries.listed(election, search), _PAGE).get_page(request.GET.get("page"))
    rest = request.GET.copy()
    rest.pop("page", None)
    found = queries.found(election, list(page.object_list))
    context = {
        "page": page, "rest": rest.urlencode(), "search": search, "form": form,
        "rows": [(row, found[row.pk]) for row in page],
    }  # fmt: skip
    return render(request, "triage/claims.html", context, status=422 if request.method == "POST" else 200)


def _preview(request, plan, sha256: str, name: str):
    order = {"refused": 0, "new": 1, "known": 2}
    counts = Counter(outcome for outcome, _row in plan)
    context = {
        "rows": sorted(plan, key=lambda one: (order[one[0]], one[1].line))[:_SHOWN], "new": counts["new"],
        "known": counts["known"], "refused": counts["refused"], "more": max(0, len(plan) - _SHOWN),
        "sha256": sha256, "name": name,
    }  # fmt: skip
    return render(request, "triage/claims_preview.html", context)


@require_POST
@desk("claims.take_in")
def claims_apply(request):
    path = _place(request.POST.get("sha256", ""))
    if not path.is_file():
        raise NotFound(_("This table is no longer waiting."), remedy=_("Upload it again."))
    name = request.POST.get("name", "")[:255]
    plan = actions.take_in(by=request.user, election=request.election, data=path.read_bytes(), file_name=name)
    path.unlink(missing_ok=True)
    taken = sum(outcome == "new" for outcome, _row in plan)
    messages.success(request, _("Claims taken in: %(n)s. The next run seeks them in all posts.") % {"n": taken})
    return redirect("claims")


@require_POST
@desk("claims.take_in")
def claim_set_aside(request, pk: int):
    row = get_object_or_404(CheckedClaim, election=request.election, pk=pk)
    actions.set_aside(by=request.user, claim=row, reason=request.POST.get("reason", "")[:1000])
    messages.success(request, _("Set aside: it is no longer sought."))
    return redirect("claims")


def _keep(data: bytes) -> str:
    """The file waits in the staging folder until somebody has looked at the preview; old ones make room."""
    sha256 = sha256_hex(data)
    path = _place(sha256)
    path.write_bytes(data)
    waiting = sorted(path.parent.glob("claims-*"), key=lambda place: place.stat().st_mtime)
    for old in waiting[:-_WAITING]:
        old.unlink(missing_ok=True)
    return sha256


def _place(sha256: str) -> Path:
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise NotFound(_("This table is no longer waiting."), remedy=_("Upload it again."))
    return Home.here().staging / f"claims-{sha256}"
