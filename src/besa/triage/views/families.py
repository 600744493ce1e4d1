"""Families of near-copies: the largest of a week, and one with all its posts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from besa.base.errors import NotFound
from besa.base.home import Home
from besa.base.weeks import week_days
from besa.corpus import Corpus
from besa.people.policy import desk
from besa.triage import queries, rules
from besa.triage.models import Family
from besa.triage.queries import families as found
from besa.triage.queries.authors import account_index, as_item

_PAGE = 20
_STEP, _HEIGHT = 8, 40
#: Of a family's first post the list shows so many characters, and keeps no more posts than this at hand.
_BEGINNING, _MOST_HELD = 241, 2000


@require_safe
@desk("docket.see")
def families(request):
    election = request.election
    week, weeks, listed = found.largest(election, request.GET.get("week")) if election else ("", [], [])
    page = Paginator(listed, _PAGE).get_page(request.GET.get("page"))
    held = Family.objects.in_bulk([one.pk for one in page])
    firsts = _first_posts(election, {one.first_key for one in held.values()})
    rows = [
        {
            "family": held[one.pk],
            "posts": one.posts,
            "bars": bars(held[one.pk].days, week),
            "first": firsts.get(held[one.pk].first_key),
        }
        for one in page
    ]
    return render(
        request,
        "triage/families.html",
        {"page": page, "rows": rows, "week": week, "weeks": weeks, "rest": f"week={week}"},
    )


_firsts: dict[tuple, dict[str, dict]] = {}


def _first_posts(election, keys: Collection[str]) -> dict[str, dict]:
    """How the list shows these posts: what they begin with; remembered until the corpus changes."""
    corpus = Corpus(Home.here().corpus)
    key = (str(corpus.root), getattr(election, "pk", None), corpus.version(), corpus.version_of("signals"))
    held = _firsts.get(key)
    if held is None or len(held) > _MOST_HELD:
        _firsts.clear()
        held = _firsts.setdefault(key, {})
    if new := sorted(set(keys) - held.keys()):
        read = _posts(election, new, new)
        for name in new:
            row = read.get(name, {})
            held[name] = {"text": (row.get("text") or "")[:_BEGINNING], "disturbing": row.get("disturbing", False)}
    return held


def _posts(election, keys: Collection[str], looked_at: Collection[str]) -> dict[str, dict]:
    """These posts as the corpus holds them; `disturbing`: whether a detector found one of those looked at to be."""
    corpus = Corpus(Home.here().corpus)
    if not keys:
        return {}
    signals = queries.signals_of(corpus, list(looked_at))
    return {
        row["post_key"]: row | {"disturbing": rules.disturbing(signals.get(row["post_key"], []))}
        for row in queries.posts_by_key(corpus, election, list(keys), corpus.version()).to_pylist()
    }


@require_safe
@desk("docket.see")
def family(request, key: str):
    election = request.election
    held = Family.objects.filter(election=election, key=key).select_related("election").first()
    if held is None:
        raise NotFound(
            _("There is no such family."),
            remedy=_("An earlier post may have come to be known with which it begins. Look for it in the list."),
        )
    page = Paginator(held.members, _PAGE).get_page(request.GET.get("page"))
    docketed = dict(found.docketed(held).values_list("post_key", "pk"))
    watched = account_index(election)
    posts = _posts(election, {held.first_key, *page.object_list}, [held.first_key])
    rows = [(as_item(posts[key], watched), docketed.get(key)) for key in page.object_list if key in posts]
    return render(
        request,
        "triage/family_page.html",
        {"family": held, "page": page, "rows": rows, "first": posts.get(held.first_key), "bars": bars(held.days),
         "docketed": len(docketed), "rest": ""},
    )  # fmt: skip


def bars(counts: dict[str, int], week: str = "") -> dict:
    """Posts by day as bars, days without any too: where each stands and how high, in the units of the drawing."""
    first, last = week_days(week) if week else (date.fromisoformat(min(counts)), date.fromisoformat(max(counts)))
    last = max(last, first + timedelta(days=6))
    days = [first + timedelta(days=at) for at in range((last - first).days + 1)]
    drawn, most = [], max(counts.get(day.isoformat(), 0) for day in days)
    for at, day in enumerate(days):
        if count := counts.get(day.isoformat(), 0):
            height = max(2, round(_HEIGHT * count / most))
            drawn.append({"day": day, "count": count, "x": _STEP * at, "y": _HEIGHT - height, "height": height})
    return {"first": first, "last": last, "width": _STEP * len(days), "height": _HEIGHT, "days": drawn}
