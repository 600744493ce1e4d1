"""Time-stamps as files beside what they are about.

stamps/<sha256>.<n>.tsr     the answer about the file with this SHA-256
stamps/<n>.pem              the certificates by which it is checked
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from besa.base import timestamp

_NAME = re.compile(r"stamps/([0-9a-f]{64})\.(\d+)\.tsr")


@dataclass(frozen=True)
class Told:
    """`file` existed at the latest `at` (UTC), says `authority`; `root`: SHA-256 of the certificate it goes back to."""

    file: str
    authority: str
    at: datetime
    root: str

    def plain(self) -> dict[str, str]:
        return {"file": self.file, "authority": self.authority, "at": self.at.isoformat(), "root": self.root}


@dataclass
class Looked:
    told: list[Told] = field(default_factory=list)
    problems: list[dict[str, str]] = field(default_factory=list)


def files(stamps: Sequence[tuple[str, bytes, bytes]]) -> dict[str, bytes]:
    """(SHA-256, answer in DER, certificates in PEM) as files; each set of certificates once, by number."""
    found: dict[str, bytes] = {}
    numbers: dict[bytes, int] = {}
    for digest, answer, chain in stamps:
        number = numbers.setdefault(chain, len(numbers) + 1)
        found[f"stamps/{number}.pem"] = chain
        found[f"stamps/{digest}.{number}.tsr"] = answer
    return found


def look(held: Mapping[str, Path], sums: Mapping[str, str]) -> Looked:
    """What the time-stamps among `held` (name -> file) say of the files with these SHA-256 (name -> hash), and which
    do not hold. One answer serves one file."""
    found, used = Looked(), {}
    named = {digest: name for name, digest in sums.items()}

    def bad(name: str, problem: str) -> None:
        found.problems.append({"where": name, "problem": problem})

    for name in sorted(held):
        parts = _NAME.fullmatch(name)
        if parts is None:
            continue
        digest, number = parts[1], parts[2]
        chain = held.get(f"stamps/{number}.pem")
        if chain is None:
            bad(name, f"the certificates stamps/{number}.pem are missing")
            continue
        if digest not in named:
            bad(name, "is about no file here: what it was given for is missing or was changed")
        try:
            stamp = timestamp.check(held[name].read_bytes(), digest, chain.read_bytes())
        except timestamp.Untrue as error:
            bad(name, f"the time-stamp {error.message}")
            continue
        if first := used.get((stamp.authority, stamp.serial)):
            bad(name, f"the time-stamp was used already, for {first}")
        used[stamp.authority, stamp.serial] = name
        found.told.append(Told(named.get(digest, ""), stamp.authority, stamp.at, stamp.root))
    return found
