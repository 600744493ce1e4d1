"""A backup is checked before it is trusted, and a restored home is the home that was."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from besa.base.errors import BadInput, Conflict, NotFound, Tampered
from besa.base.home import Home
from besa.site.backup import MANIFEST, read_backup, write_backup


@pytest.fixture
def filled(home, monkeypatch) -> Home:
    """A home with one file in each place; the database holds only what the backup speaks of."""
    monkeypatch.delenv("BESA_DATABASE", raising=False)
    with sqlite3.connect(home.database) as database:
        for table in ("django_session", "reply_doorsession", "kept"):
            database.execute(f"CREATE TABLE {table} (value TEXT)")
            database.execute(f"INSERT INTO {table} VALUES ('x')")
    database.close()
    for name in ("corpus/t/part-1.parquet", "corpus/t/_delta_log/0.json", "vault/ab/abcd", "keys/secret.txt"):
        path = home.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return home


@pytest.fixture
def backup(filled, tmp_path) -> Path:
    write_backup(filled, tmp_path / "backup")
    return tmp_path / "backup"


def test_all_that_counts_comes_back_and_no_session_does(backup, filled, tmp_path):
    other = Home(tmp_path / "other")
    read_backup(backup, other)
    for path in ("corpus/t/part-1.parquet", "corpus/t/_delta_log/0.json", "vault/ab/abcd", "keys/secret.txt"):
        assert (other.root / path).read_bytes() == (filled.root / path).read_bytes()
    assert other.keys.stat().st_mode & 0o077 == 0 and other.secret.stat().st_mode & 0o077 == 0
    with sqlite3.connect(other.database) as database:
        assert database.execute("SELECT count(*) FROM kept").fetchone() == (1,)
        assert database.execute("SELECT count(*) FROM django_session").fetchone() == (0,)
        assert database.execute("SELECT count(*) FROM reply_doorsession").fetchone() == (0,)
    database.close()


def _each_file(backup: Path) -> list[str]:
    return sorted(json.loads((backup / MANIFEST).read_text())["files"])


def test_any_changed_or_missing_byte_is_named_and_nothing_is_restored(backup, tmp_path):
    assert len(_each_file(backup)) == 5
    for number, name in enumerate(_each_file(backup)):
        other = Home(tmp_path / f"other-{number}")
        path = backup / name
        good = path.read_bytes()
        path.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
        with pytest.raises(Tampered, match=name):
            read_backup(backup, other)
        path.unlink()
        with pytest.raises(Tampered, match=name):
            read_backup(backup, other)
        path.write_bytes(good)
        assert not other.root.exists()


_OTHER = ["", "[]", '{"format": "other", "files": {}}', '{"format": "besa-backup-1", "files": 1}']


@pytest.mark.parametrize("text", _OTHER)
def test_a_broken_manifest_is_refused(backup, tmp_path, text):
    (backup / MANIFEST).write_text(text)
    with pytest.raises(Tampered):
        read_backup(backup, Home(tmp_path / "other"))


def test_a_manifest_cannot_reach_out_of_the_home(backup, tmp_path):
    manifest = json.loads((backup / MANIFEST).read_text())
    for name in ("../evil", "/tmp/evil"):
        manifest["files"] = {name: {"sha256": "0", "size": 1}}
        (backup / MANIFEST).write_text(json.dumps(manifest))
        with pytest.raises(Tampered):
            read_backup(backup, Home(tmp_path / "other"))


def test_a_backup_that_was_cut_off_is_none(backup, tmp_path):
    (backup / MANIFEST).unlink()
    with pytest.raises(NotFound):
        read_backup(backup, Home(tmp_path / "other"))


def test_nothing_is_written_over(backup, filled, monkeypatch):
    with pytest.raises(Conflict):
        read_backup(backup, filled)
    with pytest.raises(Conflict):
        write_backup(filled, backup)
    with pytest.raises(BadInput):
        write_backup(filled, filled.root / "inside")
    monkeypatch.setenv("BESA_DATABASE", "postgresql://x@localhost/besa")
    with pytest.raises(BadInput, match="pg_dump"):
        write_backup(filled, backup.parent / "again")


def test_a_damaged_database_is_not_called_a_backup(filled, tmp_path):
    filled.database.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    with pytest.raises(Tampered):
        write_backup(filled, tmp_path / "backup")
    assert not (tmp_path / "backup" / MANIFEST).exists()


def _besa(home: Path, *words: str, code: int = 0):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("BESA_")}
    done = subprocess.run(
        [sys.executable, "-m", "besa.site.cli", *words, "--home", str(home), "--json"],
        capture_output=True, text=True, env=environment, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout) if done.stdout else None


@pytest.mark.drill
def test_dump_wipe_restore(tmp_path):
    from besa.corpus import Corpus

    home = tmp_path / "home"
    _besa(home, "demo", "--no-serve", "--posts", "300")
    before = Corpus(home / "corpus").digest()
    _besa(home, "backup", str(tmp_path / "backup"))
    shutil.rmtree(home)
    _besa(home, "restore", str(tmp_path / "backup"))
    assert Corpus(home / "corpus").digest() == before
    assert _besa(home, "verify", "--ledger")["ok"] is True
    assert _besa(home, "verify", str(home / "vault"))["ok"] is True
