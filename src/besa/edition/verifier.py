"""What was changed in an edition since it was signed. Needs nothing but the folder."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from pathlib import Path

from besa.base import stamped
from besa.base.errors import BesaError
from besa.base.ids import canonical_json, sha256_hex
from besa.edition import keys
from besa.edition.format import ENVELOPE, Envelope, signed_text
from besa.edition.reader import read_envelope

_KNOWN = {"content", "manifest.json", ENVELOPE, "site", "site.json", "stamps"}


def is_edition(path: Path) -> bool:
    return (path / "manifest.json").exists() or (path / "envelope.json").exists()


def problems(path: Path, public_key: str | None = None) -> Iterator[dict[str, str]]:
    """Yield `{where, problem}` for each changed, missing or extra file and each broken link.

    `public_key`: hex, from elsewhere; without it only the envelope's own key can be asked, which
    somebody who signs anew would have replaced.
    """
    for extra in sorted(set(_names(path)) - _KNOWN):
        yield {"where": extra, "problem": "does not belong to the edition"}
    envelope = yield from _envelope(path, public_key)
    yield from _files(path, "content", "manifest.json", envelope.edition if envelope else None)
    if envelope and envelope.edition[: len(path.name)] != path.name:
        yield {"where": path.name, "problem": "the folder's name is not the edition's hash"}
    if (envelope and envelope.site) or (path / "site").exists() or (path / "site.json").exists():
        yield from _files(path, "site", "site.json", envelope.site if envelope else None)
    yield from _stamps(path).problems


def seal_problems(path: Path, public_key: str | None = None) -> Iterator[dict[str, str]]:
    """The same of the envelope and its time-stamps alone."""
    yield from _envelope(path, public_key)
    yield from _stamps(path).problems


def time_stamps(path: Path) -> list[stamped.Told]:
    """Those that hold: of the envelope, and so of the edition, the one before and the head of the ledger."""
    return _stamps(path).told


def _stamps(path: Path) -> stamped.Looked:
    held = {file.relative_to(path).as_posix(): file for file in sorted(path.glob("stamps/*"))}
    found = stamped.look(held, {ENVELOPE: sha256_hex((path / ENVELOPE).read_bytes())} if _has(path) else {})
    strange = [name for name in held if not re.fullmatch(r"stamps/([0-9a-f]{64}\.)?\d+\.(tsr|pem)", name)]
    found.problems += [{"where": name, "problem": "does not belong to the edition"} for name in strange]
    return found


def _has(path: Path) -> bool:
    return (path / ENVELOPE).is_file()


def checked(path: Path) -> int:
    """How many files a run of `problems` looks at."""
    return sum(1 for file in path.rglob("*") if file.is_file())


def _envelope(path: Path, public_key: str | None):
    file = path / "envelope.json"
    try:
        envelope: Envelope = read_envelope(path)
        as_written = canonical_json(dataclasses.asdict(envelope)).encode()
    except (BesaError, ValueError, TypeError) as error:
        yield {"where": "envelope.json", "problem": f"cannot be read: {error}"}
        return None
    if file.read_bytes() != as_written:
        yield {"where": "envelope.json", "problem": "was changed: it is not in the form it was written in"}
    if public_key and envelope.public_key != public_key:
        yield {"where": "envelope.json", "problem": "is signed with another key than this installation's"}
    if not keys.signature_holds(envelope.public_key, envelope.signature, signed_text(envelope)):
        yield {"where": "envelope.json", "problem": "the signature does not hold"}
    return envelope


def _files(path: Path, folder: str, manifest: str, expected: str | None) -> Iterator[dict[str, str]]:
    file = path / manifest
    if not file.exists():
        yield {"where": manifest, "problem": "is missing"}
        return
    data = file.read_bytes()
    if expected is not None and sha256_hex(data) != expected:
        yield {"where": manifest, "problem": "was changed: it is not the list that was signed"}
    try:
        listed = {entry["path"]: (entry["sha256"], entry["bytes"]) for entry in json.loads(data)}
    except (ValueError, KeyError, TypeError):
        yield {"where": manifest, "problem": "cannot be read"}
        return
    base = path / folder
    found = {p.relative_to(base).as_posix(): p for p in base.rglob("*") if p.is_symlink() or not p.is_dir()}
    for name in sorted(set(listed) | set(found)):
        where = f"{folder}/{name}"
        if name not in found:
            yield {"where": where, "problem": "is missing"}
        elif name not in listed:
            yield {"where": where, "problem": "does not belong to the edition"}
        elif found[name].is_symlink():
            yield {"where": where, "problem": "is a link, not a file"}
        else:
            stored = found[name].read_bytes()
            if (sha256_hex(stored), len(stored)) != listed[name]:
                yield {"where": where, "problem": "was changed"}


def _names(path: Path) -> Iterator[str]:
    for child in path.iterdir():
        yield child.name
