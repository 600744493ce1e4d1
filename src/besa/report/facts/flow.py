"""What came in, what was read, and what became of it, week by week."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from besa.base.weeks import local_bounds, week_days
from besa.base.words import Decision, Sample
from besa.coding import queries as coding
from besa.coding.models import Adjudication, Coding, Screening
from besa.corpus import Corpus
from besa.pledge import queries as pledge
from besa.pledge.models import Account, Election
from besa.report.facts import gaps
from besa.report.types import AWAITING
from besa.triage.models import DocketItem, Run

STAGES = ("collected", "flagged", "docketed", "screened", "coded", "confirmed", "published")


@dataclass
class OfCorpus:
    """Counts over the corpus, pinned to one version. Keys: (week, platform, language) or week."""

    version: int = -1
    collected: Counter = field(default_factory=Counter)
    flagged: Counter = field(default_factory=Counter)
    accounts: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # keys, and platform:@handle


def of_corpus(election: Election, root: Path, weeks: list[str]) -> OfCorpus:
    """The counts at the corpus's present version, with the signals of all triage runs that are done."""
    runs = Run.objects.filter(election=election, state="done").count()
    return _at(str(root), Corpus(root).version(), runs, election.slug, election.timezone, tuple(weeks))


@lru_cache(maxsize=16)
def _at(root: str, version: int, runs: int, election: str, timezone: str, weeks: tuple[str, ...]) -> OfCorpus:
    """Posts of a version never change, and signals come with a triage run; until then the counts may be kept."""
    counted = OfCorpus(version=version)
    if version < 0 or not weeks:
        return counted
    con = Corpus(Path(root)).connect(version)
    try:
        for week in weeks:
            start, end = local_bounds(*week_days(week), timezone)
            span = {"election": election, "start": start, "end": end}
            held = (
                "FROM posts WHERE election = $election AND coalesce(channel, 'public') = 'public' "
                "AND posted_at >= $start AND posted_at < $end"
            )
            for platform, language, posts in con.execute(
                f"SELECT platform, coalesce(nullif(language, ''), 'und'), count(*) {held} GROUP BY ALL",
                span,
            ).fetchall():
                counted.collected[week, platform, language] = posts
            counted.flagged[week] = con.execute(
                f"SELECT count(*) {held} AND post_key IN "  # noqa: S608
                "(SELECT post_key FROM signals WHERE coalesce(concern, '') <> '')",
                span,
            ).fetchall()[0][0]
            counted.accounts[week] = {
                key
                for (key,) in con.execute(
                    "SELECT DISTINCT unnest([account_key, host_account_key, "
                    f"platform || ':@' || lower(ltrim(account_handle, '@'))]) {held}",
                    span,
                ).fetchall()
                if key
            }
    finally:
        con.close()
    return counted


def rows(
    election: Election, weeks: list[str], corpus: OfCorpus, findings: list[dict], at: datetime
) -> dict[str, list[dict]]:
    items = list(
        DocketItem.objects.filter(election=election, week__in=weeks, put_at__lte=at).only(
            "id", "week", "platform", "language", "sample", "account_id", "reasons"
        )
    )
    screened = set(Screening.objects.filter(item__election=election, at__lte=at).values_list("item_id", flat=True))
    coded = set(Coding.objects.filter(item__election=election, at__lte=at).values_list("item_id", flat=True))
    decided = dict(Adjudication.objects.filter(item__election=election, at__lte=at).values_list("item_id", "decision"))
    read = screened | coded | set(decided)
    return {
        "funnel": _funnel(weeks, corpus, items, read, coded | set(decided), findings),
        "coverage": _coverage(corpus, items, read),
        "accounts": _accounts(election, weeks, corpus),
        "days": gaps.rows(election, weeks, at),
        "agreement": _agreement(election, at),
        "samples": _samples(election, weeks, corpus, items, read, decided),
    }


