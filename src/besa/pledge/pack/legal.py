"""Reading the rules of the election law: what each looks for, when it holds, and its deadline."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from besa.base.packfile import Fields, once
from besa.base.words import Concern, LegalKind, PhaseKind


def read_legal_rules(top: Fields) -> list[dict[str, Any]]:
    rows = [(rule.take_slug(), rule) for rule in top.take_tables("legal_rules")]
    return [_rule(slug, rule) for slug, rule in once(rows, "legal rule")]


def _rule(slug: str, rule: Fields) -> dict[str, Any]:
    if rule.has("deadline_hours") == rule.has("deadline_days"):
        rule.fault(None, "a legal rule has either deadline_hours or deadline_days.", "Give one of the two.")
    if rule.has("phases") and rule.has("spans"):
        rule.fault("spans", "the rule has both phases and spans.", "Spans say it by the hour; leave the phases out.")
    row = {
        "slug": slug,
        "names": rule.take_texts("names", required=True),
        "article": rule.take_text("article", most=200),
        "authority": rule.take_text("authority", required=True, most=200),
        "source": rule.take_text("source"),
        "looks_for": rule.take_word("looks_for", [*LegalKind, *Concern]),
        "clause": rule.take_slug("clause", required=False, most=40),
        "urgent": rule.take_flag("urgent", default=False),
        "deadline_hours": rule.take_number("deadline_hours", default=0, least=1, most=100_000, whole=True),
        "deadline_days": rule.take_number("deadline_days", default=0, least=1, most=1000, whole=True),
        "working_days": rule.take_flag("working_days", default=False),
        "deadline_from": rule.take_word("deadline_from", ("event", "discovery"), required=True),
        "phases": rule.take_words("phases", PhaseKind),
        "spans": [span for given in rule.take_tables("spans") if (span := _span(given))],
        "evidence": rule.take_texts("evidence"),
    }
    rule.done()
    return row


def _span(given: Fields) -> list[str] | None:
    """[from, until] as ISO texts; None after a fault."""
    ends = [_local(given, key) for key in ("from", "until")]
    given.done()
    if not all(ends):
        return None
    if ends[1] <= ends[0]:
        given.fault("until", "the end does not lie after the beginning.", "Exchange the two.")
        return None
    return [end.isoformat() for end in ends]


def _local(given: Fields, key: str) -> datetime | None:
    value = given.take(key, required=True)
    if isinstance(value, datetime) and value.tzinfo is None:
        return value
    if value is not None:
        given.fault(key, f"“{value}” is not a local time.", "Write it as 2027-10-12T07:00:00, without a zone.")
    return None


def read_days(given: Fields, key: str) -> list[str]:
    """A TOML list of days, as ISO texts."""
    value = given.take(key)
    if isinstance(value, list) and all(isinstance(day, date) and not isinstance(day, datetime) for day in value):
        return [day.isoformat() for day in value]
    given.fault(key, f"“{key}” must be a list of days.", "Write it as [2027-10-12, 2027-11-28].")
    return []
