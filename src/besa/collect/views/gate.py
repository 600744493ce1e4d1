"""The gate: what tools send with a personal token in the address instead of a session and its form token.

Zeeschuimer (`import-dataset`, `check-query`, to the letter of what it asks of 4CAT) and Besa's own extension
(`capture`, `about`). These are the only addresses exempt from the cross-site check: they read no cookie.
"""

from __future__ import annotations

import contextlib
import functools
import json
import threading
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, JsonResponse, RawPostDataException, UnreadablePostError
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from besa.base import clock
from besa.base.errors import BesaError, Conflict, DiskFloor, NotFound, Refused
from besa.collect.actions import capturing, delivering
from besa.collect.actions.tokens import admitted, used
from besa.collect.connectors.zeeschuimer.parse import PLATFORMS
from besa.collect.rules.captured import arguments
from besa.collect.types import NewFile
from besa.people import policy
from besa.people.policy import door
from besa.pledge.models import Election

#: Bytes that are read and thrown away so that a refusal is heard.
_READ_OFF = 256 << 20
_STATUS = ((Refused, 403), (NotFound, 404), (Conflict, 429), (delivering.TooLarge, 413), (DiskFloor, 507))


def gate(view: Callable) -> Callable:
    """A view for the holder of a token: `request.user` and `request.election` are those of the token."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, token: str, **_) -> JsonResponse:
        try:
            row = admitted(token)
            if not policy.reaches_from(row.user, request.META.get("REMOTE_ADDR")):
                raise Refused("Demo accounts work on this machine only.")
            request.user, request.election = row.user, Election.objects.get(slug=row.election)
            answer = view(request)
            used(row)
        except BesaError as error:
            status = next((status for kind, status in _STATUS if isinstance(error, kind)), 400)
            answer = _said(str(error), status)
            _read_off(request)
        except UnreadablePostError:
            answer = _said("The line broke off.", 400)
        # Any page may ask, since what counts is the token; no cookie is read or sent.
        answer["Access-Control-Allow-Origin"] = "*"
        answer["Cache-Control"] = "no-store"
        answer["Referrer-Policy"] = "no-referrer"
        return answer

    return csrf_exempt(door(guarded))


def _read_off(request: HttpRequest) -> None:
    """Browsers hear an answer only once they have sent the whole body; what is too large is cut off instead."""
    size = request.META.get("CONTENT_LENGTH") or "0"
    if not size.isdecimal() or int(size) > _READ_OFF:
        return
    with contextlib.suppress(OSError, RawPostDataException):
        while request.read(1 << 20):
            pass


def _said(text: str, status: int) -> JsonResponse:
    return JsonResponse({"status": "error", "message": text}, status=status)


@gate
@require_http_methods(["POST"])
def import_dataset(request: HttpRequest) -> JsonResponse:
    """The body is the file; it goes to disk as it comes and is imported while the tool polls."""
    platform = request.headers.get("X-Zeeschuimer-Platform", "").strip().lower()
    if platform not in PLATFORMS:
        _read_off(request)
        return _said("Unknown platform or source format", 404)
    size = request.META.get("CONTENT_LENGTH") or "0"
    key = delivering.take_in(
        by=request.user, election=request.election, name=f"zeeschuimer-{platform}.ndjson", source=request,
        size=int(size) if size.isdecimal() else 0,
    )  # fmt: skip
    threading.Thread(target=delivering.import_aside, args=(key,), name=f"import-{key}", daemon=True).start()
    return JsonResponse({"status": "accepted", "key": key, "url": request.build_absolute_uri(reverse("imports"))})


@gate
@require_GET
def check_query(request: HttpRequest) -> JsonResponse:
    about = delivering.state_of(by=request.user, election=request.election, key=request.GET.get("key", ""))
    rows = about["rows"]
    said = {"coming": "Receiving", "waiting": f"Importing: {rows:,} rows read", "failed": f"Failed: {about['said']}"}
    page = reverse("import_show", args=[about["import"]]) if about.get("import") else reverse("imports")
    return JsonResponse(
        {
            "done": about["state"] in ("done", "failed"),
            "status": said.get(about["state"], f"Imported: {about['said']}"),
            "url": request.build_absolute_uri(page),
            "rows": rows,
            "progress": 100 if about["state"] == "done" else 0,
        }
    )


@gate
@require_http_methods(["POST"])
def capture(request: HttpRequest) -> JsonResponse:
    """One captured post: a part `capture` (JSON) and its files."""
    try:
        said = json.loads(request.POST.get("capture", ""))
    except ValueError:
        return _said("The part “capture” is no JSON.", 400)
    row = capturing.capture(
        by=request.user, election=request.election, files=_files(request, said), **arguments(said, now=clock.now())
    )
    return JsonResponse(
        {
            "status": "ok",
            "capture": row.pk,
            "post_key": row.post_key,
            "url": request.build_absolute_uri(reverse("capture_show", args=[row.pk])),
        }
    )


def _files(request: HttpRequest, said: Any) -> list[NewFile]:
    """The parts that are files: screenshot, dom, recording, file; with `sealed_` before it, the original of one."""
    hashes = said.get("sha256") if isinstance(said, dict) and isinstance(said.get("sha256"), dict) else {}
    return [
        NewFile(
            kind=name.removeprefix("sealed_"), data=file, media_type=file.content_type or "", name=file.name or name,
            sha256=str(hashes.get(name, "")), scrubbed=not name.startswith("sealed_"),
            sealed=name.startswith("sealed_"),
        )
        for name in request.FILES
        for file in request.FILES.getlist(name)
    ]  # fmt: skip


@gate
@require_GET
def about(request: HttpRequest) -> JsonResponse:
    """For the extension's options: whom and which election the token stands for."""
    return JsonResponse({"status": "ok", "user": request.user.username, "election": request.election.slug})


@gate
def nothing(request: HttpRequest) -> JsonResponse:
    """Anything else under the gate: an answer that does not repeat the address, as the usual page would."""
    raise NotFound("There is nothing at this address.")
