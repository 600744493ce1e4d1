"""What stands around a post on the coding desk: its thread, its files, and who spoke, as known on that day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import SimpleNamespace

import pyarrow as pa

from besa.base.home import Home
from besa.base.weeks import local_date
from besa.base.words import Grade, PostKind, SignatoryStatus
from besa.collect.names.queries import author
from besa.corpus import Corpus
from besa.evidence.models import Exhibit
from besa.pledge.models import Account, Actor, Election
from besa.pledge.queries import affiliation_of, identity_of, statuses
from besa.triage.models import DocketItem

_MOVING = frozenset({PostKind.VIDEO, PostKind.LIVE, PostKind.STORY})
#: So many answers under the same parent are shown, those nearest in time.
_SIBLINGS = 4
_SHOWN = ("image/png", "image/jpeg", "image/webp", "image/gif")
_PLAYED = ("video/mp4", "video/webm", "audio/mpeg", "audio/ogg", "audio/mp4")
_NEAR = """
SELECT post_key, platform, kind, account_key, account_handle, account_name, host_account_key, parent_key, url, text,
    language, posted_at, gone_cause
FROM posts WHERE election = $slug AND (post_key IN (SELECT key FROM wanted)
    OR parent_key IN (SELECT key FROM wanted) OR post_key IN (SELECT key FROM own))
"""


@dataclass(frozen=True)
class Said:
    """Another post of the thread. `where`: "parent", or "beside" where it answers the same post."""

    where: str
    author: str
    text: str
    language: str
    posted_at: datetime | None


@dataclass(frozen=True)
class Speaker:
    """Who spoke, by the watch-list of that day; parties only where that is confirmed or probable."""

    actor: Actor | None
    grade: Grade
    status: SignatoryStatus
    party: Actor | None = None
    party_status: SignatoryStatus | None = None


@dataclass(frozen=True)
class Around:
    speaker: Speaker
    thread: tuple[Said, ...] = ()
    pictures: tuple[Exhibit, ...] = ()
    films: tuple[Exhibit, ...] = ()
    gone: str = ""
    parent_missing: bool = field(default=False)


def facts_of(item: DocketItem) -> dict[str, str]:
    """What of a post a codebook may ask back to (`rules.branching.FACTS`)."""
    kinds = {str(one.get("kind", "")) for one in item.media or [] if isinstance(one, dict)}
    moving = item.kind in _MOVING or any("video" in kind for kind in kinds)
    media = "video" if moving else "picture" if item.media else "none"
    return {
        "post_kind": item.kind, "platform": item.platform, "channel": item.channel, "language": item.language,
        "media": media,
    }  # fmt: skip


def speaker_of(item: DocketItem) -> Speaker:
    day = local_date(item.posted_at, item.election.timezone)
    actor, grade = identity_of(item.account, day) if item.account else (None, Grade.UNKNOWN)
    if actor is None or grade not in (Grade.CONFIRMED, Grade.PROBABLE):
        return Speaker(None, Grade(grade), SignatoryStatus.NEVER)
    party, sure, _ = affiliation_of(actor, day)
    party = party if sure in (Grade.CONFIRMED, Grade.PROBABLE) and party != actor else None
    status = statuses([one.pk for one in (actor, party) if one], day)
    return Speaker(actor, Grade(grade), status[actor.pk], party, status[party.pk] if party else None)


def around(items: Iterable[DocketItem], *, thread: bool = True) -> dict[int, Around]:
    """For each post what stands around it; one look into the corpus for all of them."""
    items = list(items)
    files: dict[int, list[Exhibit]] = {}
    for exhibit in Exhibit.objects.filter(item__in=items, kind__in=("screenshot", "recording")).order_by("id"):
        files.setdefault(exhibit.item_id, []).append(exhibit)
    found = {
        item.pk: Around(
            speaker_of(item),
            pictures=tuple(one for one in files.get(item.pk, ()) if one.media_type in _SHOWN),
            films=tuple(one for one in files.get(item.pk, ()) if one.media_type in _PLAYED),
        )
        for item in items
    }
    if thread:
        for pk, (said, gone) in _threads(items).items():
            parent_missing = not any(one.where == "parent" for one in said)
            found[pk] = replace(found[pk], thread=tuple(said), gone=gone, parent_missing=parent_missing)
    return found


def _threads(items: list[DocketItem]) -> dict[int, tuple[list[Said], str]]:
    keys = {item.post_key for item in items}
    parents = {item.parent_key for item in items if item.parent_key}
    if not keys:
        return {}
    election = items[0].election
    con = Corpus(Home.here().corpus).connect()
    try:
        con.register("wanted", pa.table({"key": pa.array(sorted(parents), pa.string())}))
        con.register("own", pa.table({"key": pa.array(sorted(keys), pa.string())}))
        rows = con.sql(_NEAR, params={"slug": election.slug}).to_arrow_table().to_pylist()
    finally:
        con.close()
    by_key = {row["post_key"]: row for row in rows}
    watched = _watched(election, rows)
    found = {}
    for item in items:
        said = []
        if item.parent_key in by_key:
            said.append(_said(by_key[item.parent_key], "parent", election, watched))
        beside = [
            row for row in rows
            if item.parent_key and row["parent_key"] == item.parent_key and row["post_key"] != item.post_key
        ]  # fmt: skip
        beside.sort(key=lambda row: abs(((row["posted_at"] or item.posted_at) - item.posted_at).total_seconds()))
        said += [_said(row, "beside", election, watched) for row in beside[:_SIBLINGS]]
        found[item.pk] = (said, (by_key.get(item.post_key) or {}).get("gone_cause") or "")
    return found


def _watched(election: Election, rows: list[dict]) -> dict[str, int]:
    keys = {row["account_key"] for row in rows if row["account_key"]}
    return dict(Account.objects.filter(election=election, key__in=keys).values_list("key", "pk"))


def _said(row: dict, where: str, election: Election, watched: dict[str, int]) -> Said:
    """Private persons are shown by their code, as everywhere."""
    known = {name: row[name] or "" for name in (
        "platform", "kind", "account_key", "account_handle", "account_name", "host_account_key", "parent_key", "url",
        "post_key")}  # fmt: skip
    who = author(SimpleNamespace(**known, account_id=watched.get(row["account_key"])), election)
    return Said(where, who.name, row["text"] or "", row["language"] or "und", row["posted_at"])
