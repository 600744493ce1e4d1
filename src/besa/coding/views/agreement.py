"""How far the coders agree, taken apart, and what that says about training."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from besa.base import words
from besa.base.errors import NotFound
from besa.base.languages import pick
from besa.coding import queries
from besa.coding.rules.answers import variables
from besa.coding.rules.reliability import Advice
from besa.coding.types import Agreement
from besa.coding.views import shared
from besa.people.policy import desk
from besa.people.templatetags.words import language
from besa.pledge.models import Election
from besa.pledge.queries import clauses

_PER_PAGE = 20
#: The strip beside a figure: alpha from 0 to 1 over so many units; what lies below 0 is drawn at 0.
_STRIP = 200


@dataclass(frozen=True)
class _Row:
    label: str
    figure: Agreement
    key: str = ""

    @property
    def strip(self) -> dict[str, float] | None:
        if self.figure.alpha is None:
            return None
        low = self.figure.alpha if self.figure.low is None else self.figure.low
        high = self.figure.alpha if self.figure.high is None else self.figure.high
        places = {name: round(_STRIP * min(1, max(0, at)), 1) for name, at in
                  (("low", low), ("high", high), ("at", self.figure.alpha))}  # fmt: skip
        return {**places, "wide": max(1, places["high"] - places["low"])}


@desk("coding.agreement")
@require_GET
def agreement(request: HttpRequest) -> HttpResponse:
    election = shared.election_of(request)
    spoken = _Spoken(election)
    rows = []
    for one in queries.agreement(election):
        # who it was has too many answers for a list of rare ones
        rare = [] if spoken.is_actor(one.variable) else [spoken.value(one.variable, value) for value in one.rare]
        rows.append((_Row(spoken.variable(one.variable), one, one.variable), rare))
    trained = [
        (spoken.variable(name), name, _said(spoken, name, one))
        for name, all_advice in queries.training(election).items()
        for one in all_advice
        if one.cell or one.values
    ]
    context = {"rows": rows, "trained": trained, "doubles": max((row.figure.doubles for row, _ in rows), default=0)}
    return render(request, "coding/agreement.html", context)


@desk("coding.agreement")
@require_GET
def agreement_variable(request: HttpRequest, variable: str) -> HttpResponse:
    election = shared.election_of(request)
    spoken = _Spoken(election)
    found = queries.reliability(election, variable, spoken.order(variable))
    if found is None:
        raise NotFound(_("No agreement is measured on that."))
    values = found.confusion.values
    context = {
        "name": variable,
        "title": spoken.variable(variable),
        "row": _Row(spoken.variable(variable), found.figure),
        "advice": [_said(spoken, variable, one) for one in found.advice],
        "values": [(_Row(spoken.value(variable, one.value), one.figure), one) for one in found.values],
        "heads": [spoken.value(variable, value) for value in values],
        "confusion": [
            (spoken.value(variable, one), [_cell(variable, found.confusion, one, other) for other in values])
            for one in values
        ],
        "groups": [
            (_("Week of coding"), [_Row(week, figure) for week, figure in found.weeks.items()]),
            (_("Language"), [_Row(language(code), figure) for code, figure in found.languages.items()]),
            (_("Platform"), [_Row(str(words.label(words.Platform, one)), figure)
                             for one, figure in found.platforms.items()]),
            (_("Pair of coders"), [_Row(" · ".join(found.names[coder] for coder in pair), figure)
                                   for pair, figure in found.pairs.items()]),
        ],
    }  # fmt: skip
    return render(request, "coding/agreement_variable.html", context)


@desk("coding.agreement")
@require_GET
def agreement_differing(request: HttpRequest, variable: str) -> HttpResponse:
    """The posts on which two answers met, with both codings' answers and notes."""
    election = shared.election_of(request)
    spoken = _Spoken(election)
    one, other = request.GET.get("one", ""), request.GET.get("other", "")
    page = Paginator(queries.differing(request.user, election, variable, one, other), _PER_PAGE)
    page = page.get_page(request.GET.get("page"))
    context = {
        "name": variable,
        "title": spoken.variable(variable),
        "one": spoken.value(variable, one),
        "other": spoken.value(variable, other),
        "same": one == other,
        "page": page,
        "posts": [
            (item, [(coding, spoken.value(variable, answer)) for coding, answer in pair])
            for item, pair in page.object_list
        ],
        "rest": urlencode({"one": one, "other": other}),
    }
    return render(request, "coding/agreement_posts.html", context)


def _cell(variable: str, mixed, one, other) -> dict[str, Any]:
    n = len(mixed.posts(one, other))
    return {"n": n, "same": one == other, "url": _posts(variable, one, other) if n else ""}


def _posts(variable: str, one, other) -> str:
    return reverse("agreement_differing", args=[variable]) + "?" + urlencode({"one": one, "other": other})


def _said(spoken: _Spoken, variable: str, one: Advice) -> dict[str, str]:
    values = dict(one.values)
    for name in ("one", "other"):
        if name in values:
            values[name] = spoken.value(variable, values[name])
    if "language" in values:
        values["language"] = language(values["language"])
    return {"words": _(one.words) % values, "url": _posts(variable, *one.cell) if one.cell else ""}


class _Spoken:
    """Variables and their values in the reader's language."""

    def __init__(self, election: Election):
        self._known = variables(queries.active_codebook(election).body)
        self._titles = {clause.slug: pick(clause.titles, shared.tag()) for clause in clauses(election, on=None)}

    def _variable(self, name: str) -> Mapping[str, Any]:
        # "clause" is the first of "clauses"
        return self._known.get(name) or self._known.get(f"{name}s") or {}

    def is_actor(self, name: str) -> bool:
        return self._variable(name).get("kind") == "actor"

    def variable(self, name: str) -> str:
        if name == "woman_targeted":
            return _("Was any woman a target")
        return pick(self._variable(name).get("labels"), shared.tag()) or name

    def order(self, name: str) -> Iterable[Any]:
        return [value["value"] for value in self._variable(name).get("values", [])]

    def value(self, name: str, value: Any) -> str:
        if str(value) == "none":
            return _("none")
        if name == "woman_targeted":
            return {"yes": _("yes"), "no": _("no")}.get(str(value), str(value))
        if name in ("clause", "clauses"):
            return self._titles.get(str(value), str(value))
        labels = {str(one["value"]): one.get("labels") for one in self._variable(name).get("values", [])}
        return pick(labels.get(str(value)), shared.tag()) or str(value)
