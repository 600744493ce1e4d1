"""Training a model and promoting it. A candidate changes nothing; only a promoted model gives signals."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence

from django.db import transaction

from besa.base import clock
from besa.base.errors import BadInput, Conflict
from besa.base.home import Home
from besa.ledger.chain import record
from besa.people import policy
from besa.pledge.models import Election
from besa.triage.learning import rules, standing
from besa.triage.learning.keeping import to_bytes
from besa.triage.learning.types import Example
from besa.triage.learning.wording import OBSTACLES
from besa.triage.models import FrozenTest, TrainedModel
from besa.vault.store import Vault


def train(*, by, election: Election, examples: Sequence[Example], source: str = "", seed: int = 0) -> TrainedModel:
    """Learn a candidate from these examples. The first training fixes the test set of the election for good.

    Raises BadInput where there are too few examples.
    """
    from besa.triage.learning import training  # scikit-learn is loaded where it is used

    policy.check(by, "model.train", election.slug)
    began = time.perf_counter()
    held = standing.frozen(election)
    members = held.members if held else rules.for_testing(election.slug, examples)
    learn, test = rules.apart(election.slug, examples, members)
    concerns = sorted({concern for example in learn for concern in example.concerns})
    version = f"m{TrainedModel.objects.filter(election=election).count() + 1}"
    try:
        told = training.train(
            [example.text for example in learn],
            {concern: [concern in example.concerns for example in learn] for concern in concerns},
            version=version,
            seed=seed,
            languages=[example.language for example in learn],
        )
    except ValueError as error:
        raise BadInput(
            f"There is too little to learn from ({error}).",
            remedy="Code more posts, or give a file of labelled texts with `besa model train --from FILE.csv`.",
        ) from None
    card = {
        "version": version,
        "trained_at": clock.now().isoformat(timespec="seconds"),
        "source": source,
        "seed": seed,
        "data": {
            "learned_from": len(learn),
            "by_language": dict(Counter(example.language for example in learn).most_common()),
            "by_concern": dict(Counter(name for example in learn for name in example.concerns).most_common()),
            "too_few": sorted(set(concerns) - set(told.model.concerns)),
        },
        "cross_validated": told.figures,
        "test": _tested(election, test, told.model),
        "seconds": round(time.perf_counter() - began, 1),
    }
    digest = Vault(Home.here().vault).put(to_bytes(told.model))
    return _kept(by, election, held, members, version, digest, len(examples), card)


@transaction.atomic
def _kept(by, election, held, members, version, digest, examples, card) -> TrainedModel:
    rows: list = []
    if held is None:
        rows.append(FrozenTest.objects.create(election=election, members=members, made_at=clock.now()))
    made = TrainedModel.objects.create(
        election=election, version=version, sha256=digest, examples=examples, card=card, trained_at=clock.now()
    )
    record(by=by, act="model.train", rows=[*rows, made], election=election.slug, reason=f"{version} {digest}")
    return made


def _tested(election: Election, test: Sequence[Example], model) -> dict:
    """Figures on the frozen test set, and what the promoted model reaches on the same posts (`before`)."""
    texts = [example.text for example in test]
    found = rules.figures(test, model.chances(texts), model.concerns, model.threshold)
    promoted = standing.promoted(election)
    if promoted is not None:
        known = rules.figures(test, promoted.chances(texts), promoted.concerns, promoted.threshold)
        found |= {"before": known["quality"], "before_version": promoted.version}
    return found


@transaction.atomic
def promote(*, by, election: Election, version: str) -> TrainedModel:
    """From now on this model gives the signals. Raises Conflict in the middle of a phase or where it is not better."""
    policy.check(by, "model.promote", election.slug)
    row = standing.named(election, version)
    if found := standing.obstacles(row):
        raise Conflict(
            f"{version} cannot be promoted: {' '.join(str(OBSTACLES[name]) for name in found)}",
            remedy="The model that holds now goes on; the candidate is kept.",
        )
    rows = []
    for old in TrainedModel.objects.filter(election=election, state="promoted"):
        old.state, old.retired_at = "retired", clock.now()
        old.save()
        rows.append(old)
    row.state, row.promoted_at = "promoted", clock.now()
    row.save()
    record(by=by, act="model.promote", rows=[*rows, row], election=election.slug, reason=f"{version} {row.sha256}")
    return row
