"""The Door: a person who was told about a finding answers it. No staff session, no account.

GET shows and never writes, because mail scanners open every link; only a POST uses the link up.
"""

from __future__ import annotations

from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from besa.base import clock, languages
from besa.base.errors import Conflict, NotFound
from besa.base.ids import sha256_hex
from besa.people import throttle
from besa.people.policy import door
from besa.reply import actions
from besa.reply.forms import ReplyForm
from besa.reply.models import DoorSession, Notice, Reply

COOKIE = "besa_door"
#: Wrong links per network address in ten minutes. A right link always opens: nobody can lock another out.
MOST_GUESSES = 20


def _speaking(view):
    """Show the page in the language of the notice, unless the visitor chose another."""

    @wraps(view)
    def shown(request: HttpRequest, *args, **kwargs):
        notice = _notice_of_link(kwargs["token"]) if "token" in kwargs else _notice_of_session(request)
        if notice is None or settings.LANGUAGE_COOKIE_NAME in request.COOKIES:
            return view(request, notice, *args, **kwargs)
        with translation.override(languages.django_code(notice.language)):
            response = view(request, notice, *args, **kwargs)
        response.headers["Content-Language"] = notice.language
        return response

    return shown


@door
@never_cache
@require_safe
@_speaking
def reply(request, notice, token: str) -> HttpResponse:
    if notice is None:
        return _unknown(request)
    return render(request, "reply/door_link.html", {"token": token, **_state(notice)})


@door
@never_cache
@require_POST
@_speaking
def redeem(request, notice, token: str) -> HttpResponse:
    if notice is None:
        return _unknown(request)
    try:
        key = actions.redeem(token=token)
    except (Conflict, NotFound):
        return render(request, "reply/door_link.html", {"token": token, **_state(notice), "used": True}, status=409)
    response = redirect("door_answer")
    response.set_cookie(
        COOKIE,
        key,
        max_age=int(actions.SESSION.total_seconds()),
        path="/door/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


@door
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@_speaking
def answer(request, notice) -> HttpResponse:
    if notice is None:
        text = request.POST.get("text", "")[:20_000]
        return render(request, "reply/door_ended.html", {"text": text}, status=403)
    form = ReplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.leave_reply(notice=notice, **form.cleaned_data)
        response = redirect("door_done")
        response.delete_cookie(COOKIE, path="/door/", samesite="Strict")
        return response
    finding = notice.finding
    context = {"form": form, "notice": notice, "finding": finding, "item": finding.adjudication.item}
    status = 422 if request.method == "POST" else 200
    return render(request, "reply/door_answer.html", {**context, "election": finding.election}, status=status)


@door
@require_safe
def done(request) -> HttpResponse:
    return render(request, "reply/door_done.html")


@door
@never_cache
@require_POST
@_speaking
def new_link(request, notice, token: str) -> HttpResponse:
    if notice is None:
        return _unknown(request)
    try:
        actions.request_link(token=token)
    except Conflict as error:
        return render(request, "reply/door_sent.html", {"error": error}, status=429)
    return render(request, "reply/door_sent.html")


def _notice_of_link(token: str) -> Notice | None:
    return _with_finding().filter(token_sha256=sha256_hex(token)).first()


def _notice_of_session(request) -> Notice | None:
    key = request.COOKIES.get(COOKIE, "")
    session = DoorSession.objects.filter(key_sha256=sha256_hex(key), until__gt=clock.now()).first() if key else None
    return _with_finding().filter(pk=session.notice_id).first() if session else None


def _with_finding():
    return Notice.objects.select_related(
        "finding__election", "finding__clause", "finding__adjudication__item", "recipient", "message"
    )


def _state(notice: Notice) -> dict:
    return {
        "notice": notice,
        "election": notice.finding.election,
        "used": notice.redeemed_at is not None,
        "replied": Reply.objects.filter(notice=notice).exists(),
    }


def _unknown(request) -> HttpResponse:
    slowed = not throttle.allowed("link", throttle.address_of(request), most=MOST_GUESSES, seconds=600)
    return render(request, "reply/door_unknown.html", {"slowed": slowed}, status=429 if slowed else 404)
