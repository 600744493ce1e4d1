"""What the drills of captures run as a process of its own, so that it can be killed or run out of disk.

`python capturing.py WHAT PORT [HOURS] [STEP]`; `BESA_HOME` says where. One JSON document on stdout.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

_FIRST = datetime(2027, 9, 15, 10, 0, tzinfo=UTC)
#: Where a capture may be killed: before this function is called, or after it came back.
STEPS = {
    "begun": ("besa.evidence.actions.pages", "_begun", "after"),
    "opened": ("besa.evidence.capturers.worker.Worker", "_line", "before"),
    "seen": ("besa.evidence.capturers.worker.Worker", "capture", "after"),
    "half a file": ("os", "fsync", "before"),
    "a file without a name": ("os", "rename", "before"),
    "one file": ("os", "rename", "after"),
    "stored": ("besa.evidence.actions.pages", "_stored", "after"),
    "in the transaction": ("besa.evidence.actions.pages", "_told", "after"),
    "recorded": ("besa.evidence.actions.pages", "_captured", "after"),
}


def _die_at(step: str) -> None:
    from pydoc import locate

    where, name, when = STEPS[step]
    place = locate(where)
    real = getattr(place, name)

    def deadly(*given, **named):
        if when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        out = real(*given, **named)
        os.kill(os.getpid(), signal.SIGKILL)
        return out

    setattr(place, name, deadly)


def _worker(port: str):
    from besa.evidence.capturers.browser import Caps
    from besa.evidence.capturers.worker import Worker

    return Worker(Caps(seconds=20, screens=2, pause=40, settle=1), {"lumas.example:80": f"127.0.0.1:{port}"})


def _election():
    import make
    from besa.pledge.models import Election

    return Election.objects.first() or make.election()


def want(port: str, path: str = "/plain") -> dict:
    """One more post whose page is wanted."""
    import make
    from besa.evidence.actions.pages import want_page
    from besa.people.policy import BELT
    from besa.triage.models import DocketItem

    election = _election()
    url = f"http://lumas.example{path}?{DocketItem.objects.count()}"
    key = f"other:{DocketItem.objects.count()}"
    item = make.docket_item(election, "Një postim.", url=url, post_key=key)
    return {"wanted": want_page(by=BELT, item=item, url=url).pk}


def capture(port: str) -> dict:
    from besa.base.errors import DiskFloor
    from besa.evidence.actions.pages import capture_pages
    from besa.evidence.models import PageCapture
    from besa.people.policy import BELT

    only = list(PageCapture.objects.filter(state="wanted").values_list("pk", flat=True))
    try:
        with _worker(port) as worker:
            return capture_pages(by=BELT, election=_election(), only=only, worker=worker, pause=0)
    except DiskFloor as error:
        return {"full": str(error)}


def look(port: str) -> dict:
    """What stands in the vault and in the rows, and whether they agree."""
    from besa.base.home import Home
    from besa.evidence.models import Exhibit, PageCapture
    from besa.ledger import verify
    from besa.vault import Vault

    vault = Vault(Home.here().vault)
    rows = PageCapture.objects.order_by("id")
    return {
        "vault": list(vault.problems()),
        "lost": [one.sha256 for one in Exhibit.objects.all() if not vault.has(one.sha256)],
        "exhibits": Exhibit.objects.count(),
        "states": [row.state for row in rows],
        "attempts": [row.attempts for row in rows],
        "unexplained": [row.pk for row in rows if row.state == "failed" and not row.problem],
        "ledger": list(verify.problems()),
    }


def fill(port: str) -> dict:
    """Rounds on a disk that runs full, at another place each time; then one with room again."""
    import make  # noqa: F401
    from besa.base.home import Home
    from besa.evidence.actions import pages
    from besa.vault import Vault

    pages.FLOOR = 6 << 20
    Vault.__init__.__kwdefaults__["floor"] = 1 << 20
    home = Home.here()
    rounds = []
    for left in (1 << 20, *range(6_200_000, 9_000_000, 300_000)):
        want(port, "/heavy")
        ballast = _ballast(home.root, left)
        rounds.append(capture(port))
        ballast.unlink()
        rounds[-1]["look"] = {name: found for name, found in look(port).items() if name != "attempts"}
    return {"rounds": rounds, "end": capture(port), "look": look(port)}


def _ballast(folder: Path, left: int) -> Path:
    """A file that leaves so many bytes free."""
    import shutil

    path = folder / "ballast"
    with path.open("wb") as out:
        while (more := shutil.disk_usage(folder).free - left) > 0:
            out.write(bytes(min(more, 1 << 20)))
            out.flush()
    return path


def main() -> None:
    what, port, hours, step = (*sys.argv[1:], *("", "", "0", "")[len(sys.argv) - 1 :])
    from besa.base import clock
    from besa.site.start import start

    start()
    clock.set_clock(clock.SetClock(_FIRST + timedelta(hours=float(hours))))
    if step:
        _die_at(step)
    done = {"want": want, "capture": capture, "look": look, "fill": fill}[what](port)
    sys.stdout.write(json.dumps(done, default=str) + "\n")


if __name__ == "__main__":
    main()
