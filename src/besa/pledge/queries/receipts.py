"""What a signatory is handed after signing: the exact text, a sealed receipt, the same for the eye (PDF)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from besa.base import languages, typeset
from besa.base.home import Home
from besa.base.ids import sha256_hex
from besa.base.words import LABELS, Duty, SignatureKind
from besa.edition import keys, receipt
from besa.pledge import rules
from besa.pledge.models import Clause, Code, Principle, Signature

_TEMPLATE = Path(__file__).resolve().parents[1] / "templates" / "pledge" / "receipt.typ"


def text_of(code: Code) -> str:
    """The canonical text of a version as it is kept here; what a signature binds."""
    principles = [
        {
            "slug": principle.slug,
            "names": principle.names,
            "texts": principle.texts,
            "clauses": list(
                Clause.objects.filter(principle=principle)
                .order_by("order")
                .values("slug", "titles", "texts", "bound_kinds", "duty", "on")
            ),
        }
        for principle in Principle.objects.filter(code=code).order_by("order")
    ]
    facts = {"version": code.version, "titles": code.titles, "preambles": code.preambles}
    return rules.bound_text(facts, principles)


def is_whole(code: Code) -> bool:
    """Is the text kept here the one whose hash signatures of this version bear?"""
    return sha256_hex(text_of(code)) == code.sha256


def facts_of(signature: Signature) -> dict[str, Any]:
    """What the receipt says. The same at each asking, until a withdrawal is recorded."""
    signatory, code = signature.signatory, signature.code
    actor = signatory.actor
    election = actor.election
    return {
        "number": f"S-{signature.pk}",
        "election": {"slug": election.slug, "names": election.names},
        "operator": election.operator,
        "code": {"version": code.version, "titles": code.titles, "effective_from": code.effective_from},
        "signatory": {"slug": actor.slug, "name": actor.name, "kind": actor.kind},
        "signer": signature.signer,
        "kind": signature.kind,
        "signed_on": signature.signed_on,
        "timezone": election.timezone,
        "language": signature.language,
        "withdrawn_on": signature.withdrawn_on,
        "text_sha256": signature.text_sha256,
    }


def receipt_of(signature: Signature) -> dict[str, Any] | None:
    """The sealed receipt; None where the text that was signed is not kept here word for word."""
    text = text_of(signature.code)
    if sha256_hex(text) != signature.text_sha256:
        return None
    return receipt.sealed(facts_of(signature), text, keys.signing_key(Home.here().signing_key))


def receipt_pdf(signature: Signature, language: str) -> bytes:
    """The receipt for the eye, in one language, with the text of the Code and what of it binds this signatory."""
    with translation.override(languages.django_code(language)):
        return typeset.pdf(_TEMPLATE, _printed(signature, language))


def _printed(signature: Signature, language: str) -> dict[str, Any]:
    code, actor = signature.code, signature.signatory.actor
    election = actor.election
    tag, script = typeset.TYPST_LANGUAGE[language]
    day = signature.signed_on

    def said(texts: dict) -> str:
        return languages.pick(texts, language)

    lines = [
        [_("Signatory"), languages.pick(actor.names, language) or actor.name],
        [_("Who signed"), signature.signer],
        [_("Signed on"), date_format(day, "DATE_FORMAT")],
        [_("How it was signed"), _(LABELS[SignatureKind][SignatureKind(signature.kind)])],
        [_("Withdrawn"), date_format(signature.withdrawn_on, "DATE_FORMAT") if signature.withdrawn_on else ""],
        [_("Text signed"), _("Version %(version)s of the Code") % {"version": code.version}],
        [_("Election"), said(election.names)],
        [_("Issued by"), said(election.operator.get("names") or election.operator)],
    ]
    return {
        "language": tag,
        "script": script,
        "year": day.year,
        "month": day.month,
        "day": day.day,
        "title": _("Receipt of a signature"),
        "number": f"S-{signature.pk}",
        "page": _("Page"),
        "lines": [line for line in lines if line[1]],
        "sums": [
            [_("SHA-256 of the text"), _spaced(signature.text_sha256)],
            [_("Key of the seal"), _spaced(keys.public_hex(keys.signing_key(Home.here().signing_key)))],
        ],
        "check": _(
            "Anybody can check this without us: besa verify receipt.json --text code.json. "
            "One changed comma in the text makes it fail."
        ),
        "code": said(code.titles),
        "preamble": said(code.preambles),
        "principles": [
            {
                "name": said(principle.names),
                "text": said(principle.texts),
                "clauses": [
                    {
                        "title": said(clause.titles),
                        "text": said(clause.texts),
                        "note": _(LABELS[Duty][Duty(clause.duty)])
                        + (" · " + _("binds this signatory") if actor.kind in clause.bound_kinds else ""),
                    }
                    for clause in Clause.objects.filter(principle=principle, on=True).order_by("order")
                ],
            }
            for principle in Principle.objects.filter(code=code).order_by("order")
        ],
    }


def _spaced(sum_: str) -> str:
    return " ".join(sum_[at : at + 16] for at in range(0, len(sum_), 16))
