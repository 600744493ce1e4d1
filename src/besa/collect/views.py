"""Imports at the desk: list, upload, preview, mapping, run, result."""

from __future__ import annotations

from pathlib import PurePath
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from besa.base.errors import BadInput, NotFound, UnknownFormat
from besa.base.home import Home
from besa.base.words import TipState
from besa.collect import actions, queries
from besa.collect.actions import import_file, save_mapping
from besa.collect.actions.importing import connector_for
from besa.collect.actions.mappings import as_toml, read_toml
from besa.collect.actions.opening import source_of
from besa.collect.actions.uploads import discard, receive, waiting
from besa.collect.connectors import SURE, connectors, detect
from besa.collect.forms import (
    TIP_CONCERNS,
    DeclineTipForm,
    MappingFileForm,
    MappingForm,
    RunForm,
    TakeUpTipForm,
    UploadForm,
    initial_of,
    reasons,
)
from besa.collect.models import Mapping, Tip
from besa.collect.rules import addresses
from besa.collect.rules.guess import proposal
from besa.people.policy import desk
from besa.vault.store import Vault


def _title(name: str) -> str:
    """What people call a connector; its own name where it is no longer here."""
    return next((_(found.manifest.title) for found in connectors() if found.name == name), name)


@desk("import.see")
@require_safe
def imports(request):
    page = Paginator(queries.imports(request.election), 50).get_page(request.GET.get("page"))
    for row in page:
        row.read_by = _title(row.connector)
    return render(request, "collect/imports.html", {"page": page, "mappings": queries.mappings()})


@desk("import.run")
@require_http_methods(["GET", "POST"])
def import_upload(request):
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload = receive(by=request.user, election=request.election, name=file.name, chunks=file.chunks())
        except BadInput as error:
            form.add_error("file", str(error))
        else:
            return redirect("import_preview", upload.token)
    return render(request, "collect/upload.html", {"form": form, "connectors": connectors()})


@desk("import.run")
@require_safe
def import_preview(request, token):
    upload = waiting(by=request.user, election=request.election, token=token)
    source = source_of(upload.path, upload.name)
    offers = [(round(sure * 100), found) for sure, found in detect(source.head, source.name) if sure >= SURE]
    mapping = _mapping(request.GET.get("mapping"))
    name = request.GET.get("connector", "")
    context = {
        "upload": upload, "offers": offers, "connectors": connectors(), "mappings": queries.mappings(),
        "mapping": mapping, "form": RunForm(initial={"route": "watch_list"}), "asked": name,
    }  # fmt: skip
    try:
        chosen = connector_for(source, name, mapping)
    except UnknownFormat:
        return render(request, "collect/unknown.html", context)
    context |= {
        "chosen": chosen,
        "preview": (seen := queries.preview(source, chosen)),
        "reasons": reasons(seen.counts.skipped),
    }
    return render(request, "collect/preview.html", context)


@desk("import.run")
@require_http_methods(["GET", "POST"])
def import_mapping(request, token):
    upload = waiting(by=request.user, election=request.election, token=token)
    source = source_of(upload.path, upload.name)
    seen = queries.paths_seen(source)
    toml = MappingFileForm(request.POST or None, request.FILES or None) if "toml" in request.POST else MappingFileForm()
    if "toml" in request.POST:
        form = MappingForm(initial=_first_values(request, upload, seen))
        if toml.is_valid():
            file = toml.cleaned_data["mapping_file"]
            try:
                said = read_toml(file.read(1 << 20), file.name)
                saved = save_mapping(by=request.user, election=request.election, **said)
            except BadInput as error:
                toml.add_error("mapping_file", str(error))
            else:
                return _to_preview(upload, saved)
    elif request.method == "POST":
        form = MappingForm(request.POST)
        if form.is_valid():
            name, body = form.cleaned_data["name"], form.cleaned_data["body"]
            return _to_preview(upload, save_mapping(by=request.user, election=request.election, name=name, body=body))
    else:
        form = MappingForm(initial=_first_values(request, upload, seen))
    context = {"upload": upload, "form": form, "toml": toml, "seen": seen, "mappings": queries.mappings()}
    return render(request, "collect/mapping.html", context)


@desk("import.run")
@require_POST
def import_run(request, token):
    upload = waiting(by=request.user, election=request.election, token=token)
    done = import_file(
        by=request.user,
        election=request.election,
        path=upload.path,
        file_name=upload.name,
        connector=request.POST.get("connector", ""),
        mapping=_mapping(request.POST.get("mapping")),
        route=request.POST.get("route", "watch_list"),
    )
    discard(upload)
    return redirect("import_show", done["import"])


@desk("import.see")
@require_safe
def import_show(request, import_id):
    row = get_object_or_404(queries.imports(request.election), import_id=import_id)
    context = {"row": row, "read_by": _title(row.connector), "reasons": reasons(row.skipped)}
    return render(request, "collect/show.html", context)


