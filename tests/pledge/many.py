"""Many invented rows, to count queries by."""

from __future__ import annotations

from datetime import date

from besa.pledge.models import Account, Actor, Affiliation, Code, Identity, Signatory, Signature


def many(election, count: int, start: int = 0) -> None:
    """This many persons, each with a party, an account and a signature."""
    party, code = Actor.objects.get(slug="pl"), Code.objects.get()
    actors = Actor.objects.bulk_create(
        [
            Actor(election=election, slug=f"person-{n}", kind="council_candidate", name=f"Person {n}")
            for n in range(start, start + count)
        ]
    )
    Affiliation.objects.bulk_create([Affiliation(actor=one, party=party, grade="confirmed") for one in actors])
    accounts = Account.objects.bulk_create(
        [
            Account(election=election, platform="tiktok", key=f"tiktok:{n}", handle=f"p{n}")
            for n in range(start, start + count)
        ]
    )
    Identity.objects.bulk_create(
        [Identity(account=a, actor=b, grade="probable") for a, b in zip(accounts, actors, strict=True)]
    )
    signatories = Signatory.objects.bulk_create([Signatory(actor=one) for one in actors])
    Signature.objects.bulk_create(
        [
            Signature(signatory=one, code=code, kind="late", signed_on=date(2027, 9, 5), text_sha256=code.sha256)
            for one in signatories
        ]
    )
