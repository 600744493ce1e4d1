"""Families of near-copies: the largest of a week, and one with all its posts."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

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

_PAGE = 20
_STEP, _HEIGHT = 8, 40


@require_safe
@desk("docket.see")
def families(request):
    election = request.election
    weeks = found.weeks(election) if election else []
    week = request.GET.get("week", weeks[-1] if weeks else "")
    week = week if week in weeks else ""
    page = Paginator(found.largest(election, week) if election else [], _PAGE).get_page(request.GET.get("page"))
    firsts = _firsts(election, [one.family for one in page])
    rows = [
        {
            "spread": one,
            "bars": bars(one, week),
            "first": firsts.get(one.family.first_key),
        }
        for one in page
    ]
    return render(
        request,
        "triage/families.html",
        {"page": page, "rows": rows, "week": week, "weeks": weeks, "rest": f"week={week}"},
    )


def _firsts(election, held: list[Family]) -> dict[str, dict]:
    """First posts of these families as the corpus holds them, each with whether a detector found it disturbing."""
    keys = [one.first_key for one in held]
    signals = queries.signals_of(Corpus(Home.here().corpus), keys) if keys else {}
    return {
        row["post_key"]: row | {"disturbing": rules.disturbing(signals.get(row["post_key"], []))}
        for row in found.posts_of(election, keys)
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
    docketed = {item.post_key: item.pk for item in found.docketed(held)}
    watched = queries.account_index(election)
    rows = [
        (SimpleNamespace(**_as_item(row, watched)), docketed.get(row["post_key"]))
        for row in found.posts_of(election, page.object_list)
    ]
    first = _firsts(election, [held]).get(held.first_key)
    whole = found.Spread(held, sorted(held.days.items()))
    return render(
        request,
        "triage/family_page.html",
        {"family": held, "page": page, "rows": rows, "first": first, "spread": whole, "bars": bars(whole),
         "docketed": len(docketed), "rest": ""},
    )  # fmt: skip


def _as_item(row: dict, watched: dict[str, int]) -> dict:
    """A post of the corpus with what tells how its author may be shown."""
    handle = (row["account_handle"] or "").lstrip("@").lower()
    account = watched.get(row["account_key"]) or watched.get(f"{row['platform']}:@{handle}")
    texts = ("account_key", "account_handle", "account_name", "host_account_key", "url", "parent_key", "text", "title")
    return row | {name: row[name] or "" for name in texts} | {"account_id": account}


def bars(spread: found.Spread, week: str = "") -> dict:
    """Posts by day as bars, days without any too: where each stands and how high, in the units of the drawing."""
    counts = dict(spread.days)
    first, last = week_days(week) if week else (date.fromisoformat(min(counts)), date.fromisoformat(max(counts)))
    last = max(last, first + timedelta(days=6))
    days = [first + timedelta(days=at) for at in range((last - first).days + 1)]
    drawn = []
    for at, day in enumerate(days):
        if count := counts.get(day.isoformat(), 0):
            height = max(2, round(_HEIGHT * count / spread.most))
            drawn.append({"day": day, "count": count, "x": _STEP * at, "y": _HEIGHT - height, "height": height})
    return {"first": first, "last": last, "width": _STEP * len(days), "height": _HEIGHT, "days": drawn}
