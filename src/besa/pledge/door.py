"""The Door of this room: somebody asks to sign the Code, and signs through a one-use link. No account.

GET shows and never writes, because mail scanners open every link; only a POST uses the link up.
"""

from __future__ import annotations

from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from besa.base import languages
from besa.base.errors import BadInput, Conflict, NotFound
from besa.people import throttle
from besa.people.policy import door
from besa.pledge import actions, queries
from besa.pledge.forms import AskForm, SignSelfForm
from besa.pledge.models import Invitation
from besa.pledge.queries import inviting
from besa.pledge.queries.receipts import is_whole
from besa.pledge.views import receipts

COOKIE = "besa_sign"
_PATH = "/door/sign/"
#: Requests and wrong links per network address, and requests kept in all, in ten minutes.
MOST_SENT, MOST_KEPT, MOST_GUESSES, SPAN = 5, 60, 20, 600


def _speaking(view):
    """Show the page in the language of the request, unless the visitor chose another."""

    @wraps(view)
    def shown(request: HttpRequest, *args, **kwargs):
        if "token" in kwargs:
            held = inviting.invitation_of_link(kwargs["token"])
        else:
            held = inviting.invitation_of_session(request.COOKIES.get(COOKIE, ""))
        if held is None:
            return _unknown(request)
        if settings.LANGUAGE_COOKIE_NAME in request.COOKIES:
            return view(request, held, *args, **kwargs)
        with translation.override(languages.django_code(held.language)):
            response = view(request, held, *args, **kwargs)
        response.headers["Content-Language"] = held.language
        return response

    return shown


@door
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, election: str = "") -> HttpResponse:
    """The form of somebody who wants to sign for a body."""
    loaded = queries.elections()
    held = next((one for one in loaded if one.slug == election), None) if election else next(iter(loaded), None)
    if held is None or queries.active_code(held) is None:
        return _unknown(request)
    sending = request.method == "POST"
    if sending and not throttle.allowed("sign", throttle.address_of(request), most=MOST_SENT, seconds=SPAN):
        return render(request, "pledge/door_ended.html", {"later": True}, status=429)
    form = AskForm(request.POST or None)
    if sending and form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name != "website"}
        if not throttle.allowed("sign kept", "", most=MOST_KEPT, seconds=SPAN):
            return render(request, "pledge/door_ended.html", {"later": True}, status=503)
        try:
            actions.ask(election=held, language=languages.tag_of(get_language() or "en"), **given)
        except Conflict as error:
            form.add_error(None, str(error))
        else:
            return redirect("door_sign_asked")
    return render(request, "pledge/door_ask.html", {"form": form, "election": held}, status=422 if sending else 200)


@door
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    return render(request, "pledge/door_asked.html")


@door
@never_cache
@require_safe
@_speaking
def link(request, held: Invitation, token: str) -> HttpResponse:
    return render(request, "pledge/door_link.html", {"held": held, "token": token, "election": held.election})


@door
@never_cache
@require_POST
@_speaking
def redeem(request, held: Invitation, token: str) -> HttpResponse:
    try:
        key = actions.redeem(token=token)
    except (Conflict, NotFound):
        return render(request, "pledge/door_ended.html", status=409)
    response = redirect("door_sign_text")
    response.set_cookie(
        COOKIE, key, max_age=int(actions.inviting.SESSION.total_seconds()), path=_PATH,
        secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Strict",
    )  # fmt: skip
    return response


@door
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@_speaking
def text(request, held: Invitation) -> HttpResponse:
    """The exact text, what of it binds this signatory, and the signature; after it, the receipt."""
    if held.state == "signed":
        context = {"held": held, "languages": languages.NAMES.items(), "election": held.election}
        return render(request, "pledge/door_signed.html", context)
    code = queries.active_code(held.election)
    if code is None or not is_whole(code):
        return render(request, "pledge/door_ended.html", {"no_text": True}, status=409)
    initial = {"signer": f"{held.person}, {held.office}".strip(", "), "keeper_email": held.email, "sha256": code.sha256}
    form = SignSelfForm(request.POST or None, initial=initial)
    here = languages.tag_of(get_language() or "en")
    if request.method == "POST" and form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name != "confirm"}
        try:
            actions.sign_self(invitation=held, language=here, **given)
        except (Conflict, BadInput) as error:
            form.data = {**form.data.dict(), "sha256": code.sha256}
            form.add_error(None, f"{error} {error.remedy}".strip())
        else:
            return redirect("door_sign_text")
    principles = inviting.text_for(code, held.actor.kind)
    context = {
        "held": held, "election": held.election, "code": code, "principles": principles, "form": form,
        "binding": sum(one.binds for _principle, clauses in principles for one in clauses),
    }  # fmt: skip
    return render(request, "pledge/door_text.html", context, status=422 if request.method == "POST" else 200)


@door
@never_cache
@require_safe
@_speaking
def receipt_json(request, held: Invitation) -> HttpResponse:
    return receipts.json_file(_signature(held))


@door
@never_cache
@require_safe
@_speaking
def receipt_pdf(request, held: Invitation, language: str) -> HttpResponse:
    return receipts.pdf_file(_signature(held), language)


@door
@never_cache
@require_safe
@_speaking
def code_text(request, held: Invitation) -> HttpResponse:
    return receipts.text_file(held.signature.code if held.signature else queries.active_code(held.election))


def _signature(held: Invitation):
    if held.signature is None:
        raise NotFound(_("There is no such signature."))
    return held.signature


def _unknown(request) -> HttpResponse:
    slowed = not throttle.allowed("link", throttle.address_of(request), most=MOST_GUESSES, seconds=SPAN)
    return render(request, "pledge/door_ended.html", {"later": slowed}, status=429 if slowed else 404)
