"""Sealed originals: kept because scrubbing would spoil the evidence, enciphered because they show who captured."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from besa.base.errors import Tampered
from besa.base.home import Home

_HEAD = b"besa-sealed-1\n"


def seal(data: bytes) -> bytes:
    """The bytes under this installation's seal; they are read again with `unseal` only."""
    nonce = secrets.token_bytes(12)
    return _HEAD + nonce + AESGCM(_key()).encrypt(nonce, data, _HEAD)


def unseal(data: bytes) -> bytes:
    """The bytes that were sealed. Raises Tampered."""
    body = data.removeprefix(_HEAD)
    try:
        return AESGCM(_key()).decrypt(body[:12], body[12:], _HEAD)
    except (InvalidTag, ValueError):
        raise Tampered("The seal is broken, or was made by another installation.") from None


def _key() -> bytes:
    """The key of the seal, made once, kept beside the signing key outside database and vault."""
    path = Home.here().seal_key
    if not path.exists():
        _make(path)
    return path.read_bytes()


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".key-")  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(AESGCM.generate_key(256))
            out.flush()
            os.fsync(out.fileno())
        with contextlib.suppress(FileExistsError):  # whoever came first has made it
            os.link(draft, path)
    finally:
        os.unlink(draft)
