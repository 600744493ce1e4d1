"""The second pass: the codebook beside the post."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from besa.base import clock, words
from besa.base.errors import BesaError, Conflict
from besa.base.words import ActorKind
from besa.coding import actions, forms, queries
from besa.coding.models import Coding, Draft, Lease, Question
from besa.coding.rules import turns
from besa.coding.views import shared
from besa.people.policy import desk


@desk("coding.code")
@require_http_methods(["GET", "POST"])
def code_item(request: HttpRequest, item: int) -> HttpResponse:
    post = shared.item_of(request, item)
    body = queries.active_codebook(post.election).body
    if request.method == "POST":
        return _submitted(request, post, body)
    _mine_to_code(request, post)
    draft = Draft.objects.filter(coder=request.user, item=post).first()
    answers, note = shared.begun(post, draft)
    return _page(request, post, body, answers, note, [], draft=draft)


def _submitted(request: HttpRequest, post, body) -> HttpResponse:
    """By a plain form a page follows; the desk of the browser is told in JSON how it went."""
    answers = forms.answers_of(request.POST, body, post.election)
    note = request.POST.get("note", "")
    try:
        actions.submit(
            by=request.user, item=post, answers=answers, note=note, seconds=forms.seconds_of(request.POST),
            once=request.POST.get("once", ""),
        )  # fmt: skip
    except actions.Faulty as error:
        if shared.wants_json(request):
            context = shared.book_of(post, body, answers, faults=error.faults, note=note)
            about = queries.around([post])[post.pk]
            html = render_to_string("coding/code_item.html", {**context, "about": about}, request)
            return JsonResponse({"html": html}, status=422)
        return _page(request, post, body, answers, note, error.faults, status=422)
    except BesaError as error:
        if not shared.wants_json(request):
            raise
        return JsonResponse({"error": str(error), "remedy": error.remedy}, status=409)
    if shared.wants_json(request):
        return JsonResponse({"kept": post.pk})
    if request.POST.get("then") == "stop":
        messages.success(request, gettext("Your answers are in."))
        return redirect("coding_home")
    return shared.take_next(request, turns.CODE)


def _mine_to_code(request: HttpRequest, post) -> None:
    """Raises Conflict where this post is not (or no longer) this person's to code."""
    go_on = gettext("Go back to your desk and take the next post.")
    if Coding.objects.filter(item=post, coder=request.user).exists():
        raise Conflict(gettext("You have coded this post already."), remedy=go_on)
    shared.free_of_ties(request, post)
    if not turns.may_take(queries.standing(post), turns.CODE, request.user.pk):
        raise Conflict(gettext("This post does not wait to be coded by you."), remedy=go_on)
    others = Lease.objects.filter(item=post, task=turns.CODE, until__gt=clock.now()).exclude(coder=request.user)
    if others.exists():
        raise Conflict(gettext("Somebody else has this post just now."), remedy=go_on)


def _page(request, post, body, answers, note, faults, *, draft=None, status=200) -> HttpResponse:
    context = shared.book_of(post, body, answers, faults=faults, note=note, draft=draft)
    last = Coding.objects.filter(coder=request.user, item__election=post.election).order_by("-pk").first()
    context |= {
        "about": queries.around([post], thread=False)[post.pk],
        "last": last if last and _undoable(last) else None,
        "told": Question.objects.filter(item=post, coder=request.user).exclude(answer=""),
    }
    return render(request, "coding/code.html", context, status=status)


def _undoable(coding: Coding) -> bool:
    now = clock.now()
    fresh = turns.may_undo_coding(coded_at=coding.at, now=now, settled=coding.settled)
    return fresh and not queries.built_on(coding, now)


@desk("coding.code")
@require_POST
def draft(request: HttpRequest, item: int) -> HttpResponse:
    """Keep what stands on the page; by fetch while somebody types, or by a button."""
    post = shared.item_of(request, item)
    answers = forms.answers_of(request.POST, queries.active_codebook(post.election).body, post.election)
    actions.save_draft(by=request.user, item=post, answers={**answers, "note": request.POST.get("note", "")})
    if shared.wants_json(request):
        return JsonResponse({"saved": True})
    messages.success(request, gettext("Your draft is kept."))
    return redirect("code_item", post.pk)


@desk("coding.code")
@require_POST
def take_back(request: HttpRequest, item: int) -> HttpResponse:
    """One's own answers, a short while after they were sent."""
    post = shared.item_of(request, item)
    actions.undo_coding(by=request.user, item=post)
    return redirect("code_item", post.pk)


@desk("coding.code")
@require_http_methods(["GET", "HEAD", "POST"])
def answered(request: HttpRequest, item: int) -> HttpResponse:
    """One's own answers, and, once they stand, what the machine saw."""
    post = shared.item_of(request, item)
    if request.method == "POST":
        actions.settle(by=request.user, item=post)
        return redirect("code_answered", post.pk)
    own = Coding.objects.filter(item=post, coder=request.user).select_related("codebook").first()
    if own is None:
        raise Conflict(
            gettext("What the machine saw is shown once you have answered."),
            remedy=gettext("Go back to your desk and take the next post."),
        )
    body, clauses = own.codebook.body, queries.clause_rows(post)
    actors = queries.actor_rows(post.election, own.answers, body)
    return render(
        request,
        "coding/answered.html",
        {
            "item": post,
            "coding": own,
            "about": queries.around([post], thread=False)[post.pk],
            "said": forms.told(body, own.answers, clauses=clauses, actors=actors, tag=shared.tag(), text=post.text),
            "undoable": _undoable(own),
        },
    )


@desk("coding.code")
@require_POST
def ask(request: HttpRequest, item: int) -> HttpResponse:
    post = shared.item_of(request, item)
    actions.ask(by=request.user, item=post, text=request.POST.get("text", ""))
    if shared.wants_json(request):
        return JsonResponse({"asked": post.pk})
    messages.success(request, gettext("Your question is on its way. The post comes back to you with the answer."))
    return shared.take_next(request, turns.CODE)


@desk("coding.answer")
@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: HttpRequest) -> HttpResponse:
    """What coders ask, and the answers."""
    election = shared.election_of(request)
    waiting = queries.questions(request.user, election)
    if request.method == "POST":
        number = request.POST.get("question", "")
        asked = waiting.filter(pk=int(number) if number.isascii() and number.isdecimal() else 0).first()
        if asked is None:
            raise Conflict(gettext("This question does not wait for you."))
        actions.answer_question(by=request.user, question=asked, text=request.POST.get("text", ""))
        messages.success(request, gettext("Answered. The post is with the coder again."))
        return redirect("coding_questions")
    return render(request, "coding/questions.html", {"questions": waiting})


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
