"""The lexicon: terms kept at the desk, with a look at what each would match before it is saved."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from besa.base import clock
from besa.base.errors import BesaError
from besa.base.languages import POST
from besa.base.packfile import BadPack
from besa.base.weeks import local_date, week_of
from besa.base.words import Concern
from besa.people.policy import desk
from besa.pledge.queries import clauses
from besa.triage import actions, queries, rules
from besa.triage.forms import MATCHES, TermFile, TermForm
from besa.triage.models import Term
from besa.triage.queries import terms
from besa.triage.types import TermSpec
from besa.triage.views.paging import paged

_SHOWN = 400


@require_safe
@desk("lexicon.see")
def lexicon(request):
    election = request.election
    asked = {name: request.GET.get(name, "")[:120] for name in ("language", "concern", "search")}
    retired = request.GET.get("retired") == "1"
    if not election:
        return render(request, "triage/lexicon.html", {"page": None})
    page, rest = paged(request, terms.lexicon(election, **asked, retired=retired), 100)
    titles = {clause.slug: clause.titles for clause in clauses(election, on=None)}
    for term in page:
        term.clause_titles, term.matching = titles.get(term.clause), MATCHES[term.match]
    return render(
        request,
        "triage/lexicon.html",
        {
            "page": page,
            "rest": rest,
            "asked": asked,
            "retired": retired,
            "filtered": retired or any(asked.values()),
            "languages": terms.lexicon_languages(election),
            "concerns": list(Concern),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk("lexicon.edit")
def term_edit(request, pk=None):
    """Add or change a term; the button “preview” shows what it would match and saves nothing."""
    election = request.election
    term = get_object_or_404(Term, pk=pk, election=election) if pk else None
    form = TermForm(
        request.POST or None, initial=TermForm.values_of(term) if term else None,
        languages=_languages(election, term), clauses=clauses(election) if election else [],
    )  # fmt: skip
    preview = None
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            if "save" in request.POST:
                saved = actions.save_term(by=request.user, election=election, values=values, term=term)
                messages.success(request, _("Saved. The next run seeks it in new posts."))
                return redirect("term_edit", saved.pk)
            spec = TermSpec(*(values[name] for name in ("language", "term", "match", "concern", "clause", "strength")),
                            tuple(values["counter_examples"]))  # fmt: skip
            preview = terms.preview(election, spec, but=pk)
            for row in preview.samples:
                row["pieces"] = rules.pieces(row["text"] or "", row["spans"], _SHOWN)
        except BesaError as error:
            form.add_error(None, str(error))
    context = {"form": form, "term": term, "preview": preview, "weeks": _weeks(election) if term else []}
    if preview:
        context["disturbing"] = rules.disturbing([{"concern": form.cleaned_data["concern"]}])
    return render(request, "triage/term.html", context, status=400 if form.errors else 200)


@require_POST
@desk("lexicon.edit")
def term_retire(request, pk):
    term = get_object_or_404(Term, pk=pk, election=request.election)
    try:
        actions.retire_term(
            by=request.user, election=request.election, term=term, reason=request.POST.get("reason", "")
        )
    except BesaError as error:
        messages.error(request, str(error))
        return redirect("term_edit", pk)
    messages.success(request, _("“%(term)s” is sought no more.") % {"term": term.term})
    return redirect("lexicon")


@require_POST
@desk("triage.run")
def term_again(request, pk):
    """Look for the term in old posts."""
    term = get_object_or_404(Term, pk=pk, election=request.election, retired_at=None)
    weeks = [request.POST.get(name, "")[:10] for name in ("first", "last")]
    done = actions.look_again(by=request.user, election=request.election, term=term, first=weeks[0], last=weeks[1])
    said = ngettext("%(posts)d post looked at again", "%(posts)d posts looked at again", done["posts"])
    messages.success(
        request,
        (said + _(": %(flagged)d with this term, %(docketed)d new on the docket.")) % done,
    )
    return redirect("term_edit", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@desk("lexicon.edit")
def lexicon_import(request):
    election = request.election
    form = TermFile(request.POST or None, request.FILES or None, languages=_languages(election))
    problems = ()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            done = actions.import_terms(
                by=request.user, election=election, tag=form.cleaned_data["language"], data=file.read(), name=file.name
            )
        except BadPack as error:
            problems = error.problems
        else:
            messages.success(request, _("%(added)d terms added, %(changed)d changed, %(same)d as they were.") % done)
            return redirect("lexicon")
    context = {"form": form, "problems": problems, "languages": terms.lexicon_languages(election) if election else []}
    return render(request, "triage/lexicon_import.html", context, status=400 if problems or form.errors else 200)


@require_safe
@desk("lexicon.see")
def lexicon_csv(request, language):
    if not request.election or language not in POST:
        raise Http404
    answer = HttpResponse(terms.as_csv(request.election, language), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{language}.csv"'
    return answer


def _languages(election, term: Term | None = None) -> list[str]:
    held = set(election.post_languages) if election and election.post_languages else set(POST)
    return [code for code in POST if code in held or (term and code == term.language)]


def _weeks(election) -> list[str]:
    """Weeks that have begun, the newest first."""
    today = week_of(local_date(clock.now(), election.timezone))
    return [week for week in reversed(queries.calendar(election).weeks) if week <= today]
