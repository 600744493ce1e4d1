"""Captures of a small local page: seconds, memory of all processes, and what is left behind.

    captures.py [CAPTURES] [WORKERS]    (100 captures by 2 processes; the promise is measured with 1000)

Each capture is the whole of it: intent, Chromium behind the proxy, two pictures, PDF, DOM, text, WACZ, media, vault,
ledger. The pause between two captures of one host is left out: all are of one host.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))


def prepare(count: int, workers: int) -> None:
    import make
    from besa.evidence.actions.pages import want_page
    from besa.people.policy import BELT

    election = make.election()
    for number in range(count):
        url = f"http://part{number % workers}.example/post?{number}"  # each worker has a host of its own
        item = make.docket_item(election, "Kundërshtari ynë është i paaftë.", url=url, post_key=f"other:{number}")
        want_page(by=BELT, item=item, url=url)


def capture(port: str, part: int) -> dict:
    from besa.evidence.actions.pages import capture_pages
    from besa.evidence.capturers.browser import Caps
    from besa.evidence.capturers.worker import Worker
    from besa.evidence.models import PageCapture
    from besa.people.policy import BELT
    from besa.pledge.models import Election

    host = f"part{part}.example"
    only = list(PageCapture.objects.filter(url__startswith=f"http://{host}/").values_list("pk", flat=True))
    caps = Caps(screens=4, pause=60, settle=1.5)
    with Worker(caps, {f"{host}:80": f"127.0.0.1:{port}"}) as worker:
        return capture_pages(by=BELT, election=Election.objects.get(), only=only, worker=worker, pause=0)


def processes(mark: bytes) -> dict[int, int]:
    """Process -> resident bytes that are its own (shared ones counted in part), of all that belong to this run."""
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (place / "environ").read_bytes():
                lines = (place / "smaps_rollup").read_text().splitlines()
                found[int(place.name)] = next(int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:"))
        except (OSError, StopIteration):
            continue
    found.pop(os.getpid(), None)
    return found


def main(count: int, workers: int) -> None:
    from fakes.post_site import PostSite

    home, site, peaks, over = tempfile.mkdtemp(prefix="besa-captures-"), PostSite(), [], threading.Event()
    site.pages["/post"] = (site.pages["/plain"][0], site.pages["/plain"][1], _PAGE.encode())
    environment = {**os.environ, "BESA_HOME": home, "DJANGO_SETTINGS_MODULE": "besa.site.settings"}
    mark = f"BESA_HOME={home}\0".encode()
    subprocess.run([sys.executable, __file__, "prepare", str(count), str(workers)], env=environment, check=True)

    def watch():
        while not over.wait(2):
            peaks.append(processes(mark))

    watching = threading.Thread(target=watch)
    watching.start()
    folders = set(Path(tempfile.gettempdir()).glob("besa-browser-*"))
    began, used = time.monotonic(), os.times()
    running = [
        subprocess.Popen(
            [sys.executable, __file__, "capture", str(site.port), str(part)], env=environment,
            stdout=subprocess.PIPE, text=True,
        )
        for part in range(workers)
    ]  # fmt: skip
    done = [json.loads(one.communicate()[0].splitlines()[-1]) for one in running]
    seconds, now = time.monotonic() - began, os.times()
    over.set()
    watching.join()
    end = time.monotonic() + 5
    while processes(mark) and time.monotonic() < end:
        time.sleep(0.2)
    site.stop()
    first, last = peaks[: max(len(peaks) // 4, 1)], peaks[-max(len(peaks) // 4, 1) :]
    vault = [path for path in Path(home, "vault").rglob("*") if path.is_file()]
    told = {
        "captures": count, "workers": workers, "captured": sum(one["captured"] for one in done),
        "seconds": round(seconds, 1), "captures_per_minute": round(60 * count / seconds, 1),
        "processor_seconds_of_besa_each": round((now.children_user + now.children_system - used.children_user
                                                 - used.children_system) / count, 2),
        "most_memory_mb": max(sum(one.values()) for one in peaks) >> 20,
        "memory_first_quarter_mb": max(sum(one.values()) for one in first) >> 20,
        "memory_last_quarter_mb": max(sum(one.values()) for one in last) >> 20,
        "vault_mb": sum(path.stat().st_size for path in vault) >> 20,
        "processes_left": len(processes(mark)),
        "browser_folders_left": len(set(Path(tempfile.gettempdir()).glob("besa-browser-*")) - folders),
    }  # fmt: skip
    for name, figure in told.items():
        print(f"{name:<34} {figure}")


_PAGE = """<!doctype html><meta charset="utf-8"><title>Partia e Liqenit</title><article><h1>Partia e Liqenit</h1>
<p>Kundërshtari ynë është i paaftë.</p></article><img src="/late.png" width="60" height="60" alt="">""" + "".join(
    f"<p>Koment {number}: një fjali e shkurtër nën postim.</p>" for number in range(40)
)

if __name__ == "__main__":
    what, rest = (sys.argv[1], sys.argv[2:]) if sys.argv[1:2] in (["prepare"], ["capture"]) else ("", sys.argv[1:])
    if not what:
        main(int(rest[0]) if rest else 100, int(rest[1]) if rest[1:] else 2)
    else:
        from besa.site.start import start

        start()
        if what == "prepare":
            prepare(int(rest[0]), int(rest[1]))
        else:
            print(json.dumps(capture(rest[0], int(rest[1]))))