def _funnel(weeks, corpus: OfCorpus, items, read: set[int], coded: set[int], findings: list[dict]) -> list[dict]:
    counts: dict[str, Counter] = {stage: Counter() for stage in STAGES}
    for (week, _, _), posts in corpus.collected.items():
        counts["collected"][week] += posts
    counts["flagged"] = corpus.flagged
    for item in items:
        counts["docketed"][item.week] += 1
        counts["screened"][item.week] += item.pk in read
        counts["coded"][item.week] += item.pk in coded
    for row in findings:
        if row["decision"] == Decision.VIOLATION:
            counts["confirmed"][row["week"]] += 1
            counts["published"][row["week"]] += row["standing"] != AWAITING
    return [{"week": week, "stage": stage, "posts": counts[stage][week]} for week in weeks for stage in STAGES]


def _coverage(corpus: OfCorpus, items, read: set[int]) -> list[dict]:
    read_of = Counter((item.week, item.platform, item.language or "und") for item in items if item.pk in read)
    return [
        {
            "week": week,
            "platform": platform,
            "language": language,
            "collected": corpus.collected[week, platform, language],
            "read": read_of[week, platform, language],
        }
        for week, platform, language in sorted(set(corpus.collected) | set(read_of))
    ]


def _accounts(election: Election, weeks: list[str], corpus: OfCorpus) -> list[dict]:
    watched = list(Account.objects.filter(election=election, watched=True).values_list("platform", "key", "handle"))
    out = []
    for week in weeks:
        total, seen = Counter(), Counter()
        for platform, key, handle in watched:
            names = {key, f"{platform}:@{handle.lstrip('@').lower()}"} if handle else {key}
            total[platform] += 1
            seen[platform] += not names.isdisjoint(corpus.accounts[week])
        out += [{"week": week, "platform": p, "watched": total[p], "seen": seen[p]} for p in sorted(total)]
    return out


def _agreement(election: Election, at: datetime) -> list[dict[str, Any]]:
    return [
        {
            "variable": row.variable,
            "level": row.level,
            "alpha": _rounded(row.alpha),
            "low": _rounded(row.low),
            "high": _rounded(row.high),
            "units": row.n_units,
            "pairable": row.n_pairable,
            "coders": row.coders,
            "words": str(row.verdict_words),
        }
        for row in coding.agreement(election, until=at)
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None or value != value else round(float(value), 6)


def _samples(election: Election, weeks, corpus: OfCorpus, items, read: set[int], decided: dict[int, str]) -> list[dict]:
    """The control sample by week; the duty sample by week and signatory (the author's own, or their party's)."""
    signatory_of = _signatory_of(election, weeks)
    counts: dict[tuple, Counter] = defaultdict(Counter)
    for item in items:
        if item.sample == Sample.CONTROL:
            key = (item.week, "control", None)
        elif item.sample == Sample.DUTY:
            key = (item.week, "duty", signatory_of.get((item.account_id, item.week)))
        else:
            continue
        counts[key]["drawn"] += 1
        counts[key]["read"] += item.pk in read
        counts[key]["violations"] += decided.get(item.pk) == Decision.VIOLATION
        counts[key]["compliance"] += decided.get(item.pk) == Decision.COMPLIANCE
    collected = Counter()
    for (week, _, _), posts in corpus.collected.items():
        collected[week] += posts
    return [
        {
            "week": week,
            "sample": sample,
            "signatory": signatory,
            **{name: count[name] for name in ("drawn", "read", "violations", "compliance")},
            "unflagged": collected[week] - corpus.flagged[week] if sample == "control" else None,
        }
        for (week, sample, signatory), count in counts.items()
    ]


def _signatory_of(election: Election, weeks: list[str]) -> dict[tuple[int, str], str]:
    """(account, week) -> slug of the signatory whose duty it is, as known at the end of that week."""
    from besa.pledge.models import Signatory

    signed = set(Signatory.objects.filter(actor__election=election).values_list("actor__slug", flat=True))
    out: dict[tuple[int, str], str] = {}
    for week in weeks:
        for account in pledge.watch_list(election, day=week_days(week)[1]):
            slug = account.actor if account.actor in signed else account.party if account.party in signed else None
            if slug:
                out[account.id, week] = slug
    return out
