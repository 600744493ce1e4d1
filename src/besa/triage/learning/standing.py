"""Reads about models: which one holds, what the docket asks of it, how they stand."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.db.models import QuerySet

from besa.base import clock
from besa.base.errors import NotFound
from besa.base.home import Home
from besa.base.weeks import local_date
from besa.pledge.models import Election
from besa.pledge.queries import phase_of
from besa.triage.learning import rules
from besa.triage.learning.keeping import from_bytes
from besa.triage.learning.learned import Learned
from besa.triage.models import FrozenTest, TrainedModel
from besa.vault.store import Vault


def trained(election: Election) -> QuerySet[TrainedModel]:
    return TrainedModel.objects.filter(election=election).order_by("-id")


def named(election: Election, version: str) -> TrainedModel:
    """One version. Raises NotFound."""
    found = trained(election).filter(version=version).first()
    if found is None:
        raise NotFound(f"There is no model {version}.", remedy="`besa model list` shows them.")
    return found


def promoted(election: Election) -> Learned | None:
    """The model whose signals count now. Its bytes are hashed again when they are read."""
    row = trained(election).filter(state="promoted").first()
    return opened(str(Home.here().vault), row.sha256) if row else None


@lru_cache(maxsize=4)
def opened(vault: str, sha256: str) -> Learned:
    return from_bytes(Vault(Path(vault)).get(sha256))


def frozen(election: Election) -> FrozenTest | None:
    return FrozenTest.objects.filter(election=election).first()


def obstacles(row: TrainedModel) -> list[str]:
    """Why this model may not be promoted today (words of `learning.wording`); none: it may."""
    today = local_date(clock.now(), row.election.timezone)
    phase = phase_of(row.election, today)
    between = rules.between_phases(today, phase.first if phase else None)
    return rules.obstacles(row.card, between=between, state=row.state)
