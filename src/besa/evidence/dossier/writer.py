"""Sealing a dossier. What goes in is handed over; this room owns how it is sealed."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from besa.base import stamped
from besa.base.errors import BadInput, Tampered
from besa.evidence.dossier.format import BAGIT, KEY, MANIFEST, SIGNATURE, TAGS, Content, is_safe, listing, pack


@dataclass(frozen=True)
class Part:
    """One file under `data/`: its name there, its bytes (or where they lie), and its time-stamps.

    `stamps`: (answer in DER, certificates in PEM) of each authority. `sha256`: what the bytes must be, where that was
    written down before; a file that is not is never sealed.
    """

    name: str
    content: Content
    stamps: tuple[tuple[bytes, bytes], ...] = ()
    sha256: str = ""


@dataclass(frozen=True)
class Sealed:
    path: Path
    sha256: str
    size: int
    files: int


#: The bytes of the manifest -> time-stamps of it; none where no authority answers now.
StampNow = Callable[[bytes], Sequence[tuple[bytes, bytes]]]


def seal(
    out: Path,
    parts: Sequence[Part],
    *,
    info: Sequence[tuple[str, str]],
    readme: Callable[[bool], str],
    key: Ed25519PrivateKey,
    stamp: StampNow = lambda manifest: (),
) -> Sealed:
    """Write the dossier to `out` in one step: there is never half of one.

    Raises BadInput for a name that is not safe, Tampered for bytes that are not those that were kept.

    `info`: lines of bag-info.txt. `readme` is told whether there are time-stamps in it. The same parts, info and
    stamps give the same bytes.
    """
    contents: dict[str, Content] = {}
    for part in parts:
        name = f"data/{part.name}"
        if not is_safe(name) or name in contents:
            raise BadInput("This name cannot stand in a dossier, or stands there twice.", where=part.name)
        contents[name] = part.content
    sums = {name: _sha256(content) for name, content in contents.items()}
    for part in parts:
        if part.sha256 and sums[f"data/{part.name}"] != part.sha256:
            raise Tampered(
                "The bytes have changed since they were kept; nothing was sealed.", where=part.name,
                remedy="See what else changed: besa verify VAULT; bring the file back from a backup.",
            )  # fmt: skip
    manifest = listing(sums.items()).encode()
    stamps = [(sums[f"data/{part.name}"], *pair) for part in parts for pair in part.stamps]
    stamps += [(hashlib.sha256(manifest).hexdigest(), *pair) for pair in stamp(manifest)]
    tags = {
        MANIFEST: manifest,
        "bagit.txt": BAGIT.encode(),
        "bag-info.txt": "".join(f"{label}: {_one_line(value)}\n" for label, value in info).encode(),
        "README.txt": readme(bool(stamps)).encode(),
        KEY: key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        **stamped.files(stamps),
    }
    contents |= tags
    listed = listing((name, _sha256(content)) for name, content in tags.items()).encode()
    contents |= {TAGS: listed, SIGNATURE: key.sign(listed)}
    _write(out, contents)
    return Sealed(out, _sha256(out), out.stat().st_size, len(contents))


def _write(out: Path, contents: dict[str, Content]) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=out.parent, prefix=".dossier-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            pack(file, contents.items())
            file.flush()
            os.fsync(file.fileno())
        os.chmod(draft, 0o640)
        os.replace(draft, out)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def _sha256(content: Content) -> str:
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _one_line(value: str) -> str:
    return " ".join(value.split())
