"""What those who signed did: violations and acts of compliance side by side, never one without the other."""

from __future__ import annotations

import json

import polars as pl

from besa.base.words import N_
from besa.edition.format import Column
from besa.report.tables.findings import BASE
from besa.report.tables.intervals import wilson
from besa.report.tables.shape import Definition, Made, Period, broken_down, names, percent, violations, within

_BOUND = ("signed", "late_signed")
_LABELS = {
    "signed": N_("Signatory"),
    "late_signed": N_("Signatory (signed later)"),
    "of_party": N_("Not a signatory, but of a signatory party"),
    "not_yet": N_("Had not yet signed"),
    "withdrawn": N_("Withdrawn"),
    "never": N_("Not a signatory"),
}


def standing_of(findings: pl.DataFrame, facts) -> pl.DataFrame:
    """The author's own status on the date of the post; else, where only the party had signed, `of_party`."""
    own, party = pl.col("signatory_status"), pl.col("party_signatory_status")
    return findings.select(
        "number",
        pl.when(own.is_null())
        .then(None)
        .when(own.is_in(_BOUND))
        .then(own)
        .when(party.is_in(_BOUND))
        .then(pl.lit("of_party"))
        .otherwise(own)
        .alias("key"),
    )


def _compliance(facts, period: Period, say) -> Made:
    label = names(facts, "actors")
    counts = {
        decision: within(violations(facts, decision=decision), period) for decision in ("violation", "compliance")
    }

    def of(decision: str, slug: str) -> int:
        found = counts[decision]
        return found.filter((pl.col("source") == slug) | (pl.col("party") == slug)).height

    duty = _duty(facts, period)
    columns = [
        Column("label", say.say(N_("Signatory")), "text"),
        Column("status", say.say(N_("Status")), "text"),
        Column("violations", say.say(N_("Violations")), "count"),
        Column("compliance", say.say(N_("Acts of compliance")), "count"),
        Column("sampled", say.say(N_("Posts in the equal sample")), "count"),
        Column("met", say.say(N_("Duties met in it")), "count"),
        Column("percent", say.say(N_("Percent")), "percent"),
        Column("interval", say.say(N_("95 per cent interval")), "text"),
    ]
    rows = []
    for row in facts["signatories"].sort("slug").iter_rows(named=True):
        slug = row["slug"]
        sampled, met = duty.get(slug, (0, 0))
        rows.append(
            {
                "key": slug,
                "label": say.pick(label.get(slug)) or slug,
                "status": say.label("signatorystatus", row["status"]),
                "violations": of("violation", slug),
                "compliance": of("compliance", slug),
                "sampled": sampled,
                "met": met,
                "percent": percent(met, sampled),
                "interval": interval_words(met, sampled, say),
            }
        )
    sampled, met = sum(row["sampled"] for row in rows), sum(row["met"] for row in rows)
    slugs = [row["key"] for row in rows]
    bound = pl.col("source").is_in(slugs) | pl.col("party").is_in(slugs)
    total = {
        "key": "total", "label": say.say(N_("All signatories")), "status": None,
        "violations": counts["violation"].filter(bound).height,
        "compliance": counts["compliance"].filter(bound).height,
        "sampled": sampled, "met": met, "percent": percent(met, sampled),
        "interval": interval_words(met, sampled, say),
    }  # fmt: skip
    notes = [
        say.say(N_("Attributed findings of the signatory itself and of its confirmed members.")),
        say.say(
            N_("Acts of compliance outside the sample are examples, not a rate; the sample is of equal size for each.")
        ),
        say.say(N_("Not a ranking: coverage differs between signatories.")),
        say.say(
            N_(
                "A finding of a signatory who belongs to another signatory stands "
                "in both rows; the total counts it once."
            )
        ),
    ]
    return Made(columns, rows, total, notes)


def interval_words(part: int, base: int, say) -> str | None:
    if not base:
        return None
    low, high = wilson(part, base)
    return f"{say.number(low * 100, 1)}–{say.number(high * 100, 1)} %"


def _duty(facts, period: Period) -> dict[str, tuple[int, int]]:
    frame = facts["samples"].filter((pl.col("sample") == "duty") & pl.col("signatory").is_not_null())
    if period.week:
        frame = frame.filter(pl.col("week") == period.week)
    sums = frame.group_by("signatory").agg(pl.col("read").sum(), pl.col("compliance").sum())
    return {slug: (read, met) for slug, read, met in sums.iter_rows()}


def duty_sums(facts, period: Period) -> tuple[int, int]:
    """Posts of the equal sample that were read, and those in which a duty was met."""
    sums = _duty(facts, period)
    return sum(read for read, _ in sums.values()), sum(met for _, met in sums.values())


def _register(facts, period: Period, say) -> Made:
    label = names(facts, "actors")
    columns = [
        Column("label", say.say(N_("Signatory")), "text"),
        Column("kind", say.say(N_("Kind")), "text"),
        Column("status", say.say(N_("Status")), "text"),
        Column("signed", say.say(N_("Signed on")), "text"),
        Column("withdrawn", say.say(N_("Withdrawn on")), "text"),
    ]
    rows = []
    for row in facts["signatories"].sort("slug").iter_rows(named=True):
        spans = json.loads(row["spans"])
        ended = next((span["until"] for span in reversed(spans) if span["until"]), None)
        rows.append(
            {
                "key": row["slug"], "label": say.pick(label.get(row["slug"])) or row["slug"],
                "kind": say.label("actorkind", row["kind"]), "status": say.label("signatorystatus", row["status"]),
                "signed": say.day(spans[0]["first"]), "withdrawn": say.day(ended) if ended else None,
            }
        )  # fmt: skip
    return Made(columns, rows, None)


TABLES = (
    Definition(
        "findings-by-signatory", N_("Confirmed violations by status of the author on the date of the post"), BASE,
        "instances",
        broken_down(
            standing_of, N_("Status on the date of the post"),
            lambda key, facts, say: say.say(_LABELS.get(key, key)),
            keys=lambda facts: list(_LABELS), by_size=False, unknown=N_("Not attributed"),
        ),
    ),
    Definition(
        "compliance-by-type", N_("Acts of compliance by type"),
        N_("All acts of compliance found in the period"), "instances",
        broken_down(
            lambda findings, facts: findings.select("number", pl.col("type").alias("key")), N_("Type"),
            lambda key, facts, say: say.label("findingtype", key), decision="compliance",
        ),
        route=N_("The equal sample of signatories and what was sent in or met by chance: examples, not rates."),
    ),
    Definition(
        "compliance-by-signatory", N_("Signatories: violations and compliance side by side"),
        N_("Posts of the equal random sample of each signatory that were read"), "instances", _compliance,
        route=N_("Violations and acts by all routes; the share from the equal random sample only."),
        by_phase=True, overlap=False,
    ),
    Definition(
        "register", N_("Register of signatories"), N_("No percentages"), "actors", _register, by_phase=False,
        by_week=False, route=N_("The register of signatures"),
    ),
)  # fmt: skip
