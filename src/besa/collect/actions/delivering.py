"""Files that a browser tool delivers with a token: kept as they come, imported once they are whole.

A delivery is a folder of the staging place; `about.json` says whose it is and how far it came. Whoever finds one
waiting imports it: the server that took it in, or the belt after a crash.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from django.db import close_old_connections
from filelock import FileLock, Timeout

from besa.base import clock
from besa.base.errors import BadInput, BesaError, Conflict, DiskFloor, NotFound
from besa.base.home import Home
from besa.base.ids import new_id
from besa.collect.actions.importing import import_file
from besa.people import policy
from besa.people.models import User
from besa.pledge.models import Election

#: Bytes of one delivery, and what must stay free on the disk beside it.
LARGEST = 4 << 30
FLOOR = 500 << 20
#: So many deliveries of one person may wait; a finished one is remembered for a day.
MOST_WAITING = 4
_REMEMBERED = timedelta(days=1)
_BLOCK = 1 << 20


class TooLarge(BadInput):
    """More than a delivery may have."""


def take_in(*, by, election, name: str, source: BinaryIO, size: int) -> str:
    """Stream a delivery to disk and return its key. Raises BadInput, Conflict (too many wait), DiskFloor, Refused."""
    policy.check(by, "import.run", election.slug)
    if size > LARGEST:
        raise TooLarge(f"A delivery may have {LARGEST >> 30} GB.", remedy="Export it in parts.")
    if size < 1:
        raise BadInput("Nothing was sent.", remedy="Choose a platform with items and send again.")
    _sweep()
    mine = [about for about in map(_about, _folders()) if about["by"] == by.username]
    if sum(about["state"] == "waiting" for about in mine) >= MOST_WAITING:
        raise Conflict("Several of your files are being imported already.", remedy="Wait a little, then send it again.")
    key = new_id("d")
    folder = _folder(key)
    folder.mkdir(parents=True)
    about = {"name": name, "by": by.username, "election": election.slug, "rows": 0, "said": ""}
    _note(key, **about, state="coming")
    try:
        if shutil.disk_usage(folder).free - size < FLOOR:
            raise DiskFloor("Too little free disk for this file.", remedy="Tell whoever runs this Besa.")
        received = 0
        with (folder / "data").open("wb") as out:
            while received < size and (block := source.read(min(_BLOCK, size - received))):
                out.write(block)
                received += len(block)
            out.flush()
            os.fsync(out.fileno())
        if received != size:
            raise BadInput(f"{received:,} of {size:,} bytes arrived.", remedy="Send it again.")
        _note(key, **about, state="waiting")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return key


def import_delivered(*, by, key: str = "") -> int:
    """Import what waits (or what has this key), each on behalf of who delivered it; how many."""
    done = 0
    for folder in [_folder(key)] if key else _folders():
        with _held(folder) as free:
            if free and _about(folder).get("state") == "waiting":
                _import(by, folder)
                done += 1
    return done


def import_aside(key: str) -> None:
    """`import_delivered` in a thread of the server, which answers meanwhile."""
    from besa.people.policy import BELT

    try:
        import_delivered(by=BELT, key=key)
    finally:
        close_old_connections()


def state_of(*, by, election, key: str) -> dict[str, Any]:
    """How far a delivery has come: {state, rows, said, import}. Raises NotFound for all but who delivered it."""
    if not (folder := _folder(key)).is_dir():
        raise NotFound("There is no such delivery.")
    about = _about(folder)
    if about["by"] != by.username or about["election"] != election.slug:
        raise NotFound("There is no such delivery.")
    if about["state"] == "waiting":
        about["rows"] = _progress(folder)
    return about


def _import(by, folder: Path) -> None:
    about, key = _about(folder), folder.name.removeprefix("delivery-")
    last = 0.0

    def advance(rows: int) -> None:
        nonlocal last
        if time.monotonic() - last > 0.3:
            last = time.monotonic()
            (folder / "progress").write_text(str(rows))

    try:
        policy.check(by, "collect.capture", about["election"])
        done = import_file(
            by=User.objects.get(username=about["by"]), election=Election.objects.get(slug=about["election"]),
            path=folder / "data", connector="zeeschuimer", advance=advance, file_name=about["name"],
        )  # fmt: skip
        left = sum(done["skipped"].values())
        said = f"{done['mapped']:,} new, {done['duplicate']:,} already there, {left:,} left out"
        state = "done" if done["read"] else "failed"
        about |= {"state": state, "rows": done["read"], "said": said if done["read"] else "There is no record in it."}
        about["import"] = done["import"]
    except (BesaError, User.DoesNotExist, Election.DoesNotExist) as error:
        about |= {"state": "failed", "said": str(error)}
    _note(key, **about)
    (folder / "data").unlink(missing_ok=True)


def _note(key: str, **about: Any) -> None:
    folder = _folder(key)
    draft = folder / "about.json.new"
    draft.write_text(json.dumps({"at": clock.now().isoformat(), **about}), "utf-8")
    draft.replace(folder / "about.json")


def _about(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "about.json").read_text("utf-8"))


@contextmanager
def _held(folder: Path) -> Iterator[bool]:
    """Whether nobody else is importing this delivery; where that is so, nobody else will meanwhile."""
    lock = FileLock(folder / "lock")
    try:
        lock.acquire(timeout=0)
    except (Timeout, FileNotFoundError):
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


def _progress(folder: Path) -> int:
    try:
        return int((folder / "progress").read_text() or 0)
    except (FileNotFoundError, ValueError):
        return 0


def _sweep() -> None:
    """Forget finished deliveries after a day, and what broke off while it came."""
    for folder in _folders():
        about = _about(folder)
        if about.get("state") != "waiting" and datetime.fromisoformat(about["at"]) < clock.now() - _REMEMBERED:
            shutil.rmtree(folder, ignore_errors=True)


def _folders() -> list[Path]:
    return sorted(place.parent for place in Home.here().staging.glob("delivery-d*/about.json"))


def _folder(key: str) -> Path:
    if not re.fullmatch(r"d[0-9a-f]{20}", key):
        raise NotFound("There is no such delivery.")
    return Home.here().staging / f"delivery-{key}"
