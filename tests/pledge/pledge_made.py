"""A Code whose hash is that of the text kept, and the way of a late signature."""

from __future__ import annotations

import re

from django.core import mail

from besa.base.ids import sha256_hex
from besa.ledger.chain import record
from besa.outbox.actions import send_due
from besa.people.policy import BELT
from besa.pledge import actions
from besa.pledge.models import Actor, Clause, Code, Election, Invitation, Signature
from besa.pledge.queries import receipts

ASKED = {
    "body": "List of Ana", "person": "Ana Example", "office": "Secretary", "email": "ana@list.example",
    "note": "Call our office.",
}  # fmt: skip


def whole_code(election: Election) -> Code:
    """The Code of the test's election, its text with commas, and all signatures bound to it."""
    code = Code.objects.get(election=election)
    clause = Clause.objects.filter(principle__code=code).first()
    clause.texts = {"en": "No hate, no threats.", "sq": "Pa urrejtje, pa kërcënime."}
    clause.save()
    code.sha256 = sha256_hex(receipts.text_of(code))
    code.save()
    Signature.objects.filter(code=code).update(text_sha256=code.sha256)
    record(
        by=BELT, act="test.code", rows=[clause, code, *Signature.objects.filter(code=code)], election=election.slug
    )  # fmt: skip
    return code


def invited(election: Election, users, slug: str = "ana-pl") -> tuple[Invitation, str]:
    """A request that was verified, and the token in the mail that went out."""
    asked = actions.ask(election=election, language="en", **ASKED)
    actor = Actor.objects.select_related("election").get(election=election, slug=slug)
    held = actions.invite(by=users["coordinator"], invitation=asked, actor=actor, authority="Called the office.")
    return held, token_of_mail()


def token_of_mail() -> str:
    send_due(by=BELT)
    return re.search(r"/door/sign/link/([^/\s]+)/", mail.outbox[-1].body)[1]
