"""The list of checked claims: taken in from a file, set aside where one is wrong."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction

from besa.base import clock
from besa.base.errors import BadInput, Conflict
from besa.base.language import USUAL, detect
from besa.ledger.chain import record
from besa.people import policy
from besa.pledge.models import Election
from besa.pledge.queries import clauses
from besa.triage.models import CheckedClaim
from besa.triage.rules.claims import Read, read


def planned(*, by, election: Election, data: bytes, file_name: str) -> list[tuple[str, Read]]:
    """(new, known or refused, row) of each claim of a file; nothing is written. Raises BadInput."""
    policy.check(by, "claims.take_in", election.slug)
    rows = read(data, file_name, {clause.slug for clause in clauses(election)})
    untold = [at for at, row in enumerate(rows) if not row.why and not row.language]
    guessed = detect([rows[at].claim for at in untold], tuple(election.post_languages or USUAL))
    for at, (language, _) in zip(untold, guessed, strict=True):
        rows[at] = replace(rows[at], language=language)
    seen = set(CheckedClaim.objects.filter(election=election).values_list("digest", flat=True))
    plan = []
    for row in rows:
        outcome = "refused" if row.why else "known" if row.digest in seen else "new"
        if outcome == "new":
            seen.add(row.digest)
        plan.append((outcome, row))
    return plan


@transaction.atomic
def take_in(*, by, election: Election, data: bytes, file_name: str) -> list[tuple[str, Read]]:
    """Keep the new claims of a file; the next run seeks them in all posts. Returns what `planned` says."""
    plan = planned(by=by, election=election, data=data, file_name=file_name)
    made = CheckedClaim.objects.bulk_create(
        [
            CheckedClaim(
                election=election, digest=row.digest, claim=row.claim, language=row.language,
                translations=row.translations, verdict=row.verdict, rating=row.rating, reviewer=row.reviewer,
                url=row.url, checked_on=row.checked_on, clause=row.clause, file_name=file_name[:255], by=by.username,
                taken_at=clock.now(),
            )
            for outcome, row in plan
            if outcome == "new"
        ],
        batch_size=200,
    )  # fmt: skip
    if made:
        record(by=by, act="claims.take_in", rows=made, election=election.slug, reason=file_name)
    return plan


@transaction.atomic
def set_aside(*, by, claim: CheckedClaim, reason: str) -> CheckedClaim:
    """No longer seek this claim. What it pointed to before stays. Raises BadInput, Conflict."""
    policy.check(by, "claims.take_in", claim.election.slug)
    if not reason.strip():
        raise BadInput("A reason is needed.", remedy="Say in a sentence why the claim is set aside.")
    if claim.set_aside_at:
        raise Conflict("This claim is set aside already.", where=claim.claim[:80])
    claim.set_aside_at, claim.set_aside_reason = clock.now(), reason.strip()
    claim.save()
    record(by=by, act="claims.set_aside", rows=[claim], election=claim.election.slug, reason=reason.strip())
    return claim
