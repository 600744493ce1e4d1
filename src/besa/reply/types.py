"""What `reply` hands on: who may be named, and why (not)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from besa.base.words import N_


class Why(StrEnum):
    """The reason for naming or not naming."""

    COMPLIANCE = "compliance"
    REPLIED = "replied"
    DEADLINE_PASSED = "deadline_passed"
    SOURCE_UNKNOWN = "source_unknown"
    IDENTITY_NOT_CONFIRMED = "identity_not_confirmed"
    ACCOUNT_NOT_AUTHENTIC = "account_not_authentic"
    NOT_TOLD = "not_told"
    NOT_REACHED = "not_reached"
    DEADLINE_RUNS = "deadline_runs"
    REPLY_UNDECIDED = "reply_undecided"
    REPLY_UPHELD = "reply_upheld"
    NO_PARTY = "no_party"
    AFFILIATION_NOT_CONFIRMED = "affiliation_not_confirmed"
    SOURCE_NOT_NAMED = "source_not_named"


WHY = {
    Why.COMPLIANCE: N_("An act of compliance needs no notice"),
    Why.REPLIED: N_("They have replied"),
    Why.DEADLINE_PASSED: N_("The deadline for a reply has passed"),
    Why.SOURCE_UNKNOWN: N_("It is not known who it was"),
    Why.IDENTITY_NOT_CONFIRMED: N_("It is not confirmed who it was"),
    Why.ACCOUNT_NOT_AUTHENTIC: N_("The account is not known to be authentic"),
    Why.NOT_TOLD: N_("They have not been told yet"),
    Why.NOT_REACHED: N_("They could not be reached"),
    Why.DEADLINE_RUNS: N_("The deadline for a reply is still running"),
    Why.REPLY_UNDECIDED: N_("Their reply awaits a decision"),
    Why.REPLY_UPHELD: N_("Their reply was upheld"),
    Why.NO_PARTY: N_("No party is known"),
    Why.AFFILIATION_NOT_CONFIRMED: N_("The affiliation is not confirmed"),
    Why.SOURCE_NOT_NAMED: N_("The author is not named, so the party is not either"),
}


@dataclass(frozen=True)
class Attribution:
    """May the author be named (`named`), and may the party beside them (`party_named`)?

    `why` and `party_why` are values of `Why`; `words` says the first in English for translation.
    """

    named: bool
    why: str
    party_named: bool = False
    party_why: str = Why.SOURCE_NOT_NAMED

    @property
    def words(self) -> str:
        return WHY[Why(self.why)]

    @property
    def party_words(self) -> str:
        return WHY[Why(self.party_why)]


@dataclass(frozen=True)
class FindingFacts:
    """What a finding froze about who it was."""

    decision: str
    source_known: bool
    identity_grade: str
    account_status: str
    party_known: bool = False
    party_is_source: bool = False
    affiliation_grade: str = "unknown"


@dataclass(frozen=True)
class NoticeFacts:
    """One notice as it stands: `state` intent, served or unreachable; `outcome` '' while undecided."""

    as_party: bool
    state: str
    served_at: datetime | None = None
    deadline_at: datetime | None = None
    reply_kind: str = ""
    replied_at: datetime | None = None
    outcome: str = ""
    decided_at: datetime | None = None
