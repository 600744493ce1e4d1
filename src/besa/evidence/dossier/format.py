"""How a dossier lies in its ZIP: a BagIt bag, its signature, and nothing that differs between two machines.

README.txt                    how a stranger verifies it
bagit.txt, bag-info.txt
data/…                        what was preserved
stamps/<sha256>.<n>.tsr       time-stamps of files in data/ and of manifest-sha256.txt
stamps/<n>.pem                the certificates of the authority
manifest-sha256.txt           every file under data/
public-key.pem
tagmanifest-sha256.txt        every other file but itself and its signature
tagmanifest-sha256.txt.sig    Ed25519, 64 bytes
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

MANIFEST, TAGS = "manifest-sha256.txt", "tagmanifest-sha256.txt"
SIGNATURE, KEY = "tagmanifest-sha256.txt.sig", "public-key.pem"
BAGIT = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
#: Lines as `sha256sum` writes and reads them.
LINE = re.compile(r"([0-9a-f]{64})  ([^\n]+)")
_NAME = re.compile(r"(?!\.)[\w.-]+(/(?!\.)[\w.-]+)*", re.ASCII)
_BLOCK = 1 << 20

Content = bytes | Path


def is_safe(name: str) -> bool:
    """Plain letters, digits, point, dash and slash; no step upwards, nothing hidden: it unpacks anywhere."""
    return len(name) <= 200 and _NAME.fullmatch(name) is not None


def listing(sums: Iterable[tuple[str, str]]) -> str:
    """(name, sha256) as a manifest, by name."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(sums))


def pack(out: BinaryIO, contents: Iterable[tuple[str, Content]]) -> None:
    """The ZIP of these files, by name; always the same bytes for the same files: not compressed, no times, no owner."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        for name, content in sorted(contents, key=lambda entry: entry[0]):
            entry = zipfile.ZipInfo(name)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            if isinstance(content, bytes):
                packed.writestr(entry, content)
                continue
            entry.file_size = content.stat().st_size
            with content.open("rb") as source, packed.open(entry, "w") as target:
                while block := source.read(_BLOCK):
                    target.write(block)
