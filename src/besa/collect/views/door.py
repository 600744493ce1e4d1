"""The Door of this room: anybody tells us of a post, without an account, and asks later what became of it.

A flood is turned away before anything of it is read, and never holds more than a few threads, so that the desk
stays quick. Works without script and without cookies of ours but the form's own token.
"""

from __future__ import annotations

import threading
from functools import wraps

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.shortcuts import render
from django.utils.crypto import get_random_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from besa.base import clock
from besa.base.errors import BadInput, DiskFloor
from besa.base.ids import sha256_hex
from besa.base.languages import tag_of
from besa.collect import actions, queries
from besa.collect.actions.tips import BoxFull
from besa.collect.forms.tips import CONSENT, NumberForm, TipForm
from besa.collect.rules import tips as rules
from besa.people import throttle
from besa.people.policy import door
from besa.pledge.queries import elections

#: Forms sent from one network address, and tips kept in all, in ten minutes.
MOST_SENT, MOST_KEPT, SPAN = 20, 200, 600
#: Seconds without a byte after which a sender is given up.
_PATIENCE = 20
#: Threads of one process that visitors may hold at a time, for reading the form and for sending it.
_SLOTS = {"GET": threading.BoundedSemaphore(2), "POST": threading.BoundedSemaphore(2)}


def _gated(view):
    """Turn a flood away by size, number and slots first; the form's token is checked inside, as it reads the body."""
    checked = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def gated(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        sending = request.method == "POST"
        if (socket := request.META.get("gunicorn.socket")) is not None:
            socket.settimeout(_PATIENCE)
        if sending:
            if int(request.META.get("CONTENT_LENGTH") or 0) > rules.MOST_BYTES:
                return _sorry(request, 413)
            if not throttle.allowed("tip", throttle.address_of(request), most=MOST_SENT, seconds=SPAN):
                return _sorry(request, 429)
        slot = _SLOTS["POST" if sending else "GET"]
        if not slot.acquire(blocking=False):
            return _sorry(request, 503)
        try:
            return checked(request, *args, **kwargs)
        except (UnreadablePostError, TimeoutError):
            return _sorry(request, 408)
        finally:
            slot.release()

    return gated


@door
@never_cache
@_gated
@require_http_methods(["GET", "HEAD", "POST"])
def tip(request: HttpRequest, election: str = "") -> HttpResponse:
    """The form, and after it the number, shown once."""
    loaded = elections()
    held = next((one for one in loaded if one.slug == election), None) if election else None
    if held is None:
        if election or not loaded:
            return render(request, "collect/tip_nowhere.html", status=404)
        if len(loaded) > 1:
            return render(request, "collect/tip_which.html", {"loaded": loaded})
        held = loaded[0]
    form = TipForm(request.POST or None, request.FILES or None, initial={"ticket": _ticket()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        began = _began(given["ticket"])
        waited = clock.now().timestamp() - began[1] if began else -1
        if not rules.TOO_FAST <= waited <= rules.TOO_OLD:
            form.data = {**form.data.dict(), "ticket": _ticket()}
            form.add_error(None, _("Please look at the form once more, wait three seconds, and send it again."))
        else:
            try:
                return _keep(request, held, given, began[0])
            except BadInput as error:
                form.add_error("picture", str(error))
            except (BoxFull, DiskFloor):
                return _sorry(request, 503, form)
    context = {"form": form, "election": held, "emergency": held.settings.get("emergency", {})}
    return render(request, "collect/tip.html", context, status=422 if request.method == "POST" else 200)


def _keep(request, election, given: dict, nonce: str) -> HttpResponse:
    picture = given["picture"].read() if given["picture"] else b""
    content = sha256_hex("\0".join((given["link"], given["note"], given["contact"], sha256_hex(picture))))
    number = rules.number_of(settings.SECRET_KEY, nonce, content)
    if not queries.tip_of_number(number) and not throttle.allowed("tip kept", "", most=MOST_KEPT, seconds=SPAN):
        raise BoxFull("Too many tips at once.")
    names = ("concern", "channel", "link", "note", "contact")
    actions.leave_tip(
        election=election, number=number, consent=str(CONSENT), language=tag_of(get_language() or "en"),
        picture=picture, **{name: given[name] for name in names},
    )  # fmt: skip
    return render(request, "collect/tip_done.html", {"election": election, "number": number})


@door
@never_cache
@_gated
@require_http_methods(["GET", "HEAD", "POST"])
def tip_status(request: HttpRequest) -> HttpResponse:
    """What became of a tip, for whoever has its number. Guessing is slowed."""
    form = NumberForm(request.POST or None)
    found = None
    if request.method == "POST" and form.is_valid():
        found = queries.tip_of_number(form.cleaned_data["number"])
        if found is None:
            form.add_error("number", _("There is no tip of this number. Look at each letter again."))
    status = 404 if form.errors else 200
    return render(request, "collect/tip_status.html", {"form": form, "tip": found}, status=status)


def _ticket() -> str:
    return signing.dumps([get_random_string(16), clock.now().timestamp()], salt="tip")


def _began(ticket: str) -> tuple[str, float] | None:
    """The form's own mark and when it was handed out; None where it is not one of ours."""
    try:
        nonce, at = signing.loads(ticket, salt="tip")
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return nonce, at


def _sorry(request, status: int, form: TipForm | None = None) -> HttpResponse:
    """Nothing was kept, and why; what was typed is shown again so that it is not lost."""
    typed = {name: form.cleaned_data.get(name, "") for name in ("link", "note")} if form else {}
    answer = render(request, "collect/tip_later.html", {"status": status, "typed": typed}, status=status)
    answer["Retry-After"] = str(SPAN)
    return answer
