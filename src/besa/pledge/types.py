"""What the pledge room hands downstream."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from besa.base.words import AccountStatus, ActorKind, Grade, Platform, SignatoryStatus


@dataclass(frozen=True)
class Signed:
    """One signature as the rules see it: binds from `signed_on` to the day before `withdrawn_on`."""

    signed_on: date
    kind: str
    withdrawn_on: date | None = None


@dataclass(frozen=True)
class Claim:
    """One graded claim (account -> actor, or actor -> party) on the days first..last, both included.

    `about` is the primary key of the actor or party claimed.
    """

    about: int
    grade: Grade
    how_known: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Proposed:
    """A claim with who said “confirmed” first, and who agreed."""

    grade: Grade
    first: date | None = None
    last: date | None = None
    proposed_by: str = ""
    confirmed_by: str = ""


@dataclass(frozen=True)
class WatchedAccount:
    """One line of the watch-list: an account, whose it is said to be, and how sure that is."""

    id: int
    key: str
    platform: Platform
    handle: str
    name: str
    url: str
    status: AccountStatus
    watched: bool
    area: str
    actor: str
    actor_name: str
    actor_kind: ActorKind
    grade: Grade
    party: str
    party_name: str
    affiliation_grade: Grade


@dataclass(frozen=True)
class Registered:
    """One line of the public register of signatories. No private data: it is published as it stands."""

    actor: str
    name: str
    names: dict
    short_name: str
    kind: ActorKind
    keeper_office: str
    status: SignatoryStatus
    signed_on: date
    signature_kind: str
    withdrawn_on: date | None
    withdrawal_reason: str
    code_version: str
    text_sha256: str
    signatures: tuple[dict, ...]


@dataclass(frozen=True)
class Law:
    """One legal rule as detectors and clocks see it; `spans` in UTC, () where it always holds."""

    slug: str
    looks_for: str
    spans: tuple[tuple[datetime, datetime], ...] = ()
    always: bool = False
    urgent: bool = False
    clause: str = ""

    def holds(self, at: datetime) -> bool:
        return self.always or any(start <= at < end for start, end in self.spans)
