"""The desk pages of the report room. Publishing itself is the site's: it knows the portal."""

from __future__ import annotations

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST, require_safe

from besa.base import languages
from besa.base.errors import BadInput, NotFound
from besa.people.policy import desk
from besa.pledge import queries as pledge
from besa.report import actions, queries, rules, tables
from besa.report.charts import draw
from besa.report.document import build, compute_all, stats
from besa.report.document.build import UNITS, printed
from besa.report.forms import FreezeForm, ProseForm, PublishForm, SignOffForm
from besa.report.render import FORMATS, renderer
from besa.report.speech import Speech

_TYPES = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _say() -> Speech:
    return Speech(languages.tag_of(get_language() or "en"))


def _election(request: HttpRequest):
    if request.election is None:
        raise NotFound(gettext("No election is loaded."), remedy=gettext("Load an election pack first."))
    return request.election


def _parsed(form):
    if not form.is_valid():
        raise BadInput("; ".join(f"{name}: {' '.join(faults)}" for name, faults in form.errors.items()))
    return form.cleaned_data


@desk("report.see")
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """Weeks with their state; the week to freeze next with what is unfinished in it."""
    election = _election(request)
    weeks = queries.weeks(election)
    chosen = request.GET.get("week") or next((week.week for week in weeks if week.state in ("open", "running")), "")
    return render(
        request,
        "report/reports.html",
        {
            "weeks": weeks,
            "chosen": next((week for week in weeks if week.week == chosen), None),
            "unfinished": queries.unfinished(election, chosen) if chosen else {},
            "finals": [queries.standing_of(freeze) for freeze in queries.freezes(election, kind="final")],
        },
    )


@desk("report.freeze")
@require_POST
def freeze(request: HttpRequest) -> HttpResponse:
    data = _parsed(FreezeForm(request.POST))
    made = actions.freeze(by=request.user, election=_election(request), week=data["week"], kind=data["kind"])
    messages.success(request, gettext("Frozen. Now its words, and two sign-offs."))
    return redirect("report", made.name[:16])


@desk("report.see")
@require_safe
def report(request: HttpRequest, name: str) -> HttpResponse:
    """One freeze: first page, tables, charts, words, sign-offs, files."""
    election, say = _election(request), _say()
    held = queries.freeze_of(election, name)
    standing = queries.standing_of(held)
    prose = queries.prose_of(held)
    figures, printed_tables, charts = _shown(held, say)
    own = held.made_by_id == request.user.pk
    return render(
        request,
        "report/report.html",
        {
            "freeze": held,
            "standing": standing,
            "missing": [gettext(what) for what in standing.missing],
            "eyes": rules.EYES,
            "own": own,
            "signed_by_me": any(sign_off.by_id == request.user.pk for sign_off in standing.sign_offs),
            "stats": figures,
            "tables": printed_tables,
            "charts": charts,
            "prose": [
                (
                    tag,
                    languages.NAMES[tag],
                    ProseForm(initial={"language": tag, "text": prose.get(tag, "")}, prefix=None),
                )
                for tag in election.languages
                if tag in languages.INTERFACE
            ],
            "texts": prose,
            "sign_off_form": SignOffForm(),
            "publish_form": PublishForm(),
            "formats": FORMATS,
            "tags": [(tag, languages.NAMES[tag]) for tag in election.languages if tag in languages.INTERFACE],
        },
    )


def _shown(held, say: Speech):
    """What the page shows of a freeze; a freeze never changes, so it is kept in the cache."""
    key = f"report-{held.name}-{say.tag}"
    kept = cache.get(key)
    if kept is None:
        facts = queries.facts_of(held)
        computed = compute_all(facts, say, week=held.week if held.kind == "weekly" else "")
        charts = [(chart.name, chart.title, chart.alt, chart.svg) for chart in draw(facts, computed, say)]
        blocks = [printed(number, table, say) for number, table in enumerate(computed.values(), 1)]
        kept = (stats(computed, say), blocks, charts)
        cache.set(key, kept, 3600)
    return kept


@desk("report.see")
@require_safe
def figure(request: HttpRequest, name: str, figure: str) -> HttpResponse:
    held = queries.freeze_of(_election(request), name)
    for chart, _, _, svg in _shown(held, _say())[2]:
        if chart == figure:
            return HttpResponse(svg, content_type="image/svg+xml")
    raise NotFound(gettext("There is no such figure."))


@desk("report.see")
@require_safe
def download(request: HttpRequest, name: str, language: str, form: str) -> HttpResponse:
    """A file of the report, made from the freeze and its words as they stand."""
    held = queries.freeze_of(_election(request), name)
    if language not in languages.INTERFACE or form not in FORMATS:
        raise NotFound(gettext("There is no such file."))
    document = build(queries.facts_of(held), Speech(language), prose=queries.prose_of(held).get(language, ""))
    response = HttpResponse(renderer(form)(document), content_type=_TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{held.kind}-{held.week}-{language}.{form}"'
    return response


@desk("report.edit")
@require_POST
def write_prose(request: HttpRequest, name: str) -> HttpResponse:
    held = queries.freeze_of(_election(request), name)
    data = _parsed(ProseForm(request.POST))
    actions.write_prose(by=request.user, freeze=held, language=data["language"], text=data["text"])
    messages.success(request, gettext("Kept. Whoever had signed off signs again."))
    return redirect("report", held.name[:16])


@desk("report.sign_off")
@require_POST
def sign_off(request: HttpRequest, name: str) -> HttpResponse:
    held = queries.freeze_of(_election(request), name)
    actions.sign_off(by=request.user, freeze=held, note=_parsed(SignOffForm(request.POST))["note"])
    messages.success(request, gettext("Signed off."))
    return redirect("report", held.name[:16])


@desk("report.see")
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    say = _say()
    listed = [
        {
            "name": each.name,
            "title": say.say(each.title),
            "denominator": say.say(each.denominator),
            "unit": say.say(UNITS.get(each.unit, each.unit)),
            "overlap": each.overlap,
        }
        for each in tables.catalogue()
    ]
    return render(request, "report/tables.html", {"tables": listed})


@desk("report.see")
@require_safe
def table(request: HttpRequest, name: str) -> HttpResponse:
    """One table from the casework as it stands now."""
    election, say = _election(request), _say()
    definition = tables.definition(name)
    weeks = [week.week for week in queries.weeks(election) if week.state != "ahead"]
    kinds = {phase.kind: phase for phase in pledge.phases(election)}
    week, phase = request.GET.get("week", ""), request.GET.get("phase", "")
    week = week if week in weeks else ""
    phase = phase if phase in kinds else ""
    computed = tables.compute(name, queries.live_facts(election, week=week), say, week=week, phase=phase)
    return render(
        request,
        "report/table.html",
        {
            "definition": definition,
            "shown": printed(1, computed, say),
            "weeks": weeks,
            "week": week,
            "phases": list(kinds.values()),
            "phase": phase,
        },
    )


@desk("report.see")
@require_safe
def editions(request: HttpRequest) -> HttpResponse:
    return render(request, "report/editions.html", {"publications": queries.publications(_election(request))})
