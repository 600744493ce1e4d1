"""Desk pages of a captured video: the player with its times and quotes, and the recording itself, part by part."""

from __future__ import annotations

import re

from csp.decorators import csp_update
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from besa.base.errors import BadInput, NotFound
from besa.base.home import Home
from besa.collect.actions import describe_video
from besa.collect.models import CapturedFile
from besa.collect.queries import captured_files, captures
from besa.collect.rules import video
from besa.people.policy import desk
from besa.vault import Vault

#: Bytes of one answer to the player; it asks for the next part by itself.
_PART = 2 << 20
_RANGE = re.compile(r"bytes=([0-9]+)-([0-9]*)")


@desk("collect.capture")
@require_http_methods(["GET", "HEAD", "POST"])
@csp_update({"media-src": ["'self'"]})
def capture_video(request, pk):
    capture = get_object_or_404(captures(request.election), pk=pk)
    back = f"{reverse('capture_show', args=[pk])}#video"
    texts = {**video.texts(capture.video), "measured": bool(capture.video) and capture.video["measured"]}
    error = ""
    if request.method == "POST":
        texts = {name: request.POST.get(f"video_{name}", "") for name in ("length", "watched", "quotes")}
        texts["measured"] = request.POST.get("video_measured") == "yes"
        try:
            describe_video(by=request.user, capture=capture, video=video.read(**texts))
        except BadInput as problem:
            error = str(problem)
        else:
            messages.success(request, _("Times and quotes are saved."))
            return redirect("capture_video", pk)
    files = [file for file in captured_files([capture]) if file.media_type.startswith("video/") and not file.sealed]
    context = {"capture": capture, "recordings": files, "video_texts": texts, "error": error, "back": back}
    return render(request, "collect/watch.html", context, status=400 if error else 200)


@desk("collect.capture")
@require_safe
def capture_play(request, pk):
    """A part of a recording, as the player asks for it; hashed again as a whole before any byte leaves."""
    mine = captures(request.election).values("pk")
    file = CapturedFile.objects.filter(pk=pk, capture__in=mine, sealed=False, media_type__startswith="video/").first()
    if file is None:
        raise NotFound(_("There is no such recording."))
    asked = _RANGE.fullmatch(request.headers.get("Range", "bytes=0-"))
    start = int(asked[1]) if asked else 0
    if start >= file.size:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{file.size}"})
    end = min(start + _PART, file.size, int(asked[2]) + 1 if asked and asked[2] else file.size)
    with Vault(Home.here().vault).open(file.sha256) as held:
        held.seek(start)
        part = held.read(end - start)
    response = HttpResponse(part, status=206, content_type=file.media_type)
    response["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
    response["Accept-Ranges"] = "bytes"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
