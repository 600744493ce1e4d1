"""The store of evidence bytes. It has no delete but `erase`, and never serves bytes that changed.

What was erased leaves a note under `root/erased/`: when and on which ground, under the hash that stays.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from besa.base.errors import BesaError, DiskFloor, Erased, NotFound, Tampered

_BLOCK = 1 << 20


class Vault:
    """`root/ab/abcdef…`; `floor` is the free disk (bytes) below which nothing more is written."""

    def __init__(self, root: Path, *, floor: int = 200 << 20, limit: int = 2 << 30):
        self.root, self.floor, self.limit = Path(root), floor, limit

    def put(self, source: bytes | BinaryIO) -> str:
        """Store the bytes and return their SHA-256. Temp file, fsync, rename: never half a file.

        Raises DiskFloor, or BesaError where the source is larger than `limit` bytes.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self.root).free < self.floor:
            raise DiskFloor(
                f"Less than {self.floor >> 20} MB free where the vault lies ({self.root}).",
                remedy="Free some space and run it again; nothing was written.",
            )
        digest, size = hashlib.sha256(), 0
        descriptor, name = tempfile.mkstemp(dir=self.root, prefix=".incoming-")
        try:
            with os.fdopen(descriptor, "wb") as out:
                for block in _blocks(source):
                    size += len(block)
                    if size > self.limit:
                        raise BesaError(f"The file is larger than {self.limit >> 20} MB.")
                    digest.update(block)
                    out.write(block)
                out.flush()
                os.fsync(out.fileno())
            target = self.path_of(digest.hexdigest())
            if target.exists():
                os.unlink(name)
            else:
                target.parent.mkdir(exist_ok=True)
                os.chmod(name, 0o440)
                os.rename(name, target)
                _sync_folder(target.parent)
        except BaseException:
            if os.path.exists(name):
                os.unlink(name)
            raise
        return digest.hexdigest()

    def get(self, sha256: str) -> bytes:
        """The bytes, hashed again. Raises NotFound (Erased where it was erased) or Tampered."""
        path = self._found(sha256)
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Tampered("The stored bytes have changed; they are not served.", where=str(path))
        return data

    def open(self, sha256: str) -> BinaryIO:
        """The file to be read in parts, hashed again as a whole before. Raises NotFound or Tampered."""
        path = self._found(sha256)
        file = path.open("rb")
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            file.close()
            raise Tampered("The stored bytes have changed; they are not served.", where=str(path))
        file.seek(0)
        return file

    def has(self, sha256: str) -> bool:
        return self.path_of(sha256).exists()

    def erase(self, sha256: str, *, at: str, ground: str, erasure: str = "") -> bool:
        """Take the bytes away and note when (ISO 8601), on which ground, by which erasure; whether they were there."""
        path = self.path_of(sha256)
        note = self._note(sha256)
        note.parent.mkdir(parents=True, exist_ok=True)
        if not note.exists():
            draft = note.with_suffix(".part")
            told = {"sha256": sha256, "at": at, "ground": ground, "erasure": erasure}
            draft.write_text(json.dumps(told, ensure_ascii=False))
            draft.rename(note)
        existed = path.exists()
        path.unlink(missing_ok=True)
        if existed:
            _sync_folder(path.parent)
        return existed

    def clear(self, *, before: float) -> int:
        """Take away what `put` had begun and was killed at, older than `before` (seconds of the files' clock)."""
        left = [path for path in self.root.glob(".incoming-*") if path.stat().st_mtime < before]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def erased(self, sha256: str) -> dict[str, str] | None:
        """`{sha256, at, ground, erasure}` of a file that was erased and is not there any more."""
        note = self._note(sha256)
        return json.loads(note.read_text()) if note.exists() and not self.has(sha256) else None

    def all_erased(self) -> dict[str, str]:
        """Hash -> erasure of all files of which a note says that they were erased."""
        notes = (json.loads(path.read_text()) for path in sorted((self.root / "erased").glob("*.json")))
        return {note["sha256"]: note["erasure"] for note in notes}

    def _note(self, sha256: str) -> Path:
        return self.root / "erased" / f"{self.path_of(sha256).name}.json"

    def _found(self, sha256: str) -> Path:
        path = self.path_of(sha256)
        if path.exists():
            return path
        if note := self.erased(sha256):
            raise Erased(f"Erased on {note['at'][:10]}, on this ground: {note['ground']}.", where=sha256)
        raise NotFound("The vault has no such file.", where=sha256)

    def path_of(self, sha256: str) -> Path:
        if not re.fullmatch(r"[0-9a-f]{64}", sha256):
            raise NotFound("Not a SHA-256.", where=repr(sha256))
        return self.root / sha256[:2] / sha256

    def problems(self, advance: Callable[[int], None] = lambda n: None) -> Iterator[dict[str, str]]:
        """`{where, problem}` for each stored file whose bytes no longer match its name; `advance` counts files."""
        for path in self.files():
            if not self.holds(path.name):
                yield {"where": str(path), "problem": "the bytes have changed"}
            advance(1)

    def holds(self, sha256: str) -> bool:
        """Whether the stored bytes, hashed again, are those; False where there are none."""
        try:
            self.open(sha256).close()
        except (NotFound, Tampered):
            return False
        return True

    def files(self) -> list[Path]:
        return sorted(path for path in self.root.glob("??/*") if path.is_file())


def _blocks(source: bytes | BinaryIO) -> Iterator[bytes]:
    if isinstance(source, bytes):
        yield source
        return
    while block := source.read(_BLOCK):
        yield block


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
