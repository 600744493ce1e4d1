"""Desk pages of capturing by hand: what was captured, the form, the extension, and personal upload tokens."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from besa.base.errors import BadInput, Conflict
from besa.base.ids import new_token
from besa.collect import actions, queries
from besa.collect.forms.captures import CaptureForm, TokenForm
from besa.collect.models import UploadToken
from besa.collect.names.queries import authors_of
from besa.collect.rules import addresses
from besa.people.policy import desk

EXTENSION = Path(__file__).parents[1] / "static" / "collect" / "extension"


@desk("collect.capture")
@require_safe
def captures(request):
    return _page(request, TokenForm())


def _page(request, form, token: str = "", status: int = 200) -> HttpResponse:
    page = Paginator(queries.captures(request.election), 30).get_page(request.GET.get("page"))
    if request.election:
        who = authors_of(page.object_list, request.election, request.user)
        for row in page:
            row.who = who[row.pk]
    answer = render(
        request,
        "collect/captures.html",
        {
            "page": page,
            "tokens": queries.living_tokens(request.user, request.election),
            "form": form,
            "token": token,
            "gate": request.build_absolute_uri(reverse("gate_about", args=["TOKEN"])).partition("/z/")[0],
            "bookmarklet": _bookmarklet(request.build_absolute_uri(reverse("capture_new"))),
        },
        status=status,
    )
    return answer


@desk("collect.capture")
@require_POST
@sensitive_variables("token")
def token_make(request):
    """The token is shown on the answer to the form and nowhere again; a reload does not bring it back."""
    form = TokenForm(request.POST)
    if not request.election:
        raise Conflict(_("No election is loaded."))
    if not form.is_valid():
        return _page(request, form, status=400)
    _row, token = actions.make_token(by=request.user, election=request.election, **form.cleaned_data)
    answer = _page(request, TokenForm(), token)
    answer["Cache-Control"] = "no-store"
    return answer


@desk("collect.capture")
@require_POST
def token_revoke(request, pk):
    token = get_object_or_404(UploadToken, pk=pk, election=request.election.slug if request.election else "")
    actions.revoke_token(by=request.user, token=token)
    messages.success(request, _("The token no longer holds."))
    return redirect("captures")


@desk("collect.capture")
@require_http_methods(["GET", "HEAD", "POST"])
def capture_new(request):
    if not request.election:
        raise Conflict(_("No election is loaded."))
    form = CaptureForm(
        request.POST or None, request.FILES or None, zone=request.election.timezone,
        initial={"token": new_token(18), "url": request.GET.get("url", "")},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.capture(by=request.user, election=request.election, **form.arguments())
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Captured. The files are in the vault, the post is in the corpus."))
            return redirect("capture_show", row.pk)
    answer = render(request, "collect/capture_new.html", {"form": form}, status=400 if form.errors else 200)
    # A page opened by the bookmarklet may hand the copy of the post over, if the platform lets it.
    answer["Cross-Origin-Opener-Policy"] = "unsafe-none"
    return answer


@desk("collect.capture")
@require_safe
def capture_address(request):
    """What an address tells, so that the form is filled in while somebody pastes it."""
    found = addresses.read(request.GET.get("url", ""))
    if found is None:
        return JsonResponse({})
    portal = found.platform == "portal"
    posted = addresses.told_time(found.platform, found.native_id)
    kind = "comment" if found.comment_id else "article" if portal else "video" if found.platform in _VIDEO else "post"
    return JsonResponse(
        {
            "platform": found.platform,
            "kind": kind,
            "account_handle": (found.host if portal else found.handle) or "",
            "posted_at": posted.isoformat() if posted else "",
            "is_post": found.is_post or portal,
        }
    )


_VIDEO = ("tiktok", "youtube")


@desk("collect.capture")
@require_safe
def capture_show(request, pk):
    row = get_object_or_404(queries.captures(request.election).select_related("entered"), pk=pk)
    row.who = authors_of([row], request.election, request.user)[row.pk]
    return render(request, "collect/capture_show.html", {"row": row, "files": queries.captured_files([row])})


@desk("collect.capture")
@require_safe
def extension(request):
    """The browser extension as the folder that Chrome loads, and as the file that Firefox loads."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        for path in sorted(EXTENSION.rglob("*")):
            if path.is_file():
                name = zipfile.ZipInfo(path.relative_to(EXTENSION).as_posix(), (1980, 1, 1, 0, 0, 0))
                out.writestr(name, path.read_bytes(), zipfile.ZIP_DEFLATED)
    answer = HttpResponse(packed.getvalue(), content_type="application/zip")
    answer["Content-Disposition"] = 'attachment; filename="besa-capture.zip"'
    return answer


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


def _bookmarklet(form: str) -> str:
    """The readers of the extension and what opens the form, as one address to drag to the bookmarks."""
    from urllib.parse import quote

    lines = [line.strip() for name in ("readers.js", "bookmarklet.js") for line in _lines(EXTENSION / name)]
    source = "\n".join(line for line in lines if line and not line.startswith("//"))
    return "javascript:" + quote(f"(()=>{{{source}\nbesaBookmarklet({form!r});}})()")
