"""What the views of this room have in common."""

from __future__ import annotations

import json
from collections.abc import Iterable

from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext

from besa.base.errors import NotFound, Refused
from besa.base.languages import tag_of
from besa.coding import actions, forms, queries
from besa.coding.models import Draft
from besa.coding.rules import turns
from besa.evidence.queries import unpreserved
from besa.pledge.models import Election
from besa.triage.models import DocketItem


def election_of(request: HttpRequest) -> Election:
    if request.election is None:
        raise NotFound(gettext("No election is loaded yet."), remedy=gettext("Load an election pack first."))
    return request.election


def item_of(request: HttpRequest, pk: int) -> DocketItem:
    found = (
        DocketItem.objects.filter(election=election_of(request), pk=pk).select_related("election", "account").first()
    )
    if found is None:
        raise NotFound(gettext("There is no such post on the docket of this election."))
    return found


def free_of_ties(request: HttpRequest, post: DocketItem) -> None:
    if queries.tied(request.user, post):
        raise Refused(
            gettext("You are tied to somebody in this post, or said that you know them."),
            remedy=gettext("Somebody else goes on with it. Take the next post."),
        )


def tag() -> str:
    return tag_of(get_language() or "en")


def page_of(task: str, item: DocketItem | None):
    """The page on which this task is done for this post."""
    if task == turns.SCREEN:
        return redirect("screen_next")
    if item is None:
        return redirect("coding_home")
    return redirect("code_item" if task == turns.CODE else "adjudicate_item", item.pk)


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def book_of(
    post: DocketItem, body, answers, *, faults=(), note="", draft: Draft | None = None, adjudicator=False, clauses=None
):
    """What the pages of the codebook show beside the post: the same for one post and for a batch."""
    clauses = queries.clause_rows(post) if clauses is None else clauses
    return {
        "item": post,
        "fields": forms.fields_of(
            body,
            answers,
            clauses=clauses.values(),
            actors=queries.actor_rows(post.election, answers, body),
            faults=faults,
            tag=tag(),
            adjudicator=adjudicator,
        ),
        "facts": json.dumps(queries.facts_of(post)),
        "target_words": forms.target_words(),
        "faults": faults,
        "note": note,
        "draft": draft,
    }


def drafts_of(user, items: Iterable[DocketItem]) -> dict[int, Draft]:
    return {draft.item_id: draft for draft in Draft.objects.filter(coder=user, item__in=list(items))}


def begun(post: DocketItem, draft: Draft | None) -> tuple[dict, str]:
    """The answers and the note that a form begins with: the draft, else what the watch-list says of the author."""
    answers = dict(draft.answers) if draft else queries.identity_answer(post)
    return answers, str(answers.pop("note", ""))


def take_next(request: HttpRequest, task: str):
    return page_of(task, actions.next_item(by=request.user, election=election_of(request), task=task))


def emptiness(request: HttpRequest, task: str) -> dict:
    """Why there is nothing to do: read, in other languages, with others, or not preserved yet."""
    election = election_of(request)
    awaits = queries.awaits(request.user, election, (task,)).get(task, 0)
    return {
        "with_others": awaits,
        "foreign": queries.unread_languages(election, task, request.user),
        "unpreserved": unpreserved(election).count(),
        "docketed": DocketItem.objects.filter(election=election).exists(),
    }
