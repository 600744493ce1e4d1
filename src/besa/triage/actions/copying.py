"""One post copied out of the corpus, with the reasons why people should look at it."""

from __future__ import annotations

from besa.base import clock
from besa.base.errors import BadInput
from besa.base.weeks import local_date, week_of
from besa.base.words import Channel, PhaseKind, Platform, PostKind, Route, Sample
from besa.triage import rules
from besa.triage.models import DocketItem


def copied(election, row: dict, signals: list[dict], *, version: int, sample: str, accounts: dict, place) -> DocketItem:
    """Not saved yet. `row`: what `queries.posts_by_key` gives, with its language and script told."""
    at, text = row["posted_at"], _clean(row["text"])
    if at is None:
        raise BadInput("The post has no time of posting; its week is not known.", where=row["post_key"])
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
        language=row["language"],
        script=row["script"],
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
