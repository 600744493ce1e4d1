"""What is missing, altered or wrongly stamped in a dossier. Needs nothing but the file."""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from besa.base import stamped
from besa.evidence.dossier.format import KEY, LINE, MANIFEST, SIGNATURE, TAGS, is_safe, pack

#: Larger members, or more of them, are not unpacked: no dossier of ours has them.
LARGEST, MOST = 4 << 30, 20_000
_BLOCK, _STAMP = 1 << 20, 1 << 20


def is_dossier(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as packed:
            return bool({TAGS, MANIFEST} & set(packed.namelist()))
    except (OSError, zipfile.BadZipFile):
        return False


def problems(path: Path, public_key: str | None = None) -> Iterator[dict[str, str]]:
    """Yield `{where, problem}` for each file that is missing, added, altered, or stamped by a time-stamp that does
    not hold. `public_key` (hex): of whom it must be from; without it only the key inside can be asked."""
    try:
        with zipfile.ZipFile(path) as packed, tempfile.TemporaryDirectory(prefix="besa-dossier-") as place:
            yield from _problems(path, packed, Path(place), public_key)
    except zipfile.BadZipFile:
        yield {"where": path.name, "problem": "is no whole ZIP file"}


def sealed_by(path: Path) -> str:
    """The key (hex) inside, by which it says that it was sealed; '' where there is none. Compare it with the one
    that the house hands out: whoever seals anew has another."""
    try:
        with zipfile.ZipFile(path) as packed:
            key = load_pem_public_key(packed.read(KEY))
    except (KeyError, ValueError, zipfile.BadZipFile, NotImplementedError):
        return ""
    return key.public_bytes_raw().hex() if isinstance(key, Ed25519PublicKey) else ""


def time_stamps(path: Path) -> list[stamped.Told]:
    """Those in it that hold, each with the name of the file that it is about."""
    try:
        with zipfile.ZipFile(path) as packed, tempfile.TemporaryDirectory(prefix="besa-dossier-") as place:
            held = {}
            for at, entry in enumerate(packed.infolist()[:MOST]):
                if entry.filename.startswith("stamps/") and entry.file_size <= _STAMP:
                    held[entry.filename] = Path(place) / str(at)
                    _unpack(packed, entry, held[entry.filename])
            listed = "\n".join(packed.read(name).decode("utf-8", "replace") for name in (MANIFEST, TAGS))
            found = (LINE.fullmatch(line) for line in listed.splitlines())
            return stamped.look(held, {one[2]: one[1] for one in found if one}).told
    except (KeyError, zipfile.BadZipFile, NotImplementedError):
        return []


def files(path: Path) -> int:
    """How many files it has."""
    with zipfile.ZipFile(path) as packed:
        return len(packed.namelist())


def _problems(path: Path, packed: zipfile.ZipFile, place: Path, public_key: str | None) -> Iterator[dict[str, str]]:
    entries = packed.infolist()
    if len(entries) > MOST or sum(entry.file_size for entry in entries) > LARGEST:
        yield {"where": path.name, "problem": "is larger than any dossier"}
        return
    held: dict[str, Path] = {}
    told: list[dict[str, str]] = []
    for at, entry in enumerate(entries):
        if not is_safe(entry.filename) or entry.filename in held:
            told.append({"where": entry.filename[:200], "problem": "has a name that does not belong to a dossier"})
            continue
        held[entry.filename] = place / str(at)
        if not _unpack(packed, entry, held[entry.filename]):
            told.append({"where": entry.filename, "problem": "was changed: it cannot be unpacked"})
    sums = {name: _sha256(file) for name, file in held.items()}
    told += list(_listed(held, sums))
    told += list(_signed(held, public_key))
    told += stamped.look(held, sums).problems
    yield from told
    if not told and not _as_written(path, held):
        yield {"where": path.name, "problem": "was changed outside of its files"}


def _unpack(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, to: Path) -> bool:
    """What can be read of it; whether that is all."""
    left = entry.file_size
    with to.open("wb") as target:
        try:
            with packed.open(entry) as source:
                while block := source.read(_BLOCK):
                    left -= len(block)
                    if left < 0:
                        return False
                    target.write(block)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
            return False
    return True


def _listed(held: dict[str, Path], sums: dict[str, str]) -> Iterator[dict[str, str]]:
    """Both manifests against the files."""
    expected: dict[str, str] = {}
    for manifest in (MANIFEST, TAGS):
        if manifest not in held:
            yield {"where": manifest, "problem": "is missing"}
            continue
        for line in held[manifest].read_text("utf-8", "replace").splitlines():
            found = LINE.fullmatch(line)
            if found is None:
                yield {"where": manifest, "problem": "cannot be read"}
                break
            expected[found[2]] = found[1]
    for name in sorted({*expected, *sums} - {TAGS, SIGNATURE}):
        if name not in sums:
            yield {"where": name, "problem": "is missing"}
        elif name not in expected:
            yield {"where": name, "problem": "does not belong to the dossier"}
        elif sums[name] != expected[name]:
            yield {"where": name, "problem": "was changed"}


def _signed(held: dict[str, Path], public_key: str | None) -> Iterator[dict[str, str]]:
    missing = [name for name in (KEY, SIGNATURE) if name not in held]
    if missing or TAGS not in held:
        yield from ({"where": name, "problem": "is missing"} for name in missing if name == SIGNATURE)
        return
    try:
        key = load_pem_public_key(held[KEY].read_bytes())
    except ValueError:
        yield {"where": KEY, "problem": "is no public key"}
        return
    if not isinstance(key, Ed25519PublicKey):
        yield {"where": KEY, "problem": "is no Ed25519 key"}
        return
    own = key.public_bytes_raw().hex()
    if public_key and own != public_key:
        yield {"where": KEY, "problem": f"is signed by somebody else: {own}"}
    try:
        key.verify(held[SIGNATURE].read_bytes(), held[TAGS].read_bytes())
    except InvalidSignature:
        yield {"where": SIGNATURE, "problem": f"the signature of {TAGS} does not hold"}


def _as_written(path: Path, held: dict[str, Path]) -> bool:
    """Whether the ZIP is, byte for byte, what these files are packed into."""
    with tempfile.TemporaryFile() as again:
        pack(again, held.items())
        size = again.tell()
        if size != path.stat().st_size:
            return False
        again.seek(0)
        return hashlib.file_digest(again, "sha256").hexdigest() == _sha256(path)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
