"""Erasing in a real home by the command itself: killed at every step, its bytes searched, restored from before."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from canary import HANDLE, NAME, TEXT, files_with

from processes import besa, environment

_HERE = Path(__file__).parent
_BEGIN = f"""
import sys
sys.path[:0] = [{str(_HERE)!r}, {str(_HERE.parent)!r}]
from besa.site.start import start
home = start()
from besa.people.queries import local_operator
from besa.pledge.models import Election
election = Election.objects.get(slug="demo")
"""
_FILL = _BEGIN + "from canary import fill\nfill(home, election, local_operator())\n"
_ERASE = ("erase", "--account", f"facebook:@{HANDLE}", "--reason", "Asked for in letter 12.", "--yes", "--json")
#: Where the process dies: before or after each step.
_STEPS = [
    ("erasing", "_files"), ("erasing", "_corpus"), ("files", "clear_loose"), ("casework", "clear"),
    ("casework", "_blanked_items"), ("erasing", "_cleared"), ("files", "write_list"), ("files", "scrub_database"),
]  # fmt: skip
_KILLED = """
import os, signal
from besa.retention.actions import casework, erasing, files
module, name, late = {module}, {name!r}, {late}
whole = getattr(module, name)
def killed(*args, **more):
    if late:
        whole(*args, **more)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(module, name, killed)
row = erasing.order(by=local_operator(), election=election, what="account", ground="person",
    reason="Asked for in letter 12.", subject={{"accounts": ["facebook:@{handle}"]}})
erasing.finish(by=local_operator(), erasure=row)
"""
WORDS = (NAME, HANDLE, TEXT, "ta harrojmë këtë", "A second one", "900011112222")


def python(home: Path, code: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, env=environment(home, sqlite=True)
    )


@pytest.fixture(scope="module")
def full(tmp_path_factory) -> Path:
    """A home with a canary in every store, and a backup of it beside."""
    home = tmp_path_factory.mktemp("canary") / "home"
    assert besa(home, "pack", "load", "demo", sqlite=True).returncode == 0
    made = python(home, _FILL)
    assert made.returncode == 0, made.stderr
    assert len(files_with(home, *WORDS)) > 6, "the measure sees what is there"
    return home


def whole(home: Path) -> None:
    """Not one byte of it, and everything else vouched for."""
    assert files_with(home, *WORDS) == []
    checked = besa(home, "verify", str(home / "vault"), "--ledger", "--json", sqlite=True)
    assert json.loads(checked.stdout)["problems"] == [], checked.stdout


@pytest.mark.drill
@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("module, name", _STEPS)
def test_killed_at_every_step_it_is_finished_at_the_next_start(full, tmp_path, module, name, late):
    home = Path(shutil.copytree(full, tmp_path / "home"))
    killed = python(home, _BEGIN + _KILLED.format(module=module, name=name, late=late, handle=HANDLE))
    assert killed.returncode == -9, killed.stderr
    turned = besa(home, "work", "--once", "--json", sqlite=True)
    assert json.loads(turned.stdout)["erased"] == 1, turned.stderr
    whole(home)


@pytest.mark.drill
def test_an_older_backup_comes_back_without_what_was_erased_since(full, tmp_path):
    home, backup = Path(shutil.copytree(full, tmp_path / "home")), tmp_path / "disk" / "monday"
    assert besa(home, "backup", str(backup), sqlite=True).returncode == 0
    dry = besa(home, *[word for word in _ERASE if word != "--yes"], sqlite=True)
    assert dry.returncode == 0 and files_with(home, *WORDS), "without --yes nothing changes"
    done = besa(home, *_ERASE, sqlite=True)
    assert done.returncode == 0, done.stderr
    whole(home)
    assert files_with(backup, *WORDS), "the backup still has it"
    restored = besa(tmp_path / "restored", "restore", str(backup), "--json", sqlite=True)
    assert json.loads(restored.stdout)["erased_again"] == 1, restored.stderr
    whole(tmp_path / "restored")
    alone = Path(shutil.copytree(backup, tmp_path / "elsewhere" / "monday"))
    told = besa(tmp_path / "later", "restore", str(alone), sqlite=True)
    assert "No list of erasures" in told.stdout + told.stderr
    listed = next((tmp_path / "disk").glob("besa-erasures-*.jsonl"))
    again = besa(tmp_path / "later", "erase", "--again", str(listed), "--yes", sqlite=True)
    assert again.returncode == 0, again.stderr
    whole(tmp_path / "later")


@pytest.mark.drill
def test_loss_and_forged_erasure_are_told_from_lawful_erasure(full, tmp_path):
    home = Path(shutil.copytree(full, tmp_path / "home"))
    assert besa(home, *_ERASE, sqlite=True).returncode == 0
    kept = python(home, _BEGIN + _OTHER)
    lost = kept.stdout.split()[-1]
    (home / "vault" / lost[:2] / lost).unlink()
    told = json.loads(besa(home, "verify", str(home / "vault"), "--json", sqlite=True).stdout)["problems"]
    assert [one["problem"] for one in told] == ["the file is missing"]
    note = {"sha256": lost, "at": "2027-01-01", "ground": "because", "erasure": "e1"}
    (home / "vault" / "erased" / f"{lost}.json").write_text(json.dumps(note))
    told = json.loads(besa(home, "verify", str(home / "vault"), "--json", sqlite=True).stdout)["problems"]
    assert len(told) == 2 and "no such erasure" in told[1]["problem"]


_OTHER = """
import make
from besa.evidence.actions import add_file
item = make.docket_item(election, "Another one.")
shot = add_file(by=local_operator(), item=item, kind="screenshot", data=b"\\x89PNG\\r\\n\\x1a\\n" + b"x" * 99,
    media_type="image/png", file_name="a.png")
print(shot.sha256)
"""
