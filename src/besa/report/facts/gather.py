"""Reads everything that one report may say, as it stands at a moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from besa.base.home import Home
from besa.base.weeks import week_days, week_of, weeks_between
from besa.pledge import queries as pledge
from besa.pledge.models import Election
from besa.report.facts import ads, findings, flow, people, visibility
from besa.report.types import Facts, frame


def gather(
    election: Election,
    *,
    at: datetime,
    week: str = "",
    kind: str = "weekly",
    published: Iterable[str] = (),
    errata: Iterable[dict] = (),
) -> Facts:
    """The facts of all weeks up to `week` (all weeks where it is empty), as they stood at `at`.

    `published`: numbers of the findings that an earlier edition held already; all others are new.
    `errata`: {number, date, note} of editions that corrected an earlier one.
    """
    phases = pledge.phases(election)
    days = [day for phase in phases for day in (phase.first, phase.last)]
    all_weeks = weeks_between(min(days), max(days)) if days else []
    if week and week not in all_weeks:
        all_weeks = sorted({*all_weeks, week})
    weeks = [each for each in all_weeks if not week or each <= week]
    if kind == "weekly" and week:
        first, last = week_days(week)
    else:
        first, last = (min(days), max(days)) if days else week_days(week or week_of(at.date()))

    rows = findings.rows(election, at=at, weeks=weeks, published=frozenset(published))
    corpus = flow.of_corpus(election, Home.here().corpus, weeks)
    rows |= flow.rows(election, weeks, corpus, rows["findings"], at)
    rows |= people.rows(election, last, rows["findings"])
    rows["visibility"] = visibility.rows(election, Home.here().corpus, corpus.version, weeks, last)
    signed = {row["slug"] for row in rows["signatories"]}
    rows["ads"] = ads.rows(election, weeks, last, corpus.version, signed)
    meta = {
        "election": election.slug,
        "names": election.names,
        "country": election.country,
        "operator": election.operator,
        "timezone": election.timezone,
        "demo": election.demo,
        "languages": election.languages,
        "reply_hours": election.reply_hours,
        "kind": kind,
        "week": week,
        "weeks": weeks,
        "first": first,
        "last": last,
        "phases": [
            {"kind": phase.kind, "names": phase.names, "first": phase.first, "last": phase.last} for phase in phases
        ],
        "code": people.code(election, last),
        "corpus_version": corpus.version,
        "settings": {"majority_communities": election.settings.get("majority_communities", [])},
        "method": election.settings.get("report", {}),
        "errata": list(errata),
    }
    return Facts(meta=_plain(meta), frames={name: frame(name, of) for name, of in rows.items()})


def _plain(value):
    """Dates as ISO text, so that meta reads the same from memory and from disk."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
