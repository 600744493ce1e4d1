"""The desk's gate: every view says which act it needs; a view that says nothing is refused."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from besa.base import clock, languages
from besa.base.errors import BesaError, Conflict, NotFound, Refused
from besa.base.words import Role, label
from besa.people import policy
from besa.pledge.queries import current_election, elections
from besa.site.rooms import rooms_for

#: Prefixes of views that other packages bring and that guard themselves.
_GUARDED_ELSEWHERE = ("allauth.", "django.views.i18n", "django.contrib.staticfiles")


class Desk:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.election = None
        _speak(request)
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response

    def process_view(self, request, view, args, kwargs):
        act = getattr(view, "besa_act", None)
        if act == "door" or (act is None and view.__module__.startswith(_GUARDED_ELSEWHERE)):
            return None
        if not request.user.is_authenticated:
            return redirect(f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': request.get_full_path()})}")
        if not policy.reaches_from(request.user, request.META.get("REMOTE_ADDR")):
            return _refused(request, "Demo accounts work on this machine only.")
        if not request.user.demo and not _has_second_factor(request.user):
            return redirect("mfa_activate_totp")
        request.election = current_election(request.session.get("election"))
        if act is None:
            return _refused(request, "This page has not been given to any role.")
        slug = request.election.slug if request.election else ""
        if not policy.may(request.user, act, slug):
            return _refused(request, "")
        return None

    def process_exception(self, request, error):
        """Errors of ours explain themselves on a page; all others are faults and go up."""
        if not isinstance(error, BesaError):
            return None
        status = 403 if isinstance(error, Refused) else 404 if isinstance(error, NotFound) else 409
        if not isinstance(error, Refused | NotFound | Conflict):
            status = 400
        return render(request, "besa/error.html", {"error": error, "status": status}, status=status)


def desk_context(request) -> dict:
    """What every desk page shows around its own content."""
    user = getattr(request, "user", None)
    appearance = {"appearance": request.COOKIES.get("appearance") if request else ""}
    if not user or not user.is_authenticated:
        return appearance
    election = getattr(request, "election", None)
    slug = election.slug if election else ""
    roles = policy.roles_of(user, slug)
    return {
        **appearance,
        "election": election,
        "elections": elections(),
        "roles": roles,
        "role_labels": sorted(gettext(label(Role, role)) for role in roles),
        "rooms": rooms_for(user, slug, request.path),
        "may": _May(user, slug),
        "demo_time": clock.now() if clock.is_demo() else None,
    }


class _May:
    """`{% if may.coding_code %}`: the policy table, readable from a template."""

    def __init__(self, user, election: str):
        self.user, self.election = user, election

    def __getitem__(self, name: str) -> bool:
        return policy.may(self.user, name.replace("_", ".", 1), self.election)


def _refused(request, message: str) -> HttpResponse:
    error = Refused(message) if message else None
    return render(request, "besa/error.html", {"error": error, "status": 403}, status=403)


def _speak(request) -> None:
    """Staff who have not chosen a language in this browser get the one of their account."""
    if settings.LANGUAGE_COOKIE_NAME in request.COOKIES or not request.user.is_authenticated:
        return
    wanted = request.user.interface_language
    code = languages.INTERFACE.get(wanted, wanted)
    if code in languages.INTERFACE.values():
        translation.activate(code)
        request.LANGUAGE_CODE = code


def _has_second_factor(user) -> bool:
    from allauth.mfa.utils import is_mfa_enabled

    return is_mfa_enabled(user)
