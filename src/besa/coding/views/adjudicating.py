"""Deciding: both codings side by side, and a written reason."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from besa.base.errors import Conflict
from besa.base.languages import pick
from besa.coding import actions, forms, queries
from besa.coding.models import Coding, Finding
from besa.coding.rules import answers as rules
from besa.coding.rules import turns
from besa.coding.views import shared
from besa.people.policy import desk
from besa.triage.queries.families import families_of
from besa.triage.queries.names import named_in


@desk("coding.adjudicate")
@require_http_methods(["GET", "POST"])
def adjudicate_item(request: HttpRequest, item: int) -> HttpResponse:
    post = shared.item_of(request, item)
    body = queries.active_codebook(post.election).body
    if request.method == "POST":
        answers = forms.answers_of(request.POST, body, post.election)
        reason = request.POST.get("reason", "")
        try:
            made = actions.adjudicate(
                by=request.user,
                item=post,
                decision=answers.get("verdict", ""),
                answers=answers,
                reason=reason,
                seconds=forms.seconds_of(request.POST),
            )
        except actions.Faulty as error:
            return _page(request, post, body, answers, reason, error.faults, status=422)
        found = Finding.objects.filter(adjudication=made).first()
        if found and any(not copy.obstacle for copy in queries.copies_of(found)):
            messages.success(request, gettext("Your decision is in. The same text stands elsewhere on the docket."))
            return redirect("finding_copies", found.number)
        if request.POST.get("then") == "stop":
            messages.success(request, gettext("Your decision is in."))
            return redirect("coding_home")
        return shared.take_next(request, turns.ADJUDICATE)
    shared.free_of_ties(request, post)
    if not turns.may_take(queries.standing(post), turns.ADJUDICATE, request.user.pk):
        raise Conflict(
            gettext("This post does not wait for your decision."),
            remedy=gettext("Go back to your desk and take the next post."),
        )
    first, second = _both(request, post)
    return _page(request, post, body, rules.agreed(first.answers, second.answers, body), "", [])


def _both(request: HttpRequest, post) -> list[Coding]:
    codings = list(queries.visible_to(request.user, post.election).filter(item=post).order_by("place"))
    if len(codings) != 2:
        raise Conflict(gettext("This post does not have both its codings yet."))
    return codings


def _page(request, post, body, answers, reason, faults, *, status=200) -> HttpResponse:
    codings = _both(request, post)
    clauses, text = queries.clause_rows(post), post.text
    given = [coding.answers for coding in codings]
    actors = {}
    for one in [answers, *given]:
        actors |= queries.actor_rows(post.election, one, body)
    context = shared.book_of(post, body, answers, faults=faults, adjudicator=True) | {
        "about": queries.around([post], thread=False)[post.pk],
        "named": named_in(post),
        "families": families_of(post),
        "compared": compared(body, given, clauses=clauses, actors=actors, text=text),
        "codings": codings,
        "reason": reason,
        "reason_faults": [fault for fault in faults if fault.variable == "reason"],
    }
    return render(request, "coding/adjudicate.html", context, status=status)


def compared(body, given, *, clauses, actors, text="") -> list[dict]:
    """Both codings variable by variable, in words, those that differ marked; what nobody was asked is left out."""
    apart = rules.differing(*given, body) if len(given) == 2 else set()
    return [
        {
            "name": name,
            "label": pick(variable.get("labels"), shared.tag()) or name,
            "differs": name in apart,
            "answers": [
                forms.in_words(variable, one.get(name), clauses=clauses, actors=actors, tag=shared.tag(), text=text)
                for one in given
            ],
        }
        for name, variable in rules.variables(body).items()
        if any(one.get(name) not in (None, "", []) for one in given)
    ]
