"""After a coding: the names that the machine also read, to be taken over or not."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from besa.coding import names_read
from besa.coding.models import Coding
from besa.people.policy import desk


@desk("coding.code")
@require_POST
def names_check(request: HttpRequest, pk: int) -> HttpResponse:
    coding = get_object_or_404(
        Coding.objects.select_related("item__election"), pk=pk, coder=request.user, item__election=request.election
    )
    names_read.check_names(by=request.user, coding=coding, taken=request.POST.getlist("taken"))
    return redirect("code_answered", coding.item_id)
