"""Who asked to sign, whose link this is, and the text as the signer reads it."""

from __future__ import annotations

from dataclasses import dataclass

from besa.base import clock
from besa.base.ids import sha256_hex
from besa.pledge.models import Acknowledgement, Clause, Code, Election, Invitation, Principle, Signatory

_WITH = ("election", "actor", "signature__code", "signature__signatory__actor__election")


def invitations(election: Election) -> list[Invitation]:
    """Those that wait first, then the newest."""
    found = Invitation.objects.filter(election=election).select_related(*_WITH)
    return sorted(found, key=lambda one: one.state not in ("asked", "invited"))


def waiting(election: Election) -> int:
    return Invitation.objects.filter(election=election, state="asked").count()


def invitation_of_link(token: str) -> Invitation | None:
    return Invitation.objects.select_related(*_WITH).filter(token_sha256=sha256_hex(token), state="invited").first()


def invitation_of_session(key: str) -> Invitation | None:
    """The one that this session opens: to sign, and after it to fetch the receipt."""
    open_now = Invitation.objects.filter(state__in=("invited", "signed"), session_until__gt=clock.now())
    return open_now.select_related(*_WITH).filter(session_sha256=sha256_hex(key)).first() if key else None


def reminders(signatory: Signatory) -> list[Acknowledgement]:
    return list(Acknowledgement.objects.filter(signatory=signatory))


@dataclass(frozen=True)
class Bound:
    """A clause, and whether it binds the one who signs."""

    clause: Clause
    binds: bool


def text_for(code: Code, kind: str) -> list[tuple[Principle, list[Bound]]]:
    """The text of a version, clauses that are on only, each with whether it binds this kind of actor."""
    return [
        (
            principle,
            [
                Bound(clause, kind in clause.bound_kinds)
                for clause in Clause.objects.filter(principle=principle, on=True).order_by("order")
            ],
        )
        for principle in Principle.objects.filter(code=code).order_by("order")
    ]
