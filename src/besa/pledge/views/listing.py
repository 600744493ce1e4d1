"""The watch-list as accounts and as a table: list, one account with its history, taking a table in, second eyes."""

from __future__ import annotations

import re
from pathlib import Path

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from besa.base.errors import BadInput, BesaError, NotFound
from besa.base.home import Home
from besa.base.ids import sha256_hex
from besa.people.policy import desk, may
from besa.pledge import actions, forms, queries
from besa.pledge.actions.listing import planned
from besa.pledge.models import Account, Actor, Affiliation, Identity, ListImport
from besa.pledge.rules.plan import counts
from besa.pledge.rules.sheet import MOST_BYTES
from besa.pledge.views import _account, election_of

_PAGE, _SHOWN, _WAITING = 50, 300, 20


@desk("watchlist.see")
@require_safe
def accounts(request):
    election = election_of(request)
    day = queries.today(election)
    form = forms.AccountFilter(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    names = {"search": "q", "platform": "platform", "grade": "grade", "status": "status", "activity": "activity"}
    found = queries.accounts(election, day, **{name: chosen.get(field, "") for name, field in names.items()})
    page = Paginator(found, _PAGE).get_page(request.GET.get("page"))
    rest = request.GET.copy()
    rest.pop("page", None)
    context = {
        "form": form, "page": page, "rows": queries.listed(election, page.object_list, day), "rest": rest.urlencode(),
        "filtered": any(chosen.values()), "proposals": queries.pending(election)["proposals"],
    }  # fmt: skip
    return render(request, "pledge/accounts.html", context)


@desk("watchlist.see")
@require_safe
def account(request, pk: int):
    return _account_page(request, _account(request, pk))


def _account_page(request, held: Account, **bound):
    day = queries.today(request.election)
    claims = queries.claims_of(held)
    one = claims[0] if len(claims) == 1 else None
    first = {name: getattr(one, name) for name in ("grade", "how_known", "first", "last")} if one else {}
    claim = forms.ClaimForm(
        prefix="claim", election=request.election, initial={**first, "actor": one.actor.slug if one else ""}
    )  # fmt: skip
    status = forms.StatusForm(
        prefix="status",
        initial={"status": held.status, "evidence": held.status_evidence, "first": held.status_first,
                 "last": held.status_last},
    )  # fmt: skip
    gone = forms.GoneForm(prefix="gone", initial={"gone_on": held.gone_on or day, "evidence": held.gone_evidence})
    context = {
        "account": held,
        "row": queries.listed(request.election, [held], day)[0],
        "status_today": queries.account_status(held, day),
        "history": queries.history(held),
        "claim_form": bound.get("claim") or claim,
        "status_form": bound.get("status") or status,
        "gone_form": bound.get("gone") or gone,
        "bound": next(iter(bound), ""),
        "moved": bound.get("moved"),
        "may_edit": may(request.user, "watchlist.edit", request.election.slug),
    }
    failed = any(getattr(form, "errors", None) for form in bound.values())
    return render(request, "pledge/account.html", context, status=400 if failed else 200)


@desk("watchlist.edit")
@require_POST
def account_claim(request, pk: int):
    """Whose it is: first what the change would move is shown, then it is recorded."""
    held = _account(request, pk)
    form = forms.ClaimForm(request.POST, prefix="claim", election=request.election)
    if form.is_valid():
        given = dict(form.cleaned_data)
        actor = get_object_or_404(Actor, election=request.election, slug=given.pop("actor"))
        if "look" in request.POST:
            moved = queries.effect_of_claim(held, actor, given)
            return _account_page(request, held, claim=form, moved=moved)
        try:
            claim = actions.grade_identity(by=request.user, account=held, actor=actor, **given)
        except BesaError as error:
            form.add_error(None, str(error))
        else:
            _told(request, claim)
            return redirect("account", held.pk)
    return _account_page(request, held, claim=form)


def _told(request, claim: Identity | Affiliation) -> None:
    if claim.proposed_by and not claim.confirmed_by:
        messages.info(request, _("Recorded as probable: it is confirmed once a second person agrees."))
    else:
        messages.success(request, _("Recorded. Findings made before keep what was known then."))


@desk("watchlist.edit")
@require_POST
def account_gone(request, pk: int):
    held = _account(request, pk)
    form = forms.GoneForm(request.POST, prefix="gone")
    if form.is_valid():
        try:
            given = form.cleaned_data if "back" not in request.POST else {"gone_on": None}
            actions.mark_gone(by=request.user, account=held, **given)
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Recorded."))
            return redirect("account", held.pk)
    return _account_page(request, held, gone=form)


@desk("watchlist.edit")
@require_POST
def account_status_own(request, pk: int):
    held = _account(request, pk)
    form = forms.StatusForm(request.POST, prefix="status")
    if form.is_valid():
        try:
            actions.set_account_status(by=request.user, account=held, **form.cleaned_data)
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Recorded. Findings made before keep what was known then."))
            return redirect("account", held.pk)
    return _account_page(request, held, status=form)


# A table


@desk("watchlist.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def list_import(request):
    election = election_of(request)
    form = forms.ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        data = file.read(MOST_BYTES + 1)
        try:
            made = planned(by=request.user, election=election, data=data, file_name=file.name)
        except BadInput as error:
            form.add_error("file", str(error))
        else:
            return _preview(request, made, _keep(data), file.name)
    imports = list(queries.list_imports(election)[:20])
    status = 422 if request.method == "POST" else 200
    return render(request, "pledge/list_import.html", {"form": form, "imports": imports}, status=status)


def _preview(request, made, sha256: str, name: str, status: int = 200):
    order = {"refused": 0, "conflict": 1, "new": 2, "changed": 3, "same": 4}
    shown = sorted(made, key=lambda row: (order[row.outcome], row.line))
    context = {
        "rows": [(row, [_(message) % values for message, values in row.says]) for row in shown[:_SHOWN]],
        "more": len(shown) - _SHOWN if len(shown) > _SHOWN else 0,
        "counts": counts(made),
        "moved": queries.effect(request.election, made),
        "sha256": sha256,
        "name": name,
    }
    return render(request, "pledge/list_preview.html", context, status=status)


@desk("watchlist.edit")
@require_POST
def list_apply(request):
    election, name = election_of(request), request.POST.get("name", "")[:255]
    path = _place(request.POST.get("sha256", ""))
    if not path.is_file():
        raise NotFound(_("This table is no longer waiting."), remedy=_("Upload it again."))
    batch, _made = actions.import_list(by=request.user, election=election, data=path.read_bytes(), file_name=name)
    path.unlink(missing_ok=True)
    messages.success(
        request, _("Taken in: %(new)s new, %(changed)s changed.") % {k: batch.counts[k] for k in ("new", "changed")}
    )
    return redirect("list_import")


@desk("watchlist.edit")
@require_POST
def list_undo(request, pk: int):
    batch = get_object_or_404(ListImport, election=election_of(request), pk=pk)
    stays = actions.undo_list(by=request.user, batch=batch, reason=request.POST.get("reason", "")[:1000])
    if stays:
        named = "; ".join(stays[:10])
        messages.warning(request, _("Corrected. What was changed since stays as it is: %(names)s") % {"names": named})
    else:
        messages.success(request, _("Corrected as of today; what stood before is in the history."))
    return redirect("list_import")


@desk("watchlist.see")
@require_safe
def list_template(request, form: str):
    if form not in ("csv", "xlsx"):
        raise NotFound(_("There is no such template."))
    kind = "text/csv; charset=utf-8" if form == "csv" else (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )  # fmt: skip
    answer = HttpResponse(queries.template(form), content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="watch-list.{form}"'
    return answer


def _keep(data: bytes) -> str:
    """The table waits in the staging folder until somebody has looked at the preview; old ones make room."""
    sha256 = sha256_hex(data)
    path = _place(sha256)
    path.write_bytes(data)
    waiting = sorted(path.parent.glob("watch-list-*"), key=lambda place: place.stat().st_mtime)
    for old in waiting[:-_WAITING]:
        old.unlink(missing_ok=True)
    return sha256


def _place(sha256: str) -> Path:
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise NotFound(_("This table is no longer waiting."), remedy=_("Upload it again."))
    return Home.here().staging / f"watch-list-{sha256}"


# Second eyes


@desk("claim.confirm")
@require_http_methods(["GET", "HEAD", "POST"])
def proposals(request):
    election = election_of(request)
    if request.method == "POST":
        ticked = {name: [int(pk) for pk in request.POST.getlist(name) if pk.isdecimal()] for name in _TICKED}
        claims = actions.confirm(by=request.user, election=election, **ticked)
        messages.success(request, _("Confirmed: %(count)s.") % {"count": len(claims)})
        return redirect("proposals")
    identities, affiliations = queries.proposals(election)
    return render(
        request, "pledge/proposals.html", {"identities": identities, "affiliations": affiliations, "me": request.user}
    )


_TICKED = ("identities", "affiliations")
