"""Reads of triage: what detectors are given, the docket, and the first steps of the funnel."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

import pyarrow as pa
from django.db.models import QuerySet

from besa.base.home import Home
from besa.base.weeks import week_days
from besa.corpus import Corpus
from besa.people import policy
from besa.pledge.models import Clause, Election, Phase, Signatory
from besa.pledge.queries import laws, statuses, watch_list
from besa.triage import rules
from besa.triage.learning.local import LocalModel
from besa.triage.learning.onnx import OnnxModel
from besa.triage.learning.standing import promoted
from besa.triage.models import DocketItem, Run
from besa.triage.queries import advertising, claims
from besa.triage.queries.arrivals import new_posts
from besa.triage.queries.clocks import DUE_FIRST, by_deadline, party_names, posters
from besa.triage.queries.terms import specs
from besa.triage.types import Resources

_BOUND = {"signed", "late_signed"}
_FEW = 100
_KNOWN_GRADES = {"confirmed", "probable"}
_COPIED = (
    "post_key, observation_id, platform, kind, channel, url, parent_key, account_key, account_handle, account_name, "
    "host_account_key, title, text, language, script, posted_at, reactions, comments, shares, views, media, ad, route"
)


# What a run reads


def posts_by_key(corpus: Corpus, election: Election, keys: list[str], version: int) -> pa.Table:
    """What the docket copies of these posts."""
    # a few keys by name are sought before the newest observation of every post is; a join comes after that
    few = {f"key{at}": key for at, key in enumerate(keys)} if len(keys) <= _FEW else {}
    named = f"AND post_key IN ({', '.join(f'${name}' for name in few)})" if few else ""
    con = corpus.connect(version)
    try:
        con.register("wanted", pa.table({"post_key": pa.array(keys, pa.string())}))
        return con.sql(
            f"""SELECT {_COPIED} FROM observations SEMI JOIN (
                SELECT observation_id FROM posts SEMI JOIN wanted USING (post_key)
                WHERE election = $slug {named}
            ) USING (observation_id) ORDER BY post_key""",  # noqa: S608 - our own names
            params={"slug": election.slug} | few,
        ).to_arrow_table()
    finally:
        con.close()


def signals_of(corpus: Corpus, keys: list[str]) -> dict[str, list[dict]]:
    """The newest signal of each detector and concern on each of these posts."""
    con = corpus.connect()
    try:
        con.register("wanted", pa.table({"post_key": pa.array(keys, pa.string())}))
        rows = con.sql(
            """SELECT post_key, detector, concern, clause, score, spans, reason
            FROM signals SEMI JOIN wanted USING (post_key)
            QUALIFY row_number() OVER (PARTITION BY post_key, detector, concern, clause
                                       ORDER BY made_at DESC, signal_id) = 1
            ORDER BY post_key, detector, concern, clause"""
        ).to_arrow_table()
    finally:
        con.close()
    found: dict[str, list[dict]] = defaultdict(list)
    for row in rows.to_pylist():
        found[row["post_key"]].append(row)
    return found


def resources(election: Election) -> Resources:
    terms = specs(election)
    named = {term.concern: term.clause for term in reversed(terms) if term.clause}
    told = election.settings.get("local_model")
    standing_claims, new_claims = claims.specs(election)
    return Resources(
        terms,
        named | dict(election.settings.get("concern_clauses") or {}),
        promoted(election),
        _local(told) if told else None,
        laws=laws(election),
        posters=posters(election),
        parties=party_names(election),
        timezone=election.timezone,
        claims=standing_claims,
        new_claims=new_claims,
        quiet=advertising.quiet(election),
        campaigners=advertising.campaigners(election),
    )


def _local(told: dict[str, str]) -> LocalModel | OnnxModel:
    if "onnx" in told:
        return OnnxModel(str(Home.here().root / "models" / told["onnx"]), told["onnx"], told["concern"])
    return LocalModel(told["address"], told["model"], told["concern"])


def calendar(election: Election) -> rules.Calendar:
    phases = Phase.objects.filter(election=election).order_by("first")
    return rules.Calendar(
        [(phase.first, phase.last, phase.kind, phase.monitored) for phase in phases], election.timezone
    )  # fmt: skip


def urgent_clauses(election: Election) -> frozenset[str]:
    found = Clause.objects.filter(principle__code__election=election, urgent=True, on=True)
    return frozenset(found.values_list("slug", flat=True))


def signatory_accounts(election: Election, week: str) -> dict[str, set[str]]:
    """Signatory -> corpus account keys that speak for it: its own, and those of its people."""
    day = week_days(week)[1]
    signed = dict(Signatory.objects.filter(actor__election=election).values_list("actor_id", "actor__slug"))
    status = statuses(signed, day)
    found: dict[str, set[str]] = {slug: set() for pk, slug in sorted(signed.items()) if status[pk] in _BOUND}
    if not found:
        return {}
    for row in watch_list(election, day):
        if row.grade not in _KNOWN_GRADES or row.status in ("impersonation", "parody"):
            continue
        keys = {row.key, f"{row.platform}:@{row.handle}"} if row.handle else {row.key}
        if row.actor in found:
            found[row.actor] |= keys
        elif row.party in found and row.affiliation_grade in _KNOWN_GRADES:
            found[row.party] |= keys
    return found


# The docket


def visible_to(user, election: Election | None) -> QuerySet[DocketItem]:
    """The docket items that this user may see."""
    if election is None or not policy.may(user, "docket.see", election.slug):
        return DocketItem.objects.none()
    return DocketItem.objects.filter(election=election)


def docket(
    items: QuerySet[DocketItem],
    *,
    week: str = "",
    sample: str = "",
    concern: str = "",
    language: str = "",
    platform: str = "",
    urgent: bool = False,
) -> QuerySet[DocketItem]:
    """The docket narrowed down: urgent first, by their deadlines; then best-ranked."""
    exact = {"week": week, "sample": sample, "language": language, "platform": platform}
    items = items.filter(**{name: value for name, value in exact.items() if value})
    if concern:
        items = items.filter(reasons__icontains=f'"concern": "{concern}"')
    if urgent:
        items = items.filter(urgent=True)
    return by_deadline(items).select_related("account").order_by("-urgent", *DUE_FIRST, "-rank", "id")


def ranking(item: DocketItem) -> dict | None:
    """What its rank is made of, where it came by its rank; for items of older days worked out again."""
    if item.sample != "ranked":
        return None
    reach = sum(number or 0 for number in (item.reactions, item.comments, item.shares))
    return item.ranking or rules.rank(item.reasons, reach).parts


def copies(item: DocketItem) -> QuerySet[DocketItem]:
    """Other docketed posts of the same family, earliest first."""
    found = DocketItem.objects.filter(election=item.election_id, family=item.family).exclude(pk=item.pk)
    return found.select_related("account", "election").order_by("posted_at", "id")


def choices(election: Election) -> dict[str, list[str]]:
    """What can be chosen in the filters: only values that occur."""
    found = DocketItem.objects.filter(election=election)
    return {
        name: sorted(found.order_by().values_list(name, flat=True).distinct())
        for name in ("week", "sample", "language", "platform")
    }


def pending(election: Election) -> int:
    """Posts in the corpus that no run has looked at yet; remembered until the corpus or the runs change."""
    corpus = Corpus(Home.here().corpus)
    last = Run.objects.filter(election=election, state="done").order_by("-corpus_version").first()
    begin, version = last.corpus_version if last else -1, corpus.version()
    if begin == version:
        return 0
    key = (str(corpus.root), election.pk, begin, version)
    if key not in _pending:
        _pending.clear()
        _pending[key] = new_posts(corpus, election, begin, version).num_rows
    return _pending[key]


_pending: dict[tuple, int] = {}


def runs(election: Election) -> QuerySet[Run]:
    return Run.objects.filter(election=election).order_by("-id")


# The funnel's first steps


_funnels: dict[tuple, dict[str, int]] = {}


def funnel(election: Election, week: str | None = None) -> dict[str, int]:
    """`collected` posts of the week (or of all monitored phases), those `flagged` by a signal, those `docketed`.

    Counted in posts, in the corpus as it stands; remembered until it or the docket changes.
    """
    corpus = Corpus(Home.here().corpus)
    last = Run.objects.filter(election=election).order_by("-id").values_list("pk", "state").first()
    items = DocketItem.objects.filter(election=election)
    docketed = items.filter(week=week) if week else items.exclude(phase="outside")
    key = (str(corpus.root), election.pk, week, corpus.version(), last)
    if key not in _funnels:
        if len(_funnels) > 200:
            _funnels.clear()
        _funnels[key] = _count(corpus, election, week)
    return {**_funnels[key], "docketed": docketed.count()}


def _count(corpus: Corpus, election: Election, week: str | None) -> dict[str, int]:
    spans = spans_of(election, week)
    if not spans:
        return {"collected": 0, "flagged": 0}
    inside = " OR ".join(f"(posted_at >= $start{at} AND posted_at < $end{at})" for at in range(len(spans)))
    params = {f"start{at}": start for at, (start, _) in enumerate(spans)} | {
        f"end{at}": end for at, (_, end) in enumerate(spans)
    }
    row = corpus.rows(
        f"""SELECT count(*) AS collected,
            count(*) FILTER (WHERE post_key IN (SELECT post_key FROM signals)) AS flagged
        FROM posts WHERE election = $slug AND coalesce(channel, 'public') = 'public' AND ({inside})""",  # noqa: S608 - our own names
        params | {"slug": election.slug},
    )[0]
    return {"collected": row["collected"], "flagged": row["flagged"]}


def spans_of(election: Election, week: str | None = None) -> list[tuple[datetime, datetime]]:
    """UTC spans of the monitored phases, cut to a week where one is given."""
    held = calendar(election)
    spans = [(start, end) for start, end, _, monitored in held.phases if monitored]
    if week:
        first, last = held.bounds([week])
        spans = [(max(start, first), min(end, last)) for start, end in spans]
    return [(start, end) for start, end in spans if start < end]


def unread(election: Election, week: str) -> int:
    """Flagged posts of the week that the budget leaves unread: shown, not hidden."""
    counts = funnel(election, week)
    read = DocketItem.objects.filter(election=election, week=week, sample__in=("ranked", "duty", "hand"))
    return max(0, counts["flagged"] - read.exclude(reasons=[]).count())
