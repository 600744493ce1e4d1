"""Files: what was delivered, what lies about in the home, the list beside the backups, the database's own file."""

from __future__ import annotations

import email
import gzip
import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from email import policy as mail
from pathlib import Path

from django.apps import apps
from django.db import DatabaseError, connection

from besa.base.home import Home
from besa.collect.models import Import
from besa.retention import rules
from besa.retention.keys import secret
from besa.retention.models import Erasure
from besa.retention.queries.due import logs
from besa.retention.queries.finding import Plan
from besa.vault import Vault

_MAILS = "-" * 79
#: Places of the home whose files may be removed when they tell of what was erased.
_LOOSE = ("mail", "logs", "staging")


def search(found: Plan, cover: rules.Cover) -> set[str]:
    """Delivered files, whole, in which one of the names stands although the corpus had the row from elsewhere."""
    vault = Vault(Home.here().vault)
    stored = {sha256 for sha256 in Import.objects.values_list("file_sha256", flat=True) if sha256 and vault.has(sha256)}
    names = rules.Cover(found.names)
    return {sha256 for sha256 in stored - found.files if names and _tells(vault.path_of(sha256), names)}


def clear_loose(cover: rules.Cover) -> None:
    """Copies of mail, logs, and what was left in staging, where a name or a quotation stands in them."""
    home = Home.here()
    for place in _LOOSE:
        for path in (home.root / place).rglob("*"):
            if path.is_file() and cover and _tells(path, cover):
                path.unlink(missing_ok=True)


def clear_logs() -> None:
    for path in logs():
        path.unlink(missing_ok=True)


def _tells(path: Path, cover: rules.Cover) -> bool:
    return any(cover(text) != text for text in _texts(path))


def _texts(path: Path) -> Iterator[str]:
    """What a file says, unpacked; a JSON file also as its letters stand for themselves."""
    for data in _unpacked(path):
        text = data.decode("utf-8", "replace")
        yield text
        if "\\u" in text:
            with suppress(UnicodeError):
                yield data.decode("raw_unicode_escape", "replace")
    if path.parent == Home.here().mail:
        for one in path.read_bytes().decode("utf-8", "replace").split(_MAILS):
            message = email.message_from_string(one.strip(), policy=mail.default)
            yield str(message.get("subject", ""))
            for part in message.walk():
                if part.get_content_maintype() == "text":
                    yield part.get_content()


def _unpacked(path: Path) -> Iterator[bytes]:
    with suppress(OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError, NotImplementedError):
        head = path.open("rb").read(4)
        if head[:2] == b"\x1f\x8b":
            yield gzip.decompress(path.read_bytes())
        elif head == b"PK\x03\x04":
            with zipfile.ZipFile(path) as packed:
                for name in packed.namelist():
                    yield packed.read(name)
        else:
            yield path.read_bytes()


def list_name() -> str:
    """Of the list of this installation: several may keep their backups in one place."""
    return f"besa-erasures-{rules.mark(secret(), 'list', '')[:8]}.jsonl"


def write_list() -> None:
    """The list of all erasures, in the home and beside every place where a backup was made. It names nobody."""
    home = Home.here()
    lines = {line["erasure"]: line for line in read_lines(home.erasures)}
    for row in Erasure.objects.exclude(state="intent").select_related("election").order_by("id"):
        lines[row.erasure_id] = {
            "erasure": row.erasure_id, "at": row.asked_at.isoformat(), "election": row.election.slug,
            "ground": row.ground, "what": row.what, "reason": row.reason, "marks": row.marks,
        }  # fmt: skip
    body = "".join(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n" for line in lines.values())
    _write(home.erasures, body)
    for place in backup_places():
        with suppress(OSError):  # a disk that is not here now gets it with the next backup or erasure
            _write(place / list_name(), body)


def backup_places() -> list[Path]:
    path = Home.here().backup_places
    return [place for line in path.read_text().splitlines() if (place := Path(line)).is_dir()] if path.exists() else []


def remember_place(place: Path) -> None:
    """From now on the list lies beside the backups in this folder too, which hold the key of its marks."""
    secret()
    path = Home.here().backup_places
    known = path.read_text().splitlines() if path.exists() else []
    if str(place) not in known:
        _write(path, "".join(f"{line}\n" for line in [*known, str(place)]))
    write_list()


def read_lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line] if path.exists() else []


def _write(path: Path, body: str) -> None:
    draft = path.with_name(f".{path.name}.part")
    draft.write_text(body, "utf-8")
    draft.replace(path)


def scrub_database() -> bool:
    """Leave no byte of rows that were changed or removed in the file of the database; whether that could be done now.

    It waits while somebody else reads or writes; then the next turn does it.
    """
    if connection.in_atomic_block:
        return False
    try:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("VACUUM")
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                return cursor.fetchone()[0] == 0
            for model in apps.get_models():
                if model.__module__.startswith("besa."):
                    cursor.execute(f"VACUUM (FULL) {connection.ops.quote_name(model._meta.db_table)}")
            return True
    except DatabaseError:
        return False
