"""What detectors get and give, and what the ranking decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from besa.corpus.schema import SPAN
from besa.pledge.types import Law

if TYPE_CHECKING:
    import polars as pl

    from besa.triage.learning.learned import Learned
    from besa.triage.learning.local import LocalModel
    from besa.triage.learning.onnx import OnnxModel

#: What a detector gives back; the run adds signal_id, detector, its version and made_at.
FOUND = pa.schema(
    [
        ("post_key", pa.string()),
        ("observation_id", pa.string()),
        ("concern", pa.string()),
        ("clause", pa.string()),
        ("score", pa.float64()),
        ("spans", pa.list_(SPAN)),
        ("reason", pa.string()),
    ]
)

#: The columns of `posts` that a detector may read.
SEEN = (
    "post_key", "observation_id", "platform", "kind", "account_key", "title", "text", "text_normal", "language",
    "posted_at", "hashtags", "ad", "account_handle", "host_account_key", "observed_at", "reactions", "comments",
    "shares",
)  # fmt: skip

#: The columns of `posts` that a detector across posts may read.
SEEN_ACROSS = (*SEEN, "account_name", "url", "posted_precision", "links", "media", "connector", "raw")


@dataclass(frozen=True)
class TermSpec:
    """One lexicon entry as the detector sees it."""

    language: str
    term: str
    match: str
    concern: str
    clause: str = ""
    strength: float = 0.5
    counter_examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Poster:
    """Whose an account is: `kind` of actor, and whether that is confirmed."""

    kind: str
    sure: bool = False


@dataclass(frozen=True)
class ClaimSpec:
    """One checked claim as the detector sees it: `texts` are (language, text), the reviewer's own wording first."""

    number: int
    texts: tuple[tuple[str, str], ...]
    #: how the check came out: false, misleading, unclear, true
    verdict: str
    #: the same in the reviewer's words
    rating: str
    reviewer: str
    url: str = ""
    clause: str = ""


@dataclass(frozen=True)
class Resources:
    """All that detectors know besides the posts: passed in, so that they stay pure."""

    terms: tuple[TermSpec, ...] = ()
    #: clause of the Code for a concern, where the pack names one in its terms or settings
    clauses: dict[str, str] = field(default_factory=dict)
    #: the promoted model of the election, where there is one
    model: Learned | None = None
    #: a model on this machine that the settings name: `chance(text)`, `speaks_from`, `concern`, `model`
    local: LocalModel | OnnxModel | None = None
    #: rules of the election law
    laws: tuple[Law, ...] = ()
    #: watched accounts (by key, and by `platform:@handle`), and who posts there
    posters: dict[str, Poster] = field(default_factory=dict)
    #: names of parties and coalitions, folded
    parties: tuple[str, ...] = ()
    #: the election's time zone
    timezone: str = "UTC"
    #: posts with near-copies (`copies.members`), where the run has found them already
    copies: pl.DataFrame | None = None
    #: checked claims that stood at the last run, and those that came since (sought in all posts)
    claims: tuple[ClaimSpec, ...] = ()
    new_claims: tuple[ClaimSpec, ...] = ()
    #: local days first..last on which nobody may campaign, with the kind of phase
    quiet: tuple[tuple[date, date, str], ...] = ()
    #: who campaigns: account key, or `platform:@handle`, -> name of the party or person
    campaigners: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Detector:
    """`detect(batch, resources, seed) -> table FOUND`.

    `across=False`: batch is an Arrow table with the columns SEEN, and each post is judged alone.
    `across=True`: batch is an Ibis table (columns SEEN_ACROSS) of all posts of the election, and the answer an Ibis
    expression with the columns of FOUND but spans, so that DuckDB and Spark both can run it.
    `examples`: posts (columns by name) with the concerns that must come out, for the contract test.
    """

    name: str
    version: str
    detect: Callable[[Any, Resources, int], Any]
    across: bool = False
    examples: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Ranked:
    """How urgent a post is: the figure, and the parts that it is made of."""

    rank: float
    urgent: bool
    risk: float = 0.0
    #: the concern that weighs most in the risk
    mostly: str = ""
    reach: int = 0
    spread: float = 1.0
    vulnerability: float = 1.0
    #: hours from the posting to the ranking, where known, and what they make of it
    age_hours: float | None = None
    freshness: float = 1.0

    @property
    def parts(self) -> dict[str, Any]:
        """What the figure is made of, as it is kept with the docket item; `triage/ranking.html` says it in words."""
        return {
            "risk": round(self.risk, 3), "mostly": self.mostly, "reach": self.reach, "spread": round(self.spread, 3),
            "vulnerability": self.vulnerability, "freshness": round(self.freshness, 3),
            "age_hours": None if self.age_hours is None else round(max(self.age_hours, 0.0)),
        }  # fmt: skip
