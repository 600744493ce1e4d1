"""Confirmed violations by whom they were against. One finding may be against several."""

from __future__ import annotations

import polars as pl

from besa.base.words import N_, Gender
from besa.edition.format import Column
from besa.report.tables.findings import BASE
from besa.report.tables.shape import (
    Definition,
    Made,
    broken_down,
    of_names,
    of_words,
    rate,
    violations,
    within,
)

_CANDIDATES = ("mayor_candidate", "council_candidate")


def _keyed(name: str):
    """Key = this column of each target; a finding without any has the key NULL."""

    def keyed(findings: pl.DataFrame, facts) -> pl.DataFrame:
        targets = facts["targets"].select("number", pl.col(name).alias("key")).unique()
        known = targets.filter(pl.col("key").is_not_null()).select("number").unique()
        of = findings.select("number").join(targets, on="number", how="left").unique()
        # a finding with one known and one unknown target stands in the known row only
        return pl.concat(
            [
                of.filter(pl.col("key").is_not_null()),
                of.filter(pl.col("key").is_null()).join(known, on="number", how="anti"),
            ]
        )

    return keyed


def _gender_keyed(findings: pl.DataFrame, facts) -> pl.DataFrame:
    persons = facts["targets"].filter(pl.col("kind").is_in(["person", "journalist"]))
    return (
        findings.select("number")
        .join(persons.select("number", pl.col("gender").alias("key")), on="number", how="left")
        .with_columns(pl.col("key").fill_null("none"))
        .unique()
    )


def candidates_hit(findings: pl.DataFrame, facts) -> dict[str, int]:
    """Findings against monitored candidates: by gender, `minority` (of a minority community) and `any`."""
    majority = facts.meta["settings"]["majority_communities"]
    of = facts["targets"].filter(pl.col("actor_kind").is_in(_CANDIDATES)).join(findings.select("number"), on="number")
    hit = dict(of.group_by("gender").agg(pl.col("number").n_unique()).iter_rows())
    minority = of.filter(pl.col("community").is_not_null() & ~pl.col("community").is_in(majority))
    return hit | {"minority": minority["number"].n_unique(), "any": of["number"].n_unique()}


def candidates_monitored(facts) -> dict[str, int]:
    majority = facts.meta["settings"]["majority_communities"]
    base = dict(facts["candidates"].group_by("gender").agg(pl.col("number").sum()).iter_rows())
    minority = facts["candidates"].filter(pl.col("community").is_not_null() & ~pl.col("community").is_in(majority))
    return base | {"minority": int(minority["number"].sum() or 0)}


def _gender_rates(facts, period, say, now):
    base = candidates_monitored(facts)
    hit = candidates_hit(within(violations(facts), period), facts)
    columns = [
        Column("candidates", say.say(N_("Candidates monitored")), "count"),
        Column("against_candidates", say.say(N_("Violations against candidates")), "count"),
        Column("per_100", say.say(N_("Per 100 candidates")), "rate"),
    ]
    rows = {
        str(gender): {
            "candidates": base.get(gender, 0),
            "against_candidates": hit.get(gender, 0),
            "per_100": rate(hit.get(gender, 0), base.get(gender, 0)),
        }
        for gender in Gender
    }
    notes = [
        say.say(N_("Gender comes from the candidate list or the person's own words; it is never guessed.")),
        say.say(N_("Rates count violations against monitored candidates only.")),
    ]
    total = {
        "candidates": sum(base.get(gender, 0) for gender in Gender),
        "against_candidates": hit["any"],
        "per_100": rate(hit["any"], sum(base.get(gender, 0) for gender in Gender)),
    }
    return columns, rows, total, notes


def _gender_label(key, facts, say) -> str:
    return say.say(N_("Not against a person")) if key == "none" else say.label("gender", key)


def matrix(facts, period, say) -> Made:
    """Rows: party of the author; columns: party attacked. Both only where known and attributable."""
    found = within(violations(facts), period).select("number", "party")
    against = _keyed("party")(found, facts).rename({"key": "against"})
    pairs = found.join(against, on="number")
    counts = {
        (by, to): n for by, to, n in pairs.group_by("party", "against").agg(pl.col("number").n_unique()).iter_rows()
    }
    parties = sorted({slug for pair in counts for slug in pair if slug})
    label = of_names("actors")
    shorts = {row["slug"]: row["short_name"] for row in facts["actors"].iter_rows(named=True)}
    columns = [Column("label", say.say(N_("By (party of the author)")), "text")]
    columns += [Column(f"against_{slug}", shorts.get(slug) or label(slug, facts, say), "count") for slug in parties]
    columns += [
        Column("against_none", say.say(N_("No party or not known")), "count"),
        Column("count", say.say(N_("Violations")), "count"),
    ]
    totals = dict(found.group_by("party").len().iter_rows())
    against_totals = dict(pairs.group_by("against").agg(pl.col("number").n_unique()).iter_rows())

    def row(key, name, cells, count):
        return {
            "key": key,
            "label": name,
            **{f"against_{slug}": cells(slug) for slug in parties},
            "against_none": cells(None),
            "count": count,
        }

    rows = [
        row(by or "not_known", label(by, facts, say) if by else say.say(N_("No party, not known, or not attributed")),
            lambda to, by=by: counts.get((by, to), 0), totals.get(by, 0))
        for by in [*[p for p in parties if p in totals], *([None] if None in totals else [])]
    ]  # fmt: skip
    total = row("total", say.say(N_("Total")), lambda to: against_totals.get(to, 0), found.height)
    return Made(columns, rows, total)


TABLES = (
    Definition(
        "findings-by-target-party", N_("Confirmed violations by party attacked"), BASE, "instances",
        broken_down(
            _keyed("party"), N_("Party attacked"), of_names("actors"), unknown=N_("Against no party, or not known"),
        ),
        overlap=True,
    ),
    Definition(
        "findings-by-target-gender", N_("Confirmed violations by gender of the person attacked"), BASE, "instances",
        broken_down(
            _gender_keyed, N_("Gender of the person attacked"), _gender_label,
            keys=lambda facts: [str(gender) for gender in Gender] + ["none"], by_size=False, extra=_gender_rates,
        ),
        overlap=True,
    ),
    Definition(
        "findings-by-target-kind", N_("Confirmed violations by kind of target"), BASE, "instances",
        broken_down(_keyed("kind"), N_("Target"), of_words("targetkind"), unknown=N_("No target named")),
        overlap=True,
    ),
    Definition(
        "findings-by-and-against-party", N_("Who attacked whom: party of the author and party attacked"), BASE,
        "instances", matrix, overlap=True,
    ),
)  # fmt: skip
