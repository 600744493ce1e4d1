"""The phone page, its service worker and manifest, and the addresses that its queue is sent to.

The page itself holds nothing of anybody (a phone keeps a copy of it), so it is open; all that is sent needs the desk.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib.staticfiles import finders
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_http_methods, require_POST, require_safe

from besa.base.errors import BadInput, BesaError, Conflict, NotFound, Refused
from besa.base.words import Channel, Platform, PostKind
from besa.collect.actions import resuming
from besa.collect.actions.capturing import LARGEST
from besa.collect.forms.imports import word_choices
from besa.collect.rules import video
from besa.people.policy import desk, door
from besa.pledge.queries import elections

#: All that the page needs; the service worker keeps these for the time without a line.
FILES = ("phone.css", "page.js", "form.js", "queue.js", "store.js", "send.js", "sha256.js", "clean.js", "names.js",
         "cover.js", "times.js", "icon.svg")  # fmt: skip
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
#: What a capture says, beside its files; all of it text.
_TEXTS = ("url", "platform", "kind", "account_handle", "account_name", "text", "parent_url", "note", "channel")
_LONGEST = 100_000


@door
@require_safe
@csp_update({"img-src": ["blob:"], "media-src": ["blob:"], "worker-src": [SELF]})  # of a 304 too: it renews the header
@conditional_page
@gzip_page  # nothing secret is in it that a guesser could feel for by its length
def phone(request):
    response = render(request, "collect/phone.html", _words())
    response["Cache-Control"] = "no-cache"
    return response


@door
@require_safe
@conditional_page
@gzip_page
def phone_file(request, name):
    """A file of the page, made small for a bad line."""
    if name not in FILES:
        raise NotFound(_("There is no such file."))
    response = HttpResponse(_file(name), content_type=f"{_TYPES[Path(name).suffix]}; charset=utf-8")
    response["Cache-Control"] = "public, max-age=300"
    return response


def _words() -> dict:
    return {
        "kinds": word_choices(PostKind),
        "platforms": word_choices(Platform, _("The link says it")),
        "channels": word_choices(Channel),
        "largest": LARGEST,
        "most_files": resuming.MOST_FILES,
    }


@door
@require_safe
def phone_worker(request):
    """The service worker; its first line changes with any file of the page and with its language."""
    page = render_to_string("collect/phone.html", _words(), request=request)
    version = hashlib.sha256(page.encode())
    for name in FILES:
        version.update(_file(name))
    shell = {
        "version": version.hexdigest()[:16],
        "page": reverse("phone"),
        "share": reverse("phone_share"),
        "files": [reverse("phone_file", args=[name]) for name in FILES],
    }
    source = f"const SHELL = {json.dumps(shell)};\n".encode() + _file("worker.js")
    response = HttpResponse(source, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    response["Service-Worker-Allowed"] = reverse("phone")
    return response


def _file(name: str) -> bytes:
    return Path(finders.find(f"collect/phone/{name}")).read_bytes()


@door
@require_safe
def phone_manifest(request):
    home = reverse("phone")
    manifest = {
        "id": home,
        "name": _("Besa: capture"),
        "short_name": "Besa",
        "description": _("Keep a post, a screenshot or a screen recording as evidence."),
        "lang": get_language(),
        "start_url": home,
        "scope": home,
        "display": "standalone",
        "background_color": "#f6f7f5",
        "theme_color": "#0d5a70",
        "icons": [
            {"src": reverse("phone_file", args=["icon.svg"]), "sizes": "any", "type": "image/svg+xml"},
            {"src": static("collect/phone/icon-192.png"), "sizes": "192x192", "type": "image/png"},
            {"src": static("collect/phone/icon-512.png"), "sizes": "512x512", "type": "image/png"},
            {"src": static("collect/phone/icon-512.png"), "sizes": "512x512", "type": "image/png",
             "purpose": "maskable"},
        ],
        "share_target": {
            "action": reverse("phone_share"),
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {
                "title": "title", "text": "text", "url": "url",
                "files": [{"name": "files", "accept": ["image/*", "video/*"]}],
            },
        },
    }  # fmt: skip
    return JsonResponse(manifest, content_type="application/manifest+json")


@door
@require_safe
def phone_share(request):
    """What is shared with Besa the service worker takes, on the phone; nothing of it comes here."""
    return redirect("phone")


def _told(view):
    """Errors as JSON, for the page on the phone to show."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except BesaError as error:
            status = {NotFound: 404, Refused: 403, BadInput: 422}.get(type(error), 409)
            told = {"error": error.message, "where": error.where, "remedy": error.remedy}
            response = JsonResponse(told, status=status)
            if isinstance(error, resuming.Misplaced):
                response["Upload-Offset"] = str(error.offset)
            return response

    return answer


