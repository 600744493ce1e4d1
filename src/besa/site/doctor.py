"""What is missing or wrong on this machine, and how to mend it. Looks, and changes nothing."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from besa.base import clock
from besa.base.home import Home

_ENOUGH_DISK = 1 << 30
_SAMPLE = 50
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_LOCALES = Path(__file__).resolve().parent.parent / "locale"


@dataclass(frozen=True)
class Symptom:
    """`note`: worth knowing, and no problem."""

    what: str
    how: str
    note: bool = False


def examine(home: Home) -> list[Symptom]:
    """All checks in order; one that cannot be made is itself a finding."""
    found: list[Symptom] = []
    for check in (*_BEFORE_DJANGO, *_WITH_DJANGO):
        symptoms = _carefully(check, home)
        found += symptoms
        if symptoms and check in (_home, _database):
            return found  # without a place to live or its tables, the rest only repeats it
    return found


def _carefully(check: Callable[[Home], Iterator[Symptom]], home: Home) -> list[Symptom]:
    try:
        return list(check(home))
    except Exception as error:
        what = check.__name__.strip("_").replace("_", " ")
        return [Symptom(f"Could not look at: {what} ({type(error).__name__}: {error}).", "Mend what is named first.")]


def _home(home: Home) -> Iterator[Symptom]:
    try:
        home.make()
        with tempfile.TemporaryFile(dir=home.root):
            pass
    except OSError as error:
        yield Symptom(
            f"The home {home.root} cannot be written to ({error.strerror}).",
            "Name another with --home, or give this account the right to write there.",
        )


def _disk(home: Home) -> Iterator[Symptom]:
    free = shutil.disk_usage(home.root).free
    if free < _ENOUGH_DISK:
        yield Symptom(
            f"Only {free >> 20} MB are free where the home lies.",
            "Free some space: under 200 MB nothing more is taken into the vault.",
        )


def _time_zones(home: Home) -> Iterator[Symptom]:
    for name in ("Europe/Belgrade", "UTC"):
        try:
            ZoneInfo(name)
        except ZoneInfoNotFoundError:
            yield Symptom(f"The time zone {name} is not known.", "Run `make setup`, which installs tzdata.")


def _the_clock(home: Home) -> Iterator[Symptom]:
    year = clock.SystemClock().now().year
    if not 2026 <= year < 2060:
        yield Symptom(f"This machine believes it is the year {year}.", "Set its clock: deadlines rest on it.")
    if home.demo_clock.exists():
        yield Symptom("This home runs on demo time.", "Take another home for a real election.", note=True)


def _sqlite(home: Home) -> Iterator[Symptom]:
    if os.environ.get("BESA_DATABASE"):
        return
    if sqlite3.sqlite_version_info < (3, 35):
        yield Symptom(f"SQLite {sqlite3.sqlite_version} is too old.", "Take a Python with SQLite 3.35 or newer.")
    with sqlite3.connect(":memory:") as memory:
        try:
            memory.execute("CREATE VIRTUAL TABLE words USING fts5(text)")
        except sqlite3.OperationalError:
            yield Symptom("This SQLite has no full-text search (FTS5).", "Take a Python whose SQLite has it.")
    memory.close()


def _browser(home: Home) -> Iterator[Symptom]:
    if not os.environ.get("BESA_CHROMIUM") and not any(shutil.which(name) for name in _BROWSERS):
        yield Symptom(
            "No Chromium: the browser tests cannot run; all else can.",
            "Install the package chromium, or name one in BESA_CHROMIUM.",
            note=True,
        )


def _translations(home: Home) -> Iterator[Symptom]:
    how = "Run `make translations`, or `python tools/translations.py compile`."
    for folder, source in (("sq", "sq"), ("sr_Latn", "sr_Latn"), ("sr", "sr_Latn")):
        compiled = _LOCALES / folder / "LC_MESSAGES" / "django.mo"
        written = _LOCALES / source / "LC_MESSAGES" / "django.po"
        if not compiled.exists():
            yield Symptom(f"The translation {folder} is not compiled; its pages are in English.", how)
        elif written.exists() and written.stat().st_mtime > compiled.stat().st_mtime:
            yield Symptom(f"The translation {folder} is older than its texts.", how)


def _keys(home: Home) -> Iterator[Symptom]:
    for path in (home.secret, home.signing_key):
        if path.exists() and path.stat().st_mode & 0o077:
            yield Symptom(f"Others on this machine can read {path}.", f"Run: chmod 600 {path}")
    if not home.signing_key.exists():
        yield Symptom("No key for signing editions yet; the first edition makes it.", "Nothing to do.", note=True)
        return
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        load_pem_private_key(home.signing_key.read_bytes(), password=None)
    except (ValueError, TypeError):
        yield Symptom(f"{home.signing_key} is not a key.", "Bring it back from a backup; do not make a new one.")


def _mail(home: Home) -> Iterator[Symptom]:
    address = os.environ.get("BESA_SMTP")
    if not address:
        yield Symptom(
            f"No mail server: notices are written to {home.mail} and reach nobody.", "Set BESA_SMTP.", note=True
        )
        return
    parts = urlsplit(address)
    try:
        socket.create_connection((parts.hostname or "localhost", parts.port or 25), timeout=5).close()
    except OSError as error:
        yield Symptom(f"The mail server {parts.hostname} does not answer ({error}).", "Check BESA_SMTP; mail waits.")
    if urlsplit(os.environ.get("BESA_URL", "http://127.0.0.1:8000")).hostname in ("127.0.0.1", "localhost", "::1"):
        yield Symptom(
            "The links in notices lead to this machine only, so nobody can reply.",
            "Set BESA_URL to the public address of the Door.",
        )


def _database(home: Home) -> Iterator[Symptom]:
    from besa.site.start import start

    start(migrate=False)
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                fault = cursor.execute("PRAGMA quick_check(1)").fetchone()[0]
            if fault != "ok":
                yield Symptom(f"The database is damaged: {fault}.", "Bring back the newest backup: `besa restore DIR`.")
    except DatabaseError as error:
        yield Symptom(f"The database does not answer ({error}).", "Check BESA_DATABASE, or bring back a backup.")
        return
    if behind:
        new = not executor.loader.applied_migrations
        what = "The tables are not made yet." if new else f"The tables are {len(behind)} steps behind the program."
        yield Symptom(what, "The next command does it, for example `besa user list`.", note=new)


def _intents(home: Home) -> Iterator[Symptom]:
    from besa.collect.models import Import
    from besa.outbox.models import Message
    from besa.reply.models import Notice
    from besa.triage.models import Run

    for model, things in ((Import, "imports"), (Run, "runs of triage")):
        if held := model.objects.filter(state="intent").count():
            yield Symptom(f"{held} {things} were begun and not finished.", "`besa work --once` takes them up again.")
    if given_up := Message.objects.filter(state="failed").count():
        yield Symptom(f"{given_up} mails were given up after eight attempts.", "See Notices at the desk.", note=True)
    late = Message.objects.filter(state="intent", due_at__lt=clock.now() - timedelta(hours=1)).count()
    if late:
        yield Symptom(f"{late} mails have waited for over an hour.", "Is the belt running? `besa work`.")
    if unreached := Notice.objects.filter(state="unreachable").count():
        yield Symptom(f"{unreached} notices reached nobody.", "Give an address under Notices.", note=True)


def _vault(home: Home) -> Iterator[Symptom]:
    from besa.base.errors import Tampered
    from besa.vault.store import Vault

    vault = Vault(home.vault)
    files = vault.files()
    for path in files[:: max(len(files) // _SAMPLE, 1)]:
        try:
            vault.get(path.name)
        except Tampered:
            yield Symptom(f"{path} is not what was stored.", "Run `besa verify` on the vault; bring back a backup.")


def _ledger(home: Home) -> Iterator[Symptom]:
    from besa.ledger.chain import entry_hash
    from besa.ledger.models import Entry

    later = None
    for entry in Entry.objects.order_by("-seq")[:200]:
        if entry.hash != entry_hash(entry) or (later and (later.previous, later.seq) != (entry.hash, entry.seq + 1)):
            yield Symptom(f"Ledger entry {entry.seq} was changed.", "Run `besa verify --ledger`; keep this database.")
            return
        later = entry
    newest = Entry.objects.order_by("-seq").first()
    if newest and newest.at > clock.now() + timedelta(minutes=5):
        if newest.demo_time:
            yield Symptom("The demo in this home was cut off.", "Run `besa demo` again.")
        else:
            yield Symptom("The newest ledger entry lies in the future.", "Set the clock of this machine.")


_BEFORE_DJANGO = (
    _home, _disk, _time_zones, _the_clock, _sqlite, _browser, _translations, _keys, _mail,
)  # fmt: skip
_WITH_DJANGO = (_database, _intents, _vault, _ledger)
