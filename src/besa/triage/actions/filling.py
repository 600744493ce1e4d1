"""Which posts people should read: samples first, then the best-ranked that the coder-hours allow.

Only narrow columns of the posts are held; what the docket copies is fetched for the chosen ones alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import duckdb
import polars as pl
import pyarrow as pa

from besa.base import clock, language
from besa.base.weeks import local_date, week_days
from besa.corpus import Corpus
from besa.pledge.models import Election
from besa.triage import queries, rules
from besa.triage.actions.copying import copied
from besa.triage.actions.families import keys_of
from besa.triage.detectors.parallel import marks, with_language
from besa.triage.learning.doubt import most_uncertain
from besa.triage.models import DocketItem, Run
from besa.triage.queries import budgets, framing, names
from besa.triage.queries.arrivals import MEMORY, latest_of
from besa.triage.queries.authors import account_index
from besa.triage.rules import duty
from besa.triage.rules.budget import Candidate, spend, within

_HOUR = timedelta(hours=1)


@dataclass
class _Week:
    """What one week's docket takes, in the order in which it was chosen: post_key -> sample."""

    chosen: dict[str, str] = field(default_factory=dict)
    places: dict[str, tuple[str, str]] = field(default_factory=dict)
    unread: dict[str, dict] = field(default_factory=dict)


def fill(
    *, election: Election, corpus: Corpus, held: Run, calendar: rules.Calendar, weeks: list[str], kept: pa.Table,
    families: pl.DataFrame | None = None,
) -> list[DocketItem]:  # fmt: skip
    """The docket items that this run adds, for the weeks in which it brought posts; saved, not yet recorded.

    First the random samples are drawn, so that ranking cannot bend them; then what the model is least sure of; the
    ranked posts follow as far as the hours reach; urgent ones always. What is left unread stands in `held.unread`.
    `kept`: what the run remembers of its own posts (`detectors.parallel.Looked`); `families`: posts whose text has
    near-copies (`copies.members`).
    """
    if not weeks:
        return []
    urgent_clauses = queries.urgent_clauses(election)
    taken = set(DocketItem.objects.filter(election=election).values_list("post_key", flat=True))
    there = budgets.docketed(election, weeks)
    looked = pl.DataFrame(pl.from_arrow(kept)).rename({"language": "told"})
    chosen: dict[str, tuple[str, tuple[str, str]]] = {}
    vulnerable: dict[str, float] = {}
    con = corpus.connect(held.corpus_version, memory=MEMORY)
    try:
        latest_of(con, election)
        for week in weeks:
            rows, harmed = _frame(election, con, held, calendar, week, looked, urgent_clauses)
            if not rows.height:
                continue
            found = _of_week(election, held, week, rows, taken, there[week])
            chosen |= {key: (sample, found.places[key]) for key, sample in found.chosen.items()}
            vulnerable |= {key: weight for key, weight in harmed.items() if key in found.chosen}
            held.unread[week] = found.unread
    finally:
        con.close()
    items = _copied(election, corpus, held, chosen, urgent_clauses, vulnerable)
    keys = keys_of(families, chosen)
    for item in items:
        item.family = keys.get(item.post_key, item.family)
    return DocketItem.objects.bulk_create(items, batch_size=200)


def _frame(
    election: Election, con: duckdb.DuckDBPyConnection, held: Run, calendar: rules.Calendar, week: str,
    looked: pl.DataFrame, urgent_clauses: frozenset[str],
) -> tuple[pl.DataFrame, dict[str, float]]:  # fmt: skip
    """The posts of a week with their ranks and what the run remembers of them; and who in them is easily harmed."""
    rows = framing.frame(con, calendar, week)
    vulnerable = names.vulnerability(election, con, framing.flagged(con, rows))
    ranks = framing.ranks(con, rows, held.started_at, urgent_clauses, vulnerable)
    rows = rows.with_columns(marks(rows["post_key"]).alias("mark"))
    rows = rows.join(ranks, on="post_key", how="left", maintain_order="left")
    rows = rows.join(looked, on="mark", how="left", maintain_order="left").with_columns(
        pl.coalesce(pl.col("told").cast(pl.String), pl.col("language"), pl.lit("und"))
        .replace("", "und")
        .alias("language")
    )
    return rows, vulnerable