@desk("collect.capture")
@require_safe
def phone_session(request):
    """Who is signed in here, and the token that each request of the page carries."""
    election = request.election
    return JsonResponse(
        {
            "by": request.user.username,
            "election": election.slug if election else "",
            "csrf": get_token(request),
            "piece": resuming.PIECE,
        }
    )


@desk("collect.capture")
@require_POST
@_told
def phone_uploads(request):
    said = _said(request)
    upload = resuming.begin(
        by=request.user, election=_election(request, said), token=_text(said, "token"), number=_whole(said, "number"),
        kind=_text(said, "kind"), media_type=_text(said, "media_type"), size=_whole(said, "size"),
        sha256=_text(said, "sha256"), scrubbed=bool(said.get("scrubbed")), sealed=bool(said.get("sealed")),
    )  # fmt: skip
    response = JsonResponse({"offset": resuming.offset(upload)}, status=201)
    response["Upload-Offset"] = str(resuming.offset(upload))
    return response


@desk("collect.capture")
@require_http_methods(["GET", "HEAD", "PATCH"])
@_told
def phone_upload(request, token, number):
    """HEAD: how far the file has come. PATCH: its next piece."""
    upload = resuming.waiting(by=request.user, token=token, number=number)
    if request.method == "PATCH":
        at = request.headers.get("Upload-Offset", "")
        if not at.isdecimal() or int(request.headers.get("Content-Length") or 0) > resuming.PIECE:
            raise BadInput("A piece says where it belongs, and is no larger than agreed.")
        sha256 = request.headers.get("Upload-Checksum", "").removeprefix("sha256 ")
        there = resuming.append(by=request.user, upload=upload, at=int(at), data=request.body, sha256=sha256)
    else:
        there = resuming.offset(upload)
    response = HttpResponse(status=204)
    response["Upload-Offset"], response["Upload-Length"] = str(there), str(upload.size)
    return response


@desk("collect.capture")
@require_POST
@_told
def phone_capture(request):
    """All files are here: make the capture."""
    said = _said(request)
    texts = {name: _text(said, name) for name in _TEXTS if said.get(name)}
    clip = said.get("video") or {}
    names = said.get("operator_names") or []
    if not isinstance(clip, dict) or not isinstance(names, list):
        raise BadInput("This is no capture.")
    made = resuming.finish(
        by=request.user, election=_election(request, said), token=_text(said, "token"), files=_whole(said, "files"),
        said={
            "url": "", **texts, "seen_at": _moment(said), "operator_names": [str(name) for name in names[:20]],
            "video": video.read(
                _text(clip, "length"), _text(clip, "watched"), _text(clip, "quotes"),
                measured=bool(clip.get("measured")),
            ),
        },
    )  # fmt: skip
    return JsonResponse({"capture": made.pk}, status=201)


@desk("collect.capture")
@require_POST
@_told
def phone_discard(request):
    """A capture was removed on the phone: its pieces go too."""
    resuming.discard(by=request.user, token=_text(_said(request), "token"))
    return HttpResponse(status=204)


def _said(request) -> dict:
    try:
        said = json.loads(request.body)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise BadInput("This is no JSON object.")
    return said


def _text(said: dict, name: str) -> str:
    value = said.get(name, "")
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise BadInput("This is no text of usual length.", where=name)
    return value


def _whole(said: dict, name: str) -> int:
    value = said.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 53:
        raise BadInput("This is no number.", where=name)
    return value


def _moment(said: dict) -> datetime:
    try:
        seen = datetime.fromisoformat(_text(said, "seen_at"))
    except ValueError:
        seen = None
    if seen is None or seen.tzinfo is None:
        raise BadInput("A capture says when the post was seen.", where="seen_at")
    return seen.astimezone(UTC)


def _election(request, said: dict):
    """The election that the capture was made for; the desk's own where the phone did not know one."""
    slug = _text(said, "election")
    found = next((one for one in elections() if one.slug == slug), None) if slug else request.election
    if found is None:
        raise Conflict("There is no such election here.", remedy="Choose the election at the desk and send it again.")
    return found
