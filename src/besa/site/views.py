"""The front page, the overview of the desk, preferences, and the published portal."""

from __future__ import annotations

from pathlib import Path

from csp.decorators import csp_replace
from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date, url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe
from django.views.static import was_modified_since

from besa.base.errors import NotFound
from besa.people.policy import desk, door
from besa.pledge.queries import elections
from besa.site import overview

#: Types of the files in an edition; anything else is handed over as bytes.
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".pdf": "application/pdf",
    ".xml": "application/atom+xml; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".parquet": "application/vnd.apache.parquet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_PORTAL_POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'self'"],
    "script-src": ["'self'"],
    "img-src": ["'self'"],
    "connect-src": ["'self'"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'none'"],
}
#: Documents among the downloads carry their own style and pictures, and may do nothing else.
_FILES_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"


@door
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("home")
    return render(request, "besa/front.html", {"published": overview.latest_edition() is not None})


@desk("home.see")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "besa/home.html", overview.cards(request.user, request.election))


@desk("home.see")
@require_POST
def choose_election(request: HttpRequest) -> HttpResponse:
    slug = request.POST.get("election", "")
    if slug not in {election.slug for election in elections()}:
        raise NotFound("There is no such election here.", remedy="Choose one from the list.")
    request.session["election"] = slug
    return redirect("home")


def _back(request: HttpRequest) -> HttpResponse:
    """Where the form was, if that is here."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(wanted if safe else reverse("front"))


@door
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    response = _back(request)
    code = request.POST.get("language", "")
    if code in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, code, max_age=365 * 86400, httponly=True, samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip
    return response


@door
@require_POST
def set_appearance(request: HttpRequest) -> HttpResponse:
    response = _back(request)
    wanted = request.POST.get("appearance", "")
    if wanted in ("light", "dark"):
        response.set_cookie(
            "appearance", wanted, max_age=365 * 86400, httponly=True, samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip
    else:
        response.delete_cookie("appearance")
    return response


@door
@require_safe
@csp_replace(_PORTAL_POLICY)
def portal(request: HttpRequest, path: str = "") -> HttpResponse:
    """A file of the latest edition's static site; the same files that any web server could serve."""
    edition = overview.latest_edition()
    if edition is None:
        return render(request, "besa/no_edition.html", status=404)
    try:
        wanted = _inside((edition / "site").resolve(), path)
    except (ValueError, OSError):  # a name that no file can have
        wanted = None
    if wanted is None:
        return _failed(request, 404)
    if wanted.is_dir():
        return redirect(request.path + "/")
    response = _file(request, wanted)
    if path.startswith("files/"):
        response["Content-Security-Policy"] = _FILES_POLICY
    return response


def _inside(site: Path, path: str) -> Path | None:
    """The file (or the folder that lacks its slash) behind a path; None where there is none or it lies outside."""
    wanted = (site / path).resolve()
    if wanted.is_dir() and (not path or path.endswith("/")):
        wanted = wanted / "index.html"
    return wanted if wanted.is_relative_to(site) and wanted.exists() else None


def _file(request: HttpRequest, path: Path) -> HttpResponse:
    changed = path.stat().st_mtime
    if not was_modified_since(request.headers.get("If-Modified-Since"), changed):
        return HttpResponseNotModified()
    response = FileResponse(
        path.open("rb"), content_type=_TYPES.get(path.suffix, "application/octet-stream"), filename=path.name
    )
    response["Last-Modified"] = http_date(changed)
    response["Cache-Control"] = "public, max-age=60"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _failed(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, "besa/error.html", {"status": status}, status=status)


def bad_request(request, exception):
    return _failed(request, 400)


def permission_denied(request, exception):
    return _failed(request, 403)


def page_not_found(request, exception):
    return _failed(request, 404)


def server_error(request):
    return _failed(request, 500)
