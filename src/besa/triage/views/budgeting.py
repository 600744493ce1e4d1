"""The hours that coders have, as the coordinator sets them."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from besa.base.errors import BesaError
from besa.base.weeks import week_of
from besa.people.policy import desk
from besa.pledge.queries import today
from besa.triage import actions
from besa.triage.forms import BudgetForm
from besa.triage.models import Budget
from besa.triage.queries import budgets
from besa.triage.rules.budget import REST


@require_http_methods(["GET", "HEAD", "POST"])
@desk("docket.budget")
def budget(request):
    election = request.election
    if not election:
        return render(request, "triage/budget.html", {"form": None})
    day = today(election)
    weeks = [week_of(day), week_of(day + timedelta(days=7))]
    held = budgets.latest(election, weeks[1])
    given = {"week": weeks[0]}
    if held:
        given |= {"hours": held.hours} | {f"of_{code}": own for code, own in held.languages.items()}
        given |= {f"day_{at}": own for at, own in enumerate(held.days)}
    languages = [*election.post_languages, *(code for code in (held.languages if held else ()) if code not in
                 election.post_languages)]  # fmt: skip
    form = BudgetForm(request.POST or None, initial=given, weeks=weeks, languages=languages)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_budget(by=request.user, election=election, **form.asked())
        except BesaError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The hours are set; the next run of triage keeps to them."))
            return redirect("docket_today")
    efforts = budgets.effort(election)
    shown = {
        "form": form,
        "efforts": sorted((code, told) for code, told in efforts.items() if code != REST),
        "usual": efforts[REST],
        "history": Budget.objects.filter(election=election).order_by("-id")[:8],
        "counted": None if held else budgets.counts(election)["docket_per_week"],
    }
    return render(request, "triage/budget.html", shown, status=400 if form.errors else 200)
