"""Political advertising on the desk."""

from __future__ import annotations

import re

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from besa.edition.spreadsheet import csv_bytes
from besa.people.policy import desk
from besa.triage.queries import advertising as queries


@require_safe
@desk("docket.see")
def advertising(request):
    """Who advertised for how much, at least; ads that lack something; posts that look paid and bear no label."""
    election = request.election
    if election is None:
        return render(request, "triage/advertising.html", {"rows": None})
    every = queries.ads(election)
    weeks = sorted({ad.week for ad in every})
    week = request.GET.get("week", "")
    week = week if re.fullmatch(r"\d{4}-W\d{2}", week) else ""
    found = queries.ads(election, week=week) if week in weeks else ([] if week else every)
    rows = queries.by_actor(found)
    if request.GET.get("as") == "csv":
        return _table(rows, week)
    lacking = [ad for ad in found if not ad.sponsor or ad.forbidden]
    context = {
        "rows": rows, "weeks": weeks, "week": week, "ads": len(found), "lacking": lacking[:100],
        "without_sponsor": sum(not ad.sponsor for ad in found), "forbidden": sum(bool(ad.forbidden) for ad in found),
        "open_end": sum(ad.open_end for ad in found), "posts": queries.unlabelled(election, week=week),
    }  # fmt: skip
    return render(request, "triage/advertising.html", context)


def _table(rows: list[queries.Advertiser], week: str) -> HttpResponse:
    heads = [_("Actor"), _("Party"), _("How known"), _("Currency"), _("Spent at least"), _("Spend not told"), _("Ads"),
             _("Without sponsor"), _("On forbidden days"), _("No end told")]  # fmt: skip
    cells = (
        [row.name, row.party, row.how, row.currency, row.spend_low, row.untold, row.ads, row.without_sponsor,
         row.forbidden, row.open_end]
        for row in rows
    )  # fmt: skip
    answer = HttpResponse(csv_bytes(heads, cells), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="advertising{"-" + week if week else ""}.csv"'
    return answer
