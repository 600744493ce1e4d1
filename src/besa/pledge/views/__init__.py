"""The desk's pages of this room. Each parses a form, calls one action or query, and renders."""

from __future__ import annotations

import unicodedata

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from besa.base.errors import BadInput, Conflict, NotFound
from besa.base.languages import NAMES, pick, tag_of
from besa.people.policy import desk, may
from besa.pledge import actions, forms, queries
from besa.pledge.models import Account, Actor, Election
from besa.pledge.queries.inviting import reminders, waiting

_PAGE = 50


def _alphabetical(name: str) -> str:
    """Letters with their marks after the plain ones, so that Š stands at the end of S and not after Z."""
    return unicodedata.normalize("NFKD", name).casefold()


def election_of(request) -> Election:
    if request.election is None:
        raise NotFound(_("No election is loaded."), remedy=_("Load a pack first: besa pack load NAME."))
    return request.election


def _actor(request, slug: str) -> Actor:
    found = Actor.objects.filter(election=election_of(request), slug=slug).select_related("election", "area").first()
    if found is None:
        raise NotFound(_("There is no “%(slug)s” on the watch-list.") % {"slug": slug})
    return found


def _account(request, pk: int) -> Account:
    found = Account.objects.filter(election=election_of(request), pk=pk).select_related("election").first()
    if found is None:
        raise NotFound(_("There is no such account."))
    return found


@desk("code.see")
@require_safe
def code(request):
    """Principles and clauses, one language or two side by side."""
    if request.election is None:
        return render(request, "pledge/code.html", {"code": None})
    held = queries.active_code(request.election)
    languages = [tag for tag in request.election.languages if tag in NAMES]
    here = tag_of(get_language() or "en")
    left = request.GET.get("left") if request.GET.get("left") in languages else here
    right = request.GET.get("right") if request.GET.get("right") in [*languages, "all"] else ""
    shown = list(dict.fromkeys([left, *languages] if right == "all" else filter(None, [left, right])))

    def side_by_side(texts: dict) -> list[tuple[str, str]]:
        return [(tag, pick(texts, tag)) for tag in shown]

    principles = [
        {
            "names": side_by_side(principle.names),
            "texts": side_by_side(principle.texts),
            "slug": principle.slug,
            "clauses": [
                {"row": clause, "titles": side_by_side(clause.titles), "texts": side_by_side(clause.texts)}
                for clause in clauses
            ],
        }
        for principle, clauses in (queries.principles(held) if held else [])
    ]
    clauses = [clause["row"] for principle in principles for clause in principle["clauses"]]
    return render(
        request,
        "pledge/code.html",
        {
            "code": held,
            "preambles": side_by_side(held.preambles) if held and held.preambles else [],
            "principles": principles,
            "count": len(clauses),
            "count_on": sum(clause.on for clause in clauses),
            "languages": [(tag, NAMES[tag]) for tag in languages],
            "left": left,
            "right": right,
            "wide": len(shown) > 1,
        },
    )


@desk("signatory.see")
@require_safe
def signatories(request):
    election = election_of(request)
    if wanted := request.GET.get("sign"):
        return redirect("signatory_sign", actor=wanted)
    rows = queries.register(election)
    return render(
        request,
        "pledge/signatories.html",
        {
            "rows": rows,
            "in_force": sum(row.status in ("signed", "late_signed") for row in rows),
            "withdrawn": sum(row.status == "withdrawn" for row in rows),
            "asked": waiting(election),
            "unsigned": queries.may_sign(election) if may(request.user, "signatory.sign", election.slug) else [],
        },
    )


@desk("signatory.see")
@require_safe
def signatory(request, actor: str):
    found = _actor(request, actor)
    held = queries.signatory_of(found)
    if held is None:
        raise NotFound(_("%(name)s has not signed.") % {"name": found.name})
    return render(
        request,
        "pledge/signatory.html",
        {
            "actor": found,
            "signatory": held,
            "signatures": queries.signatures_of(held),
            "languages": NAMES.items(),
            "reminders": reminders(held),
            "status": queries.status_of(found, queries.today(request.election)),
        },
    )


