"""The desk's gate: every view says which act it needs; a view that says nothing is refused."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from besa.base.errors import BesaError, Conflict, NotFound, Refused
from besa.people import policy
from besa.pledge.queries import current_election, elections

#: Prefixes of views that other packages bring and that guard themselves.
_GUARDED_ELSEWHERE = ("allauth.", "django.views.i18n", "django.contrib.staticfiles")
_LOOPBACK = {"127.0.0.1", "::1"}


class Desk:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.election = None
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        act = getattr(view, "besa_act", None)
        if act == "door" or (act is None and view.__module__.startswith(_GUARDED_ELSEWHERE)):
            return None
        if not request.user.is_authenticated:
            return redirect(f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': request.get_full_path()})}")
        if request.user.demo:
            if request.META.get("REMOTE_ADDR") not in _LOOPBACK:
                return _refused(request, "Demo accounts work on this machine only.")
        elif not _has_second_factor(request.user):
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
    if not user or not user.is_authenticated:
        return {}
    election = getattr(request, "election", None)
    slug = election.slug if election else ""
    return {
        "election": election,
        "elections": elections(),
        "roles": policy.roles_of(user, slug),
        "may": _May(user, slug),
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


def _has_second_factor(user) -> bool:
    from allauth.mfa.utils import is_mfa_enabled

    return is_mfa_enabled(user)
