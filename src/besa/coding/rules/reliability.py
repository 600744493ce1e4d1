"""Where coders agree and where not: which answers are mixed up, how many posts a claim needs, what to train.

The number needed is Krippendorff's (Content Analysis, 4th ed., chapter 12, after Bloch and Kraemer 1989), for two
coders: 2 z^2 ((1 + a)(3 - a) / (4 (1 - a) p (1 - p)) - a), for a label of prevalence p and the alpha a to be shown.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import ceil
from typing import Any

from besa.base.words import N_
from besa.coding.rules.agreement import FEW_BELOW, TENTATIVE_BELOW

#: One-sided, five per cent.
_Z = 1.645
#: A coder, a language or a week stands apart where its alpha is this much below the others'.
_APART = 0.15
#: So many disagreements make two answers worth training.
_MIXED_FROM = 3

_NOTHING = N_("Nothing was coded twice by chance yet.")
_TOO_FEW = N_("Too few posts were coded twice for figures: read the differing ones together.")
_MIXED = N_("“%(one)s” and “%(other)s” were mixed up on %(n)s of %(all)s posts: read them together.")
_CODER = N_("%(who)s often answers differently from the others: go through differing posts together.")
_LANGUAGE = N_("Agreement is lower on posts in %(language)s: are examples and definitions clear in it?")
_FALLEN = N_("Agreement has fallen in week %(week)s: a short meeting on recent differences may help.")


def needed(prevalence: float, alpha: float = TENTATIVE_BELOW, z: float = _Z) -> int | None:
    """Posts to be coded twice to show `alpha` at least for a label of this prevalence; None where none would do."""
    if not 0 < prevalence < 1:
        return None
    spread = prevalence * (1 - prevalence)
    # rounded first: 138.5 posts are 139, but 80.0000001 are 80
    return ceil(round(2 * z**2 * ((1 + alpha) * (3 - alpha) / (4 * (1 - alpha) * spread) - alpha), 6))


@dataclass(frozen=True)
class Confusion:
    """How often two answers met on one post. `cells[one, other]` holds the posts, `one` before `other` in `values`."""

    values: tuple[Hashable, ...]
    cells: Mapping[tuple[Hashable, Hashable], tuple[int, ...]]

    def posts(self, one: Hashable, other: Hashable) -> tuple[int, ...]:
        return self.cells.get((one, other)) or self.cells.get((other, one)) or ()

    @property
    def mixed(self) -> list[tuple[Hashable, Hashable, int]]:
        """Differing answers with the number of posts, most first."""
        found = [(one, other, len(posts)) for (one, other), posts in self.cells.items() if one != other]
        return sorted(found, key=lambda cell: (-cell[2], str(cell[0]), str(cell[1])))


def confusion(ratings: Iterable[Any], order: Iterable[Hashable] = ()) -> Confusion:
    """The answers of each pair of coders on each post (`ratings` with coder, unit, value); `order` of the values."""
    by_unit: dict[int, list[Hashable]] = defaultdict(list)
    for rating in ratings:
        by_unit[rating.unit].append(rating.value)
    given = {value for values in by_unit.values() if len(values) > 1 for value in values}
    values = [value for value in dict.fromkeys(order) if value in given]
    values += sorted(given - set(values), key=str)
    place = {value: at for at, value in enumerate(values)}
    cells: dict[tuple[Hashable, Hashable], list[int]] = defaultdict(list)
    for unit, answers in by_unit.items():
        for pair in combinations(answers, 2):
            cells[tuple(sorted(pair, key=place.__getitem__))].append(unit)
    return Confusion(tuple(values), {cell: tuple(units) for cell, units in cells.items()})


def by_value(ratings: Iterable[Any]) -> list[tuple[Hashable, list[tuple[int, int, str]], float]]:
    """Each value against all others: (value, ratings yes or no, its share of all answers), the most given first."""
    ratings = list(ratings)
    counts = Counter(rating.value for rating in ratings)
    return [
        (
            value,
            [(one.coder, one.unit, "yes" if one.value == value else "no") for one in ratings],
            times / len(ratings),
        )
        for value, times in sorted(counts.items(), key=lambda kind: (-kind[1], str(kind[0])))
    ]


def grouped(ratings: Iterable[Any], by: Callable[[Any], Hashable]) -> dict[Hashable, list[Any]]:
    """Ratings by language, platform or week, in their order."""
    groups: dict[Hashable, list[Any]] = defaultdict(list)
    for rating in ratings:
        groups[by(rating)].append(rating)
    return dict(sorted(groups.items()))


def paired(ratings: Iterable[Any]) -> dict[tuple[int, int], list[Any]]:
    """Ratings of each pair of coders, on the posts that both coded."""
    by_unit = defaultdict(list)
    for rating in ratings:
        by_unit[rating.unit].append(rating)
    pairs: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for given in by_unit.values():
        for one, other in combinations(sorted(given, key=lambda rating: rating.coder), 2):
            pairs[one.coder, other.coder] += [one, other]
    return dict(sorted(pairs.items()))


@dataclass(frozen=True)
class Advice:
    """One thing to train. `words` a message id, `values` what stands in it, `cell` the two answers it is about."""

    words: str
    values: Mapping[str, Any]
    cell: tuple[Hashable, Hashable] | None = None


def advice(figure, mixed: Confusion, coders: Mapping[int, Any], languages, weeks) -> list[Advice]:
    """What the coordinator should train for one variable, most pressing first.

    `figure` and the values of `coders` (one against all others), `languages` and `weeks` have `alpha` and `doubles`.
    """
    if not figure.doubles:
        return [Advice(_NOTHING, {})]
    found = [Advice(_TOO_FEW, {})] if figure.n_pairable < FEW_BELOW else []
    for one, other, n in mixed.mixed[:2]:
        if n >= _MIXED_FROM:
            found.append(Advice(_MIXED, {"one": one, "other": other, "n": n, "all": figure.doubles}, (one, other)))
    if (low := _apart(coders)) is not None:
        found.append(Advice(_CODER, {"who": low}))
    if (low := _apart(languages)) is not None:
        found.append(Advice(_LANGUAGE, {"language": low}))
    told = [(week, one) for week, one in weeks.items() if _enough(one)]
    if len(told) > 1 and told[-1][1].alpha < max(one.alpha for _, one in told[:-1]) - _APART:
        found.append(Advice(_FALLEN, {"week": told[-1][0]}))
    return found


def _apart(groups: Mapping[Any, Any]) -> Any | None:
    """The group whose alpha is well below the middle of the others."""
    known = sorted((one.alpha, name) for name, one in groups.items() if _enough(one))
    if len(known) < 2:
        return None
    others = [alpha for alpha, _ in known[1:]]
    return known[0][1] if known[0][0] < others[(len(others) - 1) // 2] - _APART else None


def _enough(one) -> bool:
    return one.alpha is not None and one.n_pairable >= FEW_BELOW