@desk("import.see")
@require_safe
def mapping_file(request, pk):
    mapping = get_object_or_404(Mapping, pk=pk)
    answer = HttpResponse(as_toml(mapping), content_type="application/toml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{mapping.name}.toml"'
    return answer


def _mapping(pk: str | None) -> Mapping | None:
    return get_object_or_404(Mapping, pk=pk) if pk and pk.isdecimal() else None


def _first_values(request, upload, seen) -> dict:
    if saved := _mapping(request.GET.get("mapping")):
        return initial_of(saved.body, saved.name)
    guessed = proposal(path.path for path in seen)
    timezone = request.election.timezone if request.election else "UTC"
    return initial_of({"fields": guessed, "timezone": timezone}, PurePath(upload.name).stem)


def _to_preview(upload, mapping: Mapping) -> HttpResponse:
    return redirect(f"{reverse('import_preview', args=[upload.token])}?mapping={mapping.pk}")


# Tips


def _tip(request, pk: int) -> Tip:
    return get_object_or_404(Tip.objects.select_related("election", "duplicate_of"), pk=pk, election=request.election)


@desk("tip.see")
@require_safe
def tips(request):
    asked = {name: request.GET.get(name, "")[:200] for name in ("state", "concern", "search")}
    page = Paginator(queries.tips(request.election, **asked), 50).get_page(request.GET.get("page"))
    rest = request.GET.copy()
    rest.pop("page", None)
    context = {
        "page": page, "asked": asked, "rest": rest.urlencode(), "filtered": any(asked.values()),
        "counts": queries.tip_counts(request.election), "states": [*TipState, "duplicates", "all"],
        "concerns": TIP_CONCERNS,
    }  # fmt: skip
    return render(request, "collect/tips.html", context)


@desk("tip.see")
@require_safe
def tip_show(request, pk):
    return _tip_page(request, _tip(request, pk))


def _tip_page(request, tip: Tip, *, contact: str = "", status: int = 200, **bound):
    address = addresses.read(tip.link)
    initial = {
        "url": tip.link,
        "platform": address.platform if address else "facebook",
        "account_handle": (address.handle if address else "") or "",
        "kind": "article" if address and address.platform == "portal" else "post",
    }
    context = {
        "tip": tip,
        "alike": queries.same_tips(tip),
        "followers": Tip.objects.filter(duplicate_of=tip).count(),
        "open": tip.state != TipState.TAKEN_UP,
        "lead": tip.channel != "public",
        "has_contact": queries.has_contact(tip),
        "contact": contact,
        "decline": bound.get("decline") or DeclineTipForm(),
        "take_up": bound.get("take_up") or TakeUpTipForm(initial=initial),
        "take_up_open": "take_up" in bound,
    }
    return render(request, "collect/tip_show.html", context, status=status)


@desk("tip.see")
@require_safe
def tip_picture(request, pk):
    """The copy drawn anew, never the bytes that a stranger sent."""
    tip = _tip(request, pk)
    if not tip.copy_sha256:
        raise NotFound(_("This tip has no picture."))
    answer = HttpResponse(Vault(Home.here().vault).get(tip.copy_sha256), content_type="image/jpeg")
    answer["Content-Disposition"] = f'inline; filename="tip-{tip.pk}.jpg"'
    return answer


@desk("tip.decide")
@require_POST
def tip_look(request, pk):
    tip = actions.look_at_tip(by=request.user, tip=_tip(request, pk), remark=request.POST.get("remark", "")[:1000])
    messages.success(request, _("Noted: somebody has looked at it."))
    return redirect("tip_show", tip.pk)


@desk("tip.decide")
@require_POST
def tip_join(request, pk):
    first = request.POST.get("first", "")
    tip = _tip(request, pk)
    actions.join_tips(by=request.user, tip=tip, first=_tip(request, int(first) if first.isdecimal() else 0))
    messages.success(request, _("This tip now follows the other one."))
    return redirect("tips")


@desk("tip.decide")
@require_POST
def tip_decline(request, pk):
    tip, form = _tip(request, pk), DeclineTipForm(request.POST)
    if not form.is_valid():
        return _tip_page(request, tip, decline=form, status=422)
    actions.decline_tip(by=request.user, tip=tip, **form.cleaned_data)
    messages.success(request, _("Not taken up. Its sender can read why."))
    return redirect("tips")


@desk("tip.take_up")
@require_POST
def tip_take_up(request, pk):
    """Into the corpus, then on to the docket, where triage's own page asks why."""
    tip = _tip(request, pk)
    if tip.channel != "public":
        actions.take_up_tip(by=request.user, tip=tip, remark=request.POST.get("remark", "")[:1000])
        messages.success(request, _("Kept as a lead. It counts once the same is found in public."))
        return redirect("tip_show", tip.pk)
    with timezone.override(ZoneInfo(tip.election.timezone)):
        form = TakeUpTipForm(request.POST)
        valid = form.is_valid()
    if valid:
        try:
            tip = actions.take_up_tip(by=request.user, tip=tip, **form.cleaned_data)
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The post is in the corpus. Say why people should look at it."))
            reason = _("Tip %(number)s") % {"number": tip.pk}
            return redirect(f"{reverse('docket_put')}?{urlencode({'post': tip.post_key, 'reason': reason})}")
    return _tip_page(request, tip, take_up=form, status=422)


@desk("tip.contact")
@require_POST
def tip_contact(request, pk):
    tip = _tip(request, pk)
    return _tip_page(request, tip, contact=actions.read_contact(by=request.user, tip=tip))


@desk("tip.contact")
@require_POST
def tip_erase_contact(request, pk):
    actions.erase_contact(by=request.user, tip=_tip(request, pk))
    messages.success(request, _("The contact is erased."))
    return redirect("tip_show", pk)
