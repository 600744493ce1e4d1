"""The same file three times, in parallel twice, killed at any moment: each observation once, one digest."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from besa.collect.connectors import folder
from besa.corpus import Corpus
from processes import environment

POSTS = 4_000
#: The command itself; "shared" makes it read by several processes, as it does with files of 32 MB.
COMMAND = """
import sys
from besa.collect.connectors import parallel
if sys.argv.pop(1) == "shared":
    parallel.WORTH_IT = 1
from besa.site.cli import main
sys.exit(main(sys.argv[1:]))
"""
SEED = """
import sys; sys.path.insert(0, sys.argv[1])
from besa.site.start import start; start()
import make; make.election()
"""
LEDGER = """
import json
from besa.site.start import start; start()
from besa.collect.models import Import
from besa.ledger.verify import problems
print(json.dumps({"problems": list(problems()), "states": list(Import.objects.values_list("state", flat=True))}))
"""


def python(home: Path, code: str, *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], env=environment(home), capture_output=True, text=True, check=True
    ).stdout


def importing(home: Path, *files: Path, reading: str = "alone") -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, reading, "import", "--json", *map(str, files)],
        env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip


def brought(process: subprocess.Popen) -> list[dict]:
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 0, out
    return json.loads(out)


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    line = (folder("zeeschuimer") / "examples" / "tiktok.ndjson").read_text("utf-8").splitlines()[0]
    path = tmp_path_factory.mktemp("files") / "posts.ndjson"
    path.write_text("".join(line.replace("0000000001", f"{n:010d}") + "\n" for n in range(POSTS)), "utf-8")
    return path


@pytest.fixture
def place(tmp_path) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    python(home, SEED, str(Path(__file__).parents[1]))
    return home


@pytest.fixture
def whole(file, tmp_path_factory):
    """The digest of a corpus into which the file went once, undisturbed."""
    from besa.collect.actions.opening import source_of
    from besa.collect.actions.reading import rows
    from besa.collect.connectors import connector
    from besa.collect.rules.columns import Columns

    corpus = Corpus(tmp_path_factory.mktemp("whole") / "corpus")
    facts = {"route": "watch_list", "election": "tirona-2027", "import_id": "i"}
    columns = Columns(connector("zeeschuimer"), facts, languages=("sq", "sr", "en"))
    corpus.append(columns.batches(rows(source_of(file))), import_id="i")
    return corpus.digest()


def stands(home: Path, digest: str) -> None:
    corpus = Corpus(home / "corpus")
    assert corpus.rows("SELECT count(*) AS n, count(DISTINCT observation_id) AS d FROM observations") == [
        {"n": POSTS, "d": POSTS}
    ]
    assert corpus.digest() == digest
    said = json.loads(python(home, LEDGER))
    assert said["problems"] == [] and "intent" not in said["states"]
    assert not list((home / "staging").glob("append-*")) and not list((home / "staging").glob("*.lock"))


def test_twice_in_parallel_and_once_more(file, place, whole):
    both = [row for process in [importing(place, file), importing(place, file)] for row in brought(process)]
    assert sum(row["mapped"] for row in both) == POSTS
    assert sum(row["duplicate"] for row in both) == POSTS
    (again,) = brought(importing(place, file))
    assert (again["mapped"], again["duplicate"]) == (0, POSTS)
    stands(place, whole)


def killed_now_and_then(file: Path, place: Path, digest: str, times: int, seed: int, reading: str) -> None:
    chance = random.Random(seed)
    died = 0
    for _ in range(times):
        process = importing(place, file, reading=reading)
        time.sleep(chance.uniform(0.3, 1.8))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        died += process.returncode == -signal.SIGKILL
        corpus = Corpus(place / "corpus")
        assert corpus.rows("SELECT count(*) AS n FROM observations")[0]["n"] in (0, POSTS), "all of it or nothing"
    assert died, "no process was killed in time"
    (row,) = brought(importing(place, file, reading=reading))
    assert row["mapped"] + row["duplicate"] == POSTS
    stands(place, digest)


@pytest.mark.parametrize("reading", ["alone", "shared"])
def test_killed_at_random_moments_and_run_again(file, place, whole, reading):
    killed_now_and_then(file, place, whole, times=2, seed=11, reading=reading)


@pytest.mark.drill
@pytest.mark.parametrize("reading", ["alone", "shared"])
def test_killed_at_many_random_moments(file, place, whole, reading):
    killed_now_and_then(file, place, whole, times=20, seed=12, reading=reading)
