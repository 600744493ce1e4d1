"""Files that come from a phone piece by piece, over lines that break.

A file is announced (size and SHA-256, made on the phone), then its bytes follow in pieces, each with its own SHA-256
and its place. How much is there says the file itself, so a crash needs no special code. When the last piece is in,
the whole is hashed; when all files of a capture are in, the capture is made. Each step may be repeated.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db.models import Sum
from filelock import FileLock

from besa.base import clock
from besa.base.errors import BadInput, Conflict, DiskFloor, NotFound
from besa.base.home import Home
from besa.base.ids import sha256_hex
from besa.base.words import CapturedKind
from besa.collect.actions.capturing import LARGEST, capture
from besa.collect.models import Capture, Upload
from besa.collect.types import NewFile
from besa.people import policy

#: Bytes of one piece at most, files of one capture, bytes that one person may have on the way.
PIECE, MOST_FILES, MOST_WAITING = 1 << 20, 12, 4 << 30
#: After this long without a capture, what has arrived is thrown away; the phone still has it and begins again.
STALE = timedelta(days=14)
_FLOOR = 200 << 20


class Misplaced(Conflict):
    """The piece does not follow what is there; `offset` is where the next one belongs."""

    def __init__(self, offset: int):
        super().__init__("This piece does not follow the last one.", remedy=f"Go on at byte {offset}.")
        self.offset = offset


def begin(
    *, by, election, token: str, number: int, kind: str, media_type: str, size: int, sha256: str,
    scrubbed: bool = False, sealed: bool = False,
) -> Upload:  # fmt: skip
    """Announce a file of a capture; the same announcement again is the same upload. Raises BadInput, Conflict."""
    policy.check(by, "collect.capture", election.slug)
    _forget_stale()
    if not re.fullmatch(r"[A-Za-z0-9_-]{16,80}", token) or not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise BadInput("A file needs the token of its capture and its SHA-256.")
    if kind not in set(CapturedKind):
        raise BadInput("This is no kind of file.", where=kind[:40], remedy=f"It is one of: {', '.join(CapturedKind)}.")
    if not 0 <= number < MOST_FILES:
        raise BadInput(f"A capture has at most {MOST_FILES} files.", remedy="Make a second capture for the others.")
    if not 0 < size <= LARGEST:
        raise BadInput(f"A file has at most {LARGEST >> 20} MB.", remedy="Send a shorter recording, or two.")
    facts = {
        "election": election.slug, "by": by.username, "kind": kind, "media_type": media_type[:100], "size": size,
        "sha256": sha256, "scrubbed": scrubbed, "sealed": sealed,
    }  # fmt: skip
    known = Upload.objects.filter(token=token, number=number).first()
    if known is None:
        waiting = Upload.objects.filter(by=by.username).aggregate(bytes=Sum("size"))["bytes"] or 0
        if waiting + size > MOST_WAITING:
            raise Conflict("Too much is on its way already.", remedy="Wait until the captures before it are in.")
        staging = Home.here().staging
        if shutil.disk_usage(staging).free - size < _FLOOR:
            raise DiskFloor("Too little room for this file.", remedy="Try again later; tell the administrator.")
        known, _ = Upload.objects.get_or_create(token=token, number=number, defaults={**facts, "made_at": clock.now()})
    if any(getattr(known, name) != value for name, value in facts.items()):
        raise Conflict("This upload was announced as another file.", remedy="Capture it anew.")
    return known


def waiting(*, by, token: str, number: int) -> Upload:
    """An upload of this person. Raises NotFound."""
    found = Upload.objects.filter(token=token, number=number, by=by.username).first()
    if found is None:
        raise NotFound("This upload is not here (any more).", remedy="Announce the file again.")
    return found


def offset(upload: Upload) -> int:
    """How many bytes have arrived."""
    path = _path(upload)
    return path.stat().st_size if path.exists() else 0


def append(*, by, upload: Upload, at: int, data: bytes, sha256: str) -> int:
    """Add a piece at byte `at`; how many bytes are there now. Raises Misplaced, or BadInput for damaged bytes."""
    policy.check(by, "collect.capture", upload.election)
    if not data or len(data) > PIECE:
        raise BadInput(f"A piece has 1 to {PIECE} bytes.")
    if hashlib.sha256(data).hexdigest() != sha256:
        raise BadInput("The piece arrived damaged: its SHA-256 differs.", remedy="Send it again.")
    path = _path(upload)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _lock(upload.token):
        there = offset(upload)
        if at != there or there + len(data) > upload.size:
            raise Misplaced(there)
        with path.open("ab") as out:
            out.write(data)
        if there + len(data) == upload.size and _hash(path) != upload.sha256:
            path.unlink()
            raise BadInput("The file arrived damaged: its SHA-256 differs.", remedy="It is sent again from the start.")
    return there + len(data)


def finish(*, by, election, token: str, said: Mapping[str, Any], files: int) -> Capture:
    """Make the capture of this token out of its files; again, it is the same capture.

    `said`: what `capture` takes besides. Raises Conflict where a file is not whole yet, BadInput where it is refused.
    """
    policy.check(by, "collect.capture", election.slug)
    with _lock(token), ExitStack() as opened:
        new: list[NewFile] = []
        if not Capture.objects.filter(token=token).exists():
            uploads = list(Upload.objects.filter(token=token, by=by.username).order_by("number"))
            whole = [upload for upload in uploads if offset(upload) == upload.size]
            if [upload.number for upload in whole] != list(range(files)):
                raise Conflict("Not all files of this capture are here.", remedy="Send the missing pieces first.")
            new = [
                NewFile(
                    upload.kind, opened.enter_context(_path(upload).open("rb")), upload.media_type,
                    f"{upload.kind}-{upload.number + 1}", upload.sha256, upload.scrubbed, upload.sealed,
                )
                for upload in whole
            ]  # fmt: skip
        try:
            made = capture(by=by, election=election, token=token, files=new, device="phone", **said)
        except BadInput:  # what may not be kept does not lie about here either; mended, it comes under a new token
            discard(by=by, token=token)
            raise
        discard(by=by, token=token)
    return made


def discard(*, by, token: str) -> None:
    """Throw away what has arrived for a capture: it is made, or it was removed on the phone."""
    mine = Upload.objects.filter(token=token, by=by.username)
    if mine.exists():
        mine.delete()
        shutil.rmtree(_folder(token), ignore_errors=True)


def _forget_stale() -> None:
    old = clock.now() - STALE
    for token in set(Upload.objects.filter(made_at__lt=old).values_list("token", flat=True)):
        Upload.objects.filter(token=token).delete()
        shutil.rmtree(_folder(token), ignore_errors=True)


def _folder(token: str) -> Path:
    return Home.here().staging / f"phone-{sha256_hex(token)[:32]}"


def _path(upload: Upload) -> Path:
    return _folder(upload.token) / str(upload.number)


def _lock(token: str) -> FileLock:
    """One of 256 locks that are never removed, so that nobody waits at one that is gone."""
    return FileLock(str(Home.here().staging / f"phone-{sha256_hex(token)[:2]}.lock"), timeout=60)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
