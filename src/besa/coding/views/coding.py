"""The second pass: the codebook beside the post."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from besa.base import clock, words
from besa.base.errors import Conflict
from besa.base.words import ActorKind
from besa.coding import actions, forms, queries
from besa.coding.models import Coding, Draft, Lease
from besa.coding.rules import turns
from besa.coding.views import shared
from besa.people.policy import desk


@desk("coding.code")
@require_http_methods(["GET", "POST"])
def code_item(request: HttpRequest, item: int) -> HttpResponse:
    post = shared.item_of(request, item)
    body = queries.active_codebook(post.election).body
    if request.method == "POST":
        answers = forms.answers_of(request.POST, body, post.election)
        note = request.POST.get("note", "")
        try:
            actions.submit(
                by=request.user, item=post, answers=answers, note=note, seconds=forms.seconds_of(request.POST)
            )
        except actions.Faulty as error:
            return _page(request, post, body, answers, note, error.faults, status=422)
        if request.POST.get("then") == "stop":
            messages.success(request, gettext("Your answers are in."))
            return redirect("coding_home")
        return shared.take_next(request, turns.CODE)
    _mine_to_code(request, post)
    draft = Draft.objects.filter(coder=request.user, item=post).first()
    answers = dict(draft.answers) if draft else queries.identity_answer(post)
    return _page(request, post, body, answers, answers.pop("note", ""), [], draft=draft)


def _mine_to_code(request: HttpRequest, post) -> None:
    """Raises Conflict where this post is not (or no longer) this person's to code."""
    go_on = gettext("Go back to your desk and take the next post.")
    if Coding.objects.filter(item=post, coder=request.user).exists():
        raise Conflict(gettext("You have coded this post already."), remedy=go_on)
    if not turns.may_take(queries.standing(post), turns.CODE, request.user.pk):
        raise Conflict(gettext("This post does not wait to be coded by you."), remedy=go_on)
    others = Lease.objects.filter(item=post, task=turns.CODE, until__gt=clock.now()).exclude(coder=request.user)
    if others.exists():
        raise Conflict(gettext("Somebody else has this post just now."), remedy=go_on)


def _page(request, post, body, answers, note, faults, *, draft=None, status=200) -> HttpResponse:
    fields = forms.fields_of(
        body,
        answers,
        clauses=queries.clause_rows(post).values(),
        actors=queries.actor_rows(post.election, answers, body),
        faults=faults,
        tag=shared.tag(),
    )
    context = {
        "item": post, "fields": fields, "note": note, "draft": draft, "faults": faults,
        "target_words": forms.target_words(),
    }  # fmt: skip
    return render(request, "coding/code.html", context, status=status)


@desk("coding.code")
@require_POST
def draft(request: HttpRequest, item: int) -> HttpResponse:
    """Keep what stands on the page; by fetch while somebody types, or by a button."""
    post = shared.item_of(request, item)
    answers = forms.answers_of(request.POST, queries.active_codebook(post.election).body, post.election)
    actions.save_draft(by=request.user, item=post, answers={**answers, "note": request.POST.get("note", "")})
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"saved": True})
    messages.success(request, gettext("Your draft is kept."))
    return redirect("code_item", post.pk)


@desk("watchlist.see")
@require_GET
def actors(request: HttpRequest) -> JsonResponse:
    """Whom a coder may mean: `{actors: [{value, label}]}`."""
    found = queries.find_actors(shared.election_of(request), request.GET.get("q", "")[:80])
    rows = [
        {
            "value": forms.shown_actor(actor.slug, {actor.slug: actor}),
            "label": " · ".join(
                part for part in (gettext(words.label(ActorKind, actor.kind)), actor.short_name) if part
            ),
        }
        for actor in found
    ]
    return JsonResponse({"actors": rows})
