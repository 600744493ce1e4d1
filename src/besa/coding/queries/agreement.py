"""Agreement between coders, from the random double-coded share and from nothing else."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from besa.base.weeks import local_date, week_of
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


class Rating(NamedTuple):
    """One coder's answer to one variable of one post. `week`: when the post's last coding was made."""

    coder: int
    unit: int
    value: Hashable
    language: str
    platform: str
    week: str


def ratings(election: Election, until: datetime | None = None) -> dict[str, tuple[str, list[Rating]]]:
    """Level and ratings of each variable, over the posts that chance chose for two coders, up to a moment.

    Candidates for publication that were coded twice for that reason alone are left out.
    """
    share = Coding.objects.filter(item__election=election, alpha_share=True)
    if until is not None:
        share = share.filter(at__lte=until)
    codings = list(
        share.order_by("pk").values_list("item_id", "coder_id", "answers", "at", "item__language", "item__platform")
    )
    # of a post's two codings the later one stays
    week = {item: week_of(local_date(at, election.timezone)) for item, _, _, at, _, _ in codings}
    body = active_codebook(election).body
    women = _women(election, [answers for _, _, answers, *_ in codings])
    return {
        name: (
            level,
            [
                Rating(coder, item, value, language, platform, week[item])
                for item, coder, answers, _, language, platform in codings
                if (value := value_of(answers)) is not None
            ],
        )
        for name, level, value_of in _variables(body, women)
    }


def agreement(election: Election, until: datetime | None = None) -> list[Agreement]:
    """Alpha of each variable over the posts that chance chose for two coders, up to a moment."""
    return [told(name, level, given) for name, (level, given) in ratings(election, until).items()]


def told(name: str, level: str, given: Iterable[Rating], **options) -> Agreement:
    """The agreement that these ratings show."""
    one = rules.alpha([rating[:3] for rating in given], level, **options)
    return Agreement(
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
        ac1=one.ac1,
    )


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
