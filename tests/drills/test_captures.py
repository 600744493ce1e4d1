"""Captures that are killed or run out of disk: the vault stays whole, nothing is half, no browser is left behind."""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from besa.evidence.capturers.browser import find_chromium
from drills.capturing import STEPS
from fakes.post_site import PostSite

SCRIPT = Path(__file__).with_name("capturing.py")


@pytest.fixture(scope="module")
def site():
    pytest.importorskip("playwright")
    if find_chromium() is None:
        pytest.skip("no Chromium on this machine")
    made = PostSite()
    chance = random.Random(1)
    pictures = [f"/big-{number}.png" for number in range(4)]
    for path in pictures:
        out = io.BytesIO()
        Image.frombytes("RGB", (500, 400), chance.randbytes(600_000)).save(out, "PNG")
        made.pages[path] = (200, {"Content-Type": "image/png"}, out.getvalue())
    heavy = "".join(f'<img src="{path}" width="500" height="400">' for path in pictures)
    made.pages["/heavy"] = (200, {"Content-Type": "text/html; charset=utf-8"}, f"<h1>Fotot</h1>{heavy}".encode())
    yield made
    made.stop()


@pytest.fixture(scope="module")
def made(tmp_path_factory, site) -> Path:
    """A home with its tables, and nothing else."""
    home = tmp_path_factory.mktemp("made") / "home"
    _run(home, site, "look")
    return home


@pytest.fixture
def home(tmp_path, made) -> Path:
    return Path(shutil.copytree(made, tmp_path / "home"))


def _command(what: str, port: int, hours: float = 0, step: str = "") -> list[str]:
    return [sys.executable, str(SCRIPT), what, str(port), str(hours), *([step] if step else [])]


def _environment(home: Path) -> dict[str, str]:
    return {**os.environ, "BESA_HOME": str(home), "DJANGO_SETTINGS_MODULE": "besa.site.settings"}


def _run(home: Path, site: PostSite, what: str, hours: float = 0) -> dict:
    done = subprocess.run(
        _command(what, site.port, hours), env=_environment(home), capture_output=True, text=True, timeout=300,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def left_of(home: Path) -> list[str]:
    """Processes that were started for this home."""
    mark, found = f"BESA_HOME={home}\0".encode(), []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (place / "environ").read_bytes() and int(place.name) != os.getpid():
                found.append((place / "cmdline").read_bytes()[:120].decode(errors="replace"))
        except OSError:
            continue
    return found


def _none_left(home: Path) -> list[str]:
    end = time.monotonic() + 20
    while (left := left_of(home)) and time.monotonic() < end:
        time.sleep(0.2)
    return left


def _whole(found: dict) -> None:
    assert (found["vault"], found["lost"], found["unexplained"], found["ledger"]) == ([], [], [], [])


@pytest.mark.drill
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_each_step(home, site, step):
    _run(home, site, "want")
    for attempt in range(2):
        killed = subprocess.run(
            _command("capture", site.port, 10 * attempt, step), env=_environment(home), capture_output=True, check=False
        )  # fmt: skip
        assert killed.returncode == -signal.SIGKILL or (step == "recorded" and attempt), killed.stderr[-2000:]
        assert _none_left(home) == []
        found = _run(home, site, "look")
        _whole(found)
        assert found["states"] == ["captured" if step == "recorded" else "wanted"]
        assert bool(found["exhibits"]) == (step == "recorded")
    _run(home, site, "capture", hours=30)
    found = _run(home, site, "look")
    _whole(found)
    assert found["states"] == ["captured"] and found["exhibits"] > 3


@pytest.mark.drill
def test_killed_at_random_moments(home, site):
    chance = random.Random(7)
    for number in range(14):
        _run(home, site, "want", hours=number * 10)
        running = subprocess.Popen(
            _command("capture", site.port, number * 10), env=_environment(home), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(chance.uniform(0.5, 6.0))
        running.kill()
        running.wait()
        assert _none_left(home) == []
        _whole(_run(home, site, "look"))
    for hours in (200, 300, 400, 500, 600):
        _run(home, site, "capture", hours)
    found = _run(home, site, "look")
    _whole(found)
    assert set(found["states"]) <= {"captured", "failed"} and "captured" in found["states"]


@pytest.mark.drill
def test_killed_four_times_it_is_closed_with_a_reason(home, site):
    _run(home, site, "want")
    for attempt in range(4):
        subprocess.run(_command("capture", site.port, attempt * 10, "seen"), env=_environment(home), check=False)
    assert _run(home, site, "capture", hours=50)["failed"] == 1
    found = _run(home, site, "look")
    _whole(found)
    assert found["states"] == ["failed"] and found["exhibits"] == 0


@pytest.mark.drill
def test_a_disk_that_runs_full_is_a_clean_stop_and_goes_on_when_there_is_room(tmp_path, site):
    if not shutil.which("unshare") or subprocess.run(["unshare", "-rm", "true"], check=False).returncode:
        pytest.skip("no mounts of its own are allowed here")
    home = tmp_path / "home"
    home.mkdir()
    words = " ".join(f"'{word}'" for word in _command("fill", site.port))
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", f"mount -t tmpfs -o size=200m tiny '{home}' && exec {words}"],
        env=_environment(home), capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    stopped = [one for one in told["rounds"] if "full" in one]
    assert len(stopped) >= 3 and all("MB free" in one["full"] and "Free some space" in one["full"] for one in stopped)
    for one in told["rounds"]:
        _whole({**one["look"], "unexplained": []})
    _whole(told["look"])
    assert "full" not in told["end"] and told["look"]["states"] == ["captured"] * len(told["rounds"])
    assert max(told["look"]["attempts"]) == 1, "a full disk is no fault of the page"
    assert _none_left(home) == []
