"""Which rules of the election law a post may break: by who posts, when, and what is said. People judge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from besa.base.text import fold, folded
from besa.base.weeks import local_bounds
from besa.base.words import ActorKind, LegalKind
from besa.pledge.types import Law
from besa.triage.detectors.legal import wording
from besa.triage.types import FOUND, Poster, Resources

#: Who campaigns: parties, and persons in politics.
POLITICAL = frozenset(
    {ActorKind.PARTY, ActorKind.COALITION, ActorKind.MAYOR_CANDIDATE, ActorKind.COUNCIL_CANDIDATE,
     ActorKind.PARTY_OFFICIAL, ActorKind.NATIONAL_LEADER, ActorKind.MINISTER, ActorKind.MEMBER_OF_PARLIAMENT,
     ActorKind.INCUMBENT}
)  # fmt: skip
_KINDS = frozenset(LegalKind)
#: How much what was found says; an account that is only probably theirs takes a tenth off.
STRONG, FACT, MEDIUM, WEAK = 0.9, 0.9, 0.5, 0.35
_PROBABLE = 0.9
#: What a rule that is not urgent may reach, and an ad of a page that nobody knows: below the urgent lane.
_AT_MOST = 0.65


@dataclass(frozen=True)
class Hit:
    """One rule that a post may break. `begun`: since when, for the clock that counts from the event."""

    law: Law
    score: float
    said: tuple[str, ...]
    begun: datetime


def poster_of(posters: Mapping[str, Poster], platform: str, key: str | None, handle: str | None) -> Poster | None:
    found = posters.get(key or "")
    if found is None and handle:
        found = posters.get(f"{platform}:@{handle.lstrip('@').lower()}")
    return found


def hits(post: Mapping[str, Any], resources: Resources) -> Iterator[Hit]:
    """The rules that this post may break. `post`: platform, kind, account_key, account_handle, title, text,
    posted_at, observed_at, ad."""
    poster = poster_of(resources.posters, post["platform"], post["account_key"], post["account_handle"])
    kind = poster.kind if poster else ""
    words: _Words | None = None
    for law in resources.laws:
        if law.looks_for == LegalKind.AD_RUNNING:
            if begun := _running(post, law, resources.timezone):
                score = FACT if kind in POLITICAL or kind == ActorKind.INSTITUTION else _AT_MOST
                yield _hit(law, score, poster, (), begun)
            continue
        if law.looks_for not in _KINDS or post["posted_at"] is None or not law.holds(post["posted_at"]):
            continue
        if (kind == ActorKind.INSTITUTION) != (law.looks_for == LegalKind.INSTITUTION_RESOURCES):
            continue
        if kind not in POLITICAL and kind != ActorKind.INSTITUTION:
            continue
        words = words or _Words(post)
        score, said = _EVIDENCE[law.looks_for](words, resources.parties)
        if score:
            yield _hit(law, score, poster, said, post["posted_at"])


def _hit(law: Law, score: float, poster: Poster | None, said: Iterable[str], begun: datetime) -> Hit:
    score *= 1 if poster is None or poster.sure else _PROBABLE
    return Hit(law, round(score if law.urgent else min(score, _AT_MOST), 4), tuple(said), begun)


class _Words:
    """The text of a post, folded when first needed."""

    def __init__(self, post: Mapping[str, Any]):
        self.text = "\n".join(part for part in (post["title"], post["text"]) if part)
        self._folded: str | None = None

    @property
    def folded(self) -> str:
        if self._folded is None:
            self._folded = folded(self.text)
        return self._folded

    def first(self, pattern) -> str:
        found = pattern.search(self.folded)
        return found[0].strip() if found else ""


def _campaigning(words: _Words, parties: tuple[str, ...]) -> tuple[float, list[str]]:
    if not wording.may_call(words.text):
        return 0, []
    if call := words.first(wording.CALL):
        return STRONG, [call]
    turnout = words.first(wording.TURNOUT)
    if turnout and (number := words.first(wording.NUMBER)):
        return STRONG, [turnout, number]
    return (MEDIUM, [turnout]) if turnout else (0, [])


def _institution(words: _Words, parties: tuple[str, ...]) -> tuple[float, list[str]]:
    """An institution may call people to the polls, and name parties; not ask for votes for one of them."""
    if wording.may_call(words.text) and (call := words.first(wording.CALL)):
        return STRONG, [call]
    named = next((name for name in parties if name in words.folded and _whole(name, words.folded)), "")
    if named and (said := words.first(wording.CAMPAIGN)):
        return MEDIUM, [named, said]
    return (WEAK, [named]) if named else (0, [])


def _whole(name: str, text: str) -> bool:
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        if not (at and text[at - 1].isalnum()) and not (end < len(text) and text[end].isalnum()):
            return True
        at = text.find(name, at + 1)
    return False


def _minors(words: _Words, parties: tuple[str, ...]) -> tuple[float, list[str]]:
    """Weak by nature: only people can see whether there is a child in the picture."""
    if not wording.may_name_children(words.text) or not (child := words.first(wording.CHILDREN)):
        return 0, []
    if said := words.first(wording.CALL):
        return MEDIUM, [child, said]
    said = words.first(wording.PICTURE)
    return (WEAK, [child, said]) if said else (0, [])


_EVIDENCE = {
    LegalKind.CAMPAIGNING: _campaigning,
    LegalKind.INSTITUTION_RESOURCES: _institution,
    LegalKind.MINORS: _minors,
}


def _running(post: Mapping[str, Any], law: Law, timezone: str) -> datetime | None:
    """From when on an ad ran while it was forbidden; an open end reaches as far as it was seen."""
    ad = post["ad"] or {}
    start = _ad_time(ad.get("start"), timezone) or (post["posted_at"] if post["kind"] == "ad" else None)
    if start is None or not (post["kind"] == "ad" or ad.get("start")):
        return None
    end = _ad_time(ad.get("end"), timezone, last=True) or max(start, post["observed_at"] or start)
    if law.always:
        return start
    begun = [max(start, first) for first, until in law.spans if start < until and end > first]
    return min(begun, default=None)


def _ad_time(text: str | None, timezone: str, *, last: bool = False) -> datetime | None:
    """A moment as ad libraries write it: a local day (its beginning, or its end), or a time."""
    try:
        if text and len(text) > 10:
            at = datetime.fromisoformat(text)
            return at if at.tzinfo else at.replace(tzinfo=UTC)
        return local_bounds(day := date.fromisoformat(text or ""), day, timezone)[last]
    except (ValueError, OverflowError):
        return None


_COLUMNS = (
    "post_key", "observation_id", "platform", "kind", "account_key", "account_handle", "title", "text", "posted_at",
    "observed_at", "ad",
)  # fmt: skip


def _worth_it(batch: pa.Table, resources: Resources) -> pa.Table:
    """Advertisements, and posts of watched accounts (or of a handle that one of them has, on whatever platform)."""
    keys = pa.array(resources.posters, pa.string())
    handles = pa.array({key.partition(":@")[2] for key in resources.posters}, pa.string())
    handle = pc.utf8_lower(pc.utf8_ltrim(batch["account_handle"], characters="@"))
    watched = pc.or_(pc.is_in(batch["account_key"], value_set=keys), pc.is_in(handle, value_set=handles))
    paid = pc.or_(pc.equal(pc.fill_null(batch["kind"], ""), "ad"), pc.is_valid(batch["ad"]))
    return batch.select(list(_COLUMNS)).filter(pc.or_(watched, paid))


def detect(batch: pa.Table, resources: Resources, seed: int) -> pa.Table:
    """One signal for each post and clause; the rule that weighs most gives the score."""
    if not any(law.looks_for in _KINDS for law in resources.laws):
        return FOUND.empty_table()
    rows = []
    for post in _worth_it(batch, resources).to_pylist():
        by_clause: dict[str, list[Hit]] = {}
        for hit in hits(post, resources):
            by_clause.setdefault(hit.law.clause, []).append(hit)
        for clause, found in by_clause.items():
            rows.append(
                {"post_key": post["post_key"], "observation_id": post["observation_id"], "concern": "legal",
                 "clause": clause, "score": max(hit.score for hit in found), "spans": _places(post["text"], found),
                 "reason": "; ".join(_sentence(hit) for hit in found)}
            )  # fmt: skip
    return pa.Table.from_pylist(rows, schema=FOUND)


def _sentence(hit: Hit) -> str:
    """In no language: the rule by its slug, and the words that were found."""
    return " ".join([hit.law.slug, *(f"“{word}”" for word in hit.said)])


def _places(text: str | None, found: Iterable[Hit]) -> list[dict[str, int]]:
    """Where in the original text the words stand."""
    words = {word for hit in found for word in hit.said}
    if not text or not words:
        return []
    whole = fold(text)
    places = sorted({whole.span(at, at + len(word)) for word in words if (at := whole.text.find(word)) >= 0})
    return [{"start": start, "end": end} for start, end in places]
