"""Whom portal articles name: candidates by gender, parties by themselves or by their people."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import lru_cache
from pathlib import Path

from besa.base.weeks import local_bounds, week_days
from besa.base.words import Gender
from besa.corpus import Corpus
from besa.pledge.models import Election
from besa.triage.mentions import Named, Register
from besa.triage.queries import calendar
from besa.triage.queries.names import register, spoken_of
from besa.triage.rules import Calendar

_CANDIDATES = ("mayor_candidate", "council_candidate")
_PARTIES = ("party", "coalition")


def rows(election: Election, root: Path, version: int, weeks: list[str], day: date) -> list[dict]:
    """One row for each week, phase and key, of the portal articles at this version of the corpus.

    A name that may mean several counts for the gender or party that all of them share, else as not known.
    """
    if version < 0 or not weeks:
        return []
    counted: Counter = Counter()
    held, places = register(election, day), calendar(election)
    for week in weeks:
        for phase, by, key, articles in _of_week(str(root), version, election.slug, week, held, _Places(places)):
            counted[week, phase, by, key] += articles
    return [
        {"week": week, "phase": phase, "by": by, "key": key, "articles": articles}
        for (week, phase, by, key), articles in counted.items()
    ]


class _Places:
    """A calendar that is the same where its phases are, so that what was read may be kept."""

    def __init__(self, calendar: Calendar):
        self.calendar = calendar
        self._key = (calendar.timezone, tuple(calendar.phases))

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other) -> bool:
        return self._key == other._key


@lru_cache(maxsize=256)
def _of_week(
    root: str, version: int, election: str, week: str, held: Register, places: _Places
) -> list[tuple[str, str, str | None, int]]:
    start, end = local_bounds(*week_days(week), places.calendar.timezone)
    con = Corpus(Path(root)).connect(version)
    try:
        found = con.execute(
            "SELECT text, title, language, posted_at FROM posts WHERE election = $election"
            " AND (platform = 'portal' OR kind = 'article') AND coalesce(channel, 'public') = 'public'"
            " AND posted_at >= $start AND posted_at < $end",
            {"election": election, "start": start, "end": end},
        ).fetchall()
    finally:
        con.close()
    counted: Counter = Counter()
    for text, title, language, at in found:
        phase = (places.calendar.place(at) or (week, "outside"))[1]
        named = spoken_of(held, text, title, language)
        counted[phase, "all", None] += 1
        for by, keys in (("gender", _genders(named)), ("party", _parties(named))):
            counted.update((phase, by, key) for key in keys or {"none"})
    return [(phase, by, key, articles) for (phase, by, key), articles in counted.items()]


def _genders(named: list[tuple[Named, ...]]) -> set[str]:
    told = ({one.gender for one in who} for who in named if _all_candidates(who))
    return {(next(iter(genders)) if len(genders) == 1 else "") or str(Gender.UNKNOWN) for genders in told}


def _all_candidates(who: tuple[Named, ...]) -> bool:
    return all(one.kind in _CANDIDATES for one in who)


def _parties(named: list[tuple[Named, ...]]) -> set[str]:
    told = ({one.id if one.kind in _PARTIES else one.party for one in who} for who in named)
    return {next(iter(parties)) for parties in told if len(parties) == 1} - {""}
