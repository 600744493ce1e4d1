"""The first page of a weekly report: nineteen figures that stand for the rest."""

from __future__ import annotations

import polars as pl

from besa.base.words import N_
from besa.edition.format import Column
from besa.report.tables.answers import notices
from besa.report.tables.flow import _coverage
from besa.report.tables.quality import missed
from besa.report.tables.shape import Definition, Made, Period, percent, rate, violations, within
from besa.report.tables.signatories import duty_sums, interval_words, standing_of
from besa.report.tables.targets import candidates_hit, candidates_monitored

_BOUND = ("signed", "late_signed", "of_party")


def _make(facts, period: Period, say) -> Made:
    columns = [
        Column("label", say.say(N_("Figure")), "text"),
        Column("count", say.say(N_("Count")), "count"),
        Column("base", say.say(N_("Of")), "count"),
        Column("percent", say.say(N_("Percent")), "percent"),
        Column("rate", say.say(N_("Rate or value")), "number"),
        Column("interval", say.say(N_("95 per cent interval")), "text"),
        Column("new", say.say(N_("First published here")), "count"),
        Column("cumulative", say.say(N_("All weeks so far")), "count"),
    ]
    rows: list[dict] = []

    def add(key: str, label: str, **cells) -> None:
        rows.append({"key": key, "label": say.say(label), **{c.key: cells.get(c.key) for c in columns[1:]}})

    seen = _coverage(facts, period, say).total
    add("accounts", N_("Accounts with posts seen, of those watched"), count=seen["seen"], base=seen["watched"],
        percent=percent(seen["seen"], seen["watched"]))  # fmt: skip
    add("read", N_("Posts and comments read by people, of those collected"), count=seen["read"],
        base=seen["collected"], percent=seen["percent"])  # fmt: skip
    for key, label, count, cells in _violations(facts, period):
        add(key, label, count=count, **cells)
    hit, monitored = candidates_hit(within(violations(facts), period), facts), candidates_monitored(facts)
    for key, of, label in (
        ("against_women", "woman", N_("Violations against women candidates, per 100 monitored")),
        ("against_men", "man", N_("Violations against men candidates, per 100 monitored")),
        ("against_minority", "minority", N_("Violations against minority candidates, per 100 monitored")),
    ):
        add(key, label, count=hit.get(of, 0), base=monitored.get(of, 0),
            rate=rate(hit.get(of, 0), monitored.get(of, 0)))  # fmt: skip
    sampled, met = duty_sums(facts, period)
    add("duties", N_("Equal random sample of signatories: posts that met a duty"), count=met, base=sampled,
        percent=percent(met, sampled), interval=interval_words(met, sampled, say))  # fmt: skip
    told = notices(facts, period)
    add("notices", N_("Notices due and answered"), count=told["answered"], base=told["due"],
        percent=percent(told["answered"], told["due"]))  # fmt: skip
    add("remedied", N_("Violations remedied by their author"), count=told["remedied"])
    add("hours", N_("Median hours to an answer"), rate=told["hours"])
    verdict = _verdict(facts)
    if verdict:
        low, high = verdict["low"], verdict["high"]
        add("alpha", N_("Agreement of coders on the verdict (Krippendorff's alpha)"), rate=verdict["alpha"],
            base=verdict["units"],
            interval=f"{say.number(low, 2)}–{say.number(high, 2)}"
            if low is not None and high is not None else None)  # fmt: skip
    of = missed(facts, period)
    add("missed", N_("Estimate of violations that were missed"), count=of["missed"], base=of["unflagged"],
        interval=f"{say.number(of['missed_low'])}–{say.number(of['missed_high'])}" if of["read"] else None)  # fmt: skip
    return Made(columns, rows, None)


def _violations(facts, period: Period):
    """Contents and instances with their split, each with what is new here and the sum of all weeks."""
    every = facts["findings"].filter(pl.col("decision") == "violation")
    if period.phase:
        every = within(every, Period(phase=period.phase))
    with_status = every.join(standing_of(every, facts), on="number")
    now = within(with_status, period)
    settled = pl.col("standing") != "awaiting"
    bound = pl.col("key").is_in(_BOUND).fill_null(False)
    parts = (
        ("contents", N_("Confirmed violations, as contents"), None),
        ("instances", N_("Confirmed violations, as instances (each posting)"), pl.lit(True)),
        ("by_signatories", N_("of which by signatories or their members"), settled & bound),
        ("by_others", N_("of which by others who may be named"), settled & ~bound & pl.col("key").is_not_null()),
        ("unattributed", N_("of which not attributed"), settled & pl.col("key").is_null()),
        ("awaiting", N_("of which awaiting reply"), ~settled),
    )
    for key, label, where in parts:
        if where is None:
            new = with_status.filter(settled & pl.col("new"))["content"].n_unique()
            yield key, label, now["content"].n_unique(), {"new": new, "cumulative": with_status["content"].n_unique()}
        else:
            chosen = with_status.filter(where)
            new = chosen.filter(settled & pl.col("new")).height
            yield key, label, now.filter(where).height, {"new": new, "cumulative": chosen.height}


def _verdict(facts) -> dict | None:
    for name in ("verdict", "decision", "violation"):
        found = facts["agreement"].filter(pl.col("variable") == name)
        if found.height:
            return found.row(0, named=True)
    return None


TABLES = (
    Definition(
        "first-page", N_("The week at a glance"), N_("The base is given in each row"), "instances", _make,
        by_phase=True,
    ),
)  # fmt: skip
