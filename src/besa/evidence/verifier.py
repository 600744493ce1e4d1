"""Whether what is kept is what was kept: the bytes, the time-stamps, the custody, the rows that speak of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from besa.base import timestamp
from besa.base.errors import BesaError
from besa.evidence.archive import checker
from besa.evidence.models import Custody, Exhibit, TimeStamp
from besa.evidence.rules import ARCHIVES
from besa.ledger.verify import row_problems
from besa.vault import Vault

#: A time-stamp that came later than this after the capture is told as late: for so long only the ledger vouches.
LATE = timedelta(days=1)
_ARCHIVES = {kind.media_type for kind in ARCHIVES.values()}
_BATCH = 500


@dataclass
class Judged:
    """One exhibit: what is wrong with it, and what there is to tell.

    `stamps`: `authority, at, root` of those that hold; `late`: hours between capture and first time-stamp, where that
    is more than `LATE`; `waiting`: `authority, since, problem`; `erased`: `at, reason`, where it was erased lawfully.
    """

    exhibit: Exhibit
    problems: list[str] = field(default_factory=list)
    stamps: list[dict[str, str]] = field(default_factory=list)
    waiting: list[dict[str, str]] = field(default_factory=list)
    late: float | None = None
    erased: dict[str, str] | None = None

    @property
    def name(self) -> str:
        return name_of(self.exhibit)


def name_of(exhibit: Exhibit) -> str:
    return f"E-{exhibit.pk}"


def judge(exhibits: Sequence[Exhibit], vault: Vault, *, hashed: bool = False) -> Iterator[Judged]:
    """Each exhibit in turn. `hashed`: the whole vault was hashed before, and the ledger is looked at as a whole; so
    only what is missing, the time-stamps and the custody are judged here."""
    for at in range(0, len(exhibits), _BATCH):
        batch = exhibits[at : at + _BATCH]
        custody: dict[int, list[Custody]] = {}
        for entry in Custody.objects.filter(exhibit__in=batch).order_by("id"):
            custody.setdefault(entry.exhibit_id, []).append(entry)
        stamps: dict[int, list[TimeStamp]] = {}
        for stamp in TimeStamp.objects.filter(exhibit__in=batch).order_by("id"):
            stamps.setdefault(stamp.exhibit_id, []).append(stamp)
        for exhibit in batch:
            held, stamped = custody.get(exhibit.pk, []), stamps.get(exhibit.pk, [])
            found = Judged(exhibit, erased=_erased(held))
            if found.erased is None:
                found.problems += _bytes(exhibit, vault, hashed)
            _stamps(found, stamped, vault)
            if not any(entry.act == "captured" for entry in held):
                found.problems.append("nothing is written about how it came here")
            if not hashed:
                found.problems += _inside(found, vault)
                of_it = row_problems([exhibit, *held, *stamped])
                found.problems += [f"{one['where']} {one['problem']}" for one in of_it]
            yield found


def _erased(custody: Sequence[Custody]) -> dict[str, str] | None:
    """Where it was erased lawfully: when and why. Its hash, custody and time-stamps stay."""
    for entry in reversed(custody):
        if entry.act == "erased":
            return {"at": entry.at.isoformat(), "reason": entry.reason}
    return None


def _bytes(exhibit: Exhibit, vault: Vault, hashed: bool) -> list[str]:
    if not vault.has(exhibit.sha256):
        return ["the file is missing"]
    if not hashed and not vault.holds(exhibit.sha256):
        return ["the file was changed"]
    return [] if vault.path_of(exhibit.sha256).stat().st_size == exhibit.size else ["its size is not what was noted"]


def _inside(found: Judged, vault: Vault) -> list[str]:
    if found.problems or found.erased or found.exhibit.media_type not in _ARCHIVES:
        return []
    path = vault.path_of(found.exhibit.sha256)
    return [f"inside, {one['where']}: {one['problem']}" for one in checker.problems(path)]


def _stamps(found: Judged, stamps: Sequence[TimeStamp], vault: Vault) -> None:
    first: datetime | None = None
    used: dict[str, str] = {}
    for row in stamps:
        if row.state == "wanted":
            since = {"since": row.wanted_at.isoformat(), "problem": row.problem}
            found.waiting.append({"authority": row.authority, **since})
            continue
        where = f"the time-stamp of {row.authority}"
        try:
            answer, chain = vault.get(row.answer_sha256), vault.get(row.chain_sha256)
            told = timestamp.check(answer, found.exhibit.sha256, chain)
        except timestamp.Untrue as error:
            found.problems.append(f"{where} {error.message}")
            continue
        except BesaError as error:
            found.problems.append(f"{where} cannot be read: {error.message}")
            continue
        if (told.at, str(told.serial)) != (row.at, row.serial):
            found.problems.append(f"{where} says another time or number than was noted")
        if other := used.get(row.answer_sha256):
            found.problems.append(f"{where} is that of {other}")
        used[row.answer_sha256] = row.authority
        found.stamps.append({"authority": told.authority, "at": told.at.isoformat(), "root": told.root})
        first = min(first or told.at, told.at)
    gap = first - found.exhibit.captured_at if first else timedelta()
    found.late = round(gap.total_seconds() / 3600, 1) if gap > LATE else None
