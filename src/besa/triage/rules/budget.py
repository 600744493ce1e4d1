"""Coder-hours and what they buy: measured minutes of a post, hours of a language, the posts that can be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

#: What a language is called that has no hours of its own.
REST = ""
#: Before anything was measured: seconds of a screening, a coding, a decision; of the posts screened the share that is
#: coded; codings of a coded post (a second one follows a first that found something); decisions on a coded post.
USUAL = MappingProxyType(
    {"screen": 20.0, "code": 180.0, "adjudicate": 180.0, "goes_on": 0.5, "codings": 1.7, "decided": 0.6}
)
#: So many measurements weigh as much as what was thought before them.
FEW = 10

#: language -> measure (a key of USUAL) -> (how many were measured, their middle or mean)
Measured = Mapping[str, Mapping[str, tuple[int, float]]]


@dataclass(frozen=True)
class Effort:
    """What one post of a language costs, and on how many screenings that rests."""

    screen: float
    code: float
    adjudicate: float
    goes_on: float
    codings: float
    decided: float
    measured: int

    @property
    def minutes(self) -> float:
        """Screening, the codings and the decision that it calls for, as often as it does."""
        later = self.codings * self.code + self.decided * self.adjudicate
        return (self.screen + self.goes_on * later) / 60

    @property
    def an_hour(self) -> float:
        return 60 / self.minutes

    @property
    def share(self) -> float:
        """Per cent of the screened posts that are coded."""
        return 100 * self.goes_on


def efforts(measured: Measured) -> dict[str, Effort]:
    """By language, and under REST for one in which nothing was read yet.

    A language with few measurements is drawn towards what all languages together show, and these towards what is
    usual: a single slow post does not empty the docket.
    """
    together: dict[str, tuple[int, float]] = {}
    for name in USUAL:
        given = [row[name] for row in measured.values() if name in row and row[name][0]]
        n = sum(count for count, _ in given)
        together[name] = (n, sum(count * value for count, value in given) / n if n else 0.0)
    all_alike = {name: _drawn(*together[name], USUAL[name]) for name in USUAL}
    return {
        language: Effort(
            **{name: _drawn(*measured.get(language, {}).get(name, (0, 0.0)), all_alike[name]) for name in USUAL},
            measured=measured.get(language, {}).get("screen", (0, 0.0))[0],
        )
        for language in {REST, *measured}
    }


def _drawn(n: int, value: float, towards: float) -> float:
    return (n * value + FEW * towards) / (n + FEW)


@dataclass(frozen=True)
class Hours:
    """Coder-hours of a week. Languages without hours of their own share what these leave; `days`: Monday to Sunday."""

    week: float
    languages: Mapping[str, float] = field(default_factory=dict)
    days: tuple[float, ...] = ()

    @property
    def rest(self) -> float:
        return max(0.0, self.week - sum(self.languages.values()))

    def of(self, language: str) -> float:
        return self.languages.get(language, self.rest)

    def released(self, monday: date, today: date) -> float:
        """The share of the week's hours that may be planned today: all, or those of the days up to today."""
        if not self.days or not sum(self.days):
            return 1.0
        gone = max(0, min(7, (today - monday).days + 1))
        return sum(self.days[:gone]) / sum(self.days)

    def pools(self, share: float = 1.0) -> dict[str, float]:
        """Minutes to be spent, by language; REST is for all others."""
        return {name: 60 * share * hours for name, hours in {**self.languages, REST: self.rest}.items()}


@dataclass(frozen=True)
class Candidate:
    """A post that asks to be read. Where there are several, the best stand first."""

    key: str
    language: str
    urgent: bool = False


def spend(left: MutableMapping[str, float], language: str, costs: Mapping[str, float]) -> None:
    """Take one post of this language out of its pool, even where it holds less."""
    left[language if language in left else REST] -= cost(language, costs)


def cost(language: str, costs: Mapping[str, float]) -> float:
    return costs.get(language, costs[REST])


def within(
    candidates: Iterable[Candidate], left: MutableMapping[str, float], costs: Mapping[str, float]
) -> list[Candidate]:
    """Those that can be read, in their order, and every urgent one whatever is left. Changes `left`."""
    taken = []
    for one in candidates:
        if one.urgent or left[one.language if one.language in left else REST] >= cost(one.language, costs):
            spend(left, one.language, costs)
            taken.append(one)
    return taken
