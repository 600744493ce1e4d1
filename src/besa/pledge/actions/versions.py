"""A Code taken over into another election."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from besa.base.errors import BadInput, Conflict
from besa.base.ids import sha256_hex
from besa.ledger.chain import record
from besa.people.policy import check
from besa.pledge.models import Clause, Code, Election, Principle
from besa.pledge.queries.receipts import text_of


def clone_code(*, by, code: Code, to: Election, version: str, effective_from: date) -> Code:
    """A copy of all principles and clauses in the election `to`, unsigned. Raises BadInput, Conflict."""
    check(by, "pack.load", to.slug)
    check(by, "code.see", code.election.slug)
    if not version.strip():
        raise BadInput(_("Name the version."))
    if Code.objects.filter(election=to, version=version).exists():
        raise Conflict(_("This election has a version of this name."), remedy=_("Choose another name."))
    with transaction.atomic():
        made = Code.objects.create(
            election=to, version=version, effective_from=effective_from, titles=code.titles, preambles=code.preambles,
            source=code.source, sha256="",
        )  # fmt: skip
        rows: list = [made]
        for principle in Principle.objects.filter(code=code).order_by("order"):
            clauses = list(Clause.objects.filter(principle=principle).order_by("order"))
            principle.pk, principle.code = None, made
            principle.save(force_insert=True)
            rows.append(principle)
            for clause in clauses:
                clause.pk, clause.principle = None, principle
                clause.save(force_insert=True)
                rows.append(clause)
        made.sha256 = sha256_hex(text_of(made))
        made.save(update_fields=["sha256"])
        record(by=by, act="code.clone", rows=rows, election=to.slug, reason=f"{code.election.slug} {code.version}")
    return made
