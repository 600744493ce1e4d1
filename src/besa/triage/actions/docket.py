"""Putting posts on the docket: copied once out of the corpus, with the reason why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction
from django.db.models import Exists, OuterRef

from besa.base import clock
from besa.base.errors import BadInput, Conflict, NotFound
from besa.base.home import Home
from besa.base.language import USUAL, detect
from besa.base.script import script_of
from besa.base.weeks import local_date, week_of
from besa.base.words import Channel, PhaseKind, Platform, PostKind, Route, Sample
from besa.collect.models import Capture
from besa.corpus import Corpus
from besa.ledger.chain import record
from besa.people import policy
from besa.pledge.models import Election
from besa.triage import queries, rules
from besa.triage.learning.standing import uncertain
from besa.triage.models import DocketItem, Run
from besa.triage.queries.families import family_of
from besa.triage.types import Ranked


@transaction.atomic
def put(
    *, by, election: Election, post_key: str, reason: str, urgent: bool = False, sample: str = "hand"
) -> DocketItem:
    """Put one post of the corpus on the docket by hand. Raises BadInput, NotFound, Conflict."""
    policy.check(by, "docket.put", election.slug)
    if not reason.strip():
        raise BadInput("A reason is needed.", remedy="Say in a sentence why people should look at this post.")
    if DocketItem.objects.filter(election=election, post_key=post_key).exists():
        raise Conflict("This post is on the docket already.", where=post_key)
    corpus = Corpus(Home.here().corpus)
    version = corpus.version()
    rows = queries.posts_by_key(corpus, election, [post_key], version)
    if not rows:
        raise NotFound("The corpus has no such post.", where=post_key, remedy="Import it first.")
    signals = queries.signals_of(corpus, [post_key])
    item = _item(
        election, rows[0], signals[post_key], version=version, sample=sample, accounts=queries.account_index(election),
        place=queries.calendar(election).place(rows[0]["posted_at"]),
    )  # fmt: skip
    item.put_reason, item.urgent = reason.strip(), urgent
    if family := family_of(election, post_key):
        item.family = family.key
    item.save()
    record(by=by, act="docket.put", rows=[item], reason=reason.strip(), election=election.slug)
    return item


def put_captured(*, by, election: Election) -> int:
    """Put on the docket what people captured in order to have it looked at; how many were new."""
    there = DocketItem.objects.filter(election=election, post_key=OuterRef("post_key"))
    wanted = Capture.objects.filter(~Exists(there), election=election.slug, entered__isnull=False)
    reasons = {row.post_key: row for row in wanted.exclude(docket_reason="").order_by("-id")}
    for key, row in reasons.items():
        put(by=by, election=election, post_key=key, reason=row.docket_reason, urgent=row.urgent)
    return len(reasons)


def fill(
    *,
    election: Election,
    corpus: Corpus,
    held: Run,
    calendar: rules.Calendar,
    posts: pa.Table,
    families: dict[str, str],
) -> list:
    """The docket items that this run adds, for the weeks in which it brought posts; saved, not yet recorded.
    `families`: post -> key of the family of its text.

    First the random samples are drawn, so that ranking cannot bend them; the ranked posts follow,
    up to the week's budget; urgent ones always.
    """
    weeks = sorted({place[0] for place in calendar.places(posts["posted_at"]) if place})
    if not weeks:
        return []
    frame = queries.frame(corpus, election, held.corpus_version, *calendar.bounds(weeks))
    wanted, by_week = set(weeks), defaultdict(list)
    for row, place in zip(
        frame.drop_columns("posted_at").to_pylist(), calendar.places(frame["posted_at"]), strict=True
    ):
        if place and place[0] in wanted:
            row["place"] = place
            by_week[place[0]].append(row)
    signals = queries.signals_of(corpus, [row["post_key"] for week in weeks for row in by_week[week]])
    urgent_clauses = queries.urgent_clauses(election)
    taken = set(DocketItem.objects.filter(election=election).values_list("post_key", flat=True))
    used = Counter(DocketItem.objects.filter(election=election, sample="ranked").values_list("week", flat=True))
    unsure = Counter(DocketItem.objects.filter(election=election, sample="uncertain").values_list("week", flat=True))
    budgets = queries.budgets(election)
    chosen: dict[str, tuple[str, Ranked, str, tuple]] = {}
    for week in weeks:
        rows = {row["post_key"]: row for row in by_week[week]}
        ranks = {
            key: rules.rank(signals[key], _reach(row), urgent_clauses) for key, row in rows.items() if key in signals
        }  # fmt: skip
        nothing = rules.rank([], 0)
        samples: list[tuple[str, Iterable[str]]] = [
            ("control", rules.control_sample(
                {key: row["platform"] for key, row in rows.items() if key not in ranks},
                budgets["control_per_week"], held.seed, week))
        ]  # fmt: skip
        controls = set(samples[0][1])
        posted: dict[str, list[str]] = defaultdict(list)
        for key, row in rows.items():
            posted[row["account_key"]].append(key)
        for signatory, accounts in queries.signatory_accounts(election, week).items():
            own = [key for account in accounts for key in posted[account] if key not in controls]
            samples.append(
                ("duty", rules.draw(own, budgets["duty_per_signatory"], held.seed, f"duty {week} {signatory}"))
            )
        for sample, keys in samples:
            for key in keys:
                if key not in taken and key not in chosen:
                    chosen[key] = (sample, ranks.get(key, nothing), week, rows[key]["place"])
        open_ranks = {key: ranked for key, ranked in ranks.items() if key not in taken and key not in chosen}
        for key in rules.ranked_within(open_ranks, max(0, budgets["docket_per_week"] - used[week])):
            chosen[key] = ("ranked", ranks[key], week, rows[key]["place"])
    left = {week: max(0, budgets["uncertain_per_week"] - unsure[week]) for week in weeks}
    for key, place in uncertain(election, posts, calendar, left, taken | chosen.keys()).items():
        chosen[key] = ("uncertain", rules.rank(signals.get(key, []), 0), place[0], place)
    return _copied(election, corpus, held, chosen, signals, posts, families)


def _reach(row: dict) -> int:
    return sum(row[name] or 0 for name in ("reactions", "comments", "shares"))


def _copied(
    election: Election,
    corpus: Corpus,
    held: Run,
    chosen: dict,
    signals: dict,
    posts: pa.Table,
    families: dict[str, str],
) -> list:
    if not chosen:
        return []
    accounts = queries.account_index(election)
    mine = posts.filter(pc.is_in(posts["post_key"], value_set=pa.array(list(chosen))))
    told = {row["post_key"]: row for row in mine.select(["post_key", "language", "script"]).to_pylist()}
    items = []
    for row in queries.posts_by_key(corpus, election, list(chosen), held.corpus_version):
        sample, ranked, _, place = chosen[row["post_key"]]
        row |= told.get(row["post_key"], {})
        item = _item(
            election, row, signals.get(row["post_key"], []), version=held.corpus_version, sample=sample,
            accounts=accounts, place=place,
        )  # fmt: skip
        item.family = families.get(item.post_key, item.family)
        item.run, item.rank, item.urgent = held, ranked.rank, ranked.urgent
        item.put_reason = ranked.words if sample == "ranked" else ""
        items.append(item)
    items.sort(key=lambda item: (item.week, -item.rank, item.post_key))
    return DocketItem.objects.bulk_create(items, batch_size=200)


def _item(election, row: dict, signals: list[dict], *, version: int, sample: str, accounts: dict, place) -> DocketItem:
    at, text = row["posted_at"], _clean(row["text"])
    if at is None:
        raise BadInput("The post has no time of posting; its week is not known.", where=row["post_key"])
    language = row["language"] or ""
    if not language:
        language = detect([text], tuple(election.post_languages or USUAL))[0][0]
    week, phase = place or (week_of(local_date(at, election.timezone)), PhaseKind.OUTSIDE)
    account_key, handle = row["account_key"] or "", row["account_handle"] or ""
    return DocketItem(
        election=election,
        post_key=row["post_key"],
        observation_id=row["observation_id"],
        corpus_version=version,
        platform=_word(Platform, row["platform"], "other"),
        kind=_word(PostKind, row["kind"], "post"),
        channel=_word(Channel, row["channel"], "public"),
        url=_clean(row["url"]),
        parent_key=_clean(row["parent_key"])[:300],
        account_key=_clean(account_key)[:300],
        account_handle=_clean(handle)[:300],
        account_name=_clean(row["account_name"])[:300],
        host_account_key=_clean(row["host_account_key"])[:300],
        account_id=accounts.get(account_key) or accounts.get(f"{row['platform']}:@{handle.lstrip('@').lower()}"),
        title=_clean(row["title"]),
        text=text,
        language=language,
        script=row["script"] or script_of(text),
        posted_at=at,
        reactions=row["reactions"],
        comments=row["comments"],
        shares=row["shares"],
        views=row["views"],
        media=row["media"] or [],
        ad={name: value for name, value in (row["ad"] or {}).items() if value is not None},
        family=rules.family(text, row["post_key"]),
        route=_word(Route, row["route"], "watch_list"),
        sample=Sample(sample),
        week=week,
        phase=phase,
        reasons=_reasons(signals, text),
        put_at=clock.now(),
    )


def _reasons(signals: list[dict], text: str) -> list[dict]:
    """The heaviest first; what a detector says of a concern in the same words (in several runs) stands once."""
    found: dict[tuple[str, str, str], dict] = {}
    for signal in sorted(signals, key=lambda signal: (-signal["score"], signal["detector"], signal["concern"])):
        spans = [[span["start"], span["end"]] for span in signal["spans"] or []]
        found.setdefault(
            (signal["concern"], signal["detector"], signal["reason"]),
            {
                "concern": signal["concern"],
                "clause": signal["clause"] or "",
                "score": round(float(signal["score"]), 3),
                "words": [text[start:end] for start, end in spans][:10],
                "text": signal["reason"],
                "spans": spans,
                "detector": signal["detector"],
            },
        )
    return list(found.values())


def _clean(text: str | None) -> str:
    """PostgreSQL holds no NUL; one stands-in character keeps the places of all others."""
    return (text or "").replace("\0", "�")


def _word(words, value: str | None, otherwise: str) -> str:
    return value if value in set(words) else otherwise
