"""The codebook: what is asked, in the reader's language; its versions, what they changed, and its files."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from besa.base.errors import BadInput, Conflict
from besa.base.languages import pick
from besa.base.packfile import BadPack
from besa.coding import actions, forms, queries
from besa.coding.rules import dictionary, versions
from besa.coding.rules.answers import variables
from besa.coding.rules.branching import conditions
from besa.coding.views import shared
from besa.people.policy import check, desk
from besa.pledge.queries import clauses

_FORMS = {
    "toml": ("text/plain; charset=utf-8", lambda held, _: dictionary.to_toml(held.version, held.body)),
    "csv": ("text/csv; charset=utf-8", lambda held, _: dictionary.to_csv(held.version, held.body)),
    "xml": ("application/xml", lambda held, title: dictionary.to_ddi(held.version, held.body, title)),
}


@desk("codebook.see")
@require_http_methods(["GET", "HEAD", "POST"])
def codebook(request: HttpRequest) -> HttpResponse:
    election, problem = shared.election_of(request), ""
    if request.method == "POST":
        file = request.FILES.get("file")
        check(request.user, "codebook.change", election.slug)
        try:
            made = actions.load_codebook(
                by=request.user, election=election, data=file.read() if file else b"",
                reason=request.POST.get("reason", ""),
            )  # fmt: skip
        except (BadPack, BadInput, Conflict) as error:
            problem = str(error)
        else:
            messages.success(request, gettext("Version %(version)s is in force.") % {"version": made.version})
            return redirect("codebook")
    held = queries.version_of(election, request.GET.get("version", ""))
    newest = queries.active_codebook(election)
    context = {
        "held": held,
        "in_force": held.pk == newest.pk,
        "versions": queries.versions(election),
        "variables": _shown(election, held.body),
        "changed": [_in_words(one, held.body) for one in queries.changes_since(held)],
        "recode": [(_in_words(one.change, newest.body), one.items) for one in queries.recode(election)],
        "problem": problem,
    }
    return render(request, "coding/codebook.html", context, status=422 if problem else 200)


def _shown(election, body) -> list[dict]:
    """The variables as the form has them, with when they are asked in words."""
    labels = variables(body)
    fields = forms.fields_of(body, {}, clauses=clauses(election), actors={}, tag=shared.tag(), adjudicator=True)
    for field in fields:
        variable = labels[field["name"]]
        field["of_adjudicator"] = bool(variable.get("of"))
        field["asked"] = [
            " · ".join(
                f"{_label(labels, name)}: {', '.join(_label(labels, name, value) for value in values)}"
                for name, values in one.items()
            )
            for one in conditions(variable)
        ]
    return fields


def _label(labels, name: str, value: str | None = None) -> str:
    variable = labels.get(name, {})
    if value is None:
        return pick(variable.get("labels"), shared.tag()) or name
    texts = {str(one["value"]): one.get("labels") for one in variable.get("values", [])}
    return pick(texts.get(value), shared.tag()) or value


def _in_words(change: versions.Change, body) -> str:
    labels = variables(body)
    about = _label(labels, change.variable)
    if change.value:
        about = f"{about}: {_label(labels, change.variable, change.value)}"
    return f"{about}, {gettext(versions.WORDS[change.kind])}"


@desk("codebook.see")
@require_GET
def codebook_file(request: HttpRequest, form: str) -> HttpResponse:
    if form not in _FORMS:
        raise Http404
    election = shared.election_of(request)
    held = queries.version_of(election, request.GET.get("version", ""))
    media_type, written = _FORMS[form]
    title = pick(election.names, shared.tag()) or election.slug
    response = HttpResponse(written(held, title), content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="codebook-{election.slug}-{held.pk}.{form}"'
    return response
