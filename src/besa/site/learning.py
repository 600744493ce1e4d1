"""Models on the desk and on the belt: the one place that hands the decisions of the coding room down to triage."""

from __future__ import annotations

from pathlib import Path

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from besa.base.errors import BadInput, NotFound
from besa.base.ids import sha256_hex
from besa.base.words import N_, Concern
from besa.coding import queries as coding
from besa.people.policy import desk
from besa.pledge.models import Election
from besa.triage import actions
from besa.triage.learning import rules, standing
from besa.triage.learning.types import Example
from besa.triage.learning.wording import OBSTACLES
from besa.triage.rules import family

#: Where examples come from, as the card of a model keeps it.
SOURCE = N_("decisions of this election")


def examples_for(
    election: Election, file: str | None = None, *, text: str = "", label: str = "", concern: str = "hate",
    language: str = "und",
) -> tuple[list[Example], str]:  # fmt: skip
    """What was decided in this election, and the rows of a labelled file; with a word on where it came from."""
    handed, source = coding.examples(election), SOURCE
    if not file:
        return handed, source
    if concern not in set(Concern):
        raise BadInput(f"“{concern}” is not a concern.", remedy=f"One of: {', '.join(Concern)}.")
    from besa.triage.evaluation.triage import read

    texts, truth, _ = read(Path(file), text, label)
    for row, yes in zip(texts, truth, strict=True):
        key = f"file:{sha256_hex(row)[:32]}"
        handed.append(Example(key, row, language, frozenset({concern} if yes else ()), family(row, key)))
    return handed, f"{source}, and {len(texts)} rows of {Path(file).name}"


def train_if_due(*, by, election: Election) -> str:
    """Train a candidate where enough was decided since the last training; its version, or nothing."""
    last = standing.trained(election).first()
    handed = coding.examples(election)
    after = int(election.settings.get("learn_after", rules.LEARN_AFTER))
    if not rules.may_learn_again(len(handed), last.examples if last else 0, after) or not rules.testable(handed):
        return ""
    try:
        return actions.train(by=by, election=election, examples=handed, source=SOURCE).version
    except BadInput:
        return ""  # enough decisions, but of no concern enough: the next ones may do


@require_safe
@desk("model.see")
def models(request: HttpRequest) -> HttpResponse:
    """All models with their cards, and what the docket yielded under each."""
    election = request.election
    if election is None:
        return render(request, "triage/models.html", {"rows": None})
    rows = [
        {"row": row, "obstacles": [OBSTACLES[name] for name in standing.obstacles(row) if name != "not_candidate"]}
        for row in standing.trained(election)
    ]
    handed = coding.examples(election)
    held = [row["row"] for row in rows if row["row"].promoted_at]
    weeks = coding.yields(election, handed)
    drawn = coding.control(election, [week["week"] for week in weeks])
    for week in weeks:
        of_week = {week["week"]: drawn[week["week"]]}
        week["missed"] = coding.missed_in(election, of_week) if week["control_read"] else None
        week["model"] = next(
            (row.version for row in held
             if row.promoted_at <= week["from"] and (row.retired_at is None or row.retired_at > week["from"])), ""
        )  # fmt: skip
    return render(
        request,
        "triage/models.html",
        {
            "rows": rows,
            "weeks": weeks,
            "decided": len(handed),
            "fresh": len(handed) - (rows[0]["row"].examples if rows else 0),
        },
    )


@require_POST
@desk("model.train")
def model_train(request: HttpRequest) -> HttpResponse:
    election = _election(request)
    handed, source = examples_for(election)
    made = actions.train(by=request.user, election=election, examples=handed, source=source)
    messages.success(request, gettext("Trained as candidate %(version)s.") % {"version": made.version})
    return redirect("models")


@require_POST
@desk("model.promote")
def model_promote(request: HttpRequest, version: str) -> HttpResponse:
    made = actions.promote(by=request.user, election=_election(request), version=version)
    messages.success(request, gettext("%(version)s now ranks new posts.") % {"version": made.version})
    return redirect("models")


def _election(request: HttpRequest) -> Election:
    if request.election is None:
        raise NotFound(gettext("No election is loaded."))
    return request.election
