"""One small demo for all tests that read it: made once per test run, whatever the number of workers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

from filelock import FileLock

from processes import besa, command, environment

POSTS, SEED = 1000, 5
WORDS = ("demo", "--no-serve", "--posts", str(POSTS), "--seed", str(SEED), "--json")


def made(tmp_path_factory) -> Path:
    """The home of the demo; nobody may change it (`copied` may be). BESA_DEMO_HOME names one that is there already.

    It is killed once in the middle of the story and goes on: all that is read here has survived that. Its casework is
    in the home on PostgreSQL too, because the tests copy the home and look into the file.
    """
    if ready := os.environ.get("BESA_DEMO_HOME"):
        return Path(ready)
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if os.environ.get("PYTEST_XDIST_WORKER") else shared
    home, note = shared / "small-demo", shared / "small-demo.json"
    with FileLock(str(shared / "small-demo.lock")):
        if not note.exists():
            _cut_off(home, after="1 screening")
            done = besa(home, *WORDS, sqlite=True)
            assert done.returncode == 0, done.stderr[-3000:]
            note.write_text(done.stdout)
    return home


def told(home: Path) -> dict:
    """What the command said when it had made the demo."""
    return json.loads(home.with_name("small-demo.json").read_text())


def copied(tmp_path_factory) -> Path:
    """A copy that may be changed."""
    return Path(shutil.copytree(made(tmp_path_factory), tmp_path_factory.mktemp("demo") / "home"))


def _cut_off(home: Path, *, after: str) -> None:
    """Start the command and kill it once this step of the story has been noted."""
    note = home / "demo-story.json"
    with subprocess.Popen(
        command(home, *WORDS), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment(home, sqlite=True)
    ) as running:
        while not note.exists() or after not in json.loads(note.read_text())["done"]:
            assert running.poll() is None, "the demo ended before it could be cut off"
            time.sleep(0.02)
        time.sleep(0.15)
        running.kill()
    assert "end" not in json.loads(note.read_text())["done"]
