"""Where one installation keeps its things: one folder, `BESA_HOME` (default `./var`)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Home:
    root: Path

    @classmethod
    def here(cls) -> Home:
        return cls(Path(os.environ.get("BESA_HOME") or "var").resolve())

    def __getattr__(self, name: str) -> Path:
        try:
            return self.root / _PLACES[name]
        except KeyError:
            raise AttributeError(name) from None

    def make(self) -> Home:
        self.root.mkdir(parents=True, exist_ok=True)
        for name in ("corpus", "vault", "keys", "editions", "freezes", "mail", "staging", "held", "logs"):
            getattr(self, name).mkdir(exist_ok=True)
        self.keys.chmod(0o700)
        return self


_PLACES = {
    "database": "casework.sqlite3",
    "corpus": "corpus",
    "index": "index",
    "vault": "vault",
    "keys": "keys",
    "editions": "editions",
    "freezes": "freezes",
    "mail": "mail",
    "staging": "staging",
    "held": "held",
    "logs": "logs",
    "demo_clock": "demo-clock.json",
    "demo_files": "demo-files",
    "secret": "keys/secret.txt",
    "contacts_key": "keys/contacts.key",
    "signing_key": "keys/edition-ed25519.pem",
    "seal_key": "keys/seal-aes256.key",
    "erasure_key": "keys/erasure.key",
    "erasures": "erasures.jsonl",
    "backup_places": "backup-places.txt",
    "time_authorities": "time-authorities.toml",
}
