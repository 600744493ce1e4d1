"""Imports at the desk: list, upload, preview, mapping, run, result. Live sources: list, history, switch, add."""

from __future__ import annotations

from pathlib import PurePath

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from besa.base.errors import BadInput, Conflict, UnknownFormat
from besa.collect import queries
from besa.collect.actions import add_source, import_file, poll_soon, save_mapping, switch_source
from besa.collect.actions.importing import connector_for
from besa.collect.actions.mappings import as_toml, read_toml
from besa.collect.actions.opening import source_of
from besa.collect.actions.uploads import discard, receive, waiting
from besa.collect.connectors import SURE, connector, connectors, detect
from besa.collect.forms import MappingFileForm, MappingForm, RunForm, SourceForm, UploadForm, initial_of, reasons
from besa.collect.live import NAMES, keys, live
from besa.collect.models import Mapping, Source
from besa.collect.rules.guess import proposal
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


# Live sources


@desk("source.see")
@require_safe
def sources(request):
    rows = queries.source_rows(request.election) if request.election else []
    counts = {state: sum(row.state == state for row in rows) for state in ("failing", "no_key", "backlog", "off")}
    wanted = request.GET.get("state", "")
    page = Paginator([row for row in rows if wanted in ("", row.state)], 100).get_page(request.GET.get("page"))
    for row in page:
        row.source.service = _(live(row.source.connector).TITLE)
    context = {"page": page, "all": len(rows), "counts": counts, "wanted": wanted}
    return render(request, "collect/sources.html", context)


@desk("source.see")
@require_safe
def source(request, pk):
    found = _source(request, pk)
    row = next(row for row in queries.source_rows(request.election) if row.source.pk == found.pk)
    module = live(found.connector)
    context = {
        "row": row, "source": found, "service": _(module.TITLE), "polls": queries.polls_of(found),
        "manifest": connector(module.CONNECTOR).manifest,
    }  # fmt: skip
    return render(request, "collect/source.html", context)


@desk("source.edit")
@require_http_methods(["GET", "POST"])
def source_add(request):
    form = SourceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = add_source(
                by=request.user, election=request.election, address=said["address"], name=said["name"],
                minutes=said["minutes"] or 0,
            )  # fmt: skip
        except (BadInput, Conflict) as error:
            form.add_error("address", str(error))
        else:
            messages.success(request, _("It will be polled at the next turn of the belt."))
            return redirect("source", made.pk)
    services = [(_(live(name).TITLE), connector(live(name).CONNECTOR).manifest, live(name)) for name in NAMES]
    missing = {name for name in keys.names() if not keys.key_of(name)}
    return render(request, "collect/source_add.html", {"form": form, "services": services, "missing": missing})


@desk("source.edit")
@require_POST
def source_switch(request, pk):
    found = switch_source(by=request.user, source=_source(request, pk), active=request.POST.get("active") == "1")
    messages.success(request, _("It is polled from now on.") if found.active else _("It is no longer polled."))
    return redirect(_back(request, found))


@desk("source.edit")
@require_POST
def source_poll(request, pk):
    found = poll_soon(by=request.user, source=_source(request, pk))
    messages.success(request, _("It is on the belt: the next turn polls it."))
    return redirect(_back(request, found))


def _source(request, pk: int) -> Source:
    return get_object_or_404(queries.sources(request.election), pk=pk)


def _back(request, found: Source) -> str:
    """To the list where the button stood in it, else to the source's own page."""
    return reverse("sources") if request.POST.get("from") == "list" else reverse("source", args=[found.pk])
