"""What stands around a post on the coding desk: its thread, its files, and who spoke, as known on that day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import SimpleNamespace

from besa.base.weeks import local_date
from besa.base.words import Grade, PostKind, SignatoryStatus
from besa.coding.queries.threads import threads
from besa.collect.names.queries import author
from besa.evidence.models import Exhibit
from besa.pledge.models import Account, Actor, Election
from besa.pledge.queries import affiliation_of, identity_of, statuses
from besa.triage.models import DocketItem

_MOVING = frozenset({PostKind.VIDEO, PostKind.LIVE, PostKind.STORY})
_SHOWN = ("image/png", "image/jpeg", "image/webp", "image/gif")
_PLAYED = ("video/mp4", "video/webm", "audio/mpeg", "audio/ogg", "audio/mp4")


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
    if not items:
        return {}
    election, found = items[0].election, threads(items)
    watched = _watched(election, [row for thread in found.values() for row in (*thread.parent, *thread.beside)])
    return {
        pk: (
            [_said(row, "parent", election, watched) for row in thread.parent]
            + [_said(row, "beside", election, watched) for row in thread.beside],
            thread.gone,
        )
        for pk, thread in found.items()
    }


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
