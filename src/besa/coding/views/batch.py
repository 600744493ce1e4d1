"""Posts fetched ahead, so that the desk goes on without a line; and the thread around one post."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_POST

from besa.base.ids import canonical_json
from besa.base.weeks import local_date
from besa.coding import actions, queries
from besa.coding.rules import turns
from besa.coding.views import shared
from besa.coding.views.screening import KEYS
from besa.people.policy import desk


@desk("home.see")
@require_POST
def batch(request: HttpRequest, task: str) -> JsonResponse:
    """Take the next posts: `{items: [{id, until, html}]}`; `html` only of those that the browser lacks."""
    if task not in (turns.SCREEN, turns.CODE):
        raise Http404
    election = shared.election_of(request)
    held = actions.take_batch(by=request.user, election=election, task=task)
    have = set(request.POST.getlist("have"))
    new = [lease.item for lease in held if str(lease.item_id) not in have]
    pages = _pages(request, task, new)
    return JsonResponse(
        {
            "items": [
                {"id": lease.item_id, "until": lease.until.isoformat(), "html": pages.get(lease.item_id, "")}
                for lease in held
            ]
        }
    )


def _pages(request: HttpRequest, task: str, items: list) -> dict[int, str]:
    if not items:
        return {}
    about, made = queries.around(items), {}
    if task == turns.SCREEN:
        for item in items:
            context = {"item": item, "about": about[item.pk], "keys": KEYS}
            made[item.pk] = render_to_string("coding/screen_item.html", context, request)
        return made
    body, drafts = queries.active_codebook(items[0].election).body, shared.drafts_of(request.user, items)
    clauses, fields = {}, {}
    for item in items:
        draft = drafts.get(item.pk)
        answers, note = shared.begun(item, draft)
        day = local_date(item.posted_at, item.election.timezone)
        if day not in clauses:
            clauses[day] = queries.clause_rows(item)
        context = shared.book_of(item, body, answers, note=note, draft=draft, clauses=clauses[day])
        # the long part of the page says nothing of the post: the same answers to begin with, the same form
        same = canonical_json([answers, *clauses[day]])
        if same not in fields:
            fields[same] = render_to_string("coding/fields.html", context, request)
        context |= {"about": about[item.pk], "fields_made": fields[same]}
        made[item.pk] = render_to_string("coding/code_item.html", context, request)
    return made


@desk("home.see")
@require_POST
def give_all_back(request: HttpRequest, task: str) -> JsonResponse:
    if task not in turns.TASKS:
        raise Http404
    actions.release_all(by=request.user, election=shared.election_of(request), task=task)
    return JsonResponse({"free": True})


@desk("evidence.see")
@require_GET
def around(request: HttpRequest, item: int) -> HttpResponse:
    """The thread of one post, for a page that did not wait for it."""
    post = shared.item_of(request, item)
    return render(request, "coding/thread.html", {"item": post, "about": queries.around([post])[post.pk]})