@desk("signatory.sign")
@require_http_methods(["GET", "HEAD", "POST"])
def signatory_sign(request, actor: str):
    found = _actor(request, actor)
    election, held = request.election, queries.signatory_of(found)
    initial = {
        "signed_on": queries.today(election),
        "language": found.language,
        "keeper_office": held.keeper_office if held else "",
        "keeper_email": held.keeper_email if held else found.contact_email,
    }
    form = forms.SignForm(request.POST or None, election=election, again=held is not None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = {key: value for key, value in form.cleaned_data.items() if key != "confirm"}
        try:
            if held is None:
                actions.sign(by=request.user, actor=found, **given)
            else:
                actions.rejoin(by=request.user, signatory=held, **given)
        except (BadInput, Conflict) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("%(name)s has signed the Code.") % {"name": found.name})
            return redirect("signatory", actor=found.slug)
    return render(
        request,
        "pledge/sign.html",
        {"actor": found, "form": form, "code": queries.active_code(election), "again": held is not None},
    )


@desk("signatory.withdraw")
@require_http_methods(["GET", "HEAD", "POST"])
def signatory_withdraw(request, actor: str):
    found = _actor(request, actor)
    held = queries.signatory_of(found)
    if held is None:
        raise NotFound(_("%(name)s has not signed.") % {"name": found.name})
    form = forms.WithdrawForm(request.POST or None, initial={"withdrawn_on": queries.today(request.election)})
    if request.method == "POST" and form.is_valid():
        given = {key: value for key, value in form.cleaned_data.items() if key != "confirm"}
        try:
            actions.withdraw(by=request.user, signatory=held, **given)
        except (BadInput, Conflict) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The withdrawal of %(name)s is recorded.") % {"name": found.name})
            return redirect("signatory", actor=found.slug)
    return render(request, "pledge/withdraw.html", {"actor": found, "form": form})


