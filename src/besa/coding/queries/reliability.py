"""Agreement taken apart: by value, language, platform, week and pair of coders, and what it says about training."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from besa.coding.models import Coding
from besa.coding.queries.agreement import Rating, ratings, told
from besa.coding.queries.waiting import visible_to
from besa.coding.rules import reliability as rules
from besa.coding.rules.agreement import GOOD_FROM, RARE_BELOW, TENTATIVE_BELOW
from besa.coding.types import Agreement
from besa.people.models import User
from besa.pledge.models import Election
from besa.triage.models import DocketItem

#: Resamples for the figures in the small: enough for two digits.
_RESAMPLES = 400


@dataclass(frozen=True)
class ValueFigure:
    """One answer against all others. `needed`: posts coded twice for the two floors of alpha; `rare`: none would do."""

    value: Hashable
    share: float
    figure: Agreement
    needed: tuple[int | None, int | None]
    rare: bool

    @property
    def missing(self) -> int | None:
        return None if self.needed[0] is None else max(0, self.needed[0] - self.figure.doubles)


@dataclass(frozen=True)
class Reliability:
    """All there is to know of one variable; coders by their key."""

    figure: Agreement
    values: list[ValueFigure]
    languages: Mapping[str, Agreement]
    platforms: Mapping[str, Agreement]
    weeks: Mapping[str, Agreement]
    pairs: Mapping[tuple[int, int], Agreement]
    confusion: rules.Confusion
    advice: list[rules.Advice]
    names: Mapping[int, str]


def reliability(election: Election, variable: str, order: Iterable[Hashable] = ()) -> Reliability | None:
    """None where the codebook has no such variable, or one that cannot be measured. `order` of its values."""
    level, given = ratings(election).get(variable, (None, []))
    if level is None:
        return None
    figure = told(variable, level, given)

    def each(groups: Mapping[Any, list[Rating]]) -> dict[Any, Agreement]:
        return {name: told(variable, level, some, bootstrap=_RESAMPLES) for name, some in groups.items()}

    languages, weeks = each(_by(given, "language")), each(_by(given, "week"))
    mixed = rules.confusion(given, order)
    return Reliability(
        figure=figure,
        values=_values(variable, given) if level == "nominal" else [],
        languages=languages,
        platforms=each(_by(given, "platform")),
        weeks=weeks,
        pairs=each(rules.paired(given)),
        confusion=mixed,
        advice=_advice(variable, level, given, mixed),
        names=names_of(given),
    )


def training(election: Election) -> dict[str, list[rules.Advice]]:
    """What to train, by variable."""
    return {
        name: _advice(name, level, given, rules.confusion(given)) for name, (level, given) in ratings(election).items()
    }


def _advice(variable: str, level: str, given: list[Rating], mixed: rules.Confusion) -> list[rules.Advice]:
    def each(groups: Mapping[Any, list[Rating]]) -> dict[Any, Agreement]:
        return {name: told(variable, level, some, bootstrap=0) for name, some in groups.items()}

    return rules.advice(
        told(variable, level, given, bootstrap=0),
        mixed,
        each(_against_the_others(given)),
        each(_by(given, "language")),
        each(_by(given, "week")),
    )


def names_of(given: Iterable[Rating]) -> dict[int, str]:
    users = User.objects.filter(pk__in={rating.coder for rating in given})
    return {user.pk: user.get_full_name() or user.get_username() for user in users}


def differing(
    user: User, election: Election, variable: str, one: str, other: str
) -> list[tuple[DocketItem, list[tuple[Coding, Hashable]]]]:
    """The posts on which the two answers met, with both codings and their answers, as far as this person may read."""
    _, given = ratings(election).get(variable, (None, []))
    mixed = rules.confusion(given)
    as_text = {str(value): value for value in mixed.values}
    posts = mixed.posts(as_text.get(one), as_text.get(other))
    answers = {(rating.unit, rating.coder): rating.value for rating in given}
    found: dict[DocketItem, list[tuple[Coding, Hashable]]] = {}
    codings = visible_to(user, election).filter(item__in=posts, alpha_share=True)
    for coding in codings.select_related("item__account", "coder").order_by("-item__posted_at", "item", "place"):
        coding.item.election = election
        found.setdefault(coding.item, []).append((coding, answers[coding.item_id, coding.coder_id]))
    return [(item, pair) for item, pair in found.items() if len(pair) == 2]


def _by(given: Iterable[Rating], field: str) -> dict[Hashable, list[Rating]]:
    return rules.grouped(given, lambda rating: getattr(rating, field))


def _values(variable: str, given: list[Rating]) -> list[ValueFigure]:
    found = []
    for value, yes_or_no, share in rules.by_value(given):
        rare = round(share * len(given)) < RARE_BELOW
        needed = tuple(None if rare else rules.needed(share, floor) for floor in (TENTATIVE_BELOW, GOOD_FROM))
        found.append(
            ValueFigure(value, share, told(variable, "nominal", yes_or_no, bootstrap=_RESAMPLES), needed, rare)
        )
    return found


def _against_the_others(given: list[Rating]) -> dict[str, list[Rating]]:
    """By name: each coder with whoever coded the same posts."""
    names, pairs = names_of(given), rules.paired(given)
    return {
        names.get(coder, str(coder)): [rating for pair, some in pairs.items() if coder in pair for rating in some]
        for coder in sorted({rating.coder for rating in given})
    }
