"""Files about a signature: its receipt, sealed and printed, and the exact text that was signed."""

from __future__ import annotations

import json

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from besa.base.errors import Conflict, NotFound
from besa.base.languages import NAMES
from besa.people.policy import desk
from besa.pledge.models import Code, Signature
from besa.pledge.queries import receipts


def _signature(request, pk: int) -> Signature:
    found = Signature.objects.filter(pk=pk, signatory__actor__election=request.election)
    signature = found.select_related("code", "signatory__actor__election").first()
    if signature is None:
        raise NotFound(_("There is no such signature."))
    return signature


@desk("signatory.see")
@require_safe
def receipt_json(request, pk: int) -> HttpResponse:
    return json_file(_signature(request, pk))


@desk("signatory.see")
@require_safe
def receipt_pdf(request, pk: int, language: str) -> HttpResponse:
    return pdf_file(_signature(request, pk), language)


@desk("code.see")
@require_safe
def code_text(request, pk: int) -> HttpResponse:
    code = Code.objects.filter(pk=pk, election=request.election).first()
    if code is None:
        raise NotFound(_("There is no such version of the Code."))
    return text_file(code)


# The Door hands out the same files


def json_file(signature: Signature) -> HttpResponse:
    sealed = receipts.receipt_of(signature)
    if sealed is None:
        raise Conflict(
            _("The text that was signed is not kept here word for word, so no receipt can be made of it."),
            remedy=_("Load the pack that it was signed under."),
        )
    data = json.dumps(sealed, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    return _download(data.encode(), "application/json", f"receipt-S-{signature.pk}.json")


def pdf_file(signature: Signature, language: str) -> HttpResponse:
    if language not in NAMES:
        raise NotFound(_("There is no such page."))
    if receipts.receipt_of(signature) is None:
        return json_file(signature)  # says why there is none
    printed = receipts.receipt_pdf(signature, language)
    return _download(printed, "application/pdf", f"receipt-S-{signature.pk}-{language}.pdf")


def text_file(code: Code) -> HttpResponse:
    return _download(receipts.text_of(code).encode(), "application/json", f"code-{code.version}.json")


def _download(data: bytes, media_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        data,
        content_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"},
    )
