"""Tips at the desk: the queue, one tip, and what is done with it."""

from __future__ import annotations

from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from besa.base.errors import BadInput, NotFound
from besa.base.home import Home
from besa.base.words import TipState
from besa.collect import actions, queries
from besa.collect.forms.tips import TIP_CONCERNS, DeclineTipForm, TakeUpTipForm
from besa.collect.models import Tip
from besa.collect.rules import addresses
from besa.people.policy import desk
from besa.vault.store import Vault


def _tip(request, pk: int) -> Tip:
    return get_object_or_404(Tip.objects.select_related("election", "duplicate_of"), pk=pk, election=request.election)


@desk("tip.see")
@require_safe
def tips(request):
    asked = {name: request.GET.get(name, "")[:200] for name in ("state", "concern", "search")}
    page = Paginator(queries.tips(request.election, **asked), 50).get_page(request.GET.get("page"))
    rest = request.GET.copy()
    rest.pop("page", None)
    context = {
        "page": page, "asked": asked, "rest": rest.urlencode(), "filtered": any(asked.values()),
        "counts": queries.tip_counts(request.election), "states": [*TipState, "duplicates", "all"],
        "concerns": TIP_CONCERNS,
    }  # fmt: skip
    return render(request, "collect/tips.html", context)


@desk("tip.see")
@require_safe
def tip_show(request, pk):
    return _tip_page(request, _tip(request, pk))


def _tip_page(request, tip: Tip, *, contact: str = "", status: int = 200, **bound):
    address = addresses.read(tip.link)
    initial = {
        "url": tip.link,
        "platform": address.platform if address else "facebook",
        "account_handle": (address.handle if address else "") or "",
        "kind": "article" if address and address.platform == "portal" else "post",
    }
    context = {
        "tip": tip,
        "alike": queries.same_tips(tip),
        "followers": Tip.objects.filter(duplicate_of=tip).count(),
        "open": tip.state != TipState.TAKEN_UP,
        "lead": tip.channel != "public",
        "has_contact": queries.has_contact(tip),
        "contact": contact,
        "decline": bound.get("decline") or DeclineTipForm(),
        "take_up": bound.get("take_up") or TakeUpTipForm(initial=initial),
        "take_up_open": "take_up" in bound,
    }
    return render(request, "collect/tip_show.html", context, status=status)


@desk("tip.see")
@require_safe
def tip_picture(request, pk):
    """The copy drawn anew, never the bytes that a stranger sent."""
    tip = _tip(request, pk)
    if not tip.copy_sha256:
        raise NotFound(_("This tip has no picture."))
    answer = HttpResponse(Vault(Home.here().vault).get(tip.copy_sha256), content_type="image/jpeg")
    answer["Content-Disposition"] = f'inline; filename="tip-{tip.pk}.jpg"'
    return answer


@desk("tip.decide")
@require_POST
def tip_look(request, pk):
    tip = actions.look_at_tip(by=request.user, tip=_tip(request, pk), remark=request.POST.get("remark", "")[:1000])
    messages.success(request, _("Noted: somebody has looked at it."))
    return redirect("tip_show", tip.pk)


@desk("tip.decide")
@require_POST
def tip_join(request, pk):
    first = request.POST.get("first", "")
    tip = _tip(request, pk)
    actions.join_tips(by=request.user, tip=tip, first=_tip(request, int(first) if first.isdecimal() else 0))
    messages.success(request, _("This tip now follows the other one."))
    return redirect("tips")


@desk("tip.decide")
@require_POST
def tip_decline(request, pk):
    tip, form = _tip(request, pk), DeclineTipForm(request.POST)
    if not form.is_valid():
        return _tip_page(request, tip, decline=form, status=422)
    actions.decline_tip(by=request.user, tip=tip, **form.cleaned_data)
    messages.success(request, _("Not taken up. Its sender can read why."))
    return redirect("tips")


@desk("tip.take_up")
@require_POST
def tip_take_up(request, pk):
    """Into the corpus, then on to the docket, where triage's own page asks why."""
    tip = _tip(request, pk)
    if tip.channel != "public":
        actions.take_up_tip(by=request.user, tip=tip, remark=request.POST.get("remark", "")[:1000])
        messages.success(request, _("Kept as a lead. It counts once the same is found in public."))
        return redirect("tip_show", tip.pk)
    with timezone.override(ZoneInfo(tip.election.timezone)):
        form = TakeUpTipForm(request.POST)
        valid = form.is_valid()
    if valid:
        try:
            tip = actions.take_up_tip(by=request.user, tip=tip, **form.cleaned_data)
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The post is in the corpus. Say why people should look at it."))
            reason = _("Tip %(number)s") % {"number": tip.pk}
            return redirect(f"{reverse('docket_put')}?{urlencode({'post': tip.post_key, 'reason': reason})}")
    return _tip_page(request, tip, take_up=form, status=422)


@desk("tip.contact")
@require_POST
def tip_contact(request, pk):
    tip = _tip(request, pk)
    return _tip_page(request, tip, contact=actions.read_contact(by=request.user, tip=tip))


@desk("tip.contact")
@require_POST
def tip_erase_contact(request, pk):
    actions.erase_contact(by=request.user, tip=_tip(request, pk))
    messages.success(request, _("The contact is erased."))
    return redirect("tip_show", pk)
