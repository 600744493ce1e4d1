"""A run of triage as the belt, the desk and the command start it: the measured pace is handed down to it first."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from besa.coding import queries as coding
from besa.people.policy import desk
from besa.pledge.models import Election
from besa.triage import actions


def run(
    *, by, election: Election, seed: int | None = None, advance: Callable[[int], None] | None = None
) -> dict:  # fmt: skip
    """`triage.actions.run`, with the minutes that a post has taken so far."""
    actions.keep_pace(by=by, election=election, measured=coding.measured(election))
    return actions.run(by=by, election=election, seed=seed, advance=advance)


@require_POST
@desk("triage.run")
def triage_run(request: HttpRequest) -> HttpResponse:
    done = run(by=request.user, election=request.election)
    if not done["posts"]:
        messages.info(request, _("Nothing new in the corpus since the last run."))
    else:
        messages.success(
            request,
            ngettext(
                "%(posts)d new post, %(docketed)d put on the docket.",
                "%(posts)d new posts, %(docketed)d put on the docket.",
                done["posts"],
            )
            % {"posts": done["posts"], "docketed": done["docketed"]},
        )
    return redirect("triage_runs")
