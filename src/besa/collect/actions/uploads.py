"""Files that came through the browser wait here until somebody has looked at the preview."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from besa.base.errors import BadInput, NotFound
from besa.base.home import Home
from besa.base.ids import new_id
from besa.collect.actions.opening import members_of, source_of
from besa.people import policy

#: So many uploads wait; older ones make room.
_WAITING = 30
#: Nobody looks at it any more after a day; it may hold what must not be kept.
_KEPT_SECONDS = 86_400


@dataclass(frozen=True)
class Upload:
    token: str
    path: Path
    name: str


def receive(*, by, election, name: str, chunks: Iterable[bytes]) -> Upload:
    """Keep an uploaded file for its preview. Raises BadInput where it cannot be read at all."""
    slug = election.slug if election else ""
    policy.check(by, "import.run", slug)
    name = re.sub(r"[\\/\x00-\x1f]", "_", name)[-200:] or "upload"
    folder = _folder(token := new_id("u"))
    folder.mkdir(parents=True)
    path = folder / "data"
    with path.open("wb") as out:
        for chunk in chunks:
            out.write(chunk)
    (folder / "about.json").write_text(json.dumps({"name": name, "by": by.username, "election": slug}), "utf-8")
    try:
        if not members_of(path):
            source_of(path, name)
    except BadInput:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    waiting = sorted(folder.parent.glob("upload-*"), key=lambda place: place.stat().st_mtime)
    now = folder.stat().st_mtime
    for old in waiting:
        if old in waiting[:-_WAITING] or now - old.stat().st_mtime > _KEPT_SECONDS:
            shutil.rmtree(old, ignore_errors=True)
    return Upload(token, path, name)


def waiting(*, by, election, token: str) -> Upload:
    """The upload of this token, for the one who brought it. Raises NotFound."""
    about = _folder(token) / "about.json"
    if about.exists():
        said = json.loads(about.read_text("utf-8"))
        if said["by"] == by.username and said["election"] == (election.slug if election else ""):
            return Upload(token, about.parent / "data", said["name"])
    raise NotFound("This upload is no longer waiting.", remedy="Upload the file again.")


def discard(upload: Upload) -> None:
    shutil.rmtree(upload.path.parent, ignore_errors=True)


def _folder(token: str) -> Path:
    if not re.fullmatch(r"u[0-9a-f]{20}", token):
        raise NotFound("This upload is no longer waiting.", remedy="Upload the file again.")
    return Home.here().staging / f"upload-{token}"
