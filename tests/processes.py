"""Commands in processes of their own, each home with a database of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from besa.base.ids import sha256_hex


def environment(home: Path, *, sqlite: bool = False) -> dict[str, str]:
    """What a process needs to work on `home`; on PostgreSQL the home gets a database of its own there.

    `sqlite`: keep the casework in the home even then, for tests that copy a home or look into its file.
    """
    found = {**os.environ, "BESA_HOME": str(home), "DJANGO_SETTINGS_MODULE": "besa.site.settings"}
    address = found.pop("BESA_DATABASE", "")
    if address and not sqlite:
        found["BESA_DATABASE"] = _database(address, f"home_{sha256_hex(str(home))[:16]}")
    return found


def besa(home: Path, *words: str, sqlite: bool = False, timeout: int = 580) -> subprocess.CompletedProcess:
    """The command as anybody would type it."""
    return subprocess.run(
        command(home, *words), capture_output=True, text=True, timeout=timeout, env=environment(home, sqlite=sqlite)
    )


def command(home: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "besa.site.cli", words[0], "--home", str(home), *words[1:]]


def _database(address: str, name: str) -> str:
    import psycopg

    with psycopg.connect(address, autocommit=True) as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            server.execute(f'CREATE DATABASE "{name}"')
    return urlunsplit(urlsplit(address)._replace(path=f"/{name}"))
