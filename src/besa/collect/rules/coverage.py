"""What was expected of each account on each day, whether anybody looked, and what is missing.

Days are places in a calendar (0 is its first day); sets of days are the bits of a number, which makes thousands of
accounts quick. A look that found nothing is not the same as no look.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

#: Not on the list that day, outside the phases, or still to come.
NOT_EXPECTED = "."
#: On the list, and nothing that we do would bring its posts.
UNREACHED = "u"
#: Expected and nobody looked.
MISSING = "m"
#: Looked at, nothing there, and this for longer than its own history explains.
QUIET = "q"
#: Looked at, nothing there.
SILENT = "0"
#: Posts of that day are here.
SEEN = "s"
STATES = (SEEN, SILENT, QUIET, MISSING, UNREACHED, NOT_EXPECTED)
#: What a day can be that was expected.
EXPECTED = (SEEN, SILENT, QUIET, MISSING)

#: A file covers the days on which it holds posts, and at most so many empty days between two of them.
BRIDGED = 3
#: An account has a history of its own after so many days that were looked at.
KNOWN_DAYS = 7
#: A silence less likely than this, by the account's own history, is no silence but a gap.
UNLIKELY = 0.001
#: From this share of account-days that are missing or quiet, a report must say so in words.
WEAK = 0.10


@dataclass(frozen=True, slots=True)
class Look:
    """One look at one account, as a live source knows it: whether it succeeded, and the error where not."""

    account: int
    day: date
    looked: bool
    error: str = ""


def bits(days: Iterable[int]) -> int:
    found = 0
    for day in days:
        found |= 1 << day
    return found


def covered(days: Iterable[int]) -> int:
    """The days that a file covers which holds posts of these days (or was made on them)."""
    found, before = 0, None
    for day in sorted(days):
        first = before + 1 if before is not None and day - before - 1 <= BRIDGED else day
        found |= ((1 << (day - first + 1)) - 1) << first
        before = day
    return found


def states(days: int, *, listed: int, reached: bool, looked: int, seen: Mapping[int, int]) -> str:
    """One letter of STATES for each of the days. `listed`, `looked` are bits; `seen` counts posts by day."""
    out, watched = [], []
    for day in range(days):
        bit = 1 << day
        if not listed & bit:
            out.append(NOT_EXPECTED)
        elif seen.get(day):
            out.append(SEEN)
            watched.append(day)
        elif looked & bit:
            out.append(SILENT)
            watched.append(day)
        else:
            out.append(MISSING if reached else UNREACHED)
    for day in _unlikely(watched, out):
        out[day] = QUIET
    return "".join(out)


def _unlikely(watched: list[int], out: list[str]) -> list[int]:
    """Days of silences that are too long for an account which posts as often as this one did on its other days."""
    active = sum(1 for day in watched if out[day] == SEEN)
    if not active or active == len(watched):
        return []
    # One day more of each kind is supposed: no account is certain to post, or never to.
    silence = (len(watched) - active + 1) / (len(watched) + 2)
    found: list[int] = []
    run: list[int] = []
    for day in [*watched, None]:
        if day is not None and out[day] == SILENT:
            run.append(day)
            continue
        other = len(watched) - len(run)
        if run and other >= KNOWN_DAYS and silence ** len(run) < UNLIKELY:
            found += run
        run = []
    return found


@dataclass(frozen=True)
class Sums:
    """Account-days by state; `expected` = seen + silent + quiet + missing."""

    seen: int = 0
    silent: int = 0
    quiet: int = 0
    missing: int = 0
    unreached: int = 0

    @property
    def expected(self) -> int:
        return self.seen + self.silent + self.quiet + self.missing

    @property
    def gap(self) -> int:
        """Not looked at, or silent against all likelihood: what was posted then is not here."""
        return self.missing + self.quiet

    @property
    def weak(self) -> bool:
        return self.expected > 0 and self.gap >= WEAK * self.expected


def sums(lines: Iterable[str]) -> Sums:
    """Account-days of all these accounts together."""
    counts: Counter[str] = Counter()
    for line in lines:
        for state in STATES:
            counts[state] += line.count(state)
    return Sums(counts[SEEN], counts[SILENT], counts[QUIET], counts[MISSING], counts[UNREACHED])
