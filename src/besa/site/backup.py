"""A copy of one installation that can be checked before it is trusted.

`manifest.json`: {format, made_at, files: {path: {sha256, size}}}. The database goes first: what it
speaks of is written before it (vault, corpus), so a copy of these made later holds at least that.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from besa.base import clock
from besa.base.errors import BadInput, Conflict, NotFound, Tampered
from besa.base.home import Home

MANIFEST = "manifest.json"
_FORMAT = "besa-backup-1"
#: Staged batches, logs and caches are not worth keeping.
_FOLDERS = ("corpus", "vault", "keys", "editions", "freezes", "mail", "held")
_FILES = ("demo-clock.json", "erasures.jsonl")
_PRIVATE = 0o600


def write_backup(home: Home, folder: Path, *, advance: Callable[[int], None] = lambda n: None) -> dict:
    """Copy the home into a new folder. Returns `path, files, bytes`.

    The manifest is written last: a folder without one is a backup that was cut off.
    Raises Conflict (the folder is not empty), BadInput (the casework is on a server).
    """
    if os.environ.get("BESA_DATABASE"):
        raise BadInput(
            "The casework is on a PostgreSQL server, which has its own way of being copied.",
            remedy="Run `pg_dump --format=custom` for the database and copy the folders "
            f"{', '.join(_FOLDERS)} of {home.root}; bring both back with `pg_restore` and a copy.",
        )
    folder = folder.resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Conflict("The folder is not empty.", where=str(folder), remedy="Name a new folder.")
    if home.root == folder or home.root in folder.parents:
        raise BadInput("A backup inside the home would copy itself.", remedy="Name a folder elsewhere.")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    _copy_database(home.database, folder / home.database.name)
    files = {home.database.name: _entry(folder / home.database.name)}
    for path in _held(home):
        name = path.relative_to(home.root).as_posix()
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(path, target)
        except FileNotFoundError:
            raise Conflict("A file went while the backup was made.", where=name, remedy="Take it again.") from None
        target.chmod(_PRIVATE)
        files[name] = _entry(target)
        advance(1)
    manifest = {"format": _FORMAT, "made_at": clock.now().isoformat(), "files": files}
    temporary = folder / f".{MANIFEST}"
    temporary.write_text(json.dumps(manifest, indent=1, sort_keys=True), encoding="utf-8")
    temporary.rename(folder / MANIFEST)
    return {"path": str(folder), "files": len(files), "bytes": sum(entry["size"] for entry in files.values())}


def read_backup(folder: Path, home: Home, *, advance: Callable[[int], None] = lambda n: None) -> dict:
    """Check each file of a backup, then copy all of them into an empty home. Returns `home, files`.

    Nothing is copied where one file is wrong. Raises NotFound, Tampered (naming the file), Conflict.
    """
    files = _manifest(folder)
    if os.environ.get("BESA_DATABASE"):
        raise BadInput(
            "This installation keeps its casework on a PostgreSQL server.",
            remedy="Unset BESA_DATABASE to restore a backup of the local database.",
        )
    if home.root.exists() and any(path.is_file() for path in home.root.rglob("*")):
        raise Conflict("The home is not empty.", where=str(home.root), remedy="Name a new home with --home.")
    for name, entry in files.items():
        _check(folder, name, entry)
        advance(1)
    home.make()
    for name in files:
        target = home.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / name, target)
        target.chmod(0o440 if name.startswith("vault/") else _PRIVATE)
        advance(1)
    return {"home": str(home.root), "files": len(files)}


def _copy_database(source: Path, target: Path) -> None:
    """SQLite's own online copy: whole, even while others write."""
    try:
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
            copy.execute("DELETE FROM django_session")
            copy.execute("DELETE FROM reply_doorsession")
            copy.commit()
            problem = copy.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        problem = str(error)
    if problem != "ok":
        raise Tampered(f"The database is damaged: {problem}.", where=str(source))
    target.chmod(_PRIVATE)


def _held(home: Home) -> Iterator[Path]:
    for name in _FILES:
        if (home.root / name).is_file():
            yield home.root / name
    for name in _FOLDERS:
        # a table's log is listed before its data: then no commit is copied without the files it speaks of
        logs = _files(home.root / name, "**/_delta_log/*")
        yield from logs
        yield from (path for path in _files(home.root / name, "**/*") if path.parent.name != "_delta_log")


def _files(folder: Path, pattern: str) -> list[Path]:
    return sorted(
        path
        for path in folder.glob(pattern)
        if path.is_file() and not path.is_symlink() and not path.name.startswith(".incoming-")
    )


def _manifest(folder: Path) -> dict[str, dict]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = manifest["files"]
        if manifest["format"] != _FORMAT:
            raise ValueError(manifest["format"])
        for name, entry in files.items():
            if Path(name).is_absolute() or ".." in Path(name).parts or not isinstance(entry["sha256"], str):
                raise ValueError(name)
    except FileNotFoundError:
        raise NotFound(
            "This is not a whole backup: it has no manifest.", where=str(folder), remedy="Take another backup."
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError, UnicodeDecodeError):
        raise Tampered("The manifest of this backup cannot be read.", where=str(folder / MANIFEST)) from None
    return files


def _check(folder: Path, name: str, entry: dict) -> None:
    path = folder / name
    if not path.is_file() or path.is_symlink():
        raise Tampered("The backup lacks this file; nothing was restored.", where=name)
    if _entry(path) != entry:
        raise Tampered("The backup is corrupt here; nothing was restored.", where=name)


def _entry(path: Path) -> dict:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return {"sha256": digest.hexdigest(), "size": path.stat().st_size}