def _of_week(election: Election, held: Run, week: str, rows: pl.DataFrame, taken: set[str], there: Counter) -> _Week:
    counts, found = budgets.counts(election), _Week()
    monday, today = week_days(week)[0], local_date(clock.now(), election.timezone)
    left, costs, samples_cost = budgets.pools(election, week, monday, today, there)
    spoken = dict(rows.select("post_key", "language").iter_rows())

    def put(sample: str, keys: list[str]) -> None:
        for key in keys:
            if key not in taken and key not in found.chosen:
                found.chosen[key] = sample
                if samples_cost:
                    spend(left, spoken[key], costs)

    unflagged = rows.filter(pl.col("rank").is_null())
    controls = rules.control_sample(
        dict(unflagged.select("post_key", "platform").iter_rows()), counts["control_per_week"], held.seed, week
    )
    put("control", controls)
    asked = duty.due(counts["duty_per_signatory"], monday, today)
    drawn = budgets.drawn(election, week)
    for signatory, accounts in queries.signatory_accounts(election, week).items():
        own = rows.filter(
            pl.col("account_key").is_in(list(accounts)), ~pl.col("post_key").is_in([*taken, *found.chosen])
        )
        already = sum(drawn[account] for account in accounts)
        put("duty", duty.drawn(own["post_key"], already, asked, held.seed, f"duty {week} {signatory}"))
    free = rows.filter(~pl.col("post_key").is_in(list(taken | found.chosen.keys())))
    unsure = free.filter(pl.col("doubt").is_not_null())
    more = counts["uncertain_per_week"] - sum(n for (sample, _), n in there.items() if sample == "uncertain")
    put("uncertain", most_uncertain(
        unsure["post_key"].to_list(), unsure["said"].to_list(), unsure["doubt"].to_numpy(), max(0, more)))  # fmt: skip
    ranked = free.filter(pl.col("rank").is_not_null(), ~pl.col("post_key").is_in(list(found.chosen))).sort(
        "urgent", "rank", "post_key", descending=[True, True, False]
    )
    asking = (Candidate(*row) for row in ranked.select("post_key", "language", "urgent").iter_rows())
    found.chosen |= {one.key: "ranked" for one in within(asking, left, costs)}
    found.unread = _unread(ranked.filter(~pl.col("post_key").is_in(list(found.chosen))))
    mine = rows.filter(pl.col("post_key").is_in(list(found.chosen))).select("post_key", "phase")
    found.places = {key: (week, phase) for key, phase in mine.iter_rows()}
    return found


def _unread(left: pl.DataFrame) -> dict[str, dict]:
    """By language; `left` stands in the order of its ranks."""
    told = left.group_by("language", maintain_order=True).agg(
        posts=pl.len(), highest=pl.col("rank").max(), mostly=pl.col("mostly").sort_by("rank").last()
    )
    return {row.pop("language"): row for row in told.iter_rows(named=True)}


def _copied(
    election: Election, corpus: Corpus, held: Run, chosen: dict, urgent_clauses: frozenset[str],
    vulnerable: Mapping[str, float],
) -> list:  # fmt: skip
    """The chosen posts with their reasons, as rows of the docket."""
    if not chosen:
        return []
    accounts = account_index(election)
    signals = queries.signals_of(corpus, list(chosen))
    posts = queries.posts_by_key(corpus, election, list(chosen), held.corpus_version)
    posts = with_language(posts, tuple(election.post_languages or language.USUAL))
    items = []
    for row in posts.to_pylist():
        sample, place = chosen[row["post_key"]]
        found = signals.get(row["post_key"], [])
        item = copied(
            election, row, found, version=held.corpus_version, sample=sample, accounts=accounts, place=place
        )  # fmt: skip
        age = (held.started_at - row["posted_at"]) / _HOUR
        ranked = rules.rank(found, rules.reach(row), urgent_clauses, age, vulnerable.get(row["post_key"], 1.0))
        item.run, item.rank, item.urgent = held, ranked.rank, ranked.urgent
        item.ranking = ranked.parts if found else {}
        items.append(item)
    return sorted(items, key=lambda item: (item.week, -item.rank, item.post_key))
