"""Figures that somebody measured, kept for the page that shows them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction

from besa import __version__
from besa.base import clock
from besa.ledger.chain import record
from besa.people import policy
from besa.pledge.models import Election
from besa.triage.detectors import detectors
from besa.triage.learning import standing
from besa.triage.models import Evaluation


@transaction.atomic
def keep_evaluation(
    *, by, election: Election, kind: str, path: Path, figures: Mapping[str, Any], options: Mapping[str, Any]
) -> Evaluation:
    """Keep what `besa evaluate` gave for this file, with the versions that were measured."""
    policy.check(by, "evaluation.keep", election.slug)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    model = standing.trained(election).filter(state="promoted").first()
    made = Evaluation.objects.create(
        election=election,
        kind=kind,
        file_name=path.name[:200],
        sha256=digest,
        options={name: value.name if isinstance(value, Path) else value for name, value in options.items() if value},
        figures=dict(figures),
        versions={"besa": __version__} | {one.name: one.version for one in detectors()}
        | ({"model": model.version} if model else {}),
        measured_at=clock.now(),
    )  # fmt: skip
    record(by=by, act="evaluation.keep", rows=[made], election=election.slug, reason=f"{kind} {path.name}")
    return made