@desk("watchlist.see")
@require_safe
def watchlist(request):
    election, here = election_of(request), tag_of(get_language() or "en")
    areas = sorted(
        ((area.slug, pick(area.names, here)) for area in queries.areas(election)),
        key=lambda area: _alphabetical(area[1]),
    )
    form = forms.WatchListFilter(request.GET, election=election, areas=areas)
    chosen = form.cleaned_data if form.is_valid() else {}
    found = queries.actors(
        election,
        area=chosen.get("area", ""),
        kind=chosen.get("kind", ""),
        party=chosen.get("party", ""),
        search=chosen.get("q", ""),
    )
    page = Paginator(found, _PAGE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    return render(
        request,
        "pledge/watchlist.html",
        {
            "form": form,
            "page": page,
            "rows": queries.watched(page.object_list, queries.today(election)),
            "filtered": any(chosen.values()),
            "filters": kept.urlencode(),
            "pending": queries.pending(election),
            "unclaimed": queries.unclaimed(election) if page.number == 1 and not any(chosen.values()) else [],
        },
    )


@desk("watchlist.see")
@require_safe
def actor(request, actor: str):
    return _actor_page(request, _actor(request, actor))


def _actor_page(request, found: Actor, **bound):
    """The page of one actor; `bound` holds a form with errors, by its name, in place of a fresh one."""
    day = queries.today(request.election)
    may_edit = may(request.user, "watchlist.edit", request.election.slug)
    accounts = [
        {
            "identity": identity,
            "account": identity.account,
            "grade_form": bound.get(f"identity-{identity.account_id}")
            or forms.IdentityForm(
                prefix=f"identity-{identity.account_id}",
                initial={
                    "grade": identity.grade,
                    "how_known": identity.how_known,
                    "first": identity.first,
                    "last": identity.last,
                },
            ),
            "status_form": bound.get(f"status-{identity.account_id}")
            or forms.StatusForm(
                prefix=f"status-{identity.account_id}",
                initial={
                    "status": identity.account.status,
                    "evidence": identity.account.status_evidence,
                    "first": identity.account.status_first,
                    "last": identity.account.status_last,
                },
            ),
            "open": f"identity-{identity.account_id}" in bound or f"status-{identity.account_id}" in bound,
        }
        for identity in queries.identities_of(found)
    ]
    party, grade, how = queries.affiliation_of(found, day)
    return render(
        request,
        "pledge/actor.html",
        {
            "actor": found,
            "accounts": accounts,
            "affiliations": queries.affiliation_rows(found),
            "party": party,
            "party_grade": grade,
            "how": how,
            "status": queries.status_of(found, day),
            "affiliation_form": bound.get("affiliation")
            or forms.AffiliationForm(
                prefix="affiliation",
                election=request.election,
                initial={"party": party.slug if party else "", "grade": grade, "how_known": how},
            ),
            "affiliation_open": "affiliation" in bound,
            "may_edit": may_edit,
            "is_party": found.kind in ("party", "coalition"),
        },
        status=400 if bound else 200,
    )


@desk("watchlist.edit")
@require_POST
def grade_identity(request, actor: str, account: int):
    found, held = _actor(request, actor), _account(request, account)
    form = forms.IdentityForm(request.POST, prefix=f"identity-{account}")
    return _edit(
        request,
        found,
        f"identity-{account}",
        form,
        lambda given: actions.grade_identity(by=request.user, account=held, actor=found, **given),
    )


@desk("watchlist.edit")
@require_POST
def account_status(request, actor: str, account: int):
    found, held = _actor(request, actor), _account(request, account)
    form = forms.StatusForm(request.POST, prefix=f"status-{account}")
    return _edit(
        request,
        found,
        f"status-{account}",
        form,
        lambda given: actions.set_account_status(by=request.user, account=held, **given),
    )


@desk("watchlist.edit")
@require_POST
def grade_affiliation(request, actor: str):
    found = _actor(request, actor)
    form = forms.AffiliationForm(request.POST, prefix="affiliation", election=request.election)
    return _edit(
        request,
        found,
        "affiliation",
        form,
        lambda given: actions.grade_affiliation(
            by=request.user, actor=found, **{**given, "party": _actor(request, given["party"])}
        ),
    )


def _edit(request, found: Actor, name: str, form, act):
    """Run `act` with the form's values and go back to the actor's page; show it with the errors else."""
    if form.is_valid():
        try:
            done = act(form.cleaned_data)
        except (BadInput, Conflict) as error:
            form.add_error(None, str(error))
        else:
            if getattr(done, "proposed_by", "") and not done.confirmed_by:
                messages.info(request, _("Recorded as probable: it is confirmed once a second person agrees."))
            else:
                messages.success(request, _("Recorded. Findings made before keep what was known then."))
            return redirect("actor", actor=found.slug)
    return _actor_page(request, found, **{name: form})


@desk("watchlist.see")
@require_http_methods(["GET", "HEAD", "POST"])
def areas(request):
    election = election_of(request)
    if request.method == "POST":
        changed = actions.choose_areas(by=request.user, election=election, monitored=request.POST.getlist("area"))
        messages.success(request, _("Recorded: %(count)s municipalities changed.") % {"count": len(changed)})
        return redirect("areas")
    here = tag_of(get_language() or "en")
    rows = sorted(queries.areas_with_actors(election), key=lambda row: _alphabetical(pick(row.names, here)))
    return render(
        request,
        "pledge/areas.html",
        {
            "rows": rows,
            "count": sum(row.monitored for row in rows),
            "may_edit": may(request.user, "watchlist.edit", election.slug),
        },
    )


@desk("code.see")
@require_safe
def phases(request):
    election = election_of(request)
    rows, today = queries.phases(election), queries.today(election)
    bands, now = [], None
    if rows:
        start, days = rows[0].first, (max(row.last for row in rows) - rows[0].first).days + 1

        def place(day) -> int:
            return round((day - start).days * 1000 / days)

        bands = [
            {
                "phase": row,
                "x": place(row.first),
                "width": max(place(row.last) + round(1000 / days) - place(row.first), 2),
                "days": (row.last - row.first).days + 1,
                "now": row.first <= today <= row.last,
            }
            for row in rows
        ]
        if start <= today <= max(row.last for row in rows):
            now = place(today)
    return render(
        request,
        "pledge/phases.html",
        {"bands": bands, "now": now, "today": today, "rules": queries.legal_rules(election)},
    )
