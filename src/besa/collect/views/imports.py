"""Imports at the desk: list, upload, preview, mapping, run, result."""

from __future__ import annotations

from pathlib import PurePath

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from besa.base.errors import BadInput, UnknownFormat
from besa.collect import queries
from besa.collect.actions import import_all, save_mapping
from besa.collect.actions.importing import connector_for
from besa.collect.actions.mappings import as_toml, read_toml
from besa.collect.actions.opening import members_of, source_of
from besa.collect.actions.uploads import discard, receive, waiting
from besa.collect.connectors import SURE, connectors, detect
from besa.collect.forms.imports import MappingFileForm, MappingForm, RunForm, UploadForm, initial_of, reasons
from besa.collect.models import Mapping
from besa.collect.rules.guess import proposal
from besa.collect.views import held
from besa.people.policy import desk


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
    if members := members_of(upload.path):
        inside = queries.inside(upload.path, upload.name, members)
        readable = [file for file in inside if file.connector]
        closed = any(file.connector.manifest.consent for file in readable)
        form = RunForm(initial={"route": "watch_list"}, consent=closed)
        context = {"upload": upload, "inside": inside, "readable": readable, "form": form}
        return render(request, "collect/archive.html", context)
    source = source_of(upload.path, upload.name)
    offers = [(round(sure * 100), found) for sure, found in detect(source.head, source.name) if sure >= SURE]
    mapping = _mapping(request.GET.get("mapping"))
    name = request.GET.get("connector", "")
    context = {
        "upload": upload, "offers": offers, "connectors": connectors(), "mappings": queries.mappings(),
        "mapping": mapping, "asked": name,
    }  # fmt: skip
    try:
        chosen = connector_for(source, name, mapping)
    except UnknownFormat:
        return render(request, "collect/unknown.html", context)
    context |= {
        "chosen": chosen,
        "form": RunForm(
            initial={"route": "watch_list"}, routes=not chosen.manifest.consent, consent=chosen.manifest.consent
        ),
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
    done, refused = import_all(
        by=request.user,
        election=request.election,
        path=upload.path,
        file_name=upload.name,
        connector=request.POST.get("connector", ""),
        mapping=_mapping(request.POST.get("mapping")),
        route=request.POST.get("route", "watch_list"),
        consent=request.POST.get("consent", ""),
    )
    if not done:
        raise refused[0]
    discard(upload)
    return redirect("import_show", done[0]["import"]) if len(done) == 1 else redirect("imports")


@desk("import.see")
@require_safe
def import_show(request, import_id):
    row = get_object_or_404(queries.imports(request.election), import_id=import_id)
    context = {"row": row, "read_by": _title(row.connector), "reasons": reasons(row.skipped), **held.told(row)}
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
