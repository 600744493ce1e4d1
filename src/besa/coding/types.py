"""What the coding room hands on, and what its rules work with. Frozen, without Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from besa.base.words import (
    AccountStatus,
    ActorKind,
    Decision,
    FindingType,
    Gender,
    Grade,
    Sample,
    Screen,
    SignatoryStatus,
    TargetKind,
)


@dataclass(frozen=True)
class Fault:
    """One thing wrong with an answer. `reason` is a message id with named placeholders."""

    variable: str
    reason: str
    values: Mapping[str, str]

    def __str__(self) -> str:
        return f"{self.variable}: {self.reason % self.values}"


@dataclass(frozen=True)
class ClauseFacts:
    slug: str
    duty: str
    bound_kinds: tuple[str, ...]
    on: bool


@dataclass(frozen=True)
class ActorFacts:
    """An actor as the watch-list holds it. Gender and community are given only where they have a source."""

    slug: str
    kind: ActorKind
    gender: Gender = Gender.UNKNOWN
    community: str = ""
    area: int | None = None


@dataclass(frozen=True)
class Affiliated:
    """The party that an actor belongs to on a day, how sure that is, and how it is known."""

    party: str = ""
    grade: Grade = Grade.UNKNOWN
    how: str = ""


@dataclass(frozen=True)
class Record:
    """What is known of whoever is named, on the local day of the post; the rules look nothing up.

    `identity`: whose the account is held to be, and how surely; `statuses` by slug of actor.
    """

    actors: Mapping[str, ActorFacts]
    clauses: Mapping[str, ClauseFacts]
    identity: tuple[str, Grade] = ("", Grade.UNKNOWN)
    affiliations: Mapping[str, Affiliated] = None
    statuses: Mapping[str, SignatoryStatus] = None
    account_area: int | None = None


@dataclass(frozen=True)
class Turn:
    """What a post waits for: a task, and for codings which of the two places."""

    task: str
    place: int = 1


@dataclass(frozen=True)
class Given:
    """One coding as the rules see it."""

    coder: int
    verdict: Decision
    alpha_share: bool = False


@dataclass(frozen=True)
class Standing:
    """Where one post stands."""

    sample: Sample
    preserved: bool
    screened: Screen | None = None
    codings: tuple[Given, ...] = ()
    decided: bool = False


@dataclass(frozen=True)
class FrozenTarget:
    kind: TargetKind
    actor: str
    actor_kind: ActorKind
    party: str
    gender: Gender
    community: str
    ground: str


@dataclass(frozen=True)
class FrozenFinding:
    """Who it was, as it was known on the day of the decision. Actors by slug, the area by primary key."""

    decision: Decision
    type: FindingType
    clause: str
    other_clauses: tuple[str, ...]
    severity: int
    source: str
    source_class: ActorKind
    source_gender: Gender
    identity_grade: Grade
    account_status: AccountStatus
    party: str
    affiliation_grade: Grade
    how_affiliated: str
    signatory_status: SignatoryStatus
    party_signatory_status: SignatoryStatus
    area: int | None
    targets: tuple[FrozenTarget, ...]


@dataclass(frozen=True)
class Alpha:
    """Krippendorff's alpha of one table. `alpha` is None where it is not defined; `low`, `high`: 95 %.

    `units` all that anybody coded; `pairable` values in units with two or more; `percent` of pairs that agree;
    `ac1` Gwet's coefficient, of nominal answers.
    """

    level: str
    alpha: float | None
    low: float | None
    high: float | None
    coders: int
    units: int
    pairable: int
    percent: float | None
    verdict_words: str
    rare: tuple[str, ...] = ()
    ac1: float | None = None


@dataclass(frozen=True)
class Agreement:
    """Agreement on one variable in the random double-coded share. `verdict_words` is a message id.

    `n_units` posts of the share, `n_pairable` answers that have a partner, `doubles` posts coded twice.
    """

    variable: str
    level: str
    alpha: float | None
    low: float | None
    high: float | None
    n_units: int
    n_pairable: int
    coders: int
    verdict_words: str
    percent: float | None = None
    rare: tuple[str, ...] = ()
    doubles: int = 0
    ac1: float | None = None


@dataclass(frozen=True)
class Waiting:
    """How much awaits people: by task, by language, and since when."""

    task: str
    language: str
    count: int
    oldest: datetime | None
    urgent: int


@dataclass(frozen=True)
class Effort:
    """Measured minutes of one task, and the hours that what waits will take (None where never measured)."""

    task: str
    done: int
    median_seconds: float | None
    waiting: int
    hours_needed: float | None


Answers = Mapping[str, Any]
