"""The explorer: everything public in the corpus, by words and facets."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from besa.base.errors import BesaError, NotFound
from besa.base.words import Concern, PhaseKind, Platform, PostKind, label
from besa.collect.names import queries as names
from besa.corpus.export import guarded
from besa.corpus.index.search import DEEPEST, Card
from besa.corpus.index.segment import said
from besa.corpus.index.words import parse, spans
from besa.people import policy
from besa.people.policy import desk
from besa.people.templatetags.words import language, pick
from besa.triage import actions, rules
from besa.triage.forms import Reason
from besa.triage.queries import signals_of
from besa.triage.queries.explorer import PAGE, Asked, Explorer, views_of

_SHOWN = 420
_EXPORTED = 20_000
_STEP, _HIGH = 10, 96


def _sees_signals(request) -> bool:
    return bool(request.election) and policy.may(request.user, "signal.see", request.election.slug)


@require_safe
@desk("corpus.explore")
def explorer(request):
    election = request.election
    if election is None:
        return render(request, "triage/explorer.html", {"state": None})
    held, signals = Explorer(election), _sees_signals(request)
    asked = Asked.of(request.GET, signals=signals)
    context = {"state": held.state, "asked": asked, "saved": views_of(request.user, election), "signals": signals}
    if held.state.posts:
        found = held.find(asked)
        try:
            number = max(1, min(int(request.GET.get("page", "1")), DEEPEST // PAGE))
        except ValueError:
            number = 1
        cards, more = found.page((number - 1) * PAGE, PAGE, together=not (asked.apart or asked.group))
        rows, sought = held.rows(cards), parse(asked.words)
        docketed = held.docketed(rows) if policy.may(request.user, "docket.see", election.slug) else {}
        params = asked.params
        context |= {
            "behind": held.behind,
            "indexed": held.indexed_at,
            "count": found.count,
            "rows": [_shown(row, sought, docketed, signals) for row in rows],
            "facets": list(_facets(held, asked, held.counts(found, asked, signals=signals), signals)),
            "line": _line(held, held.by_day(found, asked)),
            "number": number,
            "earlier": urlencode(params | {"page": number - 1}) if number > 1 else "",
            "later": urlencode(params | {"page": number + 1}) if more else "",
            "params": urlencode(params),
            "all_groups": urlencode({**params, "group": ""}),
            "turned": urlencode({name: value for name, value in params.items() if name != "apart"}
                                | ({} if asked.apart else {"apart": "1"})),
        }  # fmt: skip
    return render(request, "triage/explorer.html", context)


def _shown(row, sought, docketed: dict[str, int], signals: bool) -> dict:
    """The post with the sought words marked; a long text is cut to where the first of them stands."""
    before = len(row.title) + 1 if row.title else 0
    found = [(a - before, b - before) for a, b in spans(said(row.title, row.text), sought) if a >= before]
    cut = max(0, found[0][0] - _SHOWN // 3) if found and found[0][1] > _SHOWN else 0
    text = ("…" if cut else "") + row.text[cut:]
    moved = cut - (1 if cut else 0)
    return {
        "item": row,
        "pieces": rules.pieces(text, [(a - moved, b - moved) for a, b in found], _SHOWN),
        "disturbing": signals and rules.disturbing([{"concern": concern} for concern in row.concerns]),
        "docketed": docketed.get(row.post_key),
    }


def _facets(held: Explorer, asked: Asked, counts: dict, signals: bool) -> Iterator[dict]:
    """The facets with their values: those that occur, and what is chosen."""
    labels = {
        "platform": (_("Platform"), lambda value: label(Platform, value)),
        "kind": (_("Kind"), lambda value: label(PostKind, value)),
        "language": (_("Language"), language),
        "phase": (_("Phase"), lambda value: next((_phase(row) for row in held.phases if str(row.pk) == value), value)),
        "week": (_("Week"), str),
        "party": (_("Party"), lambda value: held.named("party", value)),
        "area": (_("Municipality"), lambda value: pick(held.areas[value].names) if value in held.areas else value),
        "actor": (_("Actor"), lambda value: held.named("actor", value)),
    }
    if signals:
        labels["signal"] = (_("Signal"), lambda value: label(Concern, value))
    for name, (title, named) in labels.items():
        values, chosen = counts.get(name, {}), asked.facets.get(name, "")
        if chosen and chosen not in values:
            values = {chosen: 0, **values}
        options = [
            {"value": value, "label": named(value), "n": n, "on": value == chosen} for value, n in values.items()
        ]
        if options:
            yield {"name": name, "title": title, "options": options, "chosen": chosen}


def _phase(row) -> str:
    return pick(row.names) if row.names else label(PhaseKind, row.kind)


def _line(held: Explorer, counts: dict[date, int]) -> dict | None:
    """Posts by day over bands of the phases: where each bar stands and how high, in the units of the drawing."""
    if not counts or not any(counts.values()):
        return None
    days, most = list(counts), max(counts.values())
    bars = [
        {"day": day, "n": n, "x": _STEP * at, "y": _HIGH - high, "high": high}
        for at, (day, n) in enumerate(counts.items())
        if n
        for high in [max(2, round(_HIGH * n / most))]
    ]
    bands = []
    for row in held.phases:
        first, last = max(row.first, days[0]), min(row.last, days[-1])
        if first <= last:
            bands.append({"phase": row, "name": _phase(row), "x": _STEP * (first - days[0]).days,
                          "wide": _STEP * ((last - first).days + 1)})  # fmt: skip
    busiest = max(counts, key=lambda day: counts[day])
    return {"bars": bars, "bands": bands, "wide": _STEP * len(days), "high": _HIGH, "first": days[0], "last": days[-1],
            "busiest": busiest, "most": most}  # fmt: skip


@require_safe
@desk("corpus.explore")
def explorer_post(request, number: str):
    return _post(request, number, Reason())


def _post(request, number: str, form: Reason):
    election, held = request.election, Explorer(request.election) if request.election else None
    row = held.post(number) if held else None
    if row is None:
        raise NotFound(_("The index has no such post."), remedy=_("It may have been erased, or is not indexed yet."))
    signals = _sees_signals(request)
    found = signals_of(held.index.corpus, [row.post_key]).get(row.post_key, []) if signals else []
    thread, in_thread = held.thread(row)
    context = {
        "item": row,
        "pieces": rules.pieces(row.text, spans(row.text, parse(request.GET.get("q", "")))),
        "words": request.GET.get("q", ""),
        "signals": signals,
        "reasons": [
            {"concern": one["concern"], "text": one["reason"], "score": one["score"], "detector": one["detector"],
             "words": [row.text[span["start"] : span["end"]] for span in one["spans"] or []][:10]}
            for one in found
        ],
        "disturbing": rules.disturbing(found),
        "thread": [other for other in thread if other.post_key != row.post_key],
        "in_thread": in_thread,
        "docketed": held.docketed([row]).get(row.post_key)
        if policy.may(request.user, "docket.see", election.slug)
        else None,
        "form": form,
    }  # fmt: skip
    return render(request, "triage/explorer_post.html", context, status=400 if form.errors else 200)


@require_POST
@desk("docket.put")
def explorer_put(request, number: str):
    form, row = Reason(request.POST), Explorer(request.election).post(number) if request.election else None
    if row is not None and form.is_valid():
        try:
            actions.put(by=request.user, election=request.election, post_key=row.post_key, **form.cleaned_data)
        except BesaError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The post is on the docket."))
            return redirect("explorer_post", number)
    return _post(request, number, form)


@require_POST
@desk("view.save")
def view_save(request):
    asked = Asked.of(request.POST, signals=_sees_signals(request))
    actions.save_view(
        by=request.user, election=request.election, name=request.POST.get("name", ""), asked=asked.params
    )  # fmt: skip
    messages.success(request, _("The view is saved."))
    return redirect(f"{reverse('explorer')}?{urlencode(asked.params)}")


@require_POST
@desk("view.save")
def view_drop(request, pk: int):
    view = get_object_or_404(views_of(request.user, request.election), pk=pk)
    actions.drop_view(by=request.user, view=view)
    messages.success(request, _("The view is dropped."))
    return redirect("explorer")


class _Echo:
    """A file that gives back what is written to it."""

    @staticmethod
    def write(line: str) -> str:
        return line


def _csv(rows: Iterator[list], name: str) -> StreamingHttpResponse:
    out = csv.writer(_Echo)
    lines = (out.writerow([guarded(cell) for cell in row]) for row in rows)
    answer = StreamingHttpResponse(_with_mark(lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _with_mark(lines: Iterator[str]) -> Iterator[str]:
    """A byte order mark first, so that spreadsheets read ë and ш right."""
    yield "\ufeff"
    yield from lines


@require_safe
@desk("corpus.query")
def explorer_csv(request):
    """The posts that fit, newest first, as many as a file may hold; private persons by their codes."""
    held, asked = Explorer(request.election), Asked.of(request.GET, signals=_sees_signals(request))
    return _csv(_posts(held, asked, names.lifted(request.election, request.user)), "posts")


def _posts(held: Explorer, asked: Asked, open_names: frozenset[str]) -> Iterator[list]:
    yield ["posted_at", "platform", "kind", "language", "account", "url", "title", "text", "reactions", "comments",
           "shares", "views", "in_thread_or_family"]  # fmt: skip
    for place in held.find(asked).newest(_EXPORTED):
        row = held.rows([Card(*place)])[0]
        who = names.author(row, held.election, open_names)
        yield [row.posted_at, row.platform, row.kind, row.language, who.name, who.url, row.title, row.text,
               row.reactions, row.comments, row.shares, row.views, row.group]  # fmt: skip


@require_safe
@desk("corpus.explore")
def explorer_counts(request):
    """What fits, counted by day, platform and party."""
    held, asked = Explorer(request.election), Asked.of(request.GET, signals=_sees_signals(request))
    rows = ([day.isoformat(), platform, held.named("party", party), n] for day, platform, party, n in held.table(asked))
    return _csv(iter([["day", "platform", "party", "posts"], *rows]), "counts")
