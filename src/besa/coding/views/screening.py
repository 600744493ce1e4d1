"""What awaits me, and the first pass: three keys."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from besa.base import clock
from besa.base.errors import BesaError
from besa.base.words import Screen
from besa.coding import actions, queries
from besa.coding.forms import seconds_of
from besa.coding.models import Distress, Screening
from besa.coding.queries.care import care_of, had_enough
from besa.coding.rules import turns
from besa.coding.views import shared
from besa.people.policy import desk, may

#: So many posts are looked through for one that no tie keeps away.
_LOOKED_AT = 200
KEYS = (("1", Screen.NOTHING), ("2", Screen.LOOK), ("3", Screen.URGENT))


@desk("home.see")
@require_GET
def coding_home(request):
    election = shared.election_of(request)
    awaits = queries.awaits(request.user, election)
    now = clock.now()
    mine = [
        {
            "task": task,
            "count": awaits[task],
            "held": queries.held(request.user, election, task, now),
            "foreign": sum(queries.unread_languages(election, task, request.user).values()),
        }
        for task in turns.TASKS
        if task in awaits
    ]
    asked = 0
    if may(request.user, "coding.answer", election.slug):
        asked = queries.questions(request.user, election).count()
    overview = None
    if may(request.user, "docket.see", election.slug):
        pending = queries.pending(election)
        overview = {"pending": pending, "effort": queries.effort(election, pending)}
    return render(
        request,
        "coding/home.html",
        {
            "mine": mine,
            "asked": asked,
            "overview": overview,
            "empty": shared.emptiness(request, turns.SCREEN),
            "flags": Distress.objects.filter(told=request.user, election=election, seen_at=None),
            "enough": bool(mine) and had_enough(request.user, election),
            "helper": held.told if (held := care_of(election)) else None,
        },
    )


@desk("home.see")
@require_POST
def take(request, task: str):
    if task not in turns.TASKS:
        raise Http404
    item = actions.next_item(by=request.user, election=shared.election_of(request), task=task)
    if item is None and task != turns.SCREEN:
        messages.info(request, gettext("Nothing waits for you here just now."))
    return shared.page_of(task, item)


@desk("home.see")
@require_POST
def give_back(request, task: str, item: int):
    if task not in turns.TASKS:
        raise Http404
    actions.release(by=request.user, item=shared.item_of(request, item), task=task)
    messages.info(request, gettext("The post is free for others. Your draft, if any, is kept."))
    return redirect("coding_home")


@desk("coding.screen")
@require_http_methods(["GET", "POST"])
def screen_next(request):
    if request.method == "POST":
        return _screened(request)
    election = shared.election_of(request)
    wanted = queries.all_held(request.user, election, turns.SCREEN, clock.now())
    held = wanted.filter(item=_number(request.GET.get("item"))).first() or wanted.first()
    waiting = queries.awaits(request.user, election, (turns.SCREEN,)).get(turns.SCREEN, 0)
    last = Screening.objects.filter(coder=request.user, item__election=election).order_by("-pk").first()
    undoable = last and turns.may_undo(screened_at=last.at, now=clock.now(), codings=0, held=False)
    due, ties = queries.due(election, turns.SCREEN, request.user, clock.now()), queries.Ties(request.user, election)
    # whom a text is about is told by reading it: only for those with ties, and not without end
    free = 0 if held else sum(not ties.bar(one) for one in due[:_LOOKED_AT]) if ties.circles else due.count()
    return render(
        request,
        "coding/screen.html",
        {
            "item": held.item if held else None,
            "about": queries.around([held.item], thread=False)[held.item.pk] if held else None,
            "keys": KEYS,
            "waiting": waiting,
            "free": free,
            "last": last if undoable else None,
            "empty": None if held or free else shared.emptiness(request, turns.SCREEN),
        },
    )


@desk("coding.screen")
@require_POST
def undo(request):
    item = actions.undo_screening(by=request.user, election=shared.election_of(request))
    return redirect(f"{reverse('screen_next')}?item={item.pk}")


def _screened(request):
    item = shared.item_of(request, _number(request.POST.get("item")))
    try:
        actions.screen(
            by=request.user, item=item, key=request.POST.get("key", ""), seconds=seconds_of(request.POST),
            once=request.POST.get("once", ""),
        )  # fmt: skip
    except BesaError as error:
        if not shared.wants_json(request):
            raise
        return JsonResponse({"error": str(error), "remedy": error.remedy}, status=409)
    if shared.wants_json(request):
        return JsonResponse({"kept": item.pk})
    return shared.take_next(request, turns.SCREEN)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 18 else 0
