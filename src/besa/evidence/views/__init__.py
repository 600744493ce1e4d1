"""A docketed post with its evidence, adding a file, and handing a file out."""

from __future__ import annotations

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from besa.base.errors import BadInput, NotFound, Refused
from besa.base.home import Home
from besa.base.words import ClockOutcome
from besa.collect.names.queries import author, lifted
from besa.evidence import actions, queries
from besa.evidence.actions.custody import hand_out
from besa.evidence.forms import AddFile, AskPage
from besa.evidence.models import Exhibit
from besa.people import policy
from besa.people.policy import desk
from besa.triage import queries as triage
from besa.triage import rules as triage_rules
from besa.triage.models import DocketItem
from besa.triage.queries.clocks import of_item
from besa.triage.queries.families import families_of
from besa.vault import Vault

#: So many other posts are named; the family's own page has all.
_COPIES = 10
#: Addresses of files on pages of work: what they are signed for, and how long they hold.
_SHOWN, _SHOWN_SECONDS = "besa.evidence.shown", 86_400


def _item(request, number: int) -> DocketItem:
    item = DocketItem.objects.select_related("account", "election").filter(election=request.election, pk=number).first()
    if item is None:
        raise NotFound(_("There is no such post on the docket."))
    return item


@require_safe
@desk("docket.see")
def docket_item(request, number: int):
    return _page(request, _item(request, number), AddFile())


def _page(request, item: DocketItem, form: AddFile, status: int = 200):
    custody, stamps, exhibits = queries.custody(item), queries.stamps(item), queries.exhibits(item)
    told = policy.may(request.user, "docket.see", item.election.slug)
    return render(
        request,
        "evidence/item.html",
        {
            "item": item,
            # whoever may still code the post is not told what the machine saw in it
            "pieces": triage_rules.pieces(item.text, triage_rules.all_spans(item.reasons) if told else []),
            "ranked": triage.ranking(item),
            "disturbing": triage_rules.disturbing(item.reasons),
            "exhibits": [(exhibit, custody.get(exhibit.pk, []), stamps.get(exhibit.pk, [])) for exhibit in exhibits],
            "opened": queries.hands_today(request.user, exhibits, "viewed"),
            "families": families_of(item),
            "copies": triage.copies(item)[:_COPIES],
            "pictures": queries.same_pictures(item)[:_COPIES],
            "clocks": of_item(item) if told else [],
            "clock_outcomes": list(ClockOutcome),
            "form": form,
            "pages": queries.pages_of(item),
            "asking": AskPage(initial={"url": item.url}),
            "rechecks": queries.rechecks(item),
        },
        status=status,
    )


@require_POST
@desk("evidence.preserve")
def evidence_add(request, number: int):
    item, form = _item(request, number), AddFile(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            actions.add_file(
                by=request.user,
                item=item,
                kind="screenshot",
                data=file.read(),
                media_type=file.content_type or "",
                file_name=file.name,
                note=form.cleaned_data["note"],
            )
        except BadInput as error:
            form.add_error("file", str(error))
        else:
            messages.success(request, _("The file is in the vault."))
            return redirect("docket_item", item.pk)
    return _page(request, item, form, status=400)


@require_POST
@desk("evidence.see")
def evidence_view(request, number: int):
    """Open a picture: custody says so first, then the page of the post shows it until the day ends."""
    exhibit = _exhibit(request, number)
    hand_out(by=request.user, exhibit=exhibit, act="viewed")
    return redirect(f"{reverse('docket_item', args=[exhibit.item_id])}#e{exhibit.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
@desk("evidence.see")
def evidence_file(request, number: int):
    """The bytes, hashed again; never as a page: other people's files must not run here.

    POST takes a copy, and custody says so; GET shows what the same person has opened today or was given for their
    work on the post (`address_of`), and writes nothing.
    """
    exhibit = _exhibit(request, number)
    if request.method == "POST":
        hand_out(by=request.user, exhibit=exhibit, act="copied")
    elif not _given(request, exhibit) and not queries.hands_today(request.user, [exhibit], "viewed"):
        raise Refused(_("Open it on the page of its post."))
    return _bytes(exhibit)


def address_of(exhibit: Exhibit, user) -> str:
    """Where a page of work shows this file to this person, for a day."""
    mark = signing.dumps([user.pk, exhibit.pk], salt=_SHOWN)
    return f"{reverse('evidence_file', args=[exhibit.pk])}?shown={mark}"


def _given(request, exhibit: Exhibit) -> bool:
    try:
        told = signing.loads(request.GET.get("shown", ""), salt=_SHOWN, max_age=_SHOWN_SECONDS)
    except signing.BadSignature:
        return False
    return told == [request.user.pk, exhibit.pk]


def _exhibit(request, number: int) -> Exhibit:
    exhibit = queries.visible_to(request.user, request.election).filter(pk=number).first()
    if exhibit is None:
        raise NotFound(_("There is no such file."))
    if exhibit.kind == "raw" and author(exhibit.item, request.election, lifted(request.election, request.user)).private:
        raise Refused(_("This record names a private person."), remedy=_("The data protection lead may lift the name."))
    return exhibit


def _bytes(exhibit: Exhibit) -> HttpResponse:
    response = HttpResponse(Vault(Home.here().vault).get(exhibit.sha256), content_type=exhibit.media_type)
    name = (
        f"{exhibit.sha256[:12]}-{exhibit.file_name or 'record'}".encode("ascii", "replace").decode().replace("?", "_")
    )
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
