"""Agreement between coders, from the random double-coded share and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from besa.base.words import Gender
from besa.coding.models import Coding
from besa.coding.queries.known import active_codebook, actors_by_slug
from besa.coding.rules import agreement as rules
from besa.coding.rules import turns
from besa.coding.rules.answers import named_actors, variables
from besa.coding.types import Agreement
from besa.pledge.models import Election
from besa.triage.models import DocketItem

#: Answers whose being empty says something: nobody was judged, no clause was chosen.
_NONE_COUNTS = frozenset({"type", "clauses", "source"})


def in_alpha_share(item: DocketItem) -> bool:
    """Is this post in the election's random share (`alpha_share`, `seed` in its settings)?"""
    settings = item.election.settings or {}
    return turns.in_alpha_share(
        item.post_key,
        seed=str(settings.get("seed", item.election.slug)),
        share=float(settings.get("alpha_share", turns.ALPHA_SHARE)),
    )


def agreement(election: Election, until: datetime | None = None) -> list[Agreement]:
    """Alpha of each variable over the posts that chance chose for two coders, up to a moment.

    Candidates for publication that were coded twice for that reason alone are left out.
    """
    share = Coding.objects.filter(item__election=election, alpha_share=True)
    if until is not None:
        share = share.filter(at__lte=until)
    codings = list(share.order_by("pk").values_list("item_id", "coder_id", "answers"))
    body = active_codebook(election).body
    women = _women(election, [answers for _, _, answers in codings])
    found = []
    for name, level, value_of in _variables(body, women):
        ratings = [(coder, item, value_of(answers)) for item, coder, answers in codings]
        one = rules.alpha([rating for rating in ratings if rating[2] is not None], level)
        found.append(
            Agreement(
                variable=name,
                level=level,
                alpha=one.alpha,
                low=one.low,
                high=one.high,
                n_units=one.units,
                n_pairable=one.pairable,
                coders=one.coders,
                verdict_words=one.verdict_words,
                percent=one.percent,
                rare=one.rare,
                doubles=one.pairable // 2,
            )
        )
    return found


def _variables(body: Mapping[str, Any], women: set[str]):
    """(name, level, answers -> value or None) of each variable whose agreement can be measured."""
    for name, variable in variables(body).items():
        kind, level = variable["kind"], variable.get("level", "nominal")
        if variable.get("of"):
            continue  # nobody but the adjudicator is asked
        if kind == "scale":
            yield name, level, lambda answers, name=name: answers.get(name)
        elif kind in ("one", "actor"):
            yield name, "nominal", lambda answers, name=name: answers.get(name) or _none(name)
        elif kind == "clauses":
            yield "clause", "nominal", lambda answers, name=name: (answers.get(name) or [_none(name)])[0]
        elif kind == "targets":
            yield "woman_targeted", "nominal", lambda answers, name=name: _has_woman(answers.get(name), women)


def _none(name: str) -> str | None:
    return "none" if name in _NONE_COUNTS else None


def _has_woman(targets: list[Mapping[str, Any]] | None, women: set[str]) -> str:
    """Was any woman a target: by the watch-list where it is somebody on it, as answered for a group."""
    hit = any(
        target.get("actor") in women if target.get("actor") else target.get("gender") == Gender.WOMAN
        for target in targets or []
    )
    return "yes" if hit else "no"


def _women(election: Election, answers: list[Mapping[str, Any]]) -> set[str]:
    named = set().union(*map(named_actors, answers)) if answers else set()
    return {slug for slug, row in actors_by_slug(election, named).items() if row.gender == Gender.WOMAN}
