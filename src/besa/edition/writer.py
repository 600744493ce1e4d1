"""Writing an edition: into a draft folder beside the others, then one rename. Never half of one."""

from __future__ import annotations

import dataclasses
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from besa.base import stamped
from besa.base.errors import Conflict
from besa.base.ids import canonical_json, sha256_hex
from besa.edition import keys
from besa.edition.format import Envelope, signed_text

#: How many characters of the hash name the folder.
SHORT = 16

RenderSite = Callable[[Path, Path], list]


def manifest_of(folder: Path) -> list[dict[str, Any]]:
    """`{path, sha256, bytes}` of every file under `folder`, sorted by path."""
    entries = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            entries.append(
                {"path": path.relative_to(folder).as_posix(), "sha256": sha256_hex(data), "bytes": len(data)}
            )
    return sorted(entries, key=lambda entry: entry["path"])


def name_of(content: Path) -> str:
    """The name that an edition with this content has."""
    return sha256_hex(canonical_json(manifest_of(content)))


def write(
    root: Path,
    *,
    fill: Callable[[Path], None],
    envelope: Envelope,
    key: Ed25519PrivateKey,
    render_site: RenderSite | None = None,
) -> tuple[Path, Envelope]:
    """Make an edition under `root` and return its folder and its signed envelope.

    `fill(content)` writes everything under content/. `envelope` comes without hashes and signature.
    `render_site(edition folder, site folder)` makes the portal from the content alone.
    Raises Conflict where an edition of this very content stands already.
    """
    root.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=root, prefix=".draft-"))
    try:
        content = draft / "content"
        content.mkdir()
        fill(content)
        manifest = canonical_json(manifest_of(content))
        name = sha256_hex(manifest)
        final = root / name[:SHORT]
        if final.exists():
            raise Conflict(
                "An edition with exactly this content stands already.",
                where=str(final),
                remedy="Freeze again, or change the editor's text, before publishing anew.",
            )
        (draft / "manifest.json").write_text(manifest)
        envelope = dataclasses.replace(envelope, edition=name, public_key=keys.public_hex(key), site="")
        # the portal shows number, dates and change note: it gets the envelope unsigned, then the seal
        (draft / "envelope.json").write_text(canonical_json(dataclasses.asdict(envelope)))
        if render_site:
            render_site(draft, draft / "site")
            site = canonical_json(manifest_of(draft / "site"))
            (draft / "site.json").write_text(site)
            envelope = dataclasses.replace(envelope, site=sha256_hex(site))
        envelope = dataclasses.replace(envelope, signature=key.sign(signed_text(envelope)).hex())
        (draft / "envelope.json").write_text(canonical_json(dataclasses.asdict(envelope)))
        for path in draft.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
            _sync(path)
        draft.chmod(0o755)
        _sync(draft)
        os.rename(draft, final)
        _sync(root)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return final, envelope


def lay_stamps(edition: Path, stamps: Sequence[tuple[str, bytes, bytes]]) -> None:
    """Time-stamps (SHA-256 of the envelope, answer, certificates) into the folder of an edition, each in one step."""
    folder = edition / "stamps"
    folder.mkdir(exist_ok=True)
    for name, data in stamped.files(stamps).items():
        with tempfile.NamedTemporaryFile(dir=edition, prefix=".stamp-", delete=False) as draft:
            draft.write(data)
            draft.flush()
            os.fsync(draft.fileno())
        os.chmod(draft.name, 0o644)
        os.replace(draft.name, edition / name)
    _sync(folder)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
